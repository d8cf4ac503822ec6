"""One reading of a source, batch by batch, and the count of what became of its entries."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from bot.library.batches import Batch, Outcome
from bot.sources.records import Checkpoint, Found, Problem, Record, Remark
from bot.store import Store, sources
from bot.store.papers import Ingestion
from recommender import Paper

BATCH = 1_000
"""Records a transaction; fewer where a checkpoint comes earlier."""

MOST_PROBLEMS = 1_000
MOST_NOTES = 5
MOST_SEEN = 300_000
"""Ids remembered, for telling a paper that comes twice from one known before: 40 MB."""


def batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """The records in portions, each to be written at once; a checkpoint ends one."""
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) >= BATCH or isinstance(record, Checkpoint):
            yield batch
            batch = []
    if batch:
        yield batch


class Reading:
    """One reading of a source."""

    def __init__(self, store: Store, source: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._source = source
        self._clock = clock
        self._started = clock()
        self._seen: set[str] = set()
        self._read = self._new = self._updated = 0
        self._skipped: dict[str, int] = {}
        self._remarks: list[str] = []
        self.problems: list[Problem] = []
        """The first MOST_PROBLEMS."""

    def take(self, batch: list[Record]) -> None:
        """Merges a batch with what is known and writes what that changes, and the place."""
        found = [_found(record) for record in batch if isinstance(record, Paper | Found)]
        places = [record.place for record in batch if isinstance(record, Checkpoint)]
        with self._store.writing() as connection:
            if found:
                works = Batch(connection, found)
                outcomes = [works.take(one) for one in found]
                works.write(self._clock())
            if places:
                sources.keep_place(connection, self._source, places[-1])
        if found:
            for outcome, key in outcomes:
                self._count(outcome, key)
        for record in batch:
            self._note(record)

    def summary(self, error: str | None = None) -> Ingestion:
        """What the reading came to so far; `error` is what ended it."""
        complaints = [str(problem) for problem in self.problems[:MOST_NOTES]]
        return Ingestion(
            self._source[: sources.MAX_NAME],
            self._started,
            self._clock(),
            self._read,
            self._new,
            self._updated,
            dict(self._skipped),
            "".join(c if c.isprintable() else " " for c in error) if error else None,
            (*self._remarks[:MOST_NOTES], *complaints),
        )

    def _note(self, record: Record) -> None:
        if isinstance(record, Problem):
            self._read += 1
            self._skip("cannot be read")
            if len(self.problems) < MOST_PROBLEMS:
                self.problems.append(record)
        elif isinstance(record, Remark):
            self._remarks.append(record.text)

    def _count(self, outcome: Outcome, key: str) -> None:
        self._read += 1
        if outcome is Outcome.NEW:
            self._new += 1
        elif outcome is Outcome.WITHDRAWN:
            self._skip("withdrawn")
        elif key in self._seen:
            self._skip("same paper again")
        elif outcome is Outcome.UPDATED:
            self._updated += 1
        else:
            self._skip("already known")
        if len(self._seen) >= MOST_SEEN:
            self._seen.clear()
        self._seen.add(key)

    def _skip(self, reason: str) -> None:
        self._skipped[reason] = self._skipped.get(reason, 0) + 1


def _found(record: Paper | Found) -> Found:
    return record if isinstance(record, Found) else Found(record)


def one_line(run: Ingestion) -> str:
    """``seeds: read 127, new 118, updated 0, skipped 9 (same paper again 9)``."""
    reasons = ", ".join(f"{reason} {number}" for reason, number in sorted(run.skipped.items()))
    return (
        f"{run.source}: read {run.read}, new {run.new}, updated {run.updated}, "
        f"skipped {sum(run.skipped.values())}" + (f" ({reasons})" if reasons else "")
    )
