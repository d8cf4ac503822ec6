"""One thread works at a time: it takes the seat to work, and leaves it while it waits.

Python runs one thread at a time. More of them at work do not get more done: they take the
interpreter from each other, which costs a third of it when 200 people type at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, local

PATIENCE_SECONDS = 1.0
"""Whoever waits longer for a seat works without one: who has it may hang."""


class _Mine(local):
    """The seat that this thread has, if it has one."""

    # Python 3.11 has no class of that name, only a function.
    seat: "Lock | None" = None

    def take(self, seat: Lock) -> None:
        """Takes the seat, or goes without."""
        self.seat = seat if seat.acquire(timeout=PATIENCE_SECONDS) else None

    def leave(self) -> None:
        """Leaves the seat, if there is one."""
        seat, self.seat = self.seat, None
        if seat is not None:
            seat.release()


_mine = _Mine()


class Seat:
    """A seat for several threads."""

    def __init__(self) -> None:
        self._free = Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Has the seat in this block, once it is free."""
        _mine.take(self._free)
        try:
            yield
        finally:
            _mine.leave()


@contextmanager
def left() -> Iterator[None]:
    """Leaves this thread's seat, if it has one, to others in this block: it only waits there."""
    seat = _mine.seat
    _mine.leave()
    try:
        yield
    finally:
        if seat is not None:
            _mine.take(seat)
