"""A digest moves with its person: Slack is asked daily, and nobody gets two within half a day."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.demo import Person
from bot.models import Person as Known
from bot.models import Quiet, SubscriptionState
from bot.parts import ZONES_A_TICK
from bot.store import people, subscriptions
from tests.desk import DAY, NINE, WORKDAYS_AT_NINE, Desk

HOUR = timedelta(hours=1)
USERS = "users.info"


@pytest.fixture
def ada(desk: Desk) -> Person:
    """Somebody whose digest has just come in Paris, and follows her."""
    ada = desk.person("Ada", follows_zone=True)
    desk.parts.tick()
    return ada


def moves(desk: Desk, person: Person, zone: str) -> None:
    """Somebody lands elsewhere, and Slack knows; the next day begins."""
    person.user.tz = zone
    desk.clock.passes(hours=25)
    desk.parts.follow_zones()


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("Asia/Tokyo", 40), ("America/New_York", 30), ("Asia/Kolkata", 43.5), ("Europe/Paris", 24)],
)
def test_the_digest_comes_at_the_local_time_of_where_one_is(
    desk: Desk, ada: Person, zone: str, hours: float
) -> None:
    """Nine o'clock there; at least twelve hours after the last one."""
    ada.user.tz = zone
    desk.clock.passes(hours=23.9)
    with desk.store.writing() as connection:
        gone = Known(desk.team.id, ada.id, "Ada", "Europe/Paris", NINE - DAY)
        people.put_person(connection, gone)
    desk.parts.follow_zones()
    moved = desk.subscription(ada.id)
    assert moved.schedule == replace(WORKDAYS_AT_NINE, zone=zone)
    assert moved.next_due == NINE + hours * HOUR


def test_nobody_gets_two_digests_within_half_a_day(desk: Desk, ada: Person) -> None:
    """Going west at noon does not bring the same morning's digest again."""
    ada.user.tz = "America/New_York"
    desk.clock.passes(hours=1)
    with desk.store.writing() as connection:
        known = Known(desk.team.id, ada.id, "Ada", "America/New_York", desk.clock())
        people.put_person(connection, known)
    desk.parts.follow_zones()
    assert desk.subscription(ada.id).next_due == NINE + 30 * HOUR


def test_slack_is_asked_once_a_day(desk: Desk, ada: Person) -> None:
    """And one who has moved is followed as soon as the bot knows, by whatever way it heard."""
    asked = len(desk.slack.calls_of(USERS))
    for _ in range(3):
        desk.clock.passes(hours=7)
        desk.parts.follow_zones()
    assert len(desk.slack.calls_of(USERS)) == asked == 1
    moves(desk, ada, "Asia/Tokyo")
    assert len(desk.slack.calls_of(USERS)) == 2
    assert desk.subscription(ada.id).schedule.zone == "Asia/Tokyo"


@pytest.mark.parametrize("fault", [{"cut": True}, {"status": 500}, {"status": 429}])
def test_while_slack_is_down_everything_stays_as_it_is(
    desk: Desk, ada: Person, fault: dict[str, object]
) -> None:
    """One question a tick goes unanswered; digests come at the times that are known."""
    bob = desk.person("Bob", follows_zone=True, next_due=NINE + DAY)
    before = desk.subscription(ada.id)
    for number in range(5):
        desk.subscribes(f"U0{number:03}", follows_zone=True, next_due=NINE + 2 * DAY)
    desk.slack.fail(USERS, times=None, **fault)
    asked = len(desk.slack.calls_of(USERS))
    desk.clock.passes(hours=24)
    assert desk.parts.tick() == (2, 2)
    assert len(desk.slack.calls_of(USERS)) - asked <= 3
    for person in (ada, bob):
        assert desk.subscription(person.id).schedule == before.schedule
    desk.slack.heal()
    bob.user.tz = "Asia/Tokyo"
    desk.parts.follow_zones()
    assert desk.subscription(bob.id).schedule.zone == "Asia/Tokyo"


def test_those_slack_does_not_know_keep_nobody_else_waiting(desk: Desk) -> None:
    """They are asked about again tomorrow, and keep the zone that they have."""
    for number in range(ZONES_A_TICK):
        desk.subscribes(f"U0{number:03}", follows_zone=True, next_due=NINE + DAY)
    bob = desk.person("Bob", follows_zone=True, next_due=NINE + DAY)
    bob.user.tz = "Asia/Tokyo"
    for _ in range(2):
        desk.parts.follow_zones()
    assert desk.subscription(bob.id).schedule.zone == "Asia/Tokyo"
    assert desk.subscription("U0007").schedule.zone == "Europe/Paris"
    asked = len(desk.slack.calls_of(USERS))
    desk.parts.follow_zones()
    assert len(desk.slack.calls_of(USERS)) == asked == ZONES_A_TICK + 1


def test_a_journey_ends_no_snooze_and_changes_nothing_else(desk: Desk, ada: Person) -> None:
    """Quiet hours, limit and the rest stay; nothing comes before the snooze is over."""
    night = Quiet(frozenset({6}), NINE.time(), NINE.replace(hour=7).time())
    until = NINE + 5 * DAY
    old = replace(
        desk.subscription(ada.id),
        schedule=replace(WORKDAYS_AT_NINE, quiet=night),
        snoozed_until=until,
        next_due=until,
        explores=True,
    )
    with desk.store.writing() as connection:
        subscriptions.put(connection, old)
    moves(desk, ada, "Asia/Tokyo")
    moved = desk.subscription(ada.id)
    assert moved == replace(
        old, schedule=replace(old.schedule, zone="Asia/Tokyo"), next_due=moved.next_due
    )
    assert moved.next_due > until


def test_what_is_paused_or_stays_where_it_is_is_not_moved(desk: Desk, ada: Person) -> None:
    """A channel's own zone, and a subscription that sleeps."""
    general = desk.team.add_channel("general")
    desk.subscribes(general.id, owner=ada.id)
    with desk.store.writing() as connection:
        subscriptions.pause(connection, desk.who(ada.id), None)
    moves(desk, ada, "Asia/Tokyo")
    for subscriber in (general.id, ada.id):
        assert desk.subscription(subscriber).schedule.zone == "Europe/Paris"
    assert desk.subscription(ada.id).state is SubscriptionState.PAUSED
