"""A bot in a process of its own, for the proofs: it ticks until nothing is left, or is killed.

Children are forked from a server process that has imported everything and has no threads, so that
hundreds of them cost little.
"""

import ast
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Any

import bot
from bot.errors import StoreError
from bot.models import DeliveryState
from bot.parts import Parts
from bot.store import outbox, subscriptions
from tests.proofs.scene import Address, GoingClock

WATCHED = tuple(
    str(Path(bot.__file__).parent / name)
    for name in ("digests/compose.py", "digests/deliver.py", "store/outbox.py", "store/digests.py")
)
"""The files that hold every step between claim and sent."""

_READY = "ready"

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["pytest", __name__])


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A line of the program."""

    file: str
    number: int


@dataclass(frozen=True, slots=True)
class Errand:
    """What a child is to do.

    `is_alone` ends all leases at the start after `grace` seconds, as the bot does on SQLite.
    `lease` is in seconds, None for the bot's own. It dies at the `times`-th visit of `dies_at`.
    `reports_lines` sends the lines visited. `most_bytes` is what the disk takes in one file;
    `patience` is after how many ticks that failed it gives up.
    """

    address: Address
    clock: GoingClock
    is_alone: bool = True
    grace: float = -1
    lease: float | None = None
    dies_at: Line | None = None
    times: int = 1
    reports_lines: bool = False
    most_bytes: int | None = None
    patience: int = 1_000


@dataclass(frozen=True, slots=True)
class Report:
    """What a child did until nothing was left."""

    composed: int
    delivered: int
    failures: int
    lines: frozenset[Line] = frozenset()


@dataclass(slots=True)
class Child:
    """A running child. `report` waits for its end."""

    process: BaseProcess
    pipe: Connection

    def report(self) -> Report | None:
        """What it did; None when it was killed first."""
        try:
            said = self.pipe.recv()
        except EOFError:
            said = None
        self.process.join()
        assert self.process.exitcode == (0 if said else -signal.SIGKILL)
        assert said is None or isinstance(said, Report)
        return said

    def kill(self) -> None:
        """Ends it at once, wherever it is."""
        self.process.kill()


@contextmanager
def child(errand: Errand) -> Iterator[Child]:
    """A child on its errand; it is gone at the end of the block."""
    ours, theirs = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=run, args=(errand, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        assert ours.recv() == _READY
        yield Child(process, ours)
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def run(errand: Errand, pipe: Connection) -> None:
    """What happens in a child's process."""
    if errand.lease is not None:
        outbox.LEASE = timedelta(seconds=errand.lease)
    lines: set[Line] = set()
    with errand.address.parts(errand.clock) as parts:
        pipe.send(_READY)
        if errand.is_alone:
            with parts.store.writing() as connection:
                outbox.release_all(connection, timedelta(seconds=errand.grace))
        if errand.most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (errand.most_bytes, errand.most_bytes))
        if errand.reports_lines:
            trace_lines(lines.add)
        if errand.dies_at is not None:
            trace_lines(_Fate(errand.dies_at, errand.times))
        report = _tick_to_the_end(parts, errand.patience)
    untrace_lines()
    pipe.send(Report(*report, frozenset(lines)))


def _tick_to_the_end(parts: Parts, patience: int) -> tuple[int, int, int]:
    composed = delivered = failures = 0
    while failures < patience:
        try:
            new, sent = parts.tick()
            composed, delivered = composed + new, delivered + sent
            if _is_done(parts):
                return composed, delivered, failures
        except StoreError:
            failures += 1
        time.sleep(0.05)
    return composed, delivered, failures


def _is_done(parts: Parts) -> bool:
    with parts.store.reading() as connection:
        is_due = subscriptions.due(connection, parts.clock())
        counted = outbox.count_by_state(connection)
        return not is_due and not counted.keys() & {DeliveryState.PENDING, DeliveryState.SENDING}


def statements() -> set[Line]:
    """Where the statements of the watched files begin."""
    return {
        Line(Path(name).name, node.lineno)
        for name in WATCHED
        for node in ast.walk(ast.parse(Path(name).read_text()))
        if isinstance(node, ast.stmt)
    }


@dataclass(slots=True)
class _Fate:
    """Death at a line."""

    line: Line
    visits: int

    def __call__(self, line: Line) -> None:
        if line == self.line:
            self.visits -= 1
            if not self.visits:
                os.kill(os.getpid(), signal.SIGKILL)


def trace_lines(visit: Callable[[Line], object]) -> None:
    """Calls `visit` at every line of the watched files, in this thread and those to come."""

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in WATCHED:
            return None
        if event == "line":
            visit(Line(Path(frame.f_code.co_filename).name, frame.f_lineno))
        return trace

    threading.settrace(trace)
    sys.settrace(trace)


def untrace_lines() -> None:
    """Ends that."""
    threading.settrace(None)
    sys.settrace(None)
