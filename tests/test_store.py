"""The store: migrations, transactions, errors in plain words, and rows that keep apart."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from inspect import getmembers, isfunction, signature
from pathlib import Path
from types import ModuleType

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select

from bot.errors import StoreError
from bot.models import (
    Delivery,
    DeliveryState,
    Digest,
    Person,
    Schedule,
    Subscriber,
    Subscription,
    SubscriptionState,
)
from bot.store import Store, digests, heartbeats, interests, papers, people, subscriptions
from bot.store.papers import Ingestion
from bot.store.tables import metadata
from recommender import Interest, InterestKind, Match, Paper, Reason

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


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A migrated database with two papers, as the bytes of its file."""
    path = tmp_path_factory.mktemp("empty") / "paperwire.db"
    store = Store(f"sqlite:///{path}")
    with store.writing() as connection:
        papers.put(connection, PAPERS, NOW)
    store.close()
    return path.read_bytes()


@pytest.fixture
def path(empty: bytes, tmp_path: Path) -> Path:
    """The file of this test's own database."""
    path = tmp_path / "paperwire.db"
    path.write_bytes(empty)
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """That database, open."""
    opened = Store(f"sqlite:///{path}", lock_seconds=20)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def filled(empty: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A database in which Ada, Bob and Ada's twin have something in every table."""
    path = tmp_path_factory.mktemp("filled") / "paperwire.db"
    path.write_bytes(empty)
    opened = Store(f"sqlite:///{path}")
    with opened.writing() as connection:
        for who in (ADA, BOB, ADAS_TWIN):
            fill(connection, who)
    yield opened
    opened.close()


# Opening


def test_migrations_build_the_tables_of_the_metadata(store: Store) -> None:
    """Autogenerate finds nothing to do, types included."""
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_opening_again_keeps_everything(store: Store, path: Path) -> None:
    """A second opening migrates nothing and loses nothing."""
    before = rows(store)
    again = Store(f"sqlite:///{path}")
    assert rows(again) == before
    again.close()


def test_a_new_database_may_be_opened_by_several_at_once(tmp_path: Path) -> None:
    """One of them builds the tables, the others wait for it."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with ThreadPoolExecutor(6) as threads:
        stores = list(threads.map(lambda _: Store(url), range(6)))
    for store in stores:
        with store.reading() as connection:
            assert papers.count(connection) == 0
        store.close()


def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables are built all or not at all, so that the next start can build them."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with monkeypatch.context() as broken:
        broken.setattr("alembic.op.execute", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Store(url)
    with sqlite3.connect(tmp_path / "new.db") as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == []
    raw.close()
    Store(url).close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "is no database address"),
        ("paperwire.db", "is no database address"),
        ("postgresql://ada:dbsecret@host:port/x", "is no database address"),
        ("nosuch://ada:dbsecret@host/x", "is no database address"),
        ("mssql+pymssql://ada:dbsecret@host/x", "needs the Python package pymssql"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
    ],
)
def test_addresses_that_cannot_be_used(url: str, says: str) -> None:
    """Each names the setting and what to do, and never a password."""
    with pytest.raises(StoreError, match=f"PAPERWIRE_DATABASE_URL {says}") as refused:
        Store(url)
    assert "dbsecret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_folder(tmp_path: Path) -> None:
    """It is said of the file, with the question that helps."""
    assert "does its folder exist" in refusal(tmp_path / "missing" / "paperwire.db")


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    """A folder cannot be opened."""
    assert "cannot be opened" in refusal(tmp_path)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """Text in place of a database is not written over."""
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 100)
    assert "is not a Paperwire database" in refusal(path)
    assert path.read_text() == "Dear diary, " * 100


def test_the_database_of_another_program(tmp_path: Path) -> None:
    """It gets none of our tables."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE songs (title)")
    raw.close()
    assert "is not a Paperwire database" in refusal(path)
    with sqlite3.connect(path) as raw:
        tables = raw.execute("SELECT name FROM sqlite_master").fetchall()
    raw.close()
    assert tables == [("songs",)]


def test_a_damaged_database(path: Path) -> None:
    """Pages that make no sense are damage, and the way out is a backup."""
    whole = path.read_bytes()
    path.write_bytes(whole[:1024] + b"\xff" * (len(whole) - 1024))
    assert "is damaged: restore it from a backup" in refusal(path)


def test_a_database_of_a_newer_version(path: Path) -> None:
    """It is not touched."""
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    assert "was made by a newer Paperwire: update Paperwire" in refusal(path)


