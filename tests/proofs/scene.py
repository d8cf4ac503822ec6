"""A stage for the proofs: people with digests to come, papers, and what must be true at the end."""

import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as TimeOfDay
from typing import Self

from bot.client import make_client, only
from bot.demo import LocalSlack, Message, Person, Team
from bot.library import Library
from bot.models import EVERY_DAY, DeliveryState, Schedule, Subscriber, Subscription, Weekly
from bot.parts import Parts
from bot.store import Store, interests, outbox, papers, people, subscriptions
from recommender import Interest, Paper

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday."""

TOPICS = ("flood", "protein", "galaxy", "market", "speech", "robot", "virus", "enzyme")
DAILY = Schedule(Weekly(EVERY_DAY), TimeOfDay(9, 0), "UTC")

_ADDRESS = re.compile(r"https://example\.org/\w+")


@dataclass(frozen=True, slots=True)
class GoingClock:
    """A clock that showed `start` at the moment `origin` of real time, and goes on from there."""

    start: datetime
    origin: float

    @classmethod
    def at(cls, start: datetime) -> Self:
        """One that shows `start` now."""
        return cls(start, time.time())

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=time.time() - self.origin)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a child process finds its database, its Slack and its workspace."""

    database: str
    slack: str
    token: str
    workspace: str

    @contextmanager
    def parts(self, clock: Callable[[], datetime]) -> Iterator[Parts]:
        """A bot without doors of its own."""
        store = Store(self.database, lock_seconds=30)
        try:
            clients = only(self.workspace, make_client(self.token, self.slack))
            yield Parts(store, Library(store), clock, clients)
        finally:
            store.close()


@dataclass
class Scene:
    """A local Slack with people in one workspace, and the store in which they have digests."""

    slack: LocalSlack
    team: Team
    store: Store
    database: str
    people: list[Person] = field(default_factory=list)
    _made: int = 0

    @property
    def address(self) -> Address:
        return Address(self.database, self.slack.url, self.team.bot_token, self.team.id)

    def subscribe(self, count: int, *, limit: int = 3, due: datetime = START) -> None:
        """Adds people with a daily digest about one topic each."""
        with self.store.writing() as connection:
            for number in range(count):
                person = self.team.add_person(f"Person {len(self.people)}")
                self.people.append(person)
                who = self.who(person)
                interests.put(connection, who, Interest(TOPICS[number % len(TOPICS)]))
                new = Subscription(who, DAILY, limit, who.id, due, follows_zone=False)
                subscriptions.put(connection, new)

    def publish(self, count: int) -> None:
        """Lets new papers come: so many for each topic."""
        made = range(self._made, self._made + count * len(TOPICS))
        self._made = made.stop
        with self.store.writing() as connection:
            papers.put(connection, [made_up_paper(number) for number in made], START)

    def who(self, person: Person) -> Subscriber:
        return Subscriber(self.team.id, person.id)

    def digests(self, person: Person) -> list[Message]:
        """The messages with digests that stand in somebody's direct messages."""
        return [m for m in self.team.direct_messages(person) if m.metadata]

    def has_posted(self, count: int) -> bool:
        """Whether Slack has taken so many messages."""
        return sum(record.taken for record in self.slack.calls_of("chat.postMessage")) >= count

    def states(self) -> dict[DeliveryState, int]:
        """How many deliveries are in each state."""
        with self.store.reading() as connection:
            return outbox.count_by_state(connection)


def made_up_paper(number: int) -> Paper:
    """A paper on one of the topics, whose title is like no other's."""
    chance = random.Random(number)
    words = ["".join(chance.choices("bdfgklmnprstvaeiou", k=7)) for _ in range(6)]
    topic = TOPICS[number % len(TOPICS)]
    return Paper(
        f"made:{number}",
        f"{topic.title()} {' '.join(words)}",
        f"We study the {topic} by {words[0]} and {words[1]}.",
        urls=(f"https://example.org/{number}",),
    )


@contextmanager
def scene(
    database: str, *, history: bool = True, clock: Callable[[], float] = time.time
) -> Iterator[Scene]:
    """A stage on that database; with `history` the bot may read what it has posted."""
    with LocalSlack(clock, burst=None) as slack:
        team = slack.add_workspace("Lab")
        if history:
            team.grant("im:history")
        store = Store(database)
        try:
            with store.writing() as connection:
                people.put_workspace(connection, team.id, "Lab")
            yield Scene(slack, team, store, database)
        finally:
            store.close()


def delivery_of(message: Message) -> str:
    """The id of the delivery that a message says it is."""
    return str((message.metadata or {})["event_payload"]["delivery"])


def papers_in(message: Message) -> set[str]:
    """The addresses of the papers that a message shows."""
    return set(_ADDRESS.findall(json.dumps(list(message.blocks))))


def repeated(values: Sequence[str]) -> list[str]:
    """What occurs more than once."""
    return [value for value, times in Counter(values).items() if times > 1]


def check_promises(scene: Scene, each: int) -> None:
    """Everybody got exactly `each` messages with digests, once each, and no paper twice."""
    for person in scene.people:
        messages = scene.digests(person)
        assert not repeated([delivery_of(message) for message in messages])
        shown = [paper for message in messages for paper in papers_in(message)]
        assert not repeated(shown)
        assert all(papers_in(message) for message in messages)
        assert len(messages) == each
    assert scene.states() == {DeliveryState.SENT: each * len(scene.people)}
