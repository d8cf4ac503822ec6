"""Rows of somebody, and rows whose key may be there already when several processes write them."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.models import Subscriber

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


def hold(connection: Connection, what: str, of: Subscriber) -> None:
    """Keeps others that hold the same from going on until the end of the transaction.

    It holds rows that are not there yet, too. On SQLite there is one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(f"{what} {of.workspace} {of.id}", 0)
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def of_them(table: Table, column: str) -> ColumnElement[bool]:
    """Those of the person or channel that `whose` names, for a statement that is made once.

    To make a statement takes several times as long as to run it: those that answer a command are
    made when their module is.
    """
    return and_(table.c.workspace == bindparam("of_workspace"), table.c[column] == bindparam("of"))


def whose(who: Subscriber) -> dict[str, str]:
    """The parameters of a statement with `of_them`."""
    return {"of_workspace": who.workspace, "of": who.id}
