"""When nobody knows whether Slack took a message: it is looked for, and never repeated blindly."""

import resource
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.demo import Message, Person
from bot.digests import compose_due
from bot.errors import StoreError
from bot.models import DeliveryState, SubscriptionState
from bot.store import Store, outbox, tables
from tests.desk import HISTORY, NINE, POST, Desk, printed, speech, titles

FAILED, PENDING, SENDING = DeliveryState.FAILED, DeliveryState.PENDING, DeliveryState.SENDING
SENT, UNKNOWN = DeliveryState.SENT, DeliveryState.UNKNOWN
NO_ANSWER = [{"cut": True}, {"status": 500}, {"error": "fatal_error"}]


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("fault", NO_ANSWER)
def test_where_history_may_be_read_it_comes_exactly_once(
    desk: Desk, fault: dict[str, object], taken: bool
) -> None:
    """The message is found by its metadata, or certainly not there and sent again."""
    ada = desk.person("Ada")
    desk.team.grant("im:history")
    desk.slack.fail(POST, taken=taken, **fault)
    assert desk.parts.tick() == (1, 0)
    assert desk.parts.tick() == (0, 0)
    assert desk.states == {SENDING: 1}
    assert desk.slack.calls_of(HISTORY) == []
    desk.leases_run_out()
    assert desk.parts.tick() == (0, 0 if taken else 1)
    assert desk.states == {SENT: 1}
    (message,) = desk.digests(ada)
    with desk.store.reading() as connection:
        row = connection.execute(tables.deliveries.select()).one()
    assert (row.channel, row.ts) == (message.channel, message.ts)
    assert len(desk.slack.calls_of(POST)) == (1 if taken else 2)


def test_it_is_found_behind_many_other_messages(desk: Desk) -> None:
    """Page after page of history is read, and messages of others are no obstacle."""
    ada = desk.person("Ada")
    desk.team.grant("im:history")
    desk.slack.fail(POST, taken=True, cut=True)
    desk.parts.tick()
    world, direct = desk.slack.world, ada.direct
    with world.changed:
        for number in range(120):
            ts = direct.next_ts(world.clock())
            world.put(ada.team, Message(direct.id, ts, ada.id, f"Are you there? {number}"))
    desk.leases_run_out()
    desk.parts.tick()
    assert desk.states == {SENT: 1}
    assert len(desk.slack.calls_of(HISTORY)) == 2


@pytest.mark.parametrize("taken", [True, False])
def test_where_history_may_not_be_read_it_is_never_repeated(desk: Desk, taken: bool) -> None:
    """It may stand in Slack: its papers count as shown, the next digest has others."""
    ada = desk.person("Ada", limit=3)
    desk.slack.fail(POST, taken=taken, cut=True)
    assert desk.parts.tick() == (1, 0)
    first = desk.shown(ada.id)
    desk.leases_run_out()
    desk.parts.tick()
    assert desk.states == {UNKNOWN: 1}
    assert (len(desk.digests(ada)), len(first)) == (int(taken), 3)
    told = desk.team.direct_messages(ada)[-1]
    assert "I do not know whether your last digest arrived" in printed(told)
    assert "/papers history" in printed(told)
    desk.learns(speech(101))
    desk.next_day()
    assert titles(desk.digests(ada)[-1]) == [speech(101).title]
    assert desk.subscription(ada.id).state is SubscriptionState.ACTIVE


def test_the_owner_of_a_channel_is_told_which_one(desk: Desk) -> None:
    """In direct messages, once."""
    ada = desk.team.add_person("Ada")
    general = desk.team.add_channel("general")
    desk.subscribes(general.id, owner=ada.id)
    desk.slack.fail(POST, cut=True, channel=general.id)
    desk.parts.tick()
    desk.leases_run_out()
    desk.parts.tick()
    desk.parts.tick()
    (told,) = desk.team.direct_messages(ada)
    assert f"the digest to <#{general.id}> arrived" in printed(told)


