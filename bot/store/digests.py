"""Digests, and the ledger of what each subscriber has been shown."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
)

from bot.models import Delivery, DeliveryState, Digest, Funnel, Pick, Slot, Subscriber
from bot.store import papers, rows
from bot.store.tables import deliveries, digest_papers, digests, ledger
from recommender import Match, Reason

PAPERS_A_PART = 10
"""How many papers one message of Slack's holds; a longer digest comes in several parts."""

_SHOWN = select(ledger.c.paper).where(rows.of_them(ledger, "subscriber"))
_was_shown = (
    select(ledger.c.paper)
    .where(
        ledger.c.workspace == digests.c.workspace,
        ledger.c.subscriber == digests.c.subscriber,
        ledger.c.paper == digest_papers.c.paper,
    )
    .correlate(digests, digest_papers)
    .exists()
)
_has_papers_not_shown = (
    select(digest_papers.c.paper)
    .where(digest_papers.c.digest == digests.c.id, ~_was_shown)
    .correlate(digests)
    .exists()
)
_PREVIOUS = (
    select(digests.c.composed_at, digests.c.revision)
    .where(
        rows.of_them(digests, "subscriber"),
        digests.c.asked_for.is_(False),
        ~_has_papers_not_shown,
    )
    .order_by(digests.c.composed_at.desc())
    .limit(1)
)


def reserve(connection: Connection, to: Subscriber) -> None:
    """Keeps others from composing for a subscriber until the end of the transaction.

    On SQLite there is one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(f"{to.workspace} {to.id}", 0)
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def shown(connection: Connection, to: Subscriber) -> set[str]:
    """The ids of all papers that the ledger has for a subscriber."""
    return set(connection.execute(_SHOWN, rows.whose(to)).scalars())


def put(connection: Connection, digest: Digest) -> None:
    """Writes a digest and its ledger entries."""
    of = {"workspace": digest.subscriber.workspace, "subscriber": digest.subscriber.id}
    connection.execute(
        insert(digests).values(
            id=digest.id,
            due_at=digest.due_at,
            composed_at=digest.composed_at,
            asked_for=digest.asked_for,
            revision=digest.revision,
            **asdict(digest.funnel),
            **of,
        )
    )
    if digest.picks:
        printed = _rows(digest)
        connection.execute(insert(digest_papers), printed)
        entries = [{k: row[k] for k in ("paper", "digest", "part")} | of for row in printed]
        connection.execute(insert(ledger), entries)


def release(connection: Connection, delivery: Delivery) -> None:
    """The papers of a part were not shown: they leave the ledger, and may come again."""
    entries = (ledger.c.digest == delivery.digest) & (ledger.c.part == delivery.part)
    connection.execute(delete(ledger).where(entries))


def enter_again(connection: Connection, delivery: Delivery) -> None:
    """The papers of a part are to be shown, but for those shown meanwhile: these leave it."""
    release(connection, delivery)
    to, table = delivery.subscriber, digest_papers
    part = (table.c.digest == delivery.digest) & (table.c.part == delivery.part)
    shown_meanwhile = table.c.paper.in_(select(ledger.c.paper).where(_shown_to(to)))
    connection.execute(delete(table).where(part, shown_meanwhile))
    again = select(
        literal(to.workspace), literal(to.id), table.c.paper, table.c.digest, table.c.part
    ).where(part)
    columns = ["workspace", "subscriber", "paper", "digest", "part"]
    connection.execute(insert(ledger).from_select(columns, again))


def get(connection: Connection, digest: str) -> Digest | None:
    """A digest with its papers as the corpus has them now."""
    row = connection.execute(select(digests).where(digests.c.id == digest)).one_or_none()
    return _digest(connection, row) if row is not None else None


def previous(connection: Connection, of: Subscriber) -> tuple[datetime, int] | None:
    """When the last regular digest was composed, and at which revision of the corpus.

    One of which a part was refused or given up does not count: its papers are still new.
    """
    row = connection.execute(_PREVIOUS, rows.whose(of)).one_or_none()
    return (row.composed_at, row.revision) if row is not None else None


def lately(connection: Connection, of: Subscriber, count: int) -> list[tuple[Reason, ...]]:
    """The reasons of the latest papers that answered a subscriber's interests, newest first."""
    values = {"workspace": of.workspace, "subscriber": of.id, "count": count}
    return [_reasons(reasons) for reasons in connection.execute(_LATELY, values).scalars()]