def test_a_locked_database(path: Path) -> None:
    """After some patience it is said who is in the way; afterwards it works."""
    with sqlite3.connect(path, isolation_level=None) as raw:
        raw.execute("BEGIN EXCLUSIVE")
        store = Store(f"sqlite:///{path}", lock_seconds=0.1)
        with (
            pytest.raises(StoreError, match="in use by another process"),
            store.writing() as connection,
        ):
            papers.put(connection, PAPERS, NOW)
        raw.execute("ROLLBACK")
    raw.close()
    with store.writing() as connection:
        papers.put(connection, PAPERS, NOW)
    store.close()


def test_a_read_only_database(store: Store, path: Path) -> None:
    """It can be read; who writes hears why not. (SQLite's own switch: root may write anywhere.)"""
    read_only = Store(f"sqlite:///file:{path}?mode=ro&uri=true")
    with read_only.reading() as connection:
        assert papers.count(connection) == 2
    with (
        pytest.raises(StoreError, match="is read-only: give this user the right"),
        read_only.writing() as connection,
    ):
        interests.put(connection, ADA, Interest("bm25"))
    read_only.close()


# Transactions


def test_what_fails_leaves_no_trace(store: Store) -> None:
    """A transaction is all or nothing."""
    before = rows(store)

    def fail_half_way() -> None:
        with store.writing() as connection:
            fill(connection, ADA)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert rows(store) == before


def test_writers_in_threads_and_stores_all_succeed(store: Store, path: Path) -> None:
    """Each waits its turn, and nothing is written over."""
    other = Store(f"sqlite:///{path}", lock_seconds=20)

    def write(number: int) -> None:
        with (store, other)[number % 2].writing() as connection:
            state = papers.state(connection)
            papers.put(connection, [Paper(f"id:{number}", str(number))], NOW)
            assert papers.state(connection).revision == state.revision + 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(60)))
    with other.reading() as connection:
        assert papers.count(connection) == 62
        assert papers.state(connection).revision == 61
    other.close()


def test_a_reader_sees_one_state(store: Store) -> None:
    """What others write meanwhile is not seen before the next transaction."""
    with store.reading() as reading:
        assert papers.count(reading) == 2
        with store.writing() as writing:
            papers.put(writing, [Paper("id:3", "Three")], NOW)
        assert papers.count(reading) == 2
    with store.reading() as reading:
        assert papers.count(reading) == 3


# Papers


def test_papers_come_back_as_they_were(store: Store) -> None:
    """Every field, also those that are unknown."""
    with store.reading() as connection:
        assert papers.get(connection, [p.id for p in PAPERS]) == {p.id: p for p in PAPERS}
        assert papers.get(connection, ["unknown"]) == papers.get(connection, []) == {}


def test_more_ids_than_one_statement_takes(store: Store) -> None:
    """SQLite takes 32,766 values at most; a caller need not know."""
    with store.reading() as connection:
        found = papers.get(connection, [f"id:{n}" for n in range(40_000)] + [PAPERS[0].id])
    assert list(found) == [PAPERS[0].id]


def test_changes_since_a_revision(store: Store) -> None:
    """Only what is new or changed comes, the oldest change first; nothing put is no change."""
    changed = Paper(PAPERS[0].id, "One, revised")
    with store.writing() as connection:
        papers.put(connection, [Paper("id:3", "Three")], NOW)
        papers.put(connection, [changed], NOW)
        papers.put(connection, [], NOW)
        assert papers.state(connection).revision == 3
        assert list(papers.since(connection, 1)) == [Paper("id:3", "Three"), changed]
        assert list(papers.since(connection, 3)) == []


def test_each_corpus_has_a_token_of_its_own(store: Store, tmp_path: Path) -> None:
    """So that an index of one is never taken for that of another."""
    other = Store(f"sqlite:///{tmp_path / 'other.db'}")
    with store.reading() as one, other.reading() as two:
        assert papers.state(one).token != papers.state(two).token
    other.close()


def test_the_newest_run_of_each_source(store: Store) -> None:
    """Runs are kept whole, and found by source."""
    runs = [
        Ingestion(source, NOW, LATER, 4, 2, 1, {"already known": 1})
        for source in ("seeds", "file:a", "seeds")
    ]
    with store.writing() as connection:
        for run in runs:
            papers.record(connection, run)
        assert papers.last_ingestions(connection) == [runs[1], runs[2]]


# Interests, people, heartbeats