@pytest.mark.parametrize("fault", [*NO_ANSWER, {"status": 429, "retry_after": 60}])
def test_a_slack_that_is_still_down_is_asked_again(desk: Desk, fault: dict[str, object]) -> None:
    """An outage of its history too leaves the question open, not the delivery unknown."""
    desk.person("Ada")
    desk.team.grant("im:history")
    desk.slack.fail(POST, taken=True, cut=True)
    desk.slack.fail(HISTORY, **fault)
    desk.parts.tick()
    desk.leases_run_out()
    assert desk.parts.tick() == (0, 0)
    assert desk.parts.tick() == (0, 0)
    assert desk.states == {SENDING: 1}
    assert len(desk.slack.calls_of(HISTORY)) == 1
    desk.leases_run_out()
    desk.parts.tick()
    assert desk.states == {SENT: 1}


def test_a_token_that_is_lost_meanwhile_decides_nothing(desk: Desk) -> None:
    """The workspace is off; when it is on again, the message is looked for."""
    ada = desk.person("Ada")
    desk.team.grant("im:history")
    desk.slack.fail(POST, taken=True, cut=True)
    desk.parts.tick()
    desk.leases_run_out()
    desk.team.revoke()
    desk.parts.tick()
    assert desk.states == {SENDING: 1}
    desk.team.revoke("")
    desk.is_back()
    desk.leases_run_out()
    assert desk.parts.tick() == (0, 0)
    assert desk.states == {SENT: 1}
    assert len(desk.digests(ada)) == 1


def test_what_a_process_left_before_it_posted_is_sent(desk: Desk) -> None:
    """One that died between taking it and telling Slack has posted nothing: no history needed."""
    ada = desk.person("Ada")
    compose_due(desk.store, desk.parts.shelf(), NINE)
    with desk.store.writing() as connection:
        assert outbox.take(connection, NINE)
    assert desk.parts.tick() == (0, 0)
    desk.leases_run_out()
    assert desk.parts.tick() == (0, 1)
    assert desk.slack.calls_of(HISTORY) == []
    assert len(desk.digests(ada)) == 1


def test_the_next_part_comes_when_the_one_before_is_found(desk: Desk) -> None:
    """An answer that was lost in the middle of a digest ends neither it nor its order."""
    ada = desk.person("Ada", limit=20)
    desk.team.grant("im:history")
    desk.slack.fail(POST, taken=True, cut=True)
    assert desk.parts.tick() == (1, 0)
    desk.leases_run_out()
    assert desk.parts.tick() == (0, 1)
    assert [len(titles(part)) for part in desk.digests(ada)] == [10, 10]


def while_posting(desk: Desk, act: Callable[[], object]) -> None:
    """Delivers, and does something when Slack has the message but has not answered yet."""
    compose_due(desk.store, desk.parts.shelf(), NINE)
    desk.slack.fail(POST, delay=0.5)
    with ThreadPoolExecutor(1) as thread:
        delivering = thread.submit(desk.parts.deliver)
        assert desk.slack.wait_for(lambda: desk.slack.calls_of("conversations.open"))
        assert desk.slack.wait_for(lambda: desk.slack.api.underway)
        act()
        delivering.result()


def found_again(desk: Desk, person: Person) -> bool:
    """Whether the message that could not be noted as sent is found, and not repeated."""
    assert desk.states == {SENDING: 1}
    desk.leases_run_out()
    assert desk.parts.tick() == (0, 0)
    return desk.states == {SENT: 1} and len(desk.digests(person)) == 1


def test_a_database_that_is_locked_after_the_post(desk: Desk) -> None:
    """What Slack took could not be noted: it is looked for, not repeated."""
    ada = desk.person("Ada")
    desk.team.grant("im:history")
    assert desk.store.file is not None
    store = Store(f"sqlite:///{desk.store.file}", lock_seconds=0.1)
    desk.parts = replace(desk.parts, store=store)
    raw = sqlite3.connect(store.file or "", isolation_level=None, check_same_thread=False)
    with pytest.raises(StoreError, match="in use by another process"):
        while_posting(desk, lambda: raw.execute("BEGIN IMMEDIATE"))
    raw.execute("ROLLBACK")
    raw.close()
    assert found_again(desk, ada)
    store.close()


def test_a_database_that_cannot_grow_after_the_post(desk: Desk) -> None:
    """The same, when no file may grow any more."""
    ada = desk.person("Ada")
    desk.team.grant("im:history")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with pytest.raises(StoreError, match=r"cannot be used|no room left"):
            while_posting(desk, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1])))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert found_again(desk, ada)
