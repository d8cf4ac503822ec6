"""Digests: composed once, delivered once, and no paper twice, whatever Slack answers."""

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import client as slack
from bot.demo import LocalSlack, Message, Person, Team
from bot.digests import compose_due, compose_now, due_drafts
from bot.library import Library
from bot.models import (
    WORKING_DAYS,
    DeliveryState,
    Schedule,
    Subscriber,
    Subscription,
    SubscriptionState,
)
from bot.models import (
    Person as Known,
)
from bot.parts import Parts
from bot.store import Store, digests, interests, people, subscriptions, tables
from recommender import Interest, Paper
from tests.conftest import MONDAY, Clock

POST = "chat.postMessage"
NINE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""Monday, nine o'clock in Paris."""
PAPERS = 23


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with papers on speech, each on its own, and one on something else."""
    path = tmp_path_factory.mktemp("corpus") / "paperwire.db"
    store = Store(f"sqlite:///{path}")
    about = [Paper(f"id:{n}", f"Speech paper number {n}") for n in range(PAPERS)]
    other = Paper("id:z", "Zebra crossings")
    Library(store).ingest("file:a", [*about, other], lambda: MONDAY)
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

    def person(self, name: str) -> Person:
        """Somebody who follows speech and gets three papers on working days at nine."""
        person = self.team.add_person(name, tz="Europe/Paris")
        self.subscribes(person.id)
        return person

    def subscribes(self, subscriber: str, owner: str = "", zone: str = "Europe/Paris") -> None:
        who = self.who(subscriber)
        new = Subscription(
            who, Schedule(WORKING_DAYS, time(9), zone), 3, owner or subscriber, next_due=NINE
        )
        with self.store.writing() as connection:
            interests.put(connection, who, Interest("speech"))
            subscriptions.put(connection, new)

    def who(self, subscriber: str) -> Subscriber:
        return Subscriber(self.team.id, subscriber)

    def digests(self, person: Person) -> list[Message]:
        return [m for m in self.team.direct_messages(person) if m.metadata]

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
            return digests.count_by_state(connection)

    def next_day(self) -> tuple[int, int]:
        self.clock.passes(days=1)
        return self.parts.tick()


@pytest.fixture
def desk(corpus: Path, tmp_path: Path) -> Iterator[Desk]:
    """At nine o'clock, with everything that was due before still to come."""
    path = tmp_path / "paperwire.db"
    shutil.copy(corpus, path)
    store, clock = Store(f"sqlite:///{path}", lock_seconds=20), Clock(NINE)
    with LocalSlack(clock=lambda: clock().timestamp(), burst=None) as local:
        team = local.add_workspace("Lab")
        with store.writing() as connection:
            people.put_workspace(connection, team.id, "Lab")
        client = slack.make_client(team.bot_token, local.url)
        parts = Parts(store, Library(store), clock, slack.only(team.id, client))
        yield Desk(local, team, parts, clock)
    store.close()


# When


def test_a_digest_is_composed_at_its_time_and_once(desk: Desk) -> None:
    """Not a moment before; ticking again and again brings nothing more until the next day."""
    ada = desk.person("Ada")
    desk.clock.at = NINE - timedelta(microseconds=1)
    assert desk.parts.tick() == (0, 0)
    desk.clock.at = NINE
    assert desk.parts.tick() == (1, 1)
    assert desk.parts.tick() == (0, 0)
    assert len(desk.digests(ada)) == 1
    assert desk.subscription(ada.id).next_due == NINE + timedelta(days=1)


def test_many_ticks_at_once_send_each_digest_once(desk: Desk) -> None:
    """Threads of one process and another process's store share the work."""
    names = [desk.person(f"Person {n}") for n in range(5)]
    assert desk.store.file is not None
    other = Store(f"sqlite:///{desk.store.file}", lock_seconds=20)
    second = Parts(other, Library(other), desk.clock, desk.parts.clients)
    with ThreadPoolExecutor(6) as threads:
        done = list(threads.map(lambda n: (desk.parts, second)[n % 2].tick(), range(12)))
    assert sum(composed for composed, _ in done) == 5
    assert sum(delivered for _, delivered in done) == 5
    assert [len(desk.digests(person)) for person in names] == [1] * 5
    other.close()


