"""Who gets digests and when; claiming the ones that are due.

A subscription that cannot be read any more counts as none: its subscriber may subscribe again.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from bot.models import Schedule, Subscriber, Subscription, SubscriptionState, WhenNothingNew
from bot.store import rows
from bot.store.tables import people, subscriptions, workspaces

logger = logging.getLogger(__name__)

_SCHEDULE = TypeAdapter(Schedule)
_THEIRS = select(subscriptions).where(rows.of_them(subscriptions, "subscriber"))
_THEIRS_HELD = _THEIRS.with_for_update()


def get(connection: Connection, of: Subscriber, *, hold: bool = False) -> Subscription | None:
    """The subscription of a subscriber; there is one at most.

    `hold` keeps others from changing it, or making the first, until the end of the transaction.
    """
    if hold:
        rows.hold(connection, "subscription", of)
    found = connection.execute(_THEIRS_HELD if hold else _THEIRS, rows.whose(of))
    return next(_readable(found), None)


def put(connection: Connection, subscription: Subscription) -> None:
    """Writes a subscription in place of the subscriber's old one."""
    of = subscription.subscriber
    row = {
        "workspace": of.workspace,
        "subscriber": of.id,
        "owner": subscription.owner,
        "schedule": _SCHEDULE.dump_python(subscription.schedule, mode="json"),
        "follows_zone": subscription.follows_zone,
        "limit": subscription.limit,
        "when_nothing_new": subscription.when_nothing_new.value,
        "explores": subscription.explores,
        "state": subscription.state.value,
        "pause_reason": subscription.pause_reason,
        "snoozed_until": subscription.snoozed_until,
        "last_due": subscription.last_due,
        "missed_due": subscription.missed_due,
        "next_due": subscription.next_due,
    }
    rows.put(connection, subscriptions, row)


def remove(connection: Connection, of: Subscriber) -> bool:
    """Ends a subscription; whether there was one."""
    return bool(connection.execute(delete(subscriptions).where(_of(of))).rowcount)


def due(connection: Connection, now: datetime) -> list[Subscription]:
    """Active subscriptions whose time has come, longest waiting first."""
    return list(_readable(connection.execute(_due(now))))


def claim(connection: Connection, now: datetime, limit: int) -> list[Subscription]:
    """Due subscriptions that no other transaction is working on, longest waiting first.

    They stay claimed to the end of the transaction, which moves their due time on. On PostgreSQL
    others pass over them; on SQLite there is one writer at a time anyway. One that cannot be read
    is paused, so that it keeps nobody waiting.
    """
    query = _due(now).limit(limit).with_for_update(of=subscriptions, skip_locked=True)
    while rows := connection.execute(query).all():
        claimed = list(_readable(rows))
        for row in rows if len(claimed) < len(rows) else ():
            if _read(row) is None:
                logger.error("unreadable subscription", extra={"workspace": row.workspace})
                pause(connection, Subscriber(row.workspace, row.subscriber), "It cannot be read.")
        if claimed:
            return claimed
    return []


def put_off(connection: Connection, subscription: Subscription, until: datetime) -> None:
    """The digest of this due time comes only then, as what it is: the one that was missed."""
    missed = subscription.missed_due or subscription.next_due
    connection.execute(
        update(subscriptions)
        .where(_of(subscription.subscriber))
        .values(next_due=until, missed_due=missed)
    )


def move_on(connection: Connection, subscription: Subscription, next_due: datetime) -> None:
    """The digest of this due time is settled; the next one is due then."""
    connection.execute(
        update(subscriptions)
        .where(_of(subscription.subscriber))
        .values(
            next_due=next_due,
            last_due=subscription.next_due,
            missed_due=None,
            snoozed_until=None,
        )
    )


def snooze(connection: Connection, of: Subscriber, until: datetime, next_due: datetime) -> None:
    """No digest before `until`; the next one is due then."""
    connection.execute(
        update(subscriptions)
        .where(_of(of))
        .values(snoozed_until=until, missed_due=None, next_due=next_due)
    )


