"""Digests, the ledger of what each subscriber has been shown, and the outbox of deliveries."""

import uuid
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from bot.models import Delivery, DeliveryState, Digest, Subscriber
from bot.store import papers
from bot.store.tables import deliveries, digest_papers, digests, ledger, workspaces
from recommender import Match, Reason


def shown(connection: Connection, to: Subscriber) -> set[str]:
    """The ids of all papers that the ledger has for a subscriber."""
    query = select(ledger.c.paper).where(_of(to))
    return set(connection.execute(query).scalars())


def put(connection: Connection, digest: Digest) -> Delivery:
    """Writes a digest, its ledger entries, and the delivery that will send it."""
    of = {"workspace": digest.subscriber.workspace, "subscriber": digest.subscriber.id}
    connection.execute(
        insert(digests).values(
            id=digest.id,
            due_at=digest.due_at,
            composed_at=digest.composed_at,
            unseen=digest.unseen,
            **of,
        )
    )
    if digest.matches:
        ids = [match.paper.id for match in digest.matches]
        connection.execute(insert(digest_papers), _rows(digest))
        connection.execute(
            insert(ledger), [{"paper": paper, "digest": digest.id, **of} for paper in ids]
        )
    delivery = Delivery(uuid.uuid4().hex, digest.id, digest.subscriber, DeliveryState.PENDING)
    connection.execute(
        insert(deliveries).values(
            id=delivery.id,
            digest=digest.id,
            state=delivery.state.value,
            attempts=0,
            not_before=digest.composed_at,
            **of,
        )
    )
    return delivery


def get(connection: Connection, digest: str) -> Digest | None:
    """A digest with its papers as the corpus has them now."""
    row = connection.execute(select(digests).where(digests.c.id == digest)).one_or_none()
    if row is None:
        return None
    of = Subscriber(row.workspace, row.subscriber)
    found = _matches(connection, digest)
    return Digest(row.id, of, row.due_at, row.composed_at, row.unseen, found)


def waiting(connection: Connection, now: datetime) -> list[Delivery]:
    """Deliveries that may be sent now, oldest first."""
    query = (
        select(deliveries)
        .join(digests, digests.c.id == deliveries.c.digest)
        .outerjoin(workspaces, workspaces.c.id == deliveries.c.workspace)
        .where(
            deliveries.c.state == DeliveryState.PENDING.value,
            deliveries.c.not_before <= now,
            workspaces.c.off_reason.is_(None),
        )
        .order_by(digests.c.composed_at, deliveries.c.id)
    )
    return [
        Delivery(
            r.id,
            r.digest,
            Subscriber(r.workspace, r.subscriber),
            DeliveryState(r.state),
            r.attempts,
        )
        for r in connection.execute(query)
    ]


def begin(connection: Connection, delivery: Delivery) -> bool:
    """Marks a pending delivery as being sent.

    False when somebody else was faster, or the workspace has been switched off meanwhile.
    """
    off = select(workspaces.c.id).where(workspaces.c.off_reason.is_not(None))
    begun = connection.execute(
        update(deliveries)
        .where(
            _is(delivery),
            deliveries.c.state == DeliveryState.PENDING.value,
            deliveries.c.workspace.not_in(off),
        )
        .values(state=DeliveryState.SENDING.value, attempts=deliveries.c.attempts + 1)
    )
    return begun.rowcount == 1


def sent(connection: Connection, delivery: Delivery, channel: str, ts: str) -> None:
    """Slack took the message; `channel` and `ts` name it there."""
    connection.execute(
        update(deliveries)
        .where(_is(delivery))
        .values(state=DeliveryState.SENT.value, channel=channel, ts=ts, error=None)
    )


def postpone(connection: Connection, delivery: Delivery, until: datetime, error: str) -> None:
    """Slack certainly did not take the message: it is sent again, not before `until`."""
    connection.execute(
        update(deliveries)
        .where(_is(delivery))
        .values(state=DeliveryState.PENDING.value, not_before=until, error=error)
    )


def fail(connection: Connection, delivery: Delivery, error: str) -> None:
    """Slack refused the message for good: its papers were not shown and may come again."""
    connection.execute(
        update(deliveries)
        .where(_is(delivery))
        .values(state=DeliveryState.FAILED.value, error=error)
    )
    connection.execute(delete(ledger).where(ledger.c.digest == delivery.digest))


def doubt(connection: Connection, delivery: Delivery, error: str) -> None:
    """Slack may have taken the message: it is never repeated blindly."""
    connection.execute(
        update(deliveries)
        .where(_is(delivery))
        .values(state=DeliveryState.UNKNOWN.value, error=error)
    )


def doubt_interrupted(connection: Connection) -> int:
    """Marks deliveries that a process left half way as unknown; how many they are."""
    left = update(deliveries).where(deliveries.c.state == DeliveryState.SENDING.value)
    values = {"state": DeliveryState.UNKNOWN.value, "error": "stopped while it was being sent"}
    return connection.execute(left.values(values)).rowcount


def count_by_state(connection: Connection) -> dict[DeliveryState, int]:
    """How many deliveries are in each state that occurs."""
    rows = connection.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
    return {DeliveryState(state): number for state, number in rows}


def _rows(digest: Digest) -> list[dict[str, object]]:
    return [
        {
            "digest": digest.id,
            "rank": rank,
            "paper": match.paper.id,
            "score": match.score,
            "reasons": [asdict(reason) for reason in match.reasons],
        }
        for rank, match in enumerate(digest.matches, 1)
    ]


def _matches(connection: Connection, digest: str) -> tuple[Match, ...]:
    query = select(digest_papers).where(digest_papers.c.digest == digest)
    rows = connection.execute(query.order_by(digest_papers.c.rank)).all()
    known = papers.get(connection, [row.paper for row in rows])
    return tuple(
        Match(
            known[row.paper],
            row.score,
            tuple(Reason(r["interest"], tuple(r["terms"]), r["share"]) for r in row.reasons),
        )
        for row in rows
    )


def _of(subscriber: Subscriber) -> ColumnElement[bool]:
    return and_(ledger.c.workspace == subscriber.workspace, ledger.c.subscriber == subscriber.id)


def _is(delivery: Delivery) -> ColumnElement[bool]:
    return deliveries.c.id == delivery.id