def test_a_digest_missed_in_a_downtime_comes_once(desk: Desk) -> None:
    """Late, as the digest of the day on which it was due; then the regular time goes on."""
    ada = desk.person("Ada")
    desk.clock.at = NINE + timedelta(days=3, hours=5)
    assert desk.parts.tick() == (1, 1)
    (late,) = desk.digests(ada)
    assert "Monday 2 March" in str(late.blocks)
    assert desk.subscription(ada.id).next_due == NINE + timedelta(days=4)
    desk.clock.at = NINE + timedelta(days=4)
    assert desk.parts.tick() == (1, 1)


def test_what_is_paused_or_ended_is_not_composed(desk: Desk) -> None:
    """Neither at its time nor when it was due earlier."""
    ada, bob = desk.person("Ada"), desk.person("Bob")
    with desk.store.writing() as connection:
        subscriptions.pause(connection, desk.who(ada.id), None)
        subscriptions.remove(connection, desk.who(bob.id))
    assert desk.parts.tick() == (0, 0)


def test_a_preview_is_what_comes_and_changes_nothing(desk: Desk) -> None:
    """The drafts of what is due hold the papers that are posted afterwards."""
    ada = desk.person("Ada")
    index = desk.parts.library.refresh()
    (draft,), (again,) = (due_drafts(desk.store, index, NINE) for _ in range(2))
    assert draft.matches == again.matches
    assert (desk.states, desk.shown(ada.id)) == ({}, set())
    desk.parts.tick()
    assert desk.shown(ada.id) == {match.paper.id for match in draft.matches}


# Which papers


