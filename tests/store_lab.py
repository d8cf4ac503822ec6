"""What the tests of the store share: people of two workspaces, papers, and rows to compare."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, select

from bot.models import (
    Digest,
    Funnel,
    Person,
    Pick,
    Schedule,
    Share,
    Slot,
    Subscriber,
    Subscription,
    Weekly,
)
from bot.store import (
    Store,
    digests,
    forms,
    homes,
    interests,
    outbox,
    people,
    shares,
    subscriptions,
)
from bot.store.homes import Standing
from bot.store.tables import metadata
from recommender import Interest, Match, Paper, Reason

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ADA = Subscriber("T1", "U1")
BOB = Subscriber("T1", "U2")
ADAS_TWIN = Subscriber("T2", "U1")
"""Somebody of another workspace with the same id."""

PAPERS = [
    Paper("arxiv:2401.00001", "One"),
    Paper(
        "doi:10.1/two",
        "Two ☃ \U0001f916",
        abstract="Of two.",
        authors=("Hervé Jégou", "李明"),
        more_authors=True,
        area="cs.CL",
        published=date(2024, 2, 29),
        organisations=("Meta",),
        venue="ICML",
        has_code=False,
        urls=("https://example.org/2",),
        sources=("seeds:a.txt", "file:b.jsonl"),
    ),
]
MANY = [Paper(f"id:{number:02}", f"Paper {number}") for number in range(25)]
FUNNEL = Funnel(NOW - timedelta(days=7), 412, 9, ("arxiv", "biorxiv"), ("feed:https://a.example/",))
NOTHING = Funnel(None, 0, 0)


def subscription(who: Subscriber, due: datetime = NOW) -> Subscription:
    """Mondays at nine in Paris."""
    mondays = Schedule(Weekly(frozenset({0})), time(9), "Europe/Paris")
    return Subscription(who, mondays, 5, owner=who.id, next_due=due)


def a_digest(to: Subscriber, key: str = "digest", at: datetime = NOW) -> Digest:
    """A digest with both papers, the second one first."""
    reasons = (Reason("bm25", ("BM25", "ranking"), 1.25), Reason("author:Jegou", ("Jégou",), 0.5))
    picks = (
        Pick(Match(PAPERS[1], 1.75, reasons)),
        Pick(Match(PAPERS[0], 0.5, ()), Slot.ARCHIVE, rank=2),
    )
    return Digest(key, to, at, at, 2, FUNNEL, picks)


def long_digest(to: Subscriber, key: str = "long", at: datetime = NOW) -> Digest:
    """A digest of 25 papers, which are three messages."""
    picks = tuple(Pick(Match(paper, 1.0, ()), rank=n) for n, paper in enumerate(MANY, 1))
    return Digest(key, to, at, at, 2, FUNNEL, picks)


def empty_digest(to: Subscriber, key: str = "empty", at: datetime = NOW) -> Digest:
    """A digest that has no papers."""
    return Digest(key, to, at, at, 2, NOTHING, ())


def compose(connection: Connection, digest: Digest) -> None:
    """Writes a digest and its deliveries, as composing does."""
    digests.put(connection, digest)
    outbox.put(connection, digest)


def fill(connection: Connection, who: Subscriber) -> None:
    """Gives somebody a row in every table that can have one of theirs."""
    people.put_workspace(connection, who.workspace, "Lab")
    people.put_person(connection, Person(who.workspace, who.id, "Ada", "Europe/Paris", NOW))
    interests.put(connection, who, Interest("bm25"))
    people.save_paper(connection, who, PAPERS[0].id, NOW)
    people.hide_paper(connection, who, PAPERS[0].id, NOW)
    people.keep_search(connection, who, "bm25", NOW)
    shares.claim(connection, channel_of(who), share(who), None)
    homes.put(connection, who, Standing("before"))
    forms.keep(connection, who, who, NOW)
    subscriptions.put(connection, subscription(who))
    compose(connection, a_digest(who, f"{who.workspace}-{who.id}"))


def share(who: Subscriber, number: str = "1", paper: str = PAPERS[0].id) -> Share:
    """How somebody shares a paper."""
    return Share(f"{who.workspace}-{who.id}-{number}", paper, who.id, NOW)


def channel_of(who: Subscriber) -> Subscriber:
    """A channel in which nobody else shares anything."""
    return Subscriber(who.workspace, f"C{who.id}")


def rows(store: Store) -> dict[str, list[str]]:
    """Every row of every table."""
    with store.reading() as connection:
        return {
            name: sorted(map(repr, connection.execute(select(table))))
            for name, table in metadata.tables.items()
        }


def rows_of(
    connection: Connection, workspace: str, person: str | None = None
) -> dict[str, list[str]]:
    """The rows that belong to a workspace, or only those of one of its people, by table."""
    found = {name: _rows_of(connection, name, workspace, person) for name in metadata.tables}
    return {name: kept for name, kept in found.items() if kept is not None}


def _rows_of(
    connection: Connection, name: str, workspace: str, person: str | None
) -> list[str] | None:
    """The rows of one table; None for a table about no workspace."""
    table = metadata.tables[name]
    owner = metadata.tables["digests"] if name == "digest_papers" else table
    if name == "workspaces":
        query = select(table).where(table.c.id == (workspace if person is None else None))
        return sorted(map(repr, connection.execute(query)))
    if "workspace" not in owner.c or (name == "events" and person is not None):
        return None
    query = select(table).where(owner.c.workspace == workspace)
    if owner is not table:
        query = query.join(owner, owner.c.id == table.c.digest)
    if person is not None:
        column = next(c for c in ("subscriber", "person", "id") if c in owner.c)
        query = query.where(owner.c[column] == person)
    return sorted(map(repr, connection.execute(query)))
