"""Slack, the disk and the database fail: each digest comes once, or is honestly told unknown."""

import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from bot.digests import compose_due, deliver
from bot.errors import StoreError
from bot.models import DeliveryState, Quiet, SubscriptionState
from bot.parts import Parts
from bot.store import Store, digests, outbox, people, subscriptions
from bot.store.tables import deliveries
from tests.postgres import PostgresServer
from tests.proofs.child import Errand, child
from tests.proofs.scene import (
    DAILY,
    START,
    GoingClock,
    Scene,
    check_promises,
    papers_in,
    scene,
)

pytestmark = pytest.mark.slow

POST = "chat.postMessage"
LONG = 25
"""Papers of a digest that comes in three parts."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    """Six people whose first digest is due."""
    with scene(f"sqlite:///{tmp_path}/bot.db") as opened:
        opened.subscribe(6)
        opened.publish(4)
        yield opened


@pytest.fixture
def parts(stage: Scene) -> Iterator[Parts]:
    """The bot of that stage, at the moment at which the digests are due."""
    with stage.address.parts(GoingClock.at(START)) as opened:
        yield opened


def later(parts: Parts, **time: float) -> Parts:
    """The same bot at a later time, by which all leases have run out."""
    with parts.store.writing() as connection:
        outbox.release_all(connection)
    return replace(parts, clock=GoingClock.at(parts.clock() + timedelta(**time)))


def settle(parts: Parts, ticks: int = 3) -> None:
    """Lets the bot tick a few times, a few minutes apart."""
    for number in range(1, ticks + 1):
        later(parts, minutes=5 * number).tick()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"status": 429, "retry_after": 30, "times": 9}, id="a storm of 429"),
        pytest.param({"status": 429, "retry_after": 1, "times": 3}, id="short waits"),
        pytest.param({"error": "ratelimited", "times": 4}, id="ratelimited in an answer"),
        pytest.param({"status": 500, "times": 5}, id="500 before Slack took it"),
        pytest.param({"status": 503, "taken": True, "times": 5}, id="503 after Slack took it"),
        pytest.param({"error": "internal_error", "taken": True, "times": 3}, id="internal error"),
        pytest.param({"cut": True, "times": 5}, id="cut before Slack took it"),
        pytest.param({"cut": True, "taken": True, "times": 5}, id="cut after Slack took it"),
    ],
)
def test_each_digest_comes_once_whatever_slack_answers(
    stage: Scene, parts: Parts, fault: dict[str, Any]
) -> None:
    """Whatever becomes of the answers to posts, each digest comes exactly once."""
    stage.slack.fail(POST, **fault)
    parts.tick()
    settle(parts)
    check_promises(stage, 1)


@pytest.mark.parametrize("fault", [{"status": 500}, {"cut": True}, {"status": 429}])
def test_a_history_that_cannot_be_read_now_is_read_later(
    stage: Scene, parts: Parts, fault: dict[str, Any]
) -> None:
    """When the question after a lost answer fails too, it is asked again."""
    stage.slack.fail(POST, cut=True, taken=True, times=3)
    stage.slack.fail("conversations.history", **fault, times=3)
    parts.tick()
    settle(parts)
    check_promises(stage, 1)


def test_conversations_that_cannot_be_opened_wait(stage: Scene, parts: Parts) -> None:
    """A digest that has no place to go yet is sent when Slack gives one."""
    for fault in ({"status": 500}, {"cut": True, "taken": True}, {"status": 429}):
        stage.slack.fail("conversations.open", times=3, **fault)
    parts.tick()
    settle(parts)
    check_promises(stage, 1)


def test_without_history_what_may_have_arrived_is_told_and_never_repeated(tmp_path: Path) -> None:
    """Where Slack's history may not be read, the owner hears of a doubt, once."""
    with scene(f"sqlite:///{tmp_path}/bot.db", history=False) as stage:
        stage.subscribe(6)
        stage.publish(4)
        stage.slack.fail(POST, cut=True, taken=True, times=3)
        stage.slack.fail(POST, cut=True, times=1)
        with stage.address.parts(GoingClock.at(START)) as parts:
            parts.tick()
            settle(parts)
        assert stage.states() == {DeliveryState.SENT: 2, DeliveryState.UNKNOWN: 4}
        assert sum(len(stage.digests(person)) for person in stage.people) == 5
        told = [m for p in stage.people for m in stage.team.direct_messages(p) if not m.metadata]
        assert len(told) == 4
        assert all("do not know whether" in message.text for message in told)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 20},
        {"error": "ratelimited"},
        {"status": 500},
        {"cut": True, "taken": True},
    ],
)
def test_a_split_digest_that_is_interrupted_goes_on_where_it_was(
    tmp_path: Path, fault: dict[str, Any]
) -> None:
    """The parts of a long digest come once each, in order, whichever of them meets a fault."""
    with scene(f"sqlite:///{tmp_path}/bot.db") as stage:
        stage.subscribe(1, limit=LONG)
        stage.publish(LONG + 5)
        stage.slack.fail(POST, skip=1, **fault)
        with stage.address.parts(GoingClock.at(START)) as parts:
            parts.tick()
            assert len(stage.digests(stage.people[0])) in {1, 2}
            settle(parts)
        check_promises(stage, 3)
        messages = stage.digests(stage.people[0])
        assert [len(papers_in(message)) for message in messages] == [10, 10, 5]
        assert [f"({part} of 3)" in m.text for part, m in enumerate(messages, 1)] == [True] * 3


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth"])
def test_a_revoked_token_keeps_digests_until_it_works_again(
    stage: Scene, parts: Parts, code: str
) -> None:
    """A workspace whose token is refused is switched off; set right, its digests come once."""
    stage.team.revoke(code)
    parts.tick()
    calls = len(stage.slack.calls)
    settle(parts)
    assert len(stage.slack.calls) == calls
    assert not stage.has_posted(1)
    stage.team.revoke("")
    with stage.store.writing() as connection:
        people.put_workspace(connection, stage.team.id, "Lab")
    settle(parts)
    check_promises(stage, 1)


