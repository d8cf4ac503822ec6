"""Writing a row whose key may be there already: several processes may do so at once."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

_INSERTS: dict[str, Callable[..., Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def put(
    connection: Connection, table: Table, values: dict[str, Any], key: Collection[str] = ()
) -> None:
    """Writes a row, or changes the one of the same key: the primary one, unless `key` names it."""
    keys = list(key) or [column.name for column in table.primary_key.columns]
    new = _INSERTS[connection.dialect.name](table).values(values)
    changed = {name: new.excluded[name] for name in values if name not in keys}
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_=changed))


def add(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    """Writes a row, unless there is one of the same key."""
    new = _INSERTS[connection.dialect.name](table).values(values)
    connection.execute(new.on_conflict_do_nothing())
