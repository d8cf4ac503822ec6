"""What Slack has told already: it tells again when it heard no answer."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.tables import events

EVENT_LIFE = timedelta(days=1)


def is_new(connection: Connection, event: str, workspace: str, now: datetime) -> bool:
    """Whether an event is told for the first time within a day; it is remembered from then on.

    Of several processes that ask at once, one hears yes: the others wait for its transaction, and
    one of them hears yes after all if that fails.
    """
    connection.execute(delete(events).where(events.c.at < now - EVENT_LIFE))
    is_postgres = connection.dialect.name == "postgresql"
    told = postgresql.insert(events) if is_postgres else sqlite.insert(events)
    written = told.values(id=event, workspace=workspace, at=now).on_conflict_do_nothing()
    return connection.execute(written.returning(events.c.id)).first() is not None
