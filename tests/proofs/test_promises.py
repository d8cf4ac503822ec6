"""Whatever happens, in whatever order: the promises that hold for every subscriber."""

import shutil
import tempfile
import threading
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from bot import client as slack
from bot.commands import answer
from bot.demo import Person
from bot.errors import UserError
from bot.models import DeliveryState, SubscriptionState
from bot.slack.requests import call_of
from bot.store import Store, interests, outbox, subscriptions
from bot.store.tables import deliveries, digests
from recommender import Interest
from tests.proofs.child import Line, trace_lines, untrace_lines
from tests.proofs.scene import START, TOPICS, delivery_of, papers_in, repeated, scene

ZONES = ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
PEOPLE = 3

SCHEDULES = (
    "daily 09:00",
    "daily 23:50 1 paper",
    "weekdays 18:30 3 papers",
    "weekly mon thu 07:15 12 papers",
    "fortnightly wed 10:00",
    "monthly 31",
)
REST = ("quiet 20:00-08:00", "quiet sat sun", "quiet 09:00-12:00 fri", "quiet off")
WORDS = (
    *(f"subscribe {words}" for words in SCHEDULES),
    *REST,
    *("pause", "resume", "snooze 1", "snooze 4", "unsubscribe", "digest now"),
    *("digest empty say", "digest empty silent", "digest explore on"),
)
FAULTS: tuple[dict[str, Any], ...] = (
    {"status": 429, "retry_after": 40},
    {"status": 500},
    {"status": 500, "taken": True},
    {"cut": True},
    {"cut": True, "taken": True},
    {"error": "ratelimited"},
    {"error": "internal_error", "taken": True},
    {"error": "channel_not_found"},
)
METHODS = ("chat.postMessage", "chat.postMessage", "conversations.open", "conversations.history")

somebody = st.integers(0, PEOPLE - 1)


class Died(BaseException):
    """The process ended here."""