def history(connection: Connection, of: Subscriber, limit: int) -> list[Digest]:
    """The newest digests of a subscriber, newest first."""
    query = select(digests).where(_to(of)).order_by(digests.c.composed_at.desc(), digests.c.id)
    return [_digest(connection, row) for row in connection.execute(query.limit(limit)).all()]


def states(connection: Connection, ids: Sequence[str]) -> dict[str, DeliveryState]:
    """How far the sending of each of those digests has come; of its parts the worst counts."""
    order = [DeliveryState(each) for each in ("sent", "sending", "pending", "failed", "unknown")]
    query = select(deliveries.c.digest, deliveries.c.state).where(deliveries.c.digest.in_(ids))
    found: dict[str, DeliveryState] = {}
    for digest, text in connection.execute(query):
        state = DeliveryState(text)
        found[digest] = max(found.get(digest, state), state, key=order.index)
    return found


def part_of(rank: int) -> int:
    """The part, from 0, in which the paper at that place, from 0, comes."""
    return rank // PAPERS_A_PART


def _shown_to(subscriber: Subscriber) -> ColumnElement[bool]:
    return and_(ledger.c.workspace == subscriber.workspace, ledger.c.subscriber == subscriber.id)


def _rows(digest: Digest) -> list[dict[str, object]]:
    return [
        {
            "digest": digest.id,
            "rank": rank + 1,
            "paper": pick.match.paper.id,
            "part": part_of(rank),
            "slot": pick.slot.value,
            "score": pick.match.score,
            "reasons": [asdict(reason) for reason in pick.match.reasons],
        }
        for rank, pick in enumerate(digest.picks)
    ]


def _digest(connection: Connection, row: Row[tuple[object, ...]]) -> Digest:
    funnel = Funnel(row.since, row.new, row.matched, tuple(row.failing), tuple(row.silent))
    return Digest(
        id=row.id,
        subscriber=Subscriber(row.workspace, row.subscriber),
        due_at=row.due_at,
        composed_at=row.composed_at,
        revision=row.revision,
        funnel=funnel,
        picks=_picks(connection, row.id),
        asked_for=row.asked_for,
    )


def _picks(connection: Connection, digest: str) -> tuple[Pick, ...]:
    query = select(digest_papers).where(digest_papers.c.digest == digest)
    found = connection.execute(query.order_by(digest_papers.c.rank)).all()
    known = papers.get(connection, [row.paper for row in found])
    return tuple(
        Pick(
            Match(
                known[row.paper],
                row.score,
                _reasons(row.reasons),
            ),
            Slot(row.slot),
            row.rank,
        )
        for row in found
    )


def _to(subscriber: Subscriber) -> ColumnElement[bool]:
    return and_(digests.c.workspace == subscriber.workspace, digests.c.subscriber == subscriber.id)


def _reasons(stored: Sequence[dict[str, Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(each["interest"], tuple(each["terms"]), each["share"]) for each in stored)


_LATELY = (
    select(digest_papers.c.reasons)
    .join(digests, digests.c.id == digest_papers.c.digest)
    .where(
        digests.c.workspace == bindparam("workspace"),
        digests.c.subscriber == bindparam("subscriber"),
        digest_papers.c.slot != Slot.EXPLORATION.value,
    )
    .order_by(digests.c.composed_at.desc(), digests.c.id, digest_papers.c.rank)
    .limit(bindparam("count"))
)