def stale_zones(connection: Connection, before: datetime, limit: int) -> list[Subscription]:
    """Active subscriptions that follow a zone which was last asked for before then, or differs.

    Those asked for longest ago come first.
    """
    query = (
        select(subscriptions)
        .outerjoin(
            people,
            (people.c.workspace == subscriptions.c.workspace)
            & (people.c.id == subscriptions.c.owner),
        )
        .outerjoin(workspaces, workspaces.c.id == subscriptions.c.workspace)
        .where(
            subscriptions.c.follows_zone.is_(True),
            subscriptions.c.state == SubscriptionState.ACTIVE.value,
            workspaces.c.off_reason.is_(None),
            or_(
                people.c.refreshed_at.is_(None),
                people.c.refreshed_at < before,
                people.c.zone != subscriptions.c.schedule["zone"].as_string(),
            ),
        )
        .order_by(
            people.c.refreshed_at.nulls_first(),
            subscriptions.c.workspace,
            subscriptions.c.subscriber,
        )
    )
    return list(_readable(connection.execute(query.limit(limit))))


def _due(now: datetime) -> Select[tuple[object, ...]]:
    return (
        select(subscriptions)
        .outerjoin(workspaces, workspaces.c.id == subscriptions.c.workspace)
        .where(
            subscriptions.c.state == SubscriptionState.ACTIVE.value,
            subscriptions.c.next_due <= now,
            workspaces.c.off_reason.is_(None),
        )
        .order_by(subscriptions.c.next_due, subscriptions.c.workspace, subscriptions.c.subscriber)
    )


def pause(connection: Connection, of: Subscriber, reason: str | None) -> None:
    """Stops the digests of a subscriber; a reason other than None is for the owner to read."""
    connection.execute(
        update(subscriptions)
        .where(_of(of))
        .values(state=SubscriptionState.PAUSED.value, pause_reason=reason)
    )


def resume(connection: Connection, of: Subscriber, next_due: datetime) -> None:
    """Lets the digests of a subscriber come again from that time on."""
    connection.execute(
        update(subscriptions)
        .where(_of(of))
        .values(
            state=SubscriptionState.ACTIVE.value,
            pause_reason=None,
            snoozed_until=None,
            missed_due=None,
            next_due=next_due,
        )
    )


def next_due(connection: Connection) -> datetime | None:
    """When the next digest of an active subscription is due; None when none is to come."""
    query = select(func.min(subscriptions.c.next_due)).where(
        subscriptions.c.state == SubscriptionState.ACTIVE.value
    )
    return connection.execute(query).scalar_one_or_none()


def owned_channels(connection: Connection, owner: Subscriber) -> list[Subscriber]:
    """The channels whose digests somebody set up."""
    query = select(subscriptions.c.subscriber).where(
        subscriptions.c.workspace == owner.workspace, subscriptions.c.owner == owner.id
    )
    found = connection.execute(query.order_by(subscriptions.c.subscriber)).scalars()
    each = (Subscriber(owner.workspace, key) for key in found)
    return [one for one in each if one.is_channel]


def fingerprint(known: Subscription | None) -> str:
    """Differs where what people set differs: what a form was opened on."""
    if known is None:
        return ""
    said = (known.schedule, known.limit, known.state, known.when_nothing_new, known.explores)
    return sha256(repr(said).encode()).hexdigest()


def _of(subscriber: Subscriber) -> ColumnElement[bool]:
    return and_(
        subscriptions.c.workspace == subscriber.workspace,
        subscriptions.c.subscriber == subscriber.id,
    )


def _readable(rows: Iterable[Row[tuple[object, ...]]]) -> Iterator[Subscription]:
    return filter(None, map(_read, rows))


def _read(row: Row[tuple[object, ...]]) -> Subscription | None:
    try:
        return _subscription(row)
    except ValueError:
        return None


def _subscription(row: Row[tuple[object, ...]]) -> Subscription:
    return Subscription(
        subscriber=Subscriber(row.workspace, row.subscriber),
        schedule=_SCHEDULE.validate_python(row.schedule),
        limit=row._mapping["limit"],
        owner=row.owner,
        next_due=row.next_due,
        follows_zone=row.follows_zone,
        state=SubscriptionState(row.state),
        pause_reason=row.pause_reason,
        snoozed_until=row.snoozed_until,
        last_due=row.last_due,
        missed_due=row.missed_due,
        when_nothing_new=WhenNothingNew(row.when_nothing_new),
        explores=row.explores,
    )