@dataclass
class SetClock:
    """A clock that shows what it is set to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


class Promises(RuleBasedStateMachine):
    """Three people, a bot and a Slack, to which anything may happen."""

    def __init__(self, empty: Path) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copy(empty, folder / "bot.db")
        self.stage = self.stack.enter_context(scene(f"sqlite:///{folder}/bot.db"))
        self.clock = SetClock()
        self.parts = self.stack.enter_context(self.stage.address.parts(self.clock))
        for number in range(PEOPLE):
            person = self.stage.team.add_person(f"Person {number}", tz=ZONES[number])
            self.stage.people.append(person)
            with self.stage.store.writing() as connection:
                interests.put(connection, self.stage.who(person), Interest(TOPICS[number]))
            self.types(number, "subscribe daily 09:00")
        self.stage.publish(3)

    @rule(who=somebody, words=st.sampled_from(WORDS))
    def types(self, who: int, words: str) -> None:
        """Somebody gives a command."""
        by = self.stage.who(self.stage.people[who])
        call = call_of(self.parts, by, words)
        with suppress(UserError):
            answer(call)

    @rule(count=st.integers(1, 3))
    def publishes(self, count: int) -> None:
        """New papers come."""
        self.stage.publish(count)

    @rule(hours=st.sampled_from((1, 7, 24, 31, 80)))
    def passes(self, hours: int) -> None:
        """Time goes by, and the bot ticks."""
        self.clock.now += timedelta(hours=hours, minutes=7)
        self.ticks()

    @rule()
    def ticks(self) -> None:
        """The bot ticks; it leaves those alone who rest."""
        resting = [person for person in self.stage.people if self.rests(person)]
        before = [self.regular(person) for person in resting]
        self.parts.tick()
        after = [self.regular(person) for person in resting if self.rests(person)]
        still = [b for b, person in zip(before, resting, strict=True) if self.rests(person)]
        assert after == still

    @rule(after=st.integers(1, 900))
    def dies(self, after: int) -> None:
        """The bot ticks and ends after so many lines, wherever it is."""
        left = after
        lock = threading.Lock()

        def visit(_: Line) -> None:
            nonlocal left
            with lock:
                left -= 1
                if left <= 0:
                    raise Died

        trace_lines(visit)
        try:
            self.parts.tick()
        except Died:
            pass
        finally:
            untrace_lines()
        self.starts_again()

    @rule(is_posted=st.booleans())
    def loses_an_answer(self, is_posted: bool) -> None:
        """The bot takes a delivery, maybe posts it, and ends before it could note that."""
        with self.stage.store.writing() as connection:
            taken = outbox.take(connection, self.clock())
        if taken is None:
            return
        client = self.parts.clients(taken.subscriber.workspace)
        try:
            channel = slack.conversation(client, taken.subscriber.id)
            with self.stage.store.writing() as connection:
                assert outbox.goes_to(connection, taken, channel)
            if is_posted:
                slack.post(client, channel, "Papers", [], taken.id)
        except slack.SlackError:
            pass

    @rule()
    def starts_again(self) -> None:
        """The bot starts after everything that was on its way has arrived."""
        with self.stage.store.writing() as connection:
            outbox.release_all(connection)

    @rule(who=somebody, zone=st.sampled_from(ZONES))
    def travels(self, who: int, zone: str) -> None:
        """Somebody's clock now shows another time; Slack knows."""
        self.stage.team.state.users[self.stage.people[who].id].tz = zone

    @rule(method=st.sampled_from(METHODS), fault=st.sampled_from(FAULTS), times=st.integers(1, 3))
    def fails(self, method: str, fault: dict[str, Any], times: int) -> None:
        """Something goes wrong with the next calls of a method."""
        self.stage.slack.fail(method, **fault, times=times)

    @invariant()
    def nothing_comes_twice(self) -> None:
        """No message, no paper and no due time comes twice to anybody."""
        for person in self.stage.people:
            messages = self.stage.digests(person)
            assert not repeated([delivery_of(message) for message in messages])
            assert not repeated([paper for m in messages for paper in sorted(papers_in(m))])
        with self.stage.store.reading() as connection:
            regular = select(digests.c.subscriber, digests.c.due_at)
            found = connection.execute(regular.where(digests.c.asked_for.is_(False))).all()
        assert max(Counter(map(tuple, found)).values(), default=0) <= 1

    def teardown(self) -> None:
        """In the end, with everything healed, every digest has been sent or is unsettled."""
        try:
            self.stage.slack.heal()
            for who in range(PEOPLE):
                self.types(who, "quiet off")
                self.types(who, "resume")
            for _ in range(4):
                self.starts_again()
                self.clock.now += timedelta(minutes=5)
                self.parts.tick()
            self.nothing_comes_twice()
            self.everything_is_settled()
        finally:
            self.stack.close()

    def everything_is_settled(self) -> None:
        """What was sent has arrived, and what has arrived is known as sent or as unknown."""
        states = self.stage.states()
        assert not states.keys() & {DeliveryState.PENDING, DeliveryState.SENDING}
        arrived = {delivery_of(m) for p in self.stage.people for m in self.stage.digests(p)}
        with self.stage.store.reading() as connection:
            found = connection.execute(select(deliveries.c.id, deliveries.c.state)).all()
            assert {row.id for row in found if row.state == DeliveryState.SENT} <= arrived
            assert {row.state for row in found if row.id in arrived} <= {
                DeliveryState.SENT,
                DeliveryState.UNKNOWN,
            }
            without = select(func.count()).select_from(
                digests.outerjoin(deliveries, deliveries.c.digest == digests.c.id)
            )
            lost = without.where(deliveries.c.id.is_(None))
            assert connection.execute(lost).scalar_one() == 0

    def rests(self, person: Person) -> bool:
        """Whether somebody wants no digest now, by the clock on their wall."""
        with self.stage.store.reading() as connection:
            found = subscriptions.get(connection, self.stage.who(person))
        if found is None:
            return False
        local = self.clock().astimezone(ZoneInfo(found.schedule.zone))
        quiet = found.schedule.quiet
        return (
            found.state is SubscriptionState.PAUSED
            or (found.snoozed_until is not None and found.snoozed_until > self.clock())
            or local.weekday() in quiet.days
            or quiet.covers(local.time())
        )

    def regular(self, person: Person) -> int:
        """How many messages somebody has got of digests that were not asked for."""
        ids = [delivery_of(message) for message in self.stage.digests(person)]
        query = (
            select(func.count())
            .select_from(deliveries.join(digests, deliveries.c.digest == digests.c.id))
            .where(deliveries.c.id.in_(ids), digests.c.asked_for.is_(False))
        )
        with self.stage.store.reading() as connection:
            return connection.execute(query).scalar_one()


@pytest.mark.slow
def test_any_order_of_events_keeps_the_promises(tmp_path: Path) -> None:
    """Commands, papers, ticks, crashes, faults and journeys in any order break no promise."""
    database = tmp_path / "empty.db"
    Store(f"sqlite:///{database}").close()
    run_state_machine_as_test(
        # A function will do, as its documentation says.
        lambda: Promises(database),  # type: ignore[arg-type]
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