def test_an_archived_channel_pauses_its_subscription_and_tells_the_owner(
    stage: Scene, parts: Parts
) -> None:
    """One place that is gone costs nobody else a digest, and its papers come when it is back."""
    owner, channel = stage.people[0], stage.team.add_channel("reading")
    place = replace(stage.who(owner), id=channel.id)
    with stage.store.writing() as connection:
        old = subscriptions.get(connection, stage.who(owner))
        assert old is not None
        subscriptions.put(connection, replace(old, subscriber=place))
    channel.is_archived = True
    parts.tick()
    settle(parts)
    with stage.store.reading() as connection:
        paused = subscriptions.get(connection, place)
        kept = digests.shown(connection, place)
    assert paused is not None
    assert paused.state is SubscriptionState.PAUSED
    assert not kept
    assert stage.states() == {DeliveryState.SENT: 6, DeliveryState.FAILED: 1}
    told = [m for m in stage.team.direct_messages(owner) if not m.metadata]
    assert len(told) == 1
    assert "archived" in told[0].text


def test_a_post_that_slack_takes_slowly_is_not_repeated_after_a_restart(stage: Scene) -> None:
    """A process killed while Slack still works on its post: the next one does not ask too early."""
    stage.slack.fail(POST, delay=1.5, times=4)
    errand = Errand(stage.address, GoingClock.at(START), grace=3)
    with child(errand) as first:
        assert stage.slack.wait_for(lambda: stage.slack.api.underway >= 3)
        first.kill()
        assert first.report() is None
    with child(errand) as second:
        assert second.report() is not None
    assert stage.slack.wait_for(lambda: not stage.slack.api.underway)
    check_promises(stage, 1)


def test_a_process_that_hung_longer_than_its_lease_does_not_post(
    stage: Scene, parts: Parts
) -> None:
    """Who wakes up after another has taken a delivery over leaves it alone."""
    hung = threading.Event()
    woken = threading.Event()

    def clients(workspace: str) -> Any:
        if threading.current_thread().name.startswith("sender"):
            hung.set()
            woken.wait(20)
        return parts.clients(workspace)

    sleeper = threading.Thread(target=deliver, args=(parts.store, clients, parts.clock))
    compose_due(parts.store, parts.shelf(), parts.clock())
    sleeper.start()
    assert hung.wait(5)
    settle(parts, 1)
    woken.set()
    sleeper.join()
    settle(parts)
    check_promises(stage, 1)


@pytest.mark.parametrize("state", ["paused", "snoozed", "quiet"])
def test_a_digest_that_slack_delayed_waits_for_those_who_want_rest(
    stage: Scene, parts: Parts, state: str
) -> None:
    """What could not be sent before somebody paused, snoozed or went quiet comes afterwards."""
    stage.slack.fail(POST, status=429, retry_after=60, times=6)
    parts.tick()
    who = stage.who(stage.people[0])
    with stage.store.writing() as connection:
        old = subscriptions.get(connection, who)
        assert old is not None
        if state == "paused":
            subscriptions.pause(connection, who, None)
        elif state == "snoozed":
            until = START + timedelta(hours=30)
            subscriptions.snooze(connection, who, until, START + timedelta(days=2))
        else:
            quiet = Quiet(since=DAILY.at, until=DAILY.at.replace(hour=12))
            new = replace(old, schedule=replace(old.schedule, quiet=quiet))
            subscriptions.put(connection, new)
    settle(parts)
    assert [len(stage.digests(person)) for person in stage.people] == [0, 1, 1, 1, 1, 1]
    with stage.store.writing() as connection:
        if state == "paused":
            subscriptions.resume(connection, who, START + timedelta(days=9))
    later(parts, hours=4 if state == "quiet" else 31).tick()
    assert len(stage.digests(stage.people[0])) == 1


