"""A desk: a bot without its doors, on a Slack of this machine, and the people it writes to."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import client as slack
from bot.demo import LocalSlack, Message, Person, Team
from bot.digests import Wish
from bot.library import Library
from bot.models import (
    WORKING_DAYS,
    Delivery,
    DeliveryState,
    Digest,
    Schedule,
    Subscriber,
    Subscription,
    Weekly,
)
from bot.parts import Parts
from bot.store import Store, digests, interests, outbox, people, subscriptions
from bot.store.tables import deliveries
from recommender import Interest, Paper
from tests.clock import MONDAY, Clock

POST = "chat.postMessage"
HISTORY = "conversations.history"
NINE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""Monday, nine o'clock in Paris."""
DAY = timedelta(days=1)
ABOUT_SPEECH = 23
WORKDAYS_AT_NINE = Schedule(Weekly(WORKING_DAYS), time(9), "Europe/Paris")


def speech(number: int) -> Paper:
    """A paper that answers the interest of everybody at the desk."""
    return Paper(f"id:{number}", f"Speech paper number {number}")


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with papers on speech, each on its own, and one on something else."""
    path = tmp_path_factory.mktemp("corpus") / "paperwire.db"
    store = Store(f"sqlite:///{path}")
    papers = [*(speech(n) for n in range(ABOUT_SPEECH)), Paper("id:z", "Zebra crossings")]
    Library(store).ingest("file:a", papers, lambda: MONDAY)
    store.close()
    return path


@dataclass
class Desk:
    """A bot without its doors, and the people and channels who get its digests."""

    slack: LocalSlack
    team: Team
    parts: Parts
    clock: Clock

    @property
    def store(self) -> Store:
        return self.parts.store

    def person(self, name: str, **wishes: object) -> Person:
        """Somebody who follows speech and gets three papers on working days at nine."""
        person = self.team.add_person(name, tz="Europe/Paris")
        self.subscribes(person.id, **wishes)
        return person

    def subscribes(self, subscriber: str, **wishes: object) -> None:
        """The same, for somebody who is there already, or for a channel."""
        who = self.who(subscriber)
        new = Subscription(who, WORKDAYS_AT_NINE, 3, subscriber, NINE, follows_zone=False)
        with self.store.writing() as connection:
            interests.put(connection, who, Interest("speech"))
            subscriptions.put(connection, replace(new, **wishes))  # type: ignore[arg-type]

    def follows(self, person: Person, *several: Interest) -> None:
        """More interests for somebody."""
        with self.store.writing() as connection:
            for each in several:
                interests.put(connection, self.who(person.id), each)

    def who(self, subscriber: str) -> Subscriber:
        return Subscriber(self.team.id, subscriber)

    def wish(self, person: Person, limit: int = 3) -> Wish:
        """A digest that somebody asks for now."""
        return Wish(self.who(person.id), limit, self.clock(), asked_for=True)

    def learns(self, *papers: Paper) -> None:
        """Reads new papers into the library."""
        self.parts.library.ingest("file:b", papers, self.clock)
        self.parts.library.refresh()

    def digests(self, person: Person) -> list[Message]:
        return [m for m in self.team.direct_messages(person) if m.metadata]

    def composed(self, person: Person) -> list[Digest]:
        """The digests as they were composed, oldest first."""
        with self.store.reading() as connection:
            return digests.history(connection, self.who(person.id), 99)[::-1]

    def subscription(self, subscriber: str) -> Subscription:
        with self.store.reading() as connection:
            found = subscriptions.get(connection, self.who(subscriber))
        assert found is not None
        return found

    def shown(self, subscriber: str) -> set[str]:
        with self.store.reading() as connection:
            return digests.shown(connection, self.who(subscriber))

    @property
    def states(self) -> dict[DeliveryState, int]:
        with self.store.reading() as connection:
            return outbox.count_by_state(connection)

    @property
    def unsettled(self) -> list[Delivery]:
        with self.store.reading() as connection:
            return outbox.unsettled(connection)

    def next_day(self) -> tuple[int, int]:
        self.clock.passes(days=1)
        return self.parts.tick()

    def leases_run_out(self) -> None:
        """Lets as much of the database's time pass as a sender has."""
        with self.store.writing() as connection:
            long_ago = datetime.now(UTC) - timedelta(minutes=1)
            connection.execute(update(deliveries).values(lease_until=long_ago))

    def is_back(self) -> None:
        """The workspace is switched on again."""
        with self.store.writing() as connection:
            people.put_workspace(connection, self.team.id, "Lab")


@pytest.fixture
def desk(corpus: Path, tmp_path: Path) -> Iterator[Desk]:
    """At nine o'clock, with everything that was due before still to come.

    Slack lives by the true time, as the database does: what was posted is looked for by it.
    """
    path = tmp_path / "paperwire.db"
    shutil.copy(corpus, path)
    store, clock = Store(f"sqlite:///{path}", lock_seconds=20), Clock(NINE)
    with LocalSlack(burst=None) as local:
        team = local.add_workspace("Lab")
        with store.writing() as connection:
            people.put_workspace(connection, team.id, "Lab")
        client = slack.make_client(team.bot_token, local.url)
        parts = Parts(store, Library(store), clock, slack.only(team.id, client))
        yield Desk(local, team, parts, clock)
    store.close()


def titles(message: Message) -> list[str]:
    """The titles in the fallback text of a digest."""
    return [line[2:] for line in message.text.splitlines() if line.startswith("• ")]


def printed(message: Message) -> str:
    """All that a message shows, as JSON."""
    return str(message.blocks)
