"""The store: migrations, transactions, and errors in plain words."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.errors import StoreError
from bot.store import Store, interests, papers
from bot.store.tables import metadata
from recommender import Interest, Paper
from tests.postgres import PostgresServer
from tests.store_lab import ADA, MANY, NOW, PAPERS, fill, rows

KNOWN = len(PAPERS) + len(MANY)


@pytest.fixture
def path(prepared_file: Path, tmp_path: Path) -> Path:
    """The file of this test's own SQLite database."""
    path = tmp_path / "paperwire.db"
    path.write_bytes(prepared_file.read_bytes())
    return path


@pytest.fixture
def sqlite_store(path: Path) -> Iterator[Store]:
    """That database, open."""
    opened = Store(f"sqlite:///{path}", lock_seconds=20)
    yield opened
    opened.close()


def test_migrations_build_the_tables_of_the_metadata(any_store: Store) -> None:
    """Autogenerate finds nothing to do, types included."""
    with any_store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_opening_again_keeps_everything(any_store: Store, any_url: str) -> None:
    """A second opening migrates nothing and loses nothing."""
    before = rows(any_store)
    again = Store(any_url)
    assert rows(again) == before
    again.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_new_database_may_be_opened_by_several_at_once(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    """One of them builds the tables, the others wait for it."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgres_url")
    with ThreadPoolExecutor(6) as threads:
        stores = list(threads.map(lambda _: Store(url), range(6)))
    for store in stores:
        with store.reading() as connection:
            assert papers.count(connection) == 0
        store.close()


def test_opening_waits_for_whoever_has_a_new_file(tmp_path: Path) -> None:
    """The change to a write-ahead log waits its turn, though SQLite refuses it at once."""
    path = tmp_path / "new.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    leaving = Timer(0.3, other.rollback)
    leaving.start()
    Store(f"sqlite:///{path}").close()
    leaving.join()
    other.close()


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
        ("postgres:ada:dbsecret", "is no database address"),
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


def test_a_read_only_database(path: Path) -> None:
    """It can be read; who writes hears why not. (SQLite's own switch: root may write anywhere.)"""
    read_only = Store(f"sqlite:///file:{path}?mode=ro&uri=true")
    with read_only.reading() as connection:
        assert papers.count(connection) == KNOWN
    with (
        pytest.raises(StoreError, match="is read-only: give this user the right"),
        read_only.writing() as connection,
    ):
        interests.put(connection, ADA, Interest("bm25"))
    read_only.close()


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    """The address is named without its password, and the reason in one line."""
    url = f"postgresql://ada:dbsecret@/x?host={tmp_path}"
    with pytest.raises(StoreError, match="cannot be used: connection") as refused:
        Store(url)
    assert "dbsecret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_server_that_is_started_again_is_found_again(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    """One transaction may fail with a sentence; the next ones work, and nothing is lost."""
    store = Store(postgres_url)
    with store.writing() as connection:
        papers.put(connection, PAPERS, NOW)
    postgres_server.stop()
    with pytest.raises(StoreError, match="cannot be used"), store.reading() as connection:
        papers.count(connection)
    postgres_server.start()
    with store.reading() as connection:
        assert papers.count(connection) == len(PAPERS)
    store.close()


@pytest.mark.parametrize("address", ["postgresql", "postgres"])
def test_short_addresses_of_postgresql_are_understood(postgres_url: str, address: str) -> None:
    """Hosting services hand out addresses without a driver."""
    Store(postgres_url.replace("postgresql+psycopg", address)).close()


# Alone


def test_a_sqlite_database_has_one_bot(sqlite_store: Store, path: Path) -> None:
    """A second one is told what to do; when the first has gone, there may be another."""
    second = Store(f"sqlite:///{path}")
    with sqlite_store.alone() as is_alone:
        assert is_alone
        with (
            pytest.raises(StoreError, match=r"Another Paperwire .* PostgreSQL"),
            second.alone(),
        ):
            pass
    with pytest.raises(ZeroDivisionError) as kept, second.alone():
        raise ZeroDivisionError
    with sqlite_store.alone() as is_alone:
        assert (is_alone, kept.tb is not None) == (True, True)
    second.close()


def test_a_server_is_shared(postgres_url: str) -> None:
    """Any number of bots may run on one PostgreSQL."""
    store = Store(postgres_url)
    with store.alone() as first, store.alone() as second:
        assert (first, second) == (False, False)
    store.close()


def test_a_folder_in_which_nothing_can_be_locked(sqlite_store: Store, path: Path) -> None:
    """It is said in one sentence."""
    Path(f"{path}.lock").mkdir()
    with pytest.raises(StoreError, match="cannot be locked"), sqlite_store.alone():
        pass


# Transactions


def test_what_fails_leaves_no_trace(any_store: Store) -> None:
    """A transaction is all or nothing."""
    before = rows(any_store)

    def fail_half_way() -> None:
        with any_store.writing() as connection:
            fill(connection, ADA)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert rows(any_store) == before


def test_writers_in_threads_and_stores_all_succeed(any_store: Store, any_url: str) -> None:
    """Each waits its turn, and nothing is written over."""
    other = Store(any_url, lock_seconds=20)

    def write(number: int) -> None:
        with (any_store, other)[number % 2].writing() as connection:
            state = papers.state(connection)
            papers.put(connection, [Paper(f"x:{number}", str(number))], NOW)
            assert papers.state(connection).revision > state.revision

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(60)))
    with other.reading() as connection:
        assert papers.count(connection) == KNOWN + 60
        assert papers.state(connection).revision == 62
    other.close()


def test_a_reader_sees_one_state(any_store: Store) -> None:
    """What others write meanwhile is not seen before the next transaction."""
    with any_store.reading() as reading:
        assert papers.count(reading) == KNOWN
        with any_store.writing() as writing:
            papers.put(writing, [Paper("x:3", "Three")], NOW)
        assert papers.count(reading) == KNOWN
    with any_store.reading() as reading:
        assert papers.count(reading) == KNOWN + 1


def refusal(path: Path) -> str:
    """What is said when that file cannot be used: one line that names it."""
    with pytest.raises(StoreError) as refused:
        Store(f"sqlite:///{path}", lock_seconds=0.1)
    text = str(refused.value)
    assert text.startswith(f"The database {path} ")
    assert "\n" not in text
    return text
