"""How many threads work at once: a thread takes a seat to work, and leaves it while it waits.

Python runs one thread at a time. More of them at work do not get more done: they take the
interpreter from each other, which costs a third of it when 200 people type at once.

Whoever has a seat waits for nobody but the disk: without one it waits for Slack, and for its turn
to write. And nobody waits for a seat with anything in hand that one who has a seat may wait for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore, local


class _Mine(local):
    """The seat that this thread has, if it has one."""

    seat: Semaphore | None = None


_mine = _Mine()


class Seats:
    """Seats for as many threads as may work at once; others wait until one is free."""

    def __init__(self, count: int) -> None:
        self._free = Semaphore(count)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Has a seat in this block."""
        with self._free:
            _mine.seat = self._free
            try:
                yield
            finally:
                _mine.seat = None


@contextmanager
def left() -> Iterator[None]:
    """Leaves this thread's seat, if it has one, to others in this block: it only waits there."""
    seat, _mine.seat = _mine.seat, None
    if seat is None:
        yield
        return
    seat.release()
    try:
        yield
    finally:
        seat.acquire()
        _mine.seat = seat
