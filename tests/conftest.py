"""A lab: a Slack on this machine with people in it, and the real bot connected to it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.demo import LocalSlack, Message, Person, Team
from bot.library import Library
from bot.models import Subscriber
from bot.parts import Parts
from bot.running import Running, running
from bot.settings import Settings
from bot.sources import open_source
from bot.store import Store, papers
from bot.store.tables import metadata
from tests.clock import MONDAY, Clock
from tests.desk import corpus, desk
from tests.postgres import PostgresServer, postgres_server, postgres_url
from tests.store_lab import MANY, NOW, PAPERS

pytest_plugins = ["tests.own_collection"]

__all__ = ["MONDAY", "Clock", "corpus", "desk", "postgres_server", "postgres_url"]


@dataclass
class Lab:
    """Everything a journey needs; `ada` lives in Paris, `bob` in New York."""

    slack: LocalSlack
    team: Team
    ada: Person
    bob: Person
    bot: Running
    clock: Clock = field(default_factory=Clock)

    @property
    def parts(self) -> Parts:
        return self.bot.parts

    def who(self, person: Person) -> Subscriber:
        return Subscriber(self.team.id, person.id)

    def digests(self, person: Person) -> list[Message]:
        """The digests that stand in somebody's direct messages with the bot."""
        return [m for m in self.team.direct_messages(person) if m.metadata]


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the seed papers in it, to be copied."""
    path = tmp_path_factory.mktemp("seeded") / "paperwire.db"
    store = Store(f"sqlite:///{path}")
    Library(store).ingest("seeds", open_source("seeds"), lambda: MONDAY)
    store.close()
    return path


@pytest.fixture
def database(seeded: Path, tmp_path: Path) -> str:
    """The address of a database of this test's own that holds the seed papers."""
    path = tmp_path / "paperwire.db"
    shutil.copy(seeded, path)
    return f"sqlite:///{path}"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """That database, open."""
    opened = Store(database)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the papers of `store_lab`, to be copied."""
    path = tmp_path_factory.mktemp("prepared") / "paperwire.db"
    _prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def prepared_url(postgres_server: PostgresServer) -> str:
    """The address of a database on PostgreSQL, to be prepared before each test."""
    postgres_server.execute("create database prepared")
    return postgres_server.url("prepared")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with those papers and nothing else, on either kind of server."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("prepared_file"), tmp_path / "paperwire.db")
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("prepared_url")
    _prepare(url)
    return url


@pytest.fixture
def any_store(any_url: str) -> Iterator[Store]:
    """That database, open."""
    opened = Store(any_url, lock_seconds=20)
    yield opened
    opened.close()


def _prepare(url: str) -> None:
    """Empties a database, which is faster than making one, and puts the papers into it."""
    store = Store(url)
    with store.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name != "corpus":
                connection.execute(table.delete())
        connection.execute(metadata.tables["corpus"].update().values(revision=0))
        papers.put(connection, PAPERS, NOW)
        papers.put(connection, MANY, NOW)
    store.close()


@pytest.fixture
def lab(database: str) -> Iterator[Lab]:
    """The bot over signed HTTP, its heartbeat so slow that tests tick by themselves."""
    with LocalSlack() as slack, connected(slack, database) as lab:
        yield lab


@contextmanager
def connected(slack: LocalSlack, database: str, **other: object) -> Iterator[Lab]:
    """A lab on that Slack and that database; `other` settings may be named."""
    team = slack.add_workspace("Lab")
    ada = team.add_person("Ada", tz="Europe/Paris")
    bob = team.add_person("Bob", tz="America/New_York")
    clock = Clock()
    settings = Settings(
        _env_file=None,
        bot_token=SecretStr(team.bot_token),
        app_token=None,
        signing_secret=SecretStr(team.signing_secret),
        api_url=slack.url,
        database_url=database,
        host="127.0.0.1",
        port=0,
    )
    with running(settings.model_copy(update=other), clock) as bot:
        if bot.port is not None:
            url = f"http://127.0.0.1:{bot.port}/slack/events"
            slack.connect(team, url, bot.under_way)
        yield Lab(slack, team, ada, bob, bot, clock)