def test_interests_keep_their_order_and_change_in_place(store: Store) -> None:
    """The same words in another case are the same interest; another kind is another."""
    with store.writing() as connection:
        assert interests.put(connection, ADA, Interest("Vector Search"))
        assert interests.put(connection, ADA, Interest("Jegou", kind=InterestKind.AUTHOR))
        assert not interests.put(connection, ADA, Interest("vector  search", 2.0, muted=True))
        assert interests.put(connection, ADA, Interest("Jegou"))
        kept = interests.profile(connection, ADA).interests
        assert [(i.label, i.weight, i.muted) for i in kept] == [
            ("Vector Search", 2.0, True),
            ("author:Jegou", 1.0, False),
            ("Jegou", 1.0, False),
        ]
        assert interests.remove(connection, ADA, Interest("VECTOR-search"))
        assert not interests.remove(connection, ADA, Interest("vector search"))
        interests.clear(connection, ADA)
        assert interests.profile(connection, ADA).interests == ()


def test_saved_papers_are_a_set_newest_first(store: Store) -> None:
    """Twice is once; taking off what is not there is nothing."""
    first, second = (paper.id for paper in PAPERS)
    with store.writing() as connection:
        people.save_paper(connection, ADA, first, NOW)
        people.save_paper(connection, ADA, second, LATER)
        people.save_paper(connection, ADA, first, LATER + timedelta(hours=1))
        assert people.saved_papers(connection, ADA) == [second, first]
        people.unsave_paper(connection, ADA, second)
        people.unsave_paper(connection, ADA, second)
        assert people.saved_papers(connection, ADA) == [first]


def test_searches_are_kept_for_a_while(store: Store) -> None:
    """A month later the next search takes the old ones away."""
    with store.writing() as connection:
        kept = people.keep_search(connection, ADA, '"a phrase" -word', NOW)
        assert people.search(connection, ADA, kept.id) == kept
        people.keep_search(connection, BOB, "later", NOW + people.SEARCH_LIFE)
        assert people.search(connection, ADA, kept.id) == kept
        people.keep_search(connection, BOB, "later", NOW + people.SEARCH_LIFE + timedelta(1))
        assert people.search(connection, ADA, kept.id) is None


def test_instants_are_aware_and_utc(store: Store) -> None:
    """Whatever zone and fraction of a second went in."""
    local = datetime.fromisoformat("2026-03-02T10:00:00.123456+02:00")
    with store.writing() as connection:
        people.put_person(connection, Person("T1", "U1", "Ada", "UTC", local))
        heartbeats.beat(connection, "host", NOW)
        heartbeats.beat(connection, "host", local)
        known = people.person(connection, ADA)
        assert known is not None
        for instant in (known.refreshed_at, heartbeats.last(connection, "host")):
            assert instant == local
            assert instant is not None
            assert instant.tzinfo is UTC
        assert heartbeats.last(connection, "elsewhere") is None


# Subscriptions


def test_a_subscription_comes_back_as_it_was(store: Store) -> None:
    """There is one for each subscriber; a new one takes the place of the old."""
    old = subscription(ADA)
    new = Subscription(
        ADA,
        Schedule(frozenset({1, 6}), time(17, 45), "Asia/Kathmandu"),
        10,
        "U9",
        LATER,
        SubscriptionState.PAUSED,
        "The channel is archived.",
    )
    with store.writing() as connection:
        assert subscriptions.get(connection, ADA) is None
        subscriptions.put(connection, old)
        assert subscriptions.get(connection, ADA) == old
        subscriptions.put(connection, new)
        assert subscriptions.get(connection, ADA) == new
        assert subscriptions.remove(connection, ADA)
        assert not subscriptions.remove(connection, ADA)


def test_what_is_due(store: Store) -> None:
    """Active ones of workspaces that are on, from the very instant on, longest waiting first."""
    with store.writing() as connection:
        people.put_workspace(connection, "T2", "Two")
        subscriptions.put(connection, subscription(ADA, due=NOW))
        subscriptions.put(connection, subscription(BOB, due=NOW - timedelta(days=3)))
        subscriptions.put(connection, subscription(ADAS_TWIN, due=NOW - timedelta(days=1)))
        before = subscriptions.due(connection, NOW - timedelta(microseconds=1))
        assert [s.subscriber for s in before] == [BOB, ADAS_TWIN]
        assert [s.subscriber for s in subscriptions.due(connection, NOW)] == [BOB, ADAS_TWIN, ADA]
        people.switch_off(connection, "T2", "token revoked")
        subscriptions.pause(connection, BOB, None)
        assert [s.subscriber for s in subscriptions.due(connection, NOW)] == [ADA]
        people.put_workspace(connection, "T2", "Two")
        subscriptions.resume(connection, BOB, LATER)
        assert [s.subscriber for s in subscriptions.due(connection, NOW)] == [ADAS_TWIN, ADA]


