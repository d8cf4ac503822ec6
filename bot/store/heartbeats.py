"""When the bot on each host last ticked."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.store.tables import heartbeats


def beat(connection: Connection, host: str, now: datetime) -> None:
    """The bot on `host` is alive."""
    known = connection.execute(update(heartbeats).where(heartbeats.c.host == host).values(at=now))
    if not known.rowcount:
        connection.execute(insert(heartbeats).values(host=host, at=now))


def last(connection: Connection, host: str) -> datetime | None:
    """When the bot on `host` was last alive; None when it never was."""
    query = select(heartbeats.c.at).where(heartbeats.c.host == host)
    return connection.execute(query).scalar_one_or_none()
