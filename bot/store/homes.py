"""Which people have opened the Home tab, and what stands there."""

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from bot.models import Subscriber
from bot.store.tables import homes


def fingerprint(connection: Connection, of: Subscriber) -> str | None:
    """What `put` was given last; None for somebody who never opened the tab."""
    return connection.execute(select(homes.c.fingerprint).where(_of(of))).scalar_one_or_none()


def put(connection: Connection, of: Subscriber, fingerprint: str) -> None:
    """Remembers what stands there now."""
    changed = connection.execute(update(homes).where(_of(of)).values(fingerprint=fingerprint))
    if not changed.rowcount:
        connection.execute(
            insert(homes).values(workspace=of.workspace, person=of.id, fingerprint=fingerprint)
        )


def _of(person: Subscriber) -> ColumnElement[bool]:
    return and_(homes.c.workspace == person.workspace, homes.c.person == person.id)