def test_a_due_subscription_is_claimed_once(store: Store) -> None:
    """Of many who try at once one gets it; a changed or paused one nobody gets."""
    with store.writing() as connection:
        subscriptions.put(connection, subscription(ADA))

    def claim(_: int) -> bool:
        with store.writing() as connection:
            return subscriptions.claim(connection, subscription(ADA), LATER)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(claim, range(24))) == 1
    with store.writing() as connection:
        now = subscription(ADA, due=LATER)
        subscriptions.pause(connection, ADA, None)
        assert not subscriptions.claim(connection, now, LATER + timedelta(days=1))


# Digests and deliveries


def test_a_digest_comes_back_with_the_papers_as_they_are_now(store: Store) -> None:
    """Order, scores and reasons stay; a paper that was corrected is shown corrected."""
    digest = a_digest(ADA)
    corrected = Paper(PAPERS[0].id, "One, corrected")
    with store.writing() as connection:
        digests.put(connection, digest)
        assert digests.get(connection, digest.id) == digest
        assert digests.shown(connection, ADA) == {paper.id for paper in PAPERS}
        papers.put(connection, [corrected], NOW)
        found = digests.get(connection, digest.id)
        assert found is not None
        assert [match.paper for match in found.matches] == [PAPERS[1], corrected]
        assert digests.get(connection, "unknown") is None


def test_the_ledger_takes_no_paper_twice(store: Store) -> None:
    """The database itself refuses to show a subscriber a paper again."""
    with store.writing() as connection:
        digests.put(connection, a_digest(ADA))
    with pytest.raises(Exception, match="UNIQUE"), store.writing() as connection:
        digests.put(connection, a_digest(ADA, "again"))
    with store.writing() as connection:
        digests.put(connection, a_digest(BOB, "bobs"))


def test_a_delivery_is_begun_once(store: Store) -> None:
    """Of many who try at once one may send."""
    with store.writing() as connection:
        delivery = digests.put(connection, a_digest(ADA))

    def begin(_: int) -> bool:
        with store.writing() as connection:
            return digests.begin(connection, delivery)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(begin, range(24))) == 1
    assert states(store) == {DeliveryState.SENDING: 1}


def test_a_postponed_delivery_waits_for_its_time(store: Store) -> None:
    """It comes back with one more attempt, not before it may."""
    with store.writing() as connection:
        delivery = digests.put(connection, a_digest(ADA))
        assert digests.waiting(connection, NOW) == [delivery]
        digests.begin(connection, delivery)
        digests.postpone(connection, delivery, LATER, "busy")
        assert digests.waiting(connection, LATER - timedelta(seconds=1)) == []
        (again,) = digests.waiting(connection, LATER)
        assert (again.id, again.attempts) == (delivery.id, 1)


@pytest.mark.parametrize(
    ("settle", "state", "keeps"),
    [
        (lambda c, d: digests.sent(c, d, "C1", "1.2"), DeliveryState.SENT, True),
        (lambda c, d: digests.doubt(c, d, "no answer"), DeliveryState.UNKNOWN, True),
        (lambda c, _: digests.doubt_interrupted(c), DeliveryState.UNKNOWN, True),
        (lambda c, d: digests.fail(c, d, "is_archived"), DeliveryState.FAILED, False),
    ],
)
def test_what_is_settled_is_never_sent_again(
    store: Store, settle: Callable[[Connection, Delivery], object], state: str, keeps: bool
) -> None:
    """Only what certainly was not shown gives its papers back."""
    with store.writing() as connection:
        delivery = digests.put(connection, a_digest(ADA))
        digests.begin(connection, delivery)
        settle(connection, delivery)
        assert digests.waiting(connection, LATER) == []
        assert not digests.begin(connection, delivery)
        assert digests.count_by_state(connection) == {state: 1}
        assert bool(digests.shown(connection, ADA)) == keeps


