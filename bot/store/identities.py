"""Under which ids papers are found, and how everything follows a paper whose id changes."""

import json
from collections.abc import Collection, Iterable

from sqlalchemy import (
    BindParameter,
    Column,
    Connection,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    insert,
    select,
    union_all,
    update,
)

from bot.store import papers as corpus
from bot.store.tables import aliases, interests, metadata, papers
from recommender import InterestKind

_ids: BindParameter[str] = bindparam("ids", expanding=True)
_HOLDERS = union_all(
    select(papers.c.id.label("key"), papers.c.id.label("paper")).where(papers.c.id.in_(_ids)),
    select(aliases.c.alias, aliases.c.paper).where(aliases.c.alias.in_(_ids)),
)


def holders(connection: Connection, ids: Collection[str]) -> dict[str, set[str]]:
    """The papers found under each of those ids, by id; a title's may be that of several."""
    found: dict[str, set[str]] = {}
    for some in corpus.portions(ids):
        for row in connection.execute(_HOLDERS, {"ids": list(some)}):
            found.setdefault(row.key, set()).add(row.paper)
    return found


def names(connection: Connection, ids: Collection[str]) -> dict[str, set[str]]:
    """All ids of each of those papers, their own among them."""
    found = {key: {key} for key in ids}
    for some in corpus.portions(ids):
        query = select(aliases.c.alias, aliases.c.paper).where(aliases.c.paper.in_(some))
        for row in connection.execute(query):
            found[row.paper].add(row.alias)
    return found


def found(connection: Connection, keys: Collection[str]) -> dict[str, str]:
    """By id, the one by which its paper now goes; ids of no paper or of several are left out."""
    holding = holders(connection, keys)
    own = {key: key for key, some in holding.items() if key in some}
    return {key: next(iter(some)) for key, some in holding.items() if len(some) == 1} | own


def gone(connection: Connection, since: int) -> list[str]:
    """The ids that were papers' own and ceased to be after that revision."""
    return list(connection.execute(select(aliases.c.alias).where(aliases.c.gone > since)).scalars())


def rekey(connection: Connection, old: str, new: str) -> None:
    """The paper `old` is the paper `new` from now on, which may be there already or not.

    Whatever refers to it follows: every column that points at papers, and liked papers. Where
    both were referred to, one of the two stays. The old id is still found.
    """
    revision = corpus.next_revision(connection)
    _make(connection, old, new, revision)
    for table, column in _references():
        _move(connection, table, column, old, new)
    _move_likes(connection, old, new)
    connection.execute(delete(aliases).where(aliases.c.alias == new, aliases.c.paper == new))
    connection.execute(delete(aliases).where(aliases.c.alias == old, aliases.c.paper == new))
    connection.execute(insert(aliases).values(alias=old, paper=new, gone=revision))
    connection.execute(delete(papers).where(papers.c.id == old))


def _make(connection: Connection, old: str, new: str, revision: int) -> None:
    """A row for the new id: it is as old as the older of the two, so that it is no news."""
    before = connection.execute(select(papers).where(papers.c.id == old)).one()
    there = connection.execute(select(papers).where(papers.c.id == new)).one_or_none()
    if there is None:
        body = json.dumps(json.loads(before.body) | {"id": new})
        values = before._asdict() | {"id": new, "body": body, "revision": revision}
        connection.execute(insert(papers).values(values))
        return
    first = min(before, there, key=lambda row: row.added)
    times = {"added": first.added, "first_seen": min(before.first_seen, there.first_seen)}
    connection.execute(update(papers).where(papers.c.id == new).values(times))


def _references() -> Iterable[tuple[Table, Column[str]]]:
    """The columns of all tables that point at papers."""
    return [
        (table, column)
        for table in metadata.sorted_tables
        for column in table.columns
        if column.references(papers.c.id)
    ]


def _move(connection: Connection, table: Table, column: Column[str], old: str, new: str) -> None:
    """Points rows at the new id; one that would then be there twice goes."""
    for unique in table.constraints:
        if not isinstance(unique, PrimaryKeyConstraint | UniqueConstraint):
            continue
        if column.name not in unique.columns:
            continue
        there = table.alias()
        rest = [there.c[c.name] == c for c in unique.columns if c.name != column.name]
        twin = select(there).where(there.c[column.name] == new, *rest)
        connection.execute(delete(table).where(column == old, twin.exists()))
    connection.execute(update(table).where(column == old).values({column: new}))


def _move_likes(connection: Connection, old: str, new: str) -> None:
    is_paper = interests.c.kind == InterestKind.PAPER.value
    there = interests.alias()
    twin = select(there).where(
        there.c.workspace == interests.c.workspace,
        there.c.subscriber == interests.c.subscriber,
        there.c.kind == interests.c.kind,
        there.c.key == new,
    )
    of_old = is_paper & (interests.c.key == old)
    connection.execute(delete(interests).where(of_old, twin.exists()))
    connection.execute(update(interests).where(of_old).values(key=new, text=new))