def test_a_digest_missed_until_quiet_days_is_one_with_the_next(stage: Scene, parts: Parts) -> None:
    """A downtime that ends on a quiet day: one digest comes when the quiet is over, not two."""
    person = stage.people[0]
    with stage.store.writing() as connection:
        old = subscriptions.get(connection, stage.who(person))
        assert old is not None
        quiet = Quiet(days=frozenset({START.weekday(), START.weekday() + 1}))
        new = replace(old, schedule=replace(old.schedule, quiet=quiet))
        subscriptions.put(connection, new)
    later(parts, hours=2).tick()
    assert not stage.digests(person)
    stage.publish(3)
    later(parts, hours=50).tick()
    assert len(stage.digests(person)) == 1


def test_a_locked_database_costs_a_tick_and_no_digest(stage: Scene) -> None:
    """Whoever holds the database, before, between or after: each digest comes once."""
    address = replace(stage.address)
    stage.slack.fail(POST, delay=0.3, times=3)
    with address.parts(GoingClock.at(START)) as slow:
        store = Store(address.database, lock_seconds=0.1)
        parts = replace(slow, store=store)
        with locked(address.database), pytest.raises(StoreError, match="in use"):
            parts.tick()
        ticking = threading.Thread(target=_survives, args=(parts,))
        ticking.start()
        assert stage.slack.wait_for(partial(is_on_its_way, stage))
        with locked(address.database):
            assert stage.slack.wait_for(partial(stage.has_posted, 1))
            time.sleep(0.5)
            ticking.join()
        assert stage.states()[DeliveryState.SENDING]
        store.close()
        settle(slow)
    check_promises(stage, 1)


def is_on_its_way(stage: Scene) -> bool:
    """Whether a message has its place in Slack, where the bot is about to post it."""
    with stage.store.reading() as connection:
        placed = select(deliveries.c.id).where(deliveries.c.channel.is_not(None))
        return connection.execute(placed.limit(1)).one_or_none() is not None


def _survives(parts: Parts) -> None:
    with pytest.raises(StoreError, match="in use"):
        parts.tick()


@contextmanager
def locked(database: str) -> Iterator[None]:
    """Another program writes to the database all the time."""
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"), timeout=5)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


def test_a_full_disk_says_so_and_loses_nothing(stage: Scene) -> None:
    """A database that may not grow ends the tick with a plain sentence; with room, all goes on."""
    stage.subscribe(60)
    with (
        full_disk(),
        stage.address.parts(GoingClock.at(START)) as parts,
        pytest.raises(StoreError, match="no room left"),
    ):
        parts.tick()
    with stage.address.parts(GoingClock.at(START)) as parts:
        settle(parts)
    check_promises(stage, 1)


@contextmanager
def full_disk() -> Iterator[None]:
    """New connections to SQLite find a database that may not grow."""

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


def test_a_disk_that_fills_at_any_moment_loses_nothing(stage: Scene, tmp_path: Path) -> None:
    """Whenever the files may grow no more, what follows with room sends each digest once."""
    chance = random.Random(5)
    for day in range(8):
        clock = GoingClock.at(START + timedelta(days=day))
        most = (tmp_path / "bot.db-wal").stat().st_size + chance.randrange(0, 250_000)
        with child(Errand(stage.address, clock, most_bytes=most, patience=3)) as cramped:
            report = cramped.report()
            assert report is not None
        with child(Errand(stage.address, clock)) as free:
            assert free.report() is not None
        stage.publish(3)
    check_promises(stage, 8)


def test_a_database_server_that_restarts_loses_nothing(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    """Restarts of PostgreSQL in the middle of the work: each digest comes once."""
    with scene(postgres_url) as stage:
        stage.subscribe(60)
        stage.publish(4)
        stage.slack.fail(POST, delay=0.05, times=None)
        errand = Errand(stage.address, GoingClock.at(START), is_alone=False, lease=2)
        with child(errand) as one, child(errand) as other:
            for number in (5, 20, 40):
                assert stage.slack.wait_for(partial(stage.has_posted, number), 20)
                postgres_server.stop()
                time.sleep(0.2)
                postgres_server.start()
            reports = [one.report(), other.report()]
        assert sum(report.failures for report in reports if report) >= 3
        check_promises(stage, 1)