def test_no_paper_comes_twice_until_all_have_come(desk: Desk) -> None:
    """Day after day other papers, until every one that matches has been shown exactly once."""
    ada = desk.person("Ada")
    days = -(-PAPERS // 3) + 1
    desk.parts.tick()
    while len(desk.digests(ada)) < days:
        desk.next_day()
    shown = [title for message in desk.digests(ada) for title in titles(message)]
    assert sorted(shown) == sorted(f"Speech paper number {n}" for n in range(PAPERS))
    assert "No paper that you have not seen" in str(desk.digests(ada)[-1].blocks)


def test_one_on_demand_counts_as_shown(desk: Desk) -> None:
    """A digest asked for and the regular one after it have no paper in common."""
    ada = desk.person("Ada")
    compose_now(desk.store, desk.parts.library.index, desk.who(ada.id), NINE)
    desk.parts.tick()
    first, second = (set(titles(message)) for message in desk.digests(ada))
    assert len(first) == len(second) == 3
    assert not first & second


def test_many_on_demand_at_once_share_no_paper(desk: Desk) -> None:
    """The ledger holds when somebody presses twice."""
    ada = desk.person("Ada")
    index = desk.parts.library.index

    def compose(_: int) -> list[str]:
        made = compose_now(desk.store, index, desk.who(ada.id), NINE)
        return [match.paper.id for match in made.matches]

    with ThreadPoolExecutor(6) as threads:
        composed = [paper for ids in threads.map(compose, range(6)) for paper in ids]
    assert len(composed) == len(set(composed)) == 18


def test_each_subscriber_has_a_ledger_of_their_own(desk: Desk) -> None:
    """What one has seen another still gets."""
    ada, bob = desk.person("Ada"), desk.person("Bob")
    desk.parts.tick()
    (adas,), (bobs,) = desk.digests(ada), desk.digests(bob)
    assert titles(adas) == titles(bobs)


# What Slack answers


def test_the_message_carries_the_delivery(desk: Desk) -> None:
    """Its metadata has the delivery's id, and the store has where the message stands."""
    ada = desk.person("Ada")
    compose_due(desk.store, desk.parts.library.refresh(), NINE)
    with desk.store.reading() as connection:
        (delivery,) = digests.waiting(connection, NINE)
    desk.parts.deliver()
    (message,) = desk.digests(ada)
    assert message.metadata is not None
    assert message.metadata["event_payload"] == {"delivery": delivery.id}
    with desk.store.reading() as connection:
        row = connection.execute(tables.deliveries.select()).one()
    assert (row.state, row.channel, row.ts) == ("sent", message.channel, message.ts)


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("fault", [{"cut": True}, {"status": 500}])
def test_an_unknown_delivery_is_never_repeated(
    desk: Desk, fault: dict[str, object], taken: bool
) -> None:
    """It may stand in Slack: its papers count as shown, and the next digest has others."""
    ada = desk.person("Ada")
    desk.slack.fail(POST, taken=taken, **fault)
    assert desk.parts.tick() == (1, 0)
    assert desk.states == {DeliveryState.UNKNOWN: 1}
    first = desk.shown(ada.id)
    assert len(first) == 3
    desk.clock.passes(hours=5)
    assert desk.parts.tick() == (0, 0)
    assert len(desk.slack.calls_of(POST)) == 1
    desk.next_day()
    *before, message = desk.digests(ada)
    assert len(before) == taken
    assert len(desk.shown(ada.id) - first) == len(titles(message)) == 3


def test_what_a_dead_process_was_sending_is_unknown(desk: Desk) -> None:
    """The next start does not send it again."""
    desk.person("Ada")
    compose_due(desk.store, desk.parts.library.refresh(), NINE)
    with desk.store.writing() as connection:
        (delivery,) = digests.waiting(connection, NINE)
        digests.begin(connection, delivery)
    with desk.store.writing() as connection:
        assert digests.doubt_interrupted(connection) == 1
    assert desk.parts.tick() == (0, 0)
    assert desk.states == {DeliveryState.UNKNOWN: 1}
    assert desk.slack.calls_of(POST) == []


def test_a_rate_limited_digest_is_sent_when_slack_says(desk: Desk) -> None:
    """Not before, and then once; others do not wait for it."""
    ada, bob = desk.person("Ada"), desk.person("Bob")
    desk.slack.fail(POST, status=429, retry_after=90, channel=ada.direct.id)
    assert desk.parts.tick() == (2, 1)
    assert (len(desk.digests(ada)), len(desk.digests(bob))) == (0, 1)
    desk.clock.passes(seconds=89)
    assert desk.parts.tick() == (0, 0)
    desk.clock.passes(seconds=1)
    assert desk.parts.tick() == (0, 1)
    assert len(desk.digests(ada)) == 1


@pytest.mark.parametrize("fault", [{"cut": True}, {"status": 503}])
def test_what_failed_before_the_message_is_sent_later(desk: Desk, fault: dict[str, object]) -> None:
    """When the direct messages could not be opened, nothing was posted and nothing is lost."""
    ada = desk.person("Ada")
    desk.slack.fail("conversations.open", **fault)
    assert desk.parts.tick() == (1, 0)
    assert desk.states == {DeliveryState.PENDING: 1}
    desk.clock.passes(minutes=2)
    assert desk.parts.tick() == (0, 1)
    assert len(desk.digests(ada)) == 1


def test_a_digest_for_a_channel_outlives_a_network_that_is_down(desk: Desk) -> None:
    """Without a connection it waits; nobody has to ask whether it was posted."""
    channel = desk.team.add_channel("general")
    desk.subscribes(channel.id, owner="U1")
    away = slack.make_client(desk.team.bot_token, "http://127.0.0.1:9/api/")
    down = Parts(desk.store, desk.parts.library, desk.clock, slack.only(desk.team.id, away))
    assert down.tick() == (1, 0)
    desk.clock.passes(minutes=2)
    assert desk.parts.tick() == (0, 1)
    assert len(desk.team.messages(channel)) == 1


@pytest.mark.parametrize("code", ["user_not_found", "user_disabled", "missing_scope"])
def test_a_failed_digest_pauses_with_the_remedy(desk: Desk, code: str) -> None:
    """Its papers were not shown and come again once the subscription is resumed."""
    ada = desk.person("Ada")
    desk.slack.fail(POST, error=code)
    assert desk.parts.tick() == (1, 0)
    paused = desk.subscription(ada.id)
    assert paused.state is SubscriptionState.PAUSED
    assert paused.pause_reason == slack.REMEDIES[code]
    assert (desk.states, desk.shown(ada.id)) == ({DeliveryState.FAILED: 1}, set())
    assert desk.next_day() == (0, 0)
    with desk.store.writing() as connection:
        subscriptions.resume(connection, desk.who(ada.id), desk.clock())
    assert desk.parts.tick() == (1, 1)
    assert len(titles(desk.digests(ada)[0])) == 3


def test_a_refusal_without_a_remedy_does_not_end_a_subscription(desk: Desk) -> None:
    """What Slack dislikes about one message may be over with the next."""
    ada = desk.person("Ada")
    desk.slack.fail(POST, error="invalid_blocks")
    assert desk.parts.tick() == (1, 0)
    assert desk.subscription(ada.id).state is SubscriptionState.ACTIVE
    assert desk.shown(ada.id) == set()
    assert desk.next_day() == (1, 1)


@pytest.mark.parametrize("trouble", ["is_archived", "not_in_channel", "channel_not_found"])
def test_the_owner_of_a_channel_hears_of_the_trouble(desk: Desk, trouble: str) -> None:
    """Once, in direct messages, with the channel and what to do; then it is paused."""
    ada = desk.team.add_person("Ada")
    general = desk.team.add_channel("general", bot_is_member=trouble == "is_archived")
    general.is_archived = trouble == "is_archived"
    channel = general.id if trouble != "channel_not_found" else "C404"
    desk.subscribes(channel, owner=ada.id)
    assert desk.parts.tick() == (1, 0)
    assert desk.next_day() == (0, 0)
    (told,) = desk.team.direct_messages(ada)
    assert f"<#{channel}>" in str(told.blocks)
    assert slack.REMEDIES[trouble] in str(told.blocks)
    assert told.metadata is None
    assert desk.subscription(channel).state is SubscriptionState.PAUSED


def test_an_owner_who_cannot_be_told_stops_nothing(desk: Desk) -> None:
    """The channel is paused all the same, and others get theirs."""
    bob = desk.person("Bob")
    desk.subscribes("C404", owner="U404")
    assert desk.parts.tick() == (2, 1)
    assert desk.subscription("C404").state is SubscriptionState.PAUSED
    assert len(desk.digests(bob)) == 1


@pytest.mark.parametrize("code", list(slack.WORKSPACE_OFF))
def test_a_lost_token_switches_the_workspace_off(desk: Desk, code: str) -> None:
    """Slack is asked once; the outbox waits, and goes out when the workspace is on again."""
    ada, bob = desk.person("Ada"), desk.person("Bob")
    desk.slack.fail("conversations.open", error=code)
    assert desk.parts.tick() == (2, 0)
    assert desk.next_day() == (0, 0)
    assert len(desk.slack.calls) == 1
    assert desk.states == {DeliveryState.PENDING: 2}
    with desk.store.writing() as connection:
        people.put_workspace(connection, desk.team.id, "Lab")
    assert desk.parts.tick() == (2, 4)
    assert [len(desk.digests(person)) for person in (ada, bob)] == [2, 2]
    first, second = desk.digests(ada)
    assert not set(titles(first)) & set(titles(second))


def test_another_workspace_goes_on(desk: Desk) -> None:
    """A workspace that is off, or not ours, keeps nobody else waiting."""
    elsewhere = Subscriber("T404", "U1")
    schedule = Schedule(WORKING_DAYS, time(9), "Europe/Paris")
    with desk.store.writing() as connection:
        people.put_workspace(connection, elsewhere.workspace, "Elsewhere")
        subscriptions.put(connection, Subscription(elsewhere, schedule, 3, "U1", NINE))
    ada = desk.person("Ada")
    assert desk.parts.tick() == (2, 1)
    assert len(desk.digests(ada)) == 1
    assert desk.next_day() == (1, 1)


# One's failure is not another's


def test_a_subscriber_whose_digest_cannot_be_composed_delays_nobody(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged and stays due; the others, who come after it, get theirs."""
    broken, ada = desk.person("Broken"), desk.person("Ada")
    desk.subscribes(broken.id, zone="Mars/Phobos")
    assert desk.parts.tick() == (1, 1)
    assert len(desk.digests(ada)) == 1
    assert "a digest failed" in caplog.text
    assert desk.subscription(broken.id).next_due == NINE
    desk.subscribes(broken.id)
    assert desk.parts.tick() == (1, 1)


def test_a_digest_that_cannot_be_shown_delays_nobody(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """A row that makes no sense stays in the outbox; the others go out."""
    broken, ada = desk.person("Broken"), desk.person("Ada")
    index = desk.parts.library.refresh()
    made = compose_now(desk.store, index, desk.who(broken.id), NINE - timedelta(hours=1))
    with desk.store.writing() as connection:
        papers = tables.digest_papers
        nonsense = update(papers).where(papers.c.digest == made.id).values(reasons=[{}])
        connection.execute(nonsense)
    assert desk.parts.tick() == (2, 2)
    assert len(desk.digests(ada)) == 1
    assert "a digest failed" in caplog.text
    assert desk.states == {DeliveryState.PENDING: 1, DeliveryState.SENT: 2}


def test_failures_of_many_kinds_delay_nobody(desk: Desk) -> None:
    """Whatever happens to four people, the fifth has her digest in the same tick."""
    *four, ada = [desk.person(f"Person {n}") for n in range(5)]
    faults: Sequence[dict[str, object]] = (
        {"cut": True},
        {"status": 429, "retry_after": 600},
        {"error": "user_not_found"},
        {"status": 500},
    )
    for person, fault in zip(four, faults, strict=True):
        desk.slack.fail(POST, channel=person.direct.id, **fault)
    assert desk.parts.tick() == (5, 1)
    assert len(desk.digests(ada)) == 1


# What it says


def test_a_digest_says_what_it_is_and_how_to_change_it(desk: Desk) -> None:
    """The day, how many of how many, the reasons, the schedule and the way out."""
    ada = desk.person("Ada")
    desk.parts.tick()
    shown = str(desk.digests(ada)[0].blocks)
    for words in ("Monday 2 March", "3 of 24", "speech", "Monday to Friday at 09:00", "subscribe"):
        assert words in shown


def test_a_channels_digest_names_who_set_it_up(desk: Desk) -> None:
    """So that nobody wonders where it comes from."""
    channel = desk.team.add_channel("general")
    desk.subscribes(channel.id, owner="U77")
    desk.parts.tick()
    (message,) = desk.team.messages(channel)
    assert "set up by <@U77>" in str(message.blocks)


def test_a_digest_without_interests_says_how_to_get_some(desk: Desk) -> None:
    """An empty profile is not silence."""
    ada = desk.person("Ada")
    with desk.store.writing() as connection:
        interests.clear(connection, desk.who(ada.id))
    desk.parts.tick()
    assert "interests add" in str(desk.digests(ada)[0].blocks)


def test_one_on_demand_is_dated_where_the_person_lives(desk: Desk) -> None:
    """Without a subscription it is the zone of the Slack profile."""
    tokyo = desk.team.add_person("Kenji", tz="Asia/Tokyo")
    with desk.store.writing() as connection:
        known = Known(desk.team.id, tokyo.id, "Kenji", "Asia/Tokyo", NINE)
        people.put_person(connection, known)
    late = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
    compose_now(desk.store, desk.parts.library.index, desk.who(tokyo.id), late)
    desk.clock.at = late
    desk.parts.tick()
    assert "Tuesday 3 March" in str(desk.digests(tokyo)[0].blocks)


def titles(message: Message) -> list[str]:
    """The titles in the fallback text of a digest."""
    return [line[2:] for line in message.text.splitlines() if line.startswith("• ")]
