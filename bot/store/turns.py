"""Turns: what one thread alone may be at, among all threads and processes that share a database."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from zlib import crc32

from filelock import FileLock, Timeout
from sqlalchemy import func, select

from bot.seats import left
from bot.store.database import Store

_LOOK_SECONDS = 0.05

# Any number: PostgreSQL counts locks of two numbers apart from those of one.
_TURNS = 7_277


@contextmanager
def taken(store: Store, name: str, seconds: float) -> Iterator[bool]:
    """The turn of that name, until the end of the block; it keeps nobody from writing.

    Gives False where somebody else has had it for so many seconds. It goes with the process. Others
    work meanwhile: nobody waits with a seat, nor for a seat while it is their turn.
    """
    until = time.monotonic() + seconds
    with left(), ExitStack() as stack:
        is_ours = _try(store, name, stack)
        while not is_ours and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
            is_ours = _try(store, name, stack)
        yield is_ours


def _try(store: Store, name: str, stack: ExitStack) -> bool:
    """Takes the turn if it is free; the stack gives it back."""
    if store.file is None:
        return _try_server(store, name, stack)
    lock = FileLock(store.file.with_name(f"{store.file.name}.{name}.lock"))
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    stack.callback(lock.release)
    return True


def _try_server(store: Store, name: str, stack: ExitStack) -> bool:
    with ExitStack() as transaction:
        connection = transaction.enter_context(store.reading())
        lock = func.pg_try_advisory_xact_lock(_TURNS, crc32(name.encode()) & 0x7FFFFFFF)
        if not connection.execute(select(lock)).scalar_one():
            return False
        # The turn lasts as long as the transaction.
        stack.enter_context(transaction.pop_all())
    return True
