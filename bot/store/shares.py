"""Which papers were shared in which channel."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.models import Share, Subscriber
from bot.store.tables import shares


def first(connection: Connection, channel: Subscriber, paper: str) -> Share | None:
    """How a paper first came into a channel; None where it did not."""
    row = connection.execute(
        select(shares).where(
            shares.c.workspace == channel.workspace,
            shares.c.channel == channel.id,
            shares.c.paper == paper,
        )
    ).one_or_none()
    return Share(row.paper, row.person, row.ts, row.shared_at) if row is not None else None


def put(
    connection: Connection, channel: Subscriber, paper: str, person: str, ts: str, now: datetime
) -> None:
    """Remembers that a person shared a paper; only the first time in a channel counts."""
    if first(connection, channel, paper) is None:
        connection.execute(
            insert(shares).values(
                workspace=channel.workspace,
                channel=channel.id,
                paper=paper,
                person=person,
                ts=ts,
                shared_at=now,
            )
        )
