"""How many listeners work at once, and that nobody who waits keeps another from working."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, Lock

import pytest

from bot.library import Library
from bot.seats import PATIENCE_SECONDS, Seat, left
from bot.store import Connection, Store
from recommender import Paper
from tests.benchmarks.commands import of_bot
from tests.conftest import Lab
from tests.store_lab import NOW

MANY = 5


class Room:
    """Counts who works at the same time."""

    def __init__(self) -> None:
        self._counting, self.now, self.most = Lock(), 0, 0

    @contextmanager
    def work(self) -> Iterator[None]:
        """Is at work in this block."""
        with self._counting:
            self.now += 1
            self.most = max(self.most, self.now)
        yield
        with self._counting:
            self.now -= 1


def test_one_works_at_a_time() -> None:
    """Of nine threads no two work at the same time, and in the end all have."""
    seat, room = Seat(), Room()

    def work(_number: int) -> None:
        with seat.taken(), room.work():
            time.sleep(0.01)

    with ThreadPoolExecutor(9) as pool:
        assert len(list(pool.map(work, range(9)))) == 9
    assert room.most == 1


def test_who_waits_leaves_the_seat_and_takes_it_again() -> None:
    """Two threads wait at the same time, and never both work."""
    seat, room, meeting = Seat(), Room(), Barrier(2, timeout=5)

    def work() -> None:
        with seat.taken():
            with room.work():
                time.sleep(0.01)
            with left():
                meeting.wait()
            with room.work():
                time.sleep(0.01)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work), pool.submit(work)]:
            done.result()
    assert room.most == 1


def test_a_failure_gives_the_seat_back() -> None:
    """At work and while waiting; a thread that has no seat has none to leave."""
    seat = Seat()
    with pytest.raises(ZeroDivisionError), seat.taken():
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), seat.taken(), left():
        raise ZeroDivisionError
    with left(), left(), seat.taken():
        pass
    assert _is_free(seat)


def test_who_hangs_with_the_seat_keeps_nobody_from_working_for_long() -> None:
    """Others work without one after a while, and it is free when who hung is done."""
    seat, has_it, is_done = Seat(), Event(), Event()

    def hang() -> None:
        with seat.taken():
            has_it.set()
            assert is_done.wait(3 * PATIENCE_SECONDS)

    def work() -> None:
        assert has_it.wait(5)
        with seat.taken(), left():
            is_done.set()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(hang), pool.submit(work)]:
            done.result()
    assert _is_free(seat)


def _is_free(seat: Seat) -> bool:
    """Whether the next one has it at once."""
    began = time.monotonic()
    with seat.taken():
        return time.monotonic() - began < PATIENCE_SECONDS / 2


def test_whoever_waits_to_write_keeps_nobody_from_reading(lab: Lab) -> None:
    """Many change their interests while somebody else writes; another looks a paper up."""
    crowd = [lab.team.add_person(f"P{number}") for number in range(MANY)]
    with ThreadPoolExecutor(len(crowd)) as pool:
        with lab.parts.store.writing():
            typed = [pool.submit(each.types, "/papers interests add speech") for each in crowd]
            _until(lambda: lab.bot.under_way() == len(crowd))
            lab.ada.types("/papers show watermark", wait=0)
            _until(lambda: any("Stable Signature" in text for _, text in of_bot(lab.ada)))
        assert all("Following" in each.result()[-1].text for each in typed)


def test_whoever_waits_for_a_digest_to_be_sent_keeps_nobody_waiting(lab: Lab) -> None:
    """Slack takes its time with the digests that many ask for; another looks a paper up."""
    crowd = [lab.team.add_person(f"P{number}") for number in range(MANY)]
    for each in crowd:
        each.types("/papers interests add speech")
    lab.slack.fail("chat.postMessage", delay=2.0, times=len(crowd))
    for each in crowd:
        each.types("/papers digest now", wait=0)
    _until(lambda: lab.bot.under_way() == len(crowd))
    lab.ada.types("/papers show watermark", wait=0)
    _until(lambda: any("Stable Signature" in text for _, text in of_bot(lab.ada)))
    assert not any("A digest with" in text for each in crowd for _, text in of_bot(each))
    _until(lambda: lab.bot.under_way() == 0)


class Held(Store):
    """A store that is being read from when `is_read`, and gives nothing before `may_go_on`."""

    is_held, is_read, may_go_on = False, Event(), Event()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """As every store has it."""
        if self.is_held:
            self.is_read.set()
            assert self.may_go_on.wait(5)
        with super().reading() as connection:
            yield connection


def test_nobody_waits_for_an_index_that_is_being_made(database: str) -> None:
    """While one thread takes new papers in, another gets the index and its revision of before."""
    store = Held(database)
    library = Library(store)
    before = library.current()
    library.ingest("file:a", [Paper("id:zebra", "Zebra")], lambda: NOW)
    store.is_held = True
    with ThreadPoolExecutor(2) as pool:
        refreshed = pool.submit(library.refresh)
        assert store.is_read.wait(5)
        assert pool.submit(library.current).result(2) == before
        store.may_go_on.set()
        assert refreshed.result().search("zebra")
    assert library.current()[1] > before[1]
    store.close()


def _until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)
