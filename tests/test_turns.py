"""Whose turn it is to ask a site: several bots, and whoever types a command beside them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.errors import SourceError
from bot.library.turns import LEASE, RENEWAL, REST, Turns
from bot.sources.records import Remark
from bot.store import Store, sources
from bot.store.sources import Subscribed
from tests.clock import Clock
from tests.store_lab import NOW

CS, MATH, BIO = "arxiv:cs.CL", "arxiv:math", "biorxiv"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def store(any_store: Store) -> Store:
    """Three sources of two sites, all of them due."""
    with any_store.writing() as connection:
        for name in (CS, MATH, BIO):
            sources.put(connection, Subscribed(name, 60, False, NOW, NOW))
    return any_store


def due(turns: Turns) -> str | None:
    """The source that these turns get; it is due again the next day."""
    source = turns.due()
    if source is None:
        return None
    with turns.store.writing() as connection:
        sources.done(connection, source.name, NOW + timedelta(days=1), 0)
    return source.name


def test_a_site_has_one_reader(store: Store, clock: Clock) -> None:
    """Another site has another; the first is free a moment after it is given back."""
    one, other = Turns(store, clock), Turns(store, clock)
    assert [due(one), due(other), due(other)] == [CS, BIO, None]
    one.rest(CS)
    assert due(other) is None
    clock.passes(seconds=REST.total_seconds())
    assert due(other) == MATH


def test_many_who_look_at_the_same_moment(store: Store, clock: Clock) -> None:
    """Only one of them gets each site."""
    for _ in range(10):
        with ThreadPoolExecutor(4) as pool:
            taken = list(pool.map(lambda _: Turns(store, clock).due(), range(4)))
        assert sorted(one.name for one in taken if one) == [CS, BIO]
        with store.writing() as connection:
            sources.release_all(connection)


def test_the_same_reader_goes_on_at_once(store: Store, clock: Clock) -> None:
    """It keeps the distance between its own requests by itself."""
    one = Turns(store, clock)
    assert due(one) == CS
    one.rest(CS)
    assert due(one) == MATH


def test_nobody_gives_back_what_another_has(store: Store, clock: Clock) -> None:
    """Not even a reader who had it before."""
    late, now = Turns(store, clock), Turns(store, clock)
    assert due(late) == CS
    clock.passes(seconds=LEASE.total_seconds())
    assert due(now) == MATH
    late.rest(CS)
    clock.passes(seconds=60)
    assert [due(late), due(late)] == [BIO, None]


def test_a_command_waits_for_the_bot(store: Store, clock: Clock) -> None:
    """It says once what is being read, and has its turn after the rest."""
    bot, hand = Turns(store, clock), Turns.by_hand(store, clock)
    assert due(bot) == CS
    told: list[str] = []
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            bot.rest(CS)
        clock.passes(seconds=1)

    with hand.taken("arxiv:stat.ML", wait, told.append):
        assert told == [CS]
        assert len(waits) == 3 + REST.total_seconds() - 1
        assert due(bot) == BIO
        assert due(bot) is None
    clock.passes(seconds=REST.total_seconds())
    assert due(bot) == MATH


def test_a_bot_that_starts_leaves_a_command_its_turn(store: Store, clock: Clock) -> None:
    """It takes back only what bots had that are no more."""
    bot, hand = Turns(store, clock), Turns.by_hand(store, clock)
    assert due(bot) == CS
    with hand.taken(BIO, lambda _: None, print):
        with store.writing() as connection:
            sources.release_all(connection)
        started = Turns(store, clock)
        assert [due(started), due(started)] == [MATH, None]


def test_a_long_reading_keeps_its_turn(store: Store, clock: Clock) -> None:
    """Longer than the lease; and it ends when the turn was lost all the same."""
    hand, bot = Turns.by_hand(store, clock), Turns(store, clock)
    records = (Remark(str(n)) for n in range(1_000))
    with hand.taken(CS, lambda _: None, print):
        kept = hand.kept(CS, records)
        for _ in range(100):
            next(kept)
            clock.passes(seconds=RENEWAL.total_seconds() + 1)
        assert due(bot) == BIO
        clock.passes(seconds=LEASE.total_seconds())
        assert due(bot) == CS
        with pytest.raises(SourceError, match="Another process"):
            list(kept)
    with store.writing() as connection:
        assert sources.take(connection, MATH, "somebody", clock(), LEASE) == CS
