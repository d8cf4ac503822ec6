"""Workspaces, their people, and what each person keeps: saved papers and recent searches."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    case,
    delete,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)

from bot.models import Marks, Person, Search, Subscriber
from bot.store import rows, tables
from bot.store.tables import hidden, people, saved, searches, workspaces
from recommender import InterestKind

SEARCH_LIFE = timedelta(days=30)

_judged = tables.interests
_PERSON = select(people).where(rows.of_them(people, "id"))
_SAVED = (
    select(saved.c.paper).where(rows.of_them(saved, "person")).order_by(saved.c.saved_at.desc())
)
_HIDDEN = (
    select(hidden.c.paper)
    .where(rows.of_them(hidden, "person"))
    .order_by(hidden.c.hidden_at.desc(), hidden.c.paper)
)
_MARKS = union_all(
    select(literal("saved").label("mark"), saved.c.paper).where(rows.of_them(saved, "person")),
    select(literal("hidden"), hidden.c.paper).where(rows.of_them(hidden, "person")),
    select(case((_judged.c.muted, "disliked"), else_="liked"), _judged.c.text).where(
        rows.of_them(_judged, "subscriber"), _judged.c.kind == InterestKind.PAPER.value
    ),
)
_SEARCH = select(searches.c.text).where(
    rows.of_them(searches, "person"), searches.c.id == bindparam("key")
)
_NEW_SEARCH = insert(searches)
_LONG_PAST = delete(searches).where(searches.c.made_at < bindparam("since"))


def put_workspace(connection: Connection, workspace: str, name: str) -> None:
    """Remembers a workspace, and that the bot works in it (again)."""
    rows.put(connection, workspaces, {"id": workspace, "name": name, "off_reason": None})


def switch_off(connection: Connection, workspace: str, reason: str) -> None:
    """Stops all digests of a workspace until `put_workspace`; the reason is a sentence.

    One that has been forgotten meanwhile stays forgotten.
    """
    changed = connection.execute(
        update(workspaces).where(workspaces.c.id == workspace).values(off_reason=reason)
    )
    if not changed.rowcount and _keeps_anything_of(connection, workspace):
        connection.execute(
            insert(workspaces).values(id=workspace, name=workspace, off_reason=reason)
        )


def _keeps_anything_of(connection: Connection, workspace: str) -> bool:
    of_it = (
        select(table).where(table.c.workspace == workspace).exists()
        for table in tables.metadata.tables.values()
        if "workspace" in table.c
    )
    return bool(connection.execute(select(or_(*of_it))).scalar_one())


def person(connection: Connection, who: Subscriber) -> Person | None:
    """What is known of somebody."""
    row = connection.execute(_PERSON, rows.whose(who)).one_or_none()
    if row is None:
        return None
    return Person(row.workspace, row.id, row.name, row.zone, row.refreshed_at, row.is_admin)


def put_person(connection: Connection, known: Person) -> None:
    """Remembers what Slack told of somebody."""
    values = {
        "name": known.name[:200],
        "zone": known.zone,
        "is_admin": known.is_admin,
        "refreshed_at": known.refreshed_at,
    }
    rows.put(connection, people, {"workspace": known.workspace, "id": known.id, **values})


def save_paper(connection: Connection, who: Subscriber, paper: str, now: datetime) -> None:
    """Puts a paper on somebody's list; twice is once."""
    row = {"workspace": who.workspace, "person": who.id, "paper": paper, "saved_at": now}
    rows.add(connection, saved, row)


def unsave_paper(connection: Connection, who: Subscriber, paper: str) -> None:
    """Takes a paper off somebody's list."""
    connection.execute(delete(saved).where(_is(saved, "person", who), saved.c.paper == paper))


def saved_papers(connection: Connection, who: Subscriber) -> list[str]:
    """The ids of the papers that somebody saved, newest first."""
    return list(connection.execute(_SAVED, rows.whose(who)).scalars())


def hide_paper(connection: Connection, who: Subscriber, paper: str, now: datetime) -> None:
    """Never shows somebody a paper again; twice is once."""
    row = {"workspace": who.workspace, "person": who.id, "paper": paper, "hidden_at": now}
    rows.add(connection, hidden, row)


def unhide_paper(connection: Connection, who: Subscriber, paper: str) -> None:
    """Lets a paper be shown to somebody again."""
    connection.execute(delete(hidden).where(_is(hidden, "person", who), hidden.c.paper == paper))


def hidden_papers(connection: Connection, who: Subscriber) -> list[str]:
    """The ids of the papers that somebody never wants to see again, newest first."""
    return list(connection.execute(_HIDDEN, rows.whose(who)).scalars())


def marks(connection: Connection, who: Subscriber) -> Marks:
    """What somebody has said of papers: saved, liked, disliked, hidden."""
    said: dict[str, set[str]] = {"saved": set(), "hidden": set(), "liked": set(), "disliked": set()}
    for row in connection.execute(_MARKS, rows.whose(who)):
        said[row.mark].add(row.paper)
    return Marks(**{mark: frozenset(ids) for mark, ids in said.items()})


def keep_search(connection: Connection, who: Subscriber, text: str, now: datetime) -> Search:
    """Keeps a search for the buttons of its answer, and forgets those long past."""
    connection.execute(_LONG_PAST, {"since": now - SEARCH_LIFE})
    search = Search(uuid.uuid4().hex, who, text)
    row = {"id": search.id, "workspace": who.workspace, "person": who.id, "text": text}
    connection.execute(_NEW_SEARCH, row | {"made_at": now})
    return search


def search(connection: Connection, who: Subscriber, key: str) -> Search | None:
    """A search that this very person made."""
    row = connection.execute(_SEARCH, rows.whose(who) | {"key": key}).one_or_none()
    return Search(key, who, row.text) if row is not None else None


def forget(connection: Connection, who: Subscriber) -> None:
    """Deletes everything that belongs to one person or channel.

    What a person set up for channels stays, without their name.
    """
    deleted: Collection[tuple[Table, str]] = (
        (tables.ledger, "subscriber"),
        (tables.deliveries, "subscriber"),
        (tables.subscriptions, "subscriber"),
        (tables.interests, "subscriber"),
        (saved, "person"),
        (hidden, "person"),
        (tables.shares, "person"),
        (tables.homes, "person"),
        (tables.forms, "person"),
        (tables.forms, "subscriber"),
        (searches, "person"),
        (people, "id"),
    )
    owned = tables.subscriptions
    connection.execute(update(owned).where(_is(owned, "owner", who)).values(owner=""))
    digests = select(tables.digests.c.id).where(_is(tables.digests, "subscriber", who))
    connection.execute(
        delete(tables.digest_papers).where(tables.digest_papers.c.digest.in_(digests))
    )
    for table, column in deleted:
        connection.execute(delete(table).where(_is(table, column, who)))
    connection.execute(delete(tables.digests).where(_is(tables.digests, "subscriber", who)))


def _is(table: Table, column: str, who: Subscriber) -> ColumnElement[bool]:
    return and_(table.c.workspace == who.workspace, table.c[column] == who.id)
