"""A lab: a Slack on this machine with people in it, and the real bot connected to it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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
from bot.store import Store

pytest_plugins = ["tests.postgres", "tests.own_collection"]

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""A Monday, 08:00 in Paris."""


@dataclass
class Clock:
    """A clock that moves only when it is told to."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **time: float) -> None:
        self.at += timedelta(**time)


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
            slack.connect(team, f"http://127.0.0.1:{bot.port}/slack/events")
        yield Lab(slack, team, ada, bob, bot, clock)
