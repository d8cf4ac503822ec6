"""The store of subscriptions: who is due, who claims it, and whose zone may have changed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from sqlalchemy import update

from bot.models import (
    Monthly,
    MonthlyWeekday,
    Person,
    Quiet,
    Rule,
    Schedule,
    Subscriber,
    Subscription,
    SubscriptionState,
    Weekly,
    WhenNothingNew,
)
from bot.store import Connection, Store, people, subscriptions, tables
from tests.store_lab import ADA, ADAS_TWIN, BOB, LATER, NOW, subscription

DAY = timedelta(days=1)


def test_a_subscription_comes_back_as_it_was(any_store: Store) -> None:
    """There is one for each subscriber; a new one takes the place of the old."""
    old = subscription(ADA)
    new = Subscription(
        ADA,
        Schedule(Weekly(frozenset({1, 6})), time(17, 45), "Asia/Kathmandu"),
        10,
        "U9",
        LATER,
        follows_zone=False,
        state=SubscriptionState.PAUSED,
        pause_reason="The channel is archived.",
        snoozed_until=LATER,
        last_due=NOW,
        missed_due=NOW,
        when_nothing_new=WhenNothingNew.SILENT,
        explores=True,
    )
    with any_store.writing() as connection:
        assert subscriptions.get(connection, ADA) is None
        subscriptions.put(connection, old)
        assert subscriptions.get(connection, ADA) == old
        subscriptions.put(connection, new)
        assert subscriptions.get(connection, ADA, hold=True) == new
        assert subscriptions.remove(connection, ADA)
        assert not subscriptions.remove(connection, ADA)


@pytest.mark.parametrize(
    "rule",
    [
        Weekly(frozenset(range(7))),
        Weekly(frozenset({2}), 2, date(2026, 3, 4)),
        Monthly(31),
        MonthlyWeekday(-1, 4),
    ],
)
def test_every_rule_comes_back_as_it_was(any_store: Store, rule: Rule) -> None:
    """A schedule is kept with its start, its zone and what is quiet."""
    quiet = Quiet(frozenset({5, 6}), time(22), time(7, 30))
    schedule = Schedule(rule, time(9, 5), "Australia/Lord_Howe", quiet)
    with any_store.writing() as connection:
        subscriptions.put(connection, Subscription(ADA, schedule, 5, ADA.id, NOW))
        known = subscriptions.get(connection, ADA)
    assert known is not None
    assert known.schedule == schedule


def test_what_is_due(any_store: Store) -> None:
    """Active ones of workspaces that are on, from the very instant on, longest waiting first."""
    with any_store.writing() as connection:
        people.put_workspace(connection, "T2", "Two")
        subscriptions.put(connection, subscription(ADA, due=NOW))
        subscriptions.put(connection, subscription(BOB, due=NOW - 3 * DAY))
        subscriptions.put(connection, subscription(ADAS_TWIN, due=NOW - DAY))
        before = subscriptions.due(connection, NOW - timedelta(microseconds=1))
        assert [s.subscriber for s in before] == [BOB, ADAS_TWIN]
        assert [s.subscriber for s in subscriptions.due(connection, NOW)] == [BOB, ADAS_TWIN, ADA]
        assert subscriptions.next_due(connection) == NOW - 3 * DAY
        people.switch_off(connection, "T2", "token revoked")
        subscriptions.pause(connection, BOB, None)
        assert [s.subscriber for s in subscriptions.claim(connection, NOW, 9)] == [ADA]
        assert [s.subscriber for s in subscriptions.due(connection, NOW)] == [ADA]
        people.put_workspace(connection, "T2", "Two")
        subscriptions.resume(connection, BOB, LATER)
        assert [s.subscriber for s in subscriptions.due(connection, NOW)] == [ADAS_TWIN, ADA]


def test_a_due_subscription_is_claimed_once(any_store: Store) -> None:
    """Of many who try at once one gets each, and nobody waits for one that others have."""
    everybody = [Subscriber("T1", f"U{number}") for number in range(12)]
    with any_store.writing() as connection:
        for who in everybody:
            subscriptions.put(connection, subscription(who))

    def claim(_: int) -> list[Subscriber]:
        with any_store.writing() as connection:
            claimed = subscriptions.claim(connection, NOW, 2)
            for each in claimed:
                subscriptions.move_on(connection, each, NOW + DAY)
            return [each.subscriber for each in claimed]

    with ThreadPoolExecutor(8) as threads:
        claims = [who for claimed in threads.map(claim, range(12)) for who in claimed]
    assert sorted(claims) == sorted(everybody)


def test_one_that_is_held_is_passed_over(postgres_url: str) -> None:
    """On a server, whoever composes does not wait for somebody who changes a subscription."""
    store = Store(postgres_url)
    with store.writing() as connection:
        subscriptions.put(connection, subscription(ADA))
        subscriptions.put(connection, subscription(BOB))
    with store.writing() as holding, store.writing() as composing:
        composing.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
        assert subscriptions.get(holding, ADA, hold=True)
        claimed = subscriptions.claim(composing, NOW, 9)
        assert [each.subscriber for each in claimed] == [BOB]
    store.close()


def test_what_is_put_off_stays_the_one_that_was_missed(any_store: Store) -> None:
    """However often it is put off, until it has come or another time is set."""
    ends: dict[str, Callable[[Connection, Subscription], None]] = {
        "came": lambda c, s: subscriptions.move_on(c, s, LATER + DAY),
        "snoozed": lambda c, s: subscriptions.snooze(c, ADA, LATER, LATER + DAY),
        "resumed": lambda c, s: subscriptions.resume(c, ADA, LATER + DAY),
    }
    for end in ends.values():
        with any_store.writing() as connection:
            subscriptions.put(connection, subscription(ADA, due=NOW))
            known = subscription(ADA, due=NOW)
            for until in (NOW + DAY, NOW + 2 * DAY):
                subscriptions.put_off(connection, known, until)
                known = _there(connection)
                assert (known.missed_due, known.next_due) == (NOW, until)
            end(connection, known)
            known = _there(connection)
            assert (known.missed_due, known.next_due) == (None, LATER + DAY)


def _there(connection: Connection) -> Subscription:
    found = subscriptions.get(connection, ADA)
    assert found is not None
    return found


def test_moving_on_ends_a_snooze_and_keeps_when_it_was_due(any_store: Store) -> None:
    """The next one is due then, and the last one was due when it was due, however late it is."""
    with any_store.writing() as connection:
        subscriptions.put(connection, subscription(ADA))
        subscriptions.snooze(connection, ADA, LATER, LATER + DAY)
        snoozed = subscriptions.get(connection, ADA)
        assert snoozed is not None
        assert (snoozed.snoozed_until, snoozed.next_due) == (LATER, LATER + DAY)
        subscriptions.move_on(connection, snoozed, NOW + 7 * DAY)
        moved = subscriptions.get(connection, ADA)
    assert moved is not None
    assert (moved.snoozed_until, moved.last_due, moved.next_due) == (
        None,
        LATER + DAY,
        NOW + 7 * DAY,
    )


@pytest.mark.parametrize(
    "poison",
    [
        {"schedule": {"rule": {"kind": "hourly"}, "at": "09:00", "zone": "UTC"}},
        {"schedule": ["nonsense"]},
        {"when_nothing_new": "shout"},
    ],
)
def test_a_row_that_cannot_be_read_counts_as_none_and_is_paused(
    any_store: Store, poison: dict[str, object]
) -> None:
    """Others are claimed as if it were not there, and its subscriber may subscribe again."""
    with any_store.writing() as connection:
        subscriptions.put(connection, subscription(ADA, due=NOW - DAY))
        subscriptions.put(connection, subscription(BOB))
        table = tables.subscriptions
        connection.execute(update(table).where(table.c.subscriber == ADA.id).values(poison))
        assert [s.subscriber for s in subscriptions.due(connection, NOW)] == [BOB]
        assert [s.subscriber for s in subscriptions.claim(connection, NOW, 1)] == [BOB]
        assert subscriptions.next_due(connection) == NOW
        assert subscriptions.stale_zones(connection, NOW, 1) == [subscription(BOB)]
        assert subscriptions.get(connection, ADA) is None
        subscriptions.put(connection, subscription(ADA))
        assert subscriptions.get(connection, ADA) == subscription(ADA)


def test_whose_zone_is_to_be_asked_for(any_store: Store) -> None:
    """Those unknown first, then those asked longest ago, then those who are known to be away."""
    away = Subscriber("T1", "U3")
    with any_store.writing() as connection:
        for who in (ADA, BOB, away, Subscriber("T1", "U4")):
            subscriptions.put(connection, subscription(who))
        known = (
            ("U2", "Europe/Paris", -DAY),
            ("U3", "Asia/Tokyo", DAY),
            ("U4", "Europe/Paris", DAY),
        )
        for person, zone, asked in known:
            people.put_person(connection, Person("T1", person, "Name", zone, NOW + asked))
        stale = subscriptions.stale_zones(connection, NOW, 9)
        assert [each.subscriber for each in stale] == [ADA, BOB, away]
        assert [s.subscriber for s in subscriptions.stale_zones(connection, NOW, 1)] == [ADA]
        subscriptions.pause(connection, BOB, None)
        subscriptions.put(connection, subscription(ADA))
        stale = subscriptions.stale_zones(connection, NOW, 9)
        assert [each.subscriber for each in stale] == [ADA, away]
        people.switch_off(connection, "T1", "token revoked")
        assert subscriptions.stale_zones(connection, NOW, 9) == []
