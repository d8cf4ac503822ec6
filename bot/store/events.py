"""What Slack has told already: it tells again when it heard no answer."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from bot.store.tables import events

EVENT_LIFE = timedelta(days=1)


def is_new(connection: Connection, event: str, workspace: str, now: datetime) -> bool:
    """Whether an event is told for the first time within a day; it is remembered from then on.

    Several processes may ask at once: the transaction of all but one of them fails on PostgreSQL,
    and Slack's next attempt finds the event known.
    """
    connection.execute(delete(events).where(events.c.at < now - EVENT_LIFE))
    if connection.execute(select(events.c.id).where(events.c.id == event)).first() is not None:
        return False
    connection.execute(insert(events).values(id=event, workspace=workspace, at=now))
    return True
