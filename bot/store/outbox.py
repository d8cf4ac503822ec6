"""The outbox: a delivery for each part of each digest, and who is sending it.

A delivery is *taken* before Slack hears of it, for a lease: a process that dies loses it, and the
next one finds out whether the message stands. Leases are counted by the database's clock, so that
a process whose own clock is wrong takes nothing from another.
"""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    Row,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from bot.models import Delivery, DeliveryState, Digest, Subscriber, SubscriptionState
from bot.store.digests import enter_again, part_of, release, reserve
from bot.store.tables import Instant, deliveries, digests, subscriptions, workspaces

LEASE = timedelta(minutes=2)
"""Longer than a post can take, its time-out included."""

IN_FLIGHT = timedelta(seconds=10)
"""How long Slack may still be taking a message whose sender has died."""

_UNSETTLED = (DeliveryState.FAILED.value, DeliveryState.UNKNOWN.value)


def put(connection: Connection, digest: Digest) -> int:
    """Writes a delivery for each part of a digest; one for a digest without papers. How many."""
    parts = part_of(max(len(digest.picks) - 1, 0)) + 1
    rows = [
        {
            "id": uuid.uuid4().hex,
            "digest": digest.id,
            "workspace": digest.subscriber.workspace,
            "subscriber": digest.subscriber.id,
            "part": part,
            "state": DeliveryState.PENDING.value,
            "attempts": 0,
            "not_before": digest.composed_at,
        }
        for part in range(parts)
    ]
    connection.execute(insert(deliveries), rows)
    return parts


def take(connection: Connection, now: datetime) -> Delivery | None:
    """Takes the delivery that has waited longest and may be sent now, if there is one.

    The parts of a digest go in order, and a subscriber gets one message at a time. No two
    processes take the same delivery, and none waits for another.
    """
    query = (
        select(deliveries)
        .outerjoin(workspaces, workspaces.c.id == deliveries.c.workspace)
        .where(_may_go(now), deliveries.c.not_before <= now)
        .order_by(deliveries.c.not_before, deliveries.c.digest, deliveries.c.part)
        .limit(1)
        .with_for_update(of=deliveries, skip_locked=True)
    )
    row = connection.execute(query).one_or_none()
    return _taken(connection, row) if row is not None else None


def soonest(connection: Connection, now: datetime) -> datetime | None:
    """When the next of the deliveries that are not held up may be sent; None when there is none."""
    query = (
        select(deliveries.c.not_before)
        .outerjoin(workspaces, workspaces.c.id == deliveries.c.workspace)
        .where(_may_go(now))
        .order_by(deliveries.c.not_before)
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def _may_go(now: datetime) -> ColumnElement[bool]:
    """Pending, in a workspace that is on, and not behind another message that must come first.

    Nor for somebody who has paused or snoozed digests, unless it was asked for.
    """
    earlier, under_way = deliveries.alias("earlier"), deliveries.alias("under_way")
    blocked = select(literal(1)).where(
        earlier.c.digest == deliveries.c.digest,
        earlier.c.part < deliveries.c.part,
        earlier.c.state == DeliveryState.PENDING.value,
    )
    busy = select(literal(1)).where(
        under_way.c.workspace == deliveries.c.workspace,
        under_way.c.subscriber == deliveries.c.subscriber,
        under_way.c.state == DeliveryState.SENDING.value,
    )
    return and_(
        deliveries.c.state == DeliveryState.PENDING.value,
        workspaces.c.off_reason.is_(None),
        ~blocked.exists(),
        ~busy.exists(),
        ~_rests(now),
    )


def _rests(now: datetime) -> Exists:
    rests = select(literal(1)).where(
        subscriptions.c.workspace == deliveries.c.workspace,
        subscriptions.c.subscriber == deliveries.c.subscriber,
        or_(
            subscriptions.c.state == SubscriptionState.PAUSED.value,
            subscriptions.c.snoozed_until > now,
        ),
        digests.c.id == deliveries.c.digest,
        digests.c.asked_for.is_(False),
    )
    return rests.exists()


def abandoned(connection: Connection) -> list[Delivery]:
    """Takes over the deliveries whose sender has died or hangs: its lease has run out."""
    clock = _clock(connection)
    query = (
        select(deliveries)
        .outerjoin(workspaces, workspaces.c.id == deliveries.c.workspace)
        .where(
            deliveries.c.state == DeliveryState.SENDING.value,
            deliveries.c.lease_until < clock,
            workspaces.c.off_reason.is_(None),
        )
        .with_for_update(of=deliveries, skip_locked=True)
    )
    rows = connection.execute(query).all()
    for row in rows:
        _change(connection, row.id, attempts=row.attempts + 1, lease_until=clock + LEASE)
    return [replace(_delivery(row), attempts=row.attempts + 1) for row in rows]


def release_all(connection: Connection, grace: timedelta = -LEASE) -> None:
    """Ends every lease after a grace: for the start of a process that is alone, as on SQLite."""
    end = _clock(connection) + grace
    connection.execute(
        update(deliveries)
        .where(deliveries.c.state == DeliveryState.SENDING.value, deliveries.c.lease_until > end)
        .values(lease_until=end)
    )


def goes_to(connection: Connection, delivery: Delivery, channel: str) -> bool:
    """Notes where in Slack it is about to be posted, for finding it there later.

    False when another has taken it over in the meantime: then it must not be posted.
    """
    lease = _clock(connection) + LEASE
    return _settle(connection, delivery, channel=channel, lease_until=lease)


def sent(
    connection: Connection, delivery: Delivery, channel: str, ts: str, not_before: datetime
) -> None:
    """Slack took the message; `channel` and `ts` name it there.

    What else waits for the same subscriber goes not before that time.
    """
    _change(connection, delivery.id, state=DeliveryState.SENT, channel=channel, ts=ts, error=None)
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.workspace == delivery.subscriber.workspace,
            deliveries.c.subscriber == delivery.subscriber.id,
            deliveries.c.state == DeliveryState.PENDING.value,
            deliveries.c.not_before < not_before,
        )
        .values(not_before=not_before)
    )


