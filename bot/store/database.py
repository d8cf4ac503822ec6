"""A database that is open: transactions, migrations, and its errors in plain words."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

import bot
from bot.errors import StoreError
from bot.seats import left

LOCK_SECONDS = 5

# Any number that nobody else uses for a lock in the same database.
_MIGRATION_LOCK = 7_277_397

_SENTENCES = {
    "locked": "is in use by another process: stop that one, or try again in a moment.",
    "readonly": "is read-only: give this user the right to write to it and to its folder.",
    "unable to open": "cannot be opened: does its folder exist, and may this user write there?",
    "not a database": "is not a Paperwire database: name another file.",
    "malformed": "is damaged: restore it from a backup.",
    "disk is full": "has no room left: free some space on its disk.",
}


class Store:
    """The one door to the database. Raises StoreError when it cannot be used.

    Functions of this package take the `Connection` of a transaction: `reading()` sees one
    state of the database, `writing()` is committed at the end, or not at all.
    """

    def __init__(self, url: str, lock_seconds: float = LOCK_SECONDS) -> None:
        self._engine = _engine(url, lock_seconds)
        self._name = _shown(self._engine)
        try:
            with self.reading() as connection:
                is_current = _is_current(connection, self._name)
            if not is_current:
                with self.writing() as connection:
                    _migrate(connection, self._name)
        except StoreError:
            self._engine.dispose()
            raise

    @property
    def file(self) -> Path | None:
        """Where a SQLite database lies; None for one on a server."""
        url = self._engine.url
        return Path(str(url.database)).absolute() if _is_sqlite(url) else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._translated(), self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                # By itself PostgreSQL shows each statement what was committed before it.
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; waits its turn on SQLite rather than fail half way.

        Others work meanwhile: nobody waits with a seat, nor for a seat while it is their turn.
        """
        with left(), self._translated(), self._engine.connect() as connection:
            writing = connection.execution_options(paperwire_writing=True)
            with writing.begin():
                yield writing

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Keeps other bots off a SQLite database; gives False on a server, which they may share.

        Raises StoreError when another one has it. The lock goes with the process.
        """
        if self.file is None:
            yield False
            return
        lock = FileLock(self.file.with_name(f"{self.file.name}.lock"))
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise StoreError(
                f"Another Paperwire runs on the database {self._name}: stop that one, or use "
                "PostgreSQL, which several may share."
            ) from None
        except (OSError, NotImplementedError) as error:
            raise StoreError(f"{lock.lock_file} cannot be locked: {_first_line(error)}.") from error
        try:
            yield True
        finally:
            lock.release()

    def checkpoint(self) -> None:
        """Moves what SQLite has written ahead into the file: the log holds what was deleted, too.

        It waits for nobody; while somebody reads, it is left to the next time.
        """
        if self.file is None:
            return
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(self.file, timeout=0)) as connection,
        ):
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Lets go of every connection."""
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            # SQLite says of a file that is damaged or none of its own no more than DatabaseError.
            if isinstance(error, OperationalError) or type(error.orig) is sqlite3.DatabaseError:
                raise StoreError(_sentence(self._name, _first(error))) from error
            raise


def _engine(url: str, lock_seconds: float) -> Engine:
    try:
        parsed = _with_driver(make_url(url))
        timeout = {"timeout": lock_seconds} if _is_sqlite(parsed) else {}
        engine = create_engine(
            parsed,
            connect_args=timeout,
            # What people typed must not come out in errors and logs.
            hide_parameters=True,
            # A server that has restarted costs nobody an answer.
            pool_pre_ping=not _is_sqlite(parsed),
        )
    except ImportError as error:
        raise StoreError(
            f"PAPERWIRE_DATABASE_URL needs the Python package {error.name}: install it, "
            "or use a file such as sqlite:///paperwire.db."
        ) from None
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise StoreError(
            "PAPERWIRE_DATABASE_URL is no database address; "
            "write it like sqlite:////var/lib/paperwire/paperwire.db."
        ) from None
    if _is_sqlite(parsed) and parsed.database in {None, "", ":memory:"}:
        # Each thread would have a database of its own.
        raise StoreError("PAPERWIRE_DATABASE_URL must name a file, like sqlite:///paperwire.db.")
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", partial(_prepare_sqlite, lock_seconds=lock_seconds))
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _with_driver(url: URL) -> URL:
    """`postgres://` and `postgresql://` mean the driver that Paperwire is tested with."""
    is_bare = url.drivername in {"postgres", "postgresql"}
    return url.set(drivername="postgresql+psycopg") if is_bare else url


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _prepare_sqlite(
    connection: sqlite3.Connection, _record: object, *, lock_seconds: float
) -> None:
    # The driver's own transactions are off: `_begin_sqlite` says when one begins, and how.
    connection.isolation_level = None
    _write_ahead(connection, lock_seconds)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    # What somebody had forgotten must not be read from the file's free pages. It costs nothing
    # that 22,000 writes could show.
    connection.execute("PRAGMA secure_delete = ON")


def _write_ahead(connection: sqlite3.Connection, lock_seconds: float) -> None:
    """Keeps a write-ahead log, so that reading waits for nobody.

    The first change to it needs the file alone, and SQLite refuses that at once, without its
    usual wait, while somebody else has it open. Whoever else it is may be making the same change.
    """
    until = time.monotonic() + lock_seconds
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    # A plain BEGIN takes the write lock at the first write and fails when somebody was faster;
    # BEGIN IMMEDIATE waits for it at the start.
    if connection.get_execution_options().get("paperwire_writing", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # It waits for nothing and cannot fail: the driver's own call is much the shorter.
        connection.connection.cursor().execute("BEGIN")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(bot.__file__).parent / "migrations"))
    return config


def _is_current(connection: Connection, name: str) -> bool:
    """Whether the tables are of the newest revision.

    Raises StoreError when they are of a newer one, or of another program.
    """
    scripts = ScriptDirectory.from_config(_config())
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {s.revision for s in scripts.walk_revisions()}:
        raise StoreError(
            f"The database {name} was made by a newer Paperwire: update Paperwire, "
            "or set PAPERWIRE_DATABASE_URL to another database."
        )
    if current is None and inspect(connection).get_table_names():
        raise StoreError(f"The database {name} {_SENTENCES['not a database']}")
    return current == scripts.get_current_head()


def _migrate(connection: Connection, name: str) -> None:
    """Brings the tables to the newest revision; all of it, or nothing."""
    if connection.dialect.name == "postgresql":
        # Several processes may start at once: one migrates, the others then find it done.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
    if _is_current(connection, name):
        return
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _shown(engine: Engine) -> str:
    """The database as people may see it, without a password."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    return engine.url.render_as_string(hide_password=True)


def _first(error: DBAPIError) -> DBAPIError:
    """What went wrong first: SQLite ends a transaction by itself, and its end then fails too."""
    first, earlier = error, error.__context__
    while earlier is not None:
        first = earlier if isinstance(earlier, OperationalError) else first
        earlier = earlier.__context__
    return first


def _sentence(name: str, error: DBAPIError) -> str:
    text = str(error.orig).lower()
    for sign, sentence in _SENTENCES.items():
        if sign in text:
            return f"The database {name} {sentence}"
    return f"The database {name} cannot be used: {_first_line(error.orig)}."


def _first_line(error: Any) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")
