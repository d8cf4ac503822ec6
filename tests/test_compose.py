"""Composing digests: once, from what is new, and no paper twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import Table, update

from bot.digests import Wish, compose_due, compose_now, due_drafts, shelf_of
from bot.library import Library
from bot.models import Quiet, Schedule, Subscriber, SubscriptionState, Weekly
from bot.parts import Parts
from bot.store import Store, digests, interests, subscriptions, tables
from recommender import Interest
from tests.desk import DAY, NINE, WORKDAYS_AT_NINE, Desk, printed
from tests.store_lab import subscription

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
    assert desk.subscription(ada.id).next_due == NINE + DAY
    assert desk.subscription(ada.id).last_due == NINE


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


def test_a_clock_that_goes_back_brings_no_second_digest(desk: Desk) -> None:
    """What was composed stays composed; the next one comes at its time."""
    ada = desk.person("Ada")
    desk.parts.tick()
    desk.clock.passes(hours=-3)
    assert desk.parts.tick() == (0, 0)
    desk.clock.at = NINE
    assert desk.parts.tick() == (0, 0)
    desk.clock.at = NINE + DAY
    assert desk.parts.tick() == (1, 1)
    assert len(desk.digests(ada)) == 2


@pytest.mark.parametrize(
    ("late", "says"),
    [
        ({"minutes": 59}, ""),
        ({"minutes": 90}, "This digest is 1 hour late"),
        ({"hours": 5}, "This digest is 5 hours late"),
        ({"days": 3, "hours": 5}, "This digest is 3 days late"),
    ],
)
def test_a_digest_missed_in_a_downtime_comes_once(
    desk: Desk, late: dict[str, float], says: str
) -> None:
    """As the digest of the day on which it was due, saying so; then the regular time goes on."""
    ada = desk.person("Ada")
    desk.clock.at = NINE + timedelta(**late)
    assert desk.parts.tick() == (1, 1)
    (digest,) = desk.digests(ada)
    assert "Monday 2 March" in printed(digest)
    assert says in printed(digest)
    assert ("late" in printed(digest)) == bool(says)
    assert desk.subscription(ada.id).next_due == NINE + timedelta(days=late.get("days", 0)) + DAY


@pytest.mark.parametrize("downtimes", [1, 2])
def test_a_digest_missed_into_quiet_hours_says_that_it_is_late(desk: Desk, downtimes: int) -> None:
    """It waits for the end of the quiet, and is the one of the day on which it was due."""
    night = Quiet(since=time(20), until=time(7))
    ada = desk.person("Ada", schedule=replace(WORKDAYS_AT_NINE, quiet=night))
    desk.clock.at = NINE + timedelta(hours=12)
    assert desk.parts.tick() == (0, 0)
    assert desk.subscription(ada.id).next_due == NINE + timedelta(hours=22)
    assert desk.subscription(ada.id).missed_due == NINE
    # The second one begins before the quiet ends, and ends in the next night.
    desk.clock.at = NINE + timedelta(hours=22 + 14 * (downtimes - 1))
    if downtimes == 2:
        assert desk.parts.tick() == (0, 0)
        desk.clock.at = NINE + timedelta(hours=46)
    assert desk.parts.tick() == (1, 1)
    (digest,) = desk.digests(ada)
    assert "Papers for Monday 2 March" in printed(digest)
    assert f"{['22 hours', '1 day'][downtimes - 1]} late: I was not running." in printed(digest)
    (composed,) = desk.composed(ada)
    assert composed.due_at == NINE
    assert desk.subscription(ada.id).missed_due is None
    assert desk.subscription(ada.id).next_due == NINE + downtimes * DAY


def test_what_is_paused_snoozed_or_ended_is_not_composed(desk: Desk) -> None:
    """Neither at its time nor when it was due earlier."""
    ada, bob, eve = desk.person("Ada"), desk.person("Bob"), desk.person("Eve")
    with desk.store.writing() as connection:
        subscriptions.pause(connection, desk.who(ada.id), None)
        subscriptions.remove(connection, desk.who(bob.id))
        subscriptions.snooze(connection, desk.who(eve.id), NINE + DAY, NINE + DAY)
    assert desk.parts.tick() == (0, 0)
    assert desk.next_day() == (1, 1)
    assert len(desk.digests(eve)) == 1
    assert desk.subscription(eve.id).snoozed_until is None


def test_a_preview_is_what_comes_and_changes_nothing(desk: Desk) -> None:
    """The drafts of what is due hold the papers that are posted afterwards."""
    ada = desk.person("Ada")
    (draft,), (again,) = (due_drafts(desk.store, desk.parts.shelf(), NINE) for _ in range(2))
    assert draft.picks == again.picks
    assert (desk.states, desk.shown(ada.id)) == ({}, set())
    desk.parts.tick()
    (digest,) = desk.composed(ada)
    assert (digest.picks, digest.funnel) == (draft.picks, draft.funnel)


# One's failure is not another's


def test_a_zone_that_is_gone_pauses_only_its_subscriber(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """The others, who come after it, get theirs; it is told what is wrong, and no traceback."""
    broken, ada = desk.person("Broken"), desk.person("Ada")
    nowhere = Schedule(Weekly(frozenset(range(7))), NINE.time(), "Mars/Phobos")
    desk.subscribes(broken.id, schedule=nowhere)
    assert desk.parts.tick() == (1, 1)
    assert len(desk.digests(ada)) == 1
    paused = desk.subscription(broken.id)
    assert paused.state is SubscriptionState.PAUSED
    assert "no time zone called “Mars/Phobos”" in str(paused.pause_reason)
    assert "Traceback" not in caplog.text
    desk.subscribes(broken.id)
    assert desk.parts.tick() == (1, 1)


POISONS = [
    (tables.subscriptions, {"schedule": {"days": "every"}}),
    (tables.subscriptions, {"when_nothing_new": "shout"}),
    (tables.interests, {"kind": "horoscope"}),
]


@pytest.mark.parametrize(("table", "poison"), POISONS)
def test_a_poisoned_row_pauses_only_its_subscriber(
    desk: Desk, table: Table, poison: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once, and not again with every tick."""
    broken, ada = desk.person("Broken"), desk.person("Ada")
    desk.subscribes(broken.id, next_due=NINE - DAY)
    with desk.store.writing() as connection:
        nonsense = update(table).where(table.c.subscriber == broken.id).values(poison)
        connection.execute(nonsense)
    assert desk.parts.tick() == (1, 1)
    assert len(desk.digests(ada)) == 1
    (logged,) = [r for r in caplog.records if r.levelname == "ERROR"]
    assert logged.name.startswith("bot.")
    caplog.clear()
    assert desk.next_day() == (1, 1)
    assert [r for r in caplog.records if r.levelname == "ERROR"] == []


def test_composing_and_asking_at_once_clash_nowhere(any_store: Store) -> None:
    """Regular digests and ones on demand, from several threads: each once, and no paper twice."""
    everybody = [Subscriber("T1", f"U{number}") for number in range(4)]
    with any_store.writing() as connection:
        for who in everybody:
            interests.put(connection, who, Interest("paper"))
            subscriptions.put(connection, subscription(who, due=NINE))
    shelf = shelf_of(Library(any_store))

    def act(number: int) -> int:
        if number % 2:
            return compose_due(any_store, shelf, NINE)
        wish = Wish(everybody[number // 2 % 4], 3, NINE, asked_for=True)
        compose_now(any_store, shelf, wish, NINE)
        return 0

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(act, range(16))) == 4
    with any_store.reading() as connection:
        for who in everybody:
            found = digests.history(connection, who, 9)
            ids = [pick.match.paper.id for digest in found for pick in digest.picks]
            assert (len(found), len(ids)) == (3, len(set(ids)))
            known = subscriptions.get(connection, who)
            assert known is not None
            assert known.state is SubscriptionState.ACTIVE