def postpone(connection: Connection, delivery: Delivery, until: datetime, error: str) -> None:
    """Slack certainly did not take the message: it is sent again, not before `until`."""
    _settle(connection, delivery, state=DeliveryState.PENDING, not_before=until, error=error)


def fail(connection: Connection, delivery: Delivery, error: str) -> None:
    """Slack refused the message for good: its papers were not shown and may come again."""
    if _settle(connection, delivery, state=DeliveryState.FAILED, error=error):
        release(connection, delivery)


def fail_rest(connection: Connection, delivery: Delivery, error: str) -> None:
    """The same for the parts of the digest that still wait: they would be refused as well."""
    for other in of_digest(connection, delivery.digest):
        if other.state is DeliveryState.PENDING:
            fail(connection, other, error)


def doubt(connection: Connection, delivery: Delivery, error: str) -> None:
    """Slack may have taken the message: it is never repeated blindly."""
    _settle(connection, delivery, state=DeliveryState.UNKNOWN, error=error)


def unsettled(connection: Connection) -> list[Delivery]:
    """Deliveries that failed or whose fate is unknown, oldest first; for an administrator."""
    query = (
        select(deliveries)
        .join(digests, digests.c.id == deliveries.c.digest)
        .where(deliveries.c.state.in_(_UNSETTLED))
        .order_by(digests.c.composed_at, deliveries.c.id)
    )
    return [_delivery(row) for row in connection.execute(query)]


def unsent(connection: Connection) -> list[Delivery]:
    """Every delivery that Slack is not known to have taken."""
    query = select(deliveries).where(deliveries.c.state != DeliveryState.SENT.value)
    return [_delivery(row) for row in connection.execute(query)]


def retry(connection: Connection, delivery: Delivery, now: datetime) -> None:
    """Sends an unsettled delivery again, without papers that were shown in the meantime."""
    to = delivery.subscriber
    reserve(connection, to)
    _change(connection, delivery.id, state=DeliveryState.PENDING, not_before=now, error=None)
    enter_again(connection, delivery)


def drop(connection: Connection, delivery: Delivery) -> None:
    """Gives an unsettled delivery up; its papers may come again."""
    release(connection, delivery)
    connection.execute(delete(deliveries).where(deliveries.c.id == delivery.id))


def of_digest(connection: Connection, digest: str) -> list[Delivery]:
    """The deliveries of a digest, part by part."""
    query = select(deliveries).where(deliveries.c.digest == digest).order_by(deliveries.c.part)
    return [_delivery(row) for row in connection.execute(query)]


def count_by_state(connection: Connection) -> dict[DeliveryState, int]:
    """How many deliveries are in each state that occurs."""
    rows = connection.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
    return {DeliveryState(state): number for state, number in rows}


def _taken(connection: Connection, row: Row[tuple[object, ...]]) -> Delivery:
    clock = _clock(connection)
    _change(
        connection,
        row.id,
        state=DeliveryState.SENDING,
        attempts=row.attempts + 1,
        begun_at=clock,
        lease_until=clock + LEASE,
    )
    return replace(_delivery(row), attempts=row.attempts + 1)


def _settle(connection: Connection, delivery: Delivery, **values: object) -> bool:
    """Changes a delivery, unless somebody else has taken it since; whether it did."""
    ours = (deliveries.c.id == delivery.id) & (deliveries.c.attempts == delivery.attempts)
    return bool(connection.execute(update(deliveries).where(ours).values(values)).rowcount)


def _change(connection: Connection, delivery: str, **values: object) -> None:
    connection.execute(update(deliveries).where(deliveries.c.id == delivery).values(values))


def _clock(connection: Connection) -> datetime:
    """The database's own time."""
    now = connection.execute(select(type_coerce(func.current_timestamp(), Instant))).scalar_one()
    if now is None:
        raise TypeError("a database without a clock")
    return now


def _delivery(row: Row[tuple[object, ...]]) -> Delivery:
    return Delivery(
        id=row.id,
        digest=row.digest,
        subscriber=Subscriber(row.workspace, row.subscriber),
        part=row.part,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        channel=row.channel,
        ts=row.ts,
        error=row.error,
        begun_at=row.begun_at,
    )