def test_only_what_was_being_sent_is_in_doubt_after_a_stop(store: Store) -> None:
    """What still waits goes on waiting."""
    with store.writing() as connection:
        begun = digests.put(connection, a_digest(ADA))
        waiting = digests.put(connection, a_digest(BOB, "bobs"))
        digests.begin(connection, begun)
        assert digests.doubt_interrupted(connection) == 1
        assert digests.doubt_interrupted(connection) == 0
        assert digests.waiting(connection, NOW) == [waiting]


def test_the_outbox_of_a_workspace_that_is_off_waits(store: Store) -> None:
    """Nothing of it is listed or begun until the workspace is on again."""
    with store.writing() as connection:
        people.put_workspace(connection, "T1", "One")
        delivery = digests.put(connection, a_digest(ADA))
        people.switch_off(connection, "T1", "token revoked")
        assert digests.waiting(connection, NOW) == []
        assert not digests.begin(connection, delivery)
        people.put_workspace(connection, "T1", "One")
        assert digests.waiting(connection, NOW) == [delivery]
        assert digests.begin(connection, delivery)


# Apart: every function that is about a subscriber, once for Ada, while her twin looks on.


def kept_search(connection: Connection, who: Subscriber) -> str:
    table = metadata.tables["searches"]
    query = select(table.c.id).where(table.c.workspace == who.workspace, table.c.person == who.id)
    return str(connection.execute(query).scalar_one())


def kept_delivery(connection: Connection, who: Subscriber) -> Delivery:
    found = [d for d in digests.waiting(connection, LATER) if d.subscriber == who]
    return found[0]


ACTS: dict[str, Callable[[Connection, Subscriber], object]] = {
    "digests.begin": lambda c, s: digests.begin(c, kept_delivery(c, s)),
    "digests.doubt": lambda c, s: digests.doubt(c, kept_delivery(c, s), "why"),
    "digests.fail": lambda c, s: digests.fail(c, kept_delivery(c, s), "why"),
    "digests.postpone": lambda c, s: digests.postpone(c, kept_delivery(c, s), LATER, "why"),
    "digests.put": lambda c, s: digests.put(c, Digest("more", s, NOW, NOW, 0, ())),
    "digests.sent": lambda c, s: digests.sent(c, kept_delivery(c, s), "C1", "1.2"),
    "digests.shown": digests.shown,
    "interests.clear": interests.clear,
    "interests.profile": lambda c, s: interests.profile(c, s).interests,
    "interests.put": lambda c, s: interests.put(c, s, Interest("bm25", 3.0)),
    "interests.remove": lambda c, s: interests.remove(c, s, Interest("bm25")),
    "people.forget": people.forget,
    "people.keep_search": lambda c, s: people.keep_search(c, s, "more", LATER),
    "people.person": people.person,
    "people.put_person": lambda c, s: people.put_person(
        c, Person(s.workspace, s.id, "New", "Asia/Tokyo", LATER)
    ),
    "people.put_workspace": lambda c, s: people.put_workspace(c, s.workspace, "Renamed"),
    "people.save_paper": lambda c, s: people.save_paper(c, s, PAPERS[1].id, LATER),
    "people.saved_papers": people.saved_papers,
    "people.search": lambda c, s: people.search(c, s, kept_search(c, ADA)),
    "people.switch_off": lambda c, s: people.switch_off(c, s.workspace, "revoked"),
    "people.unsave_paper": lambda c, s: people.unsave_paper(c, s, PAPERS[0].id),
    "subscriptions.claim": lambda c, s: subscriptions.claim(c, subscription(s), LATER),
    "subscriptions.get": subscriptions.get,
    "subscriptions.in_workspace": lambda c, s: list(subscriptions.in_workspace(c, s.workspace)),
    "subscriptions.pause": lambda c, s: subscriptions.pause(c, s, "why"),
    "subscriptions.put": lambda c, s: subscriptions.put(c, subscription(s, due=LATER)),
    "subscriptions.remove": subscriptions.remove,
    "subscriptions.resume": lambda c, s: subscriptions.resume(c, s, LATER),
}
ABOUT_ALL_WORKSPACES = {
    "digests.count_by_state",
    "digests.doubt_interrupted",
    "digests.get",
    "digests.waiting",
    "subscriptions.due",
    "subscriptions.next_due",
}
READING = [
    "digests.shown",
    "interests.profile",
    "people.person",
    "people.saved_papers",
    "people.search",
    "subscriptions.get",
    "subscriptions.in_workspace",
]


class Undone(Exception):
    """Raised to end a transaction as if nothing had been done in it."""


