"""Forms that people have opened: which of them is about whose settings."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from bot.models import Subscriber
from bot.store.tables import forms

FORM_LIFE = timedelta(days=7)


def keep(connection: Connection, by: Subscriber, of: Subscriber, now: datetime) -> str:
    """Remembers that a person opened a form about somebody; its id. Forgets those long past."""
    connection.execute(delete(forms).where(forms.c.opened_at < now - FORM_LIFE))
    key = uuid.uuid4().hex
    connection.execute(
        insert(forms).values(
            id=key, workspace=by.workspace, person=by.id, subscriber=of.id, opened_at=now
        )
    )
    return key


def about(connection: Connection, by: Subscriber, key: str) -> Subscriber | None:
    """Whom a form is about that this very person opened; None when there is no such form."""
    query = select(forms.c.subscriber).where(
        forms.c.workspace == by.workspace, forms.c.person == by.id, forms.c.id == key
    )
    found = connection.execute(query).scalar_one_or_none()
    return Subscriber(by.workspace, found) if found is not None else None
