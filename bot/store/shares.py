"""Which papers came into which channel, by whom: shared there, or in a digest."""

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select, update

from bot.models import DeliveryState, Share, Subscriber
from bot.store.tables import deliveries, digests, ledger, shares


def claim(connection: Connection, channel: Subscriber, share: Share, seen: str | None) -> bool:
    """Writes a share down before it is posted; whether it may be.

    It may not where there is one, and not the one that the person knows of, whose id is `seen`: of
    two presses of one button the second posts nothing.
    """
    known = last(connection, channel, share.paper)
    if known is not None and known.id != seen:
        return False
    connection.execute(
        insert(shares).values(
            id=share.id,
            workspace=channel.workspace,
            channel=channel.id,
            paper=share.paper,
            person=share.person,
            shared_at=share.shared_at,
            ts=share.ts,
        )
    )
    return True


def stands(connection: Connection, channel: Subscriber, share: str, ts: str) -> bool:
    """Remembers in which message a share stands; False where it was taken back meanwhile."""
    change = update(shares).where(_is(channel, share)).values(ts=ts)
    return bool(connection.execute(change).rowcount)


def opens(connection: Connection, channel: Subscriber, share: str, thread: str) -> bool:
    """Remembers with which message the thread under a share was opened; False as in `stands`."""
    change = update(shares).where(_is(channel, share)).values(thread=thread)
    return bool(connection.execute(change).rowcount)


def get(connection: Connection, channel: Subscriber, share: str) -> Share | None:
    """One share of a channel."""
    row = connection.execute(select(shares).where(_is(channel, share))).one_or_none()
    return _share(row) if row is not None else None


def last(connection: Connection, channel: Subscriber, paper: str) -> Share | None:
    """The last share of a paper in a channel; None where nobody shared it."""
    query = select(shares).where(_in(channel), shares.c.paper == paper)
    newest = query.order_by(shares.c.shared_at.desc(), shares.c.id).limit(1)
    row = connection.execute(newest).one_or_none()
    return _share(row) if row is not None else None


def in_digest(connection: Connection, channel: Subscriber, paper: str) -> Share | None:
    """How a digest brought a paper into a channel; None where none did."""
    in_part = and_(deliveries.c.digest == ledger.c.digest, deliveries.c.part == ledger.c.part)
    query = (
        select(ledger.c.digest, digests.c.composed_at, deliveries.c.ts)
        .join(digests, digests.c.id == ledger.c.digest)
        .join(deliveries, in_part)
        .where(
            ledger.c.workspace == channel.workspace,
            ledger.c.subscriber == channel.id,
            ledger.c.paper == paper,
            deliveries.c.state == DeliveryState.SENT,
        )
    )
    row = connection.execute(query).one_or_none()
    return Share(row.digest, paper, "", row.composed_at, row.ts) if row is not None else None


def remove(connection: Connection, channel: Subscriber, share: str) -> Share | None:
    """Forgets a share that was not posted after all, or was taken back; what was known of it."""
    held = select(shares).where(_is(channel, share)).with_for_update()
    row = connection.execute(held).one_or_none()
    connection.execute(delete(shares).where(_is(channel, share)))
    return _share(row) if row is not None else None


def _share(row: Row[tuple[object, ...]]) -> Share:
    return Share(row.id, row.paper, row.person, row.shared_at, row.ts, row.thread)


def _in(channel: Subscriber) -> ColumnElement[bool]:
    return and_(shares.c.workspace == channel.workspace, shares.c.channel == channel.id)


def _is(channel: Subscriber, share: str) -> ColumnElement[bool]:
    return and_(_in(channel), shares.c.id == share)
