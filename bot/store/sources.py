"""The sources that are read by themselves: when each is due, and where its next reading begins."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from bot.store.papers import Ingestion, ingestion
from bot.store.tables import checkpoints, ingestions, readers, sources

MAX_NAME = 500

BY_HAND = "ingest-"
"""With this begin the names of readers that somebody has started beside the bot."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A source that is read every so many minutes; `failures` counts the runs that failed since
    the last that did not. One that stands in the settings comes and goes with them.
    """

    name: str
    minutes: int
    in_settings: bool
    added_at: datetime
    next_due: datetime
    failures: int = 0


def put(connection: Connection, source: Subscribed) -> None:
    """Adds a source, or changes how often it is read; one that is there stays due as it was."""
    values = {"minutes": source.minutes, "in_settings": source.in_settings}
    there = update(sources).where(sources.c.name == source.name).values(values)
    if not connection.execute(there).rowcount:
        connection.execute(
            insert(sources).values(
                name=source.name,
                kind=kind_of(source.name),
                added_at=source.added_at,
                next_due=source.next_due,
                failures=0,
                **values,
            )
        )


def remove(connection: Connection, name: str) -> bool:
    """Reads a source no more; its papers stay. Whether it was there."""
    return bool(connection.execute(delete(sources).where(sources.c.name == name)).rowcount)


def all_of(connection: Connection) -> list[Subscribed]:
    """Every source, in the order of their names."""
    rows = connection.execute(select(sources).order_by(sources.c.name))
    return [
        Subscribed(r.name, r.minutes, r.in_settings, r.added_at, r.next_due, r.failures)
        for r in rows
    ]


def hasten(connection: Connection, name: str, now: datetime) -> bool:
    """Has a source read at the next tick; whether it is there."""
    due = update(sources).where(sources.c.name == name).values(next_due=now)
    return bool(connection.execute(due).rowcount)


def claim(
    connection: Connection, reader: str, now: datetime, lease: timedelta
) -> Subscribed | None:
    """Takes the source that is due longest, and its site, for the lease; None when none is.

    No other reader gets a source of that kind before the lease is over or `rest` has passed.
    """
    _hold(connection)
    is_taken = and_(readers.c.kind == sources.c.kind, _is_taken(reader, now))
    query = (
        select(sources)
        .where(sources.c.next_due <= now)
        .where(~select(readers.c.kind).where(is_taken).correlate(sources).exists())
        .order_by(sources.c.next_due, sources.c.name)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    _write(connection, row.kind, reader, row.name, now + lease)
    return Subscribed(row.name, row.minutes, row.in_settings, row.added_at, now, row.failures)


def take(
    connection: Connection, name: str, reader: str, now: datetime, lease: timedelta
) -> str | None:
    """Takes the site of a source that is not due, or holds it longer.

    None when that is done; else the source that another reads there, "" for one between two.
    """
    _hold(connection)
    kind = kind_of(name)
    mine = and_(readers.c.reader == reader, readers.c.source == name)
    taken = select(readers).where(readers.c.kind == kind, _is_taken(reader, now), ~mine)
    busy = connection.execute(taken).one_or_none()
    if busy is not None:
        return str(busy.source or "")
    _write(connection, kind, reader, name, now + lease)
    return None


def rest(connection: Connection, name: str, reader: str, until: datetime) -> None:
    """Gives the site of a source back; until then nobody but the same reader may take it."""
    mine = and_(readers.c.kind == kind_of(name), readers.c.reader == reader)
    connection.execute(update(readers).where(mine).values(source=None, lease_until=until))


def kind_of(name: str) -> str:
    """The kind of a source, which stands before the colon."""
    return name.partition(":")[0]


def _is_taken(reader: str, now: datetime) -> ColumnElement[bool]:
    may_go_on = and_(readers.c.reader == reader, readers.c.source.is_(None))
    return and_(readers.c.lease_until > now, ~may_go_on)


def _hold(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Two that look at the same moment would each see the kind free.
        connection.execute(select(func.pg_advisory_xact_lock(_CLAIM_LOCK)))


# Any number that nobody else uses for a lock in the same database.
_CLAIM_LOCK = 7_277_398


def _write(connection: Connection, kind: str, reader: str, name: str, until: datetime) -> None:
    values = {"reader": reader, "source": name[:MAX_NAME], "lease_until": until}
    there = update(readers).where(readers.c.kind == kind).values(values)
    if not connection.execute(there).rowcount:
        connection.execute(insert(readers).values(kind=kind, **values))


def done(connection: Connection, name: str, next_due: datetime, failures: int) -> None:
    """Says when a source that was read is due again."""
    values = {"next_due": next_due, "failures": failures}
    connection.execute(update(sources).where(sources.c.name == name).values(values))


def release_all(connection: Connection) -> None:
    """Gives back what bots that are no more had taken, for one that is alone."""
    connection.execute(delete(readers).where(~readers.c.reader.startswith(BY_HAND)))


def place(connection: Connection, name: str) -> str | None:
    """Where the next reading of a source begins, as the source itself wrote it."""
    query = select(checkpoints.c.place).where(checkpoints.c.source == name[:MAX_NAME])
    return connection.execute(query).scalar_one_or_none()


def keep_place(connection: Connection, name: str, place: str) -> None:
    """Writes where the next reading of a source begins."""
    name = name[:MAX_NAME]
    there = update(checkpoints).where(checkpoints.c.source == name).values(place=place)
    if not connection.execute(there).rowcount:
        connection.execute(insert(checkpoints).values(source=name, place=place))


def last_runs(connection: Connection, name: str, number: int) -> list[Ingestion]:
    """The newest runs of a source, newest first."""
    query = select(ingestions).where(ingestions.c.source == name[:MAX_NAME])
    rows = connection.execute(query.order_by(ingestions.c.id.desc()).limit(number))
    return [ingestion(row) for row in rows]


def last_with_news(connection: Connection, name: str) -> datetime | None:
    """When a run of that source last brought a paper; None when none ever did."""
    brought = or_(ingestions.c.new > 0, ingestions.c.updated > 0)
    query = select(func.max(ingestions.c.finished_at)).where(ingestions.c.source == name, brought)
    return connection.execute(query).scalar_one_or_none()