def test_every_function_of_the_store_is_looked_at() -> None:
    """A new function is either in the table of acts or says that it is about all workspaces."""
    modules = (digests, interests, people, subscriptions)
    known = {name for module in modules for name in public(module)}
    assert known == set(ACTS) | ABOUT_ALL_WORKSPACES


@pytest.mark.parametrize("name", ACTS)
def test_no_act_touches_another_workspace_or_person(filled: Store, name: str) -> None:
    """Whatever is done for one, the rows of her twin and of her neighbour stay as they are."""
    with suppress(Undone), filled.writing() as connection:
        twin, neighbour = rows_of(connection, "T2"), rows_of(connection, "T1", BOB.id)
        before = rows_of(connection, "T1", ADA.id)
        ACTS[name](connection, ADA)
        assert rows_of(connection, "T2") == twin
        assert rows_of(connection, "T1", BOB.id) == neighbour
        about_workspace = {"people.put_workspace", "people.switch_off"}
        changed = rows_of(connection, "T1", ADA.id) != before
        assert changed == (name not in {*READING, *about_workspace})
        raise Undone


@pytest.mark.parametrize("name", READING)
def test_nothing_of_another_workspace_is_seen(filled: Store, name: str) -> None:
    """What one has, somebody of the same id in a third workspace does not find."""
    with filled.reading() as connection:
        assert ACTS[name](connection, ADA)
        assert not ACTS[name](connection, Subscriber("T3", ADA.id))


def test_forgetting_leaves_nothing_of_a_person(store: Store) -> None:
    """No table keeps a row of hers; everybody else's rows and the papers stay."""
    with store.writing() as connection:
        fill(connection, BOB)
        fill(connection, ADAS_TWIN)
    before = rows(store)
    with store.writing() as connection:
        fill(connection, ADA)
        filled = rows_of(connection, "T1", ADA.id)
    personal = {t.name for t in metadata.tables.values() if "workspace" in t.c}
    assert {name for name, kept in filled.items() if kept} == personal | {"digest_papers"}
    with store.writing() as connection:
        people.forget(connection, ADA)
        people.forget(connection, ADA)
    assert rows(store) == before


def fill(connection: Connection, who: Subscriber) -> None:
    """Gives somebody a row in every table that can have one of theirs."""
    people.put_workspace(connection, who.workspace, "Lab")
    people.put_person(connection, Person(who.workspace, who.id, "Ada", "Europe/Paris", NOW))
    interests.put(connection, who, Interest("bm25"))
    people.save_paper(connection, who, PAPERS[0].id, NOW)
    people.keep_search(connection, who, "bm25", NOW)
    subscriptions.put(connection, subscription(who))
    digests.put(connection, a_digest(who, f"{who.workspace}-{who.id}"))


def subscription(who: Subscriber, due: datetime = NOW) -> Subscription:
    return Subscription(
        who, Schedule(frozenset({0}), time(9), "Europe/Paris"), 5, owner=who.id, next_due=due
    )


def a_digest(to: Subscriber, key: str = "digest") -> Digest:
    """A digest with both papers, the second one first."""
    reasons = (Reason("bm25", ("BM25", "ranking"), 1.25), Reason("author:Jegou", ("Jégou",), 0.5))
    matches = (Match(PAPERS[1], 1.75, reasons), Match(PAPERS[0], 0.5, ()))
    return Digest(key, to, NOW, NOW, 2, matches)


def states(store: Store) -> dict[DeliveryState, int]:
    with store.reading() as connection:
        return digests.count_by_state(connection)


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
    if "workspace" not in owner.c:
        return None
    query = select(table).where(owner.c.workspace == workspace)
    if owner is not table:
        query = query.join(owner, owner.c.id == table.c.digest)
    if person is not None:
        column = next(c for c in ("subscriber", "person", "id") if c in owner.c)
        query = query.where(owner.c[column] == person)
    return sorted(map(repr, connection.execute(query)))


def public(module: ModuleType) -> list[str]:
    """The functions of a module of the store that take a transaction."""
    short = module.__name__.rpartition(".")[2]
    return [
        f"{short}.{name}"
        for name, function in getmembers(module, isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "connection" in signature(function).parameters
    ]


def refusal(path: Path) -> str:
    """What is said when that file cannot be used: one line that names it."""
    with pytest.raises(StoreError) as refused:
        Store(f"sqlite:///{path}", lock_seconds=0.1)
    text = str(refused.value)
    assert text.startswith(f"The database {path} ")
    assert "\n" not in text
    return text
