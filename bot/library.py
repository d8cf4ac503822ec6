"""Sources to corpus to current index: reads papers in, makes one paper of one work, ranks.

The corpus is in the store; the index is this process's own and follows the corpus's revision.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from glob import escape
from itertools import islice
from pathlib import Path
from threading import Lock

from bot.errors import PaperwireError, SourceError
from bot.sources.records import Problem, Record
from bot.store import Connection, Store, papers
from bot.store.papers import CorpusState, Ingestion
from recommender import Index, IndexFileError, Paper, Subset
from recommender.text import fold_words

logger = logging.getLogger(__name__)

BATCH = 1_000
# Below this an index is built faster than anyone notices, and no file is worth keeping.
PAPERS_WORTH_A_FILE = 5_000
RECENT = timedelta(days=30)


class Library:
    """All papers known, and the index over them.

    Several threads may use one library. An index that was handed out never changes under its
    reader's hands: `refresh` adds to it in one step.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._index: Index | None = None
        self._known = CorpusState("", 0)
        self._recent: tuple[object, Subset] | None = None

    @property
    def index(self) -> Index:
        """The index as of the last `refresh`; the first use builds or loads it."""
        return self._index if self._index is not None else self.refresh()

    def current(self) -> tuple[Index, int]:
        """The index after a `refresh`, and the revision of the corpus that it holds."""
        index = self.refresh()
        return index, self._known.revision

    def recent(self, now: datetime) -> tuple[Index, Subset]:
        """The index, and the papers that first came in the 30 days before today (UTC).

        They are looked up once a day and revision of the corpus.
        """
        index, revision = self.current()
        since = now.replace(hour=0, minute=0, second=0, microsecond=0) - RECENT
        known = self._recent
        if known is None or known[0] != (revision, since):
            with self._store.reading() as connection:
                ids = papers.ids_seen(connection, since)
            known = ((revision, since), index.subset(ids))
            self._recent = known
        return index, known[1]

    def refresh(self) -> Index:
        """Takes in what has changed in the corpus since, by whatever process."""
        with self._lock:
            with self._store.reading() as connection:
                now = papers.state(connection)
                if self._index is None or now.token != self._known.token:
                    loaded = self._opened(now)
                    self._index = loaded if loaded is not None else self._built(connection, now)
                elif now.revision != self._known.revision:
                    self._index.add(papers.since(connection, self._known.revision))
            self._known = now
            return self._index

    def ingest(
        self, source: str, records: Iterable[Record], clock: Callable[[], datetime]
    ) -> tuple[Ingestion, list[Problem]]:
        """Reads records into the corpus, a batch a transaction.

        What was read before an interruption stays; the same records again change nothing. Each
        run leaves a record, one that SourceError ends too.
        """
        run = _Run(self._store, clock)
        try:
            for batch in _batches(records):
                run.take(batch)
        except SourceError as error:
            self._record(replace(run.summary(source), error=str(error)))
            raise
        done = run.summary(source)
        self._record(done)
        return done, run.problems

    def _record(self, run: Ingestion) -> None:
        with self._store.writing() as connection:
            papers.record(connection, run)

    def _built(self, connection: Connection, state: CorpusState) -> Index:
        index = Index(papers.since(connection, 0))
        if len(index) >= PAPERS_WORTH_A_FILE:
            self._keep(index, state)
        return index

    def _opened(self, state: CorpusState) -> Index | None:
        path = self._file(state)
        if path is None or not path.exists():
            return None
        try:
            return Index.load(path)
        except (IndexFileError, OSError) as error:
            logger.warning("the index is built anew: %s", error)
            return None

    def _keep(self, index: Index, state: CorpusState) -> None:
        path = self._file(state)
        if path is None:
            return
        try:
            index.save(path)
            for old in path.parent.glob(f"{escape(self._stem())}*"):
                if old != path:
                    old.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("the index is not kept: %s", error.strerror)

    def _file(self, state: CorpusState) -> Path | None:
        database = self._store.file
        name = f"{self._stem()}{state.token[:8]}-{state.revision}"
        return database.with_name(name) if database else None

    def _stem(self) -> str:
        return f"{self._store.file.name}.index-" if self._store.file else ""


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    remaining = iter(records)
    while batch := list(islice(remaining, BATCH)):
        yield batch


class _Run:
    """One reading of a source, and the count of what became of its entries."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._started = clock()
        self._seen: set[str] = set()
        self._read = self._new = self._updated = 0
        self._skipped: dict[str, int] = {}
        self.problems: list[Problem] = []

    def take(self, batch: list[Record]) -> None:
        """Merges a batch with what is known and writes what that changes."""
        found = [record for record in batch if isinstance(record, Paper)]
        with self._store.writing() as connection:
            known = papers.get(connection, {paper.id for paper in found})
            changed = dict(self._merged(found, known))
            papers.put(connection, changed.values(), self._clock())
        self._read += len(batch)
        for problem in (record for record in batch if isinstance(record, Problem)):
            self._skip("cannot be read")
            self.problems.append(problem)

    def summary(self, source: str) -> Ingestion:
        """What the run came to so far."""
        return Ingestion(
            source,
            self._started,
            self._clock(),
            self._read,
            self._new,
            self._updated,
            dict(self._skipped),
        )

    def _merged(
        self, found: Iterable[Paper], known: dict[str, Paper]
    ) -> Iterator[tuple[str, Paper]]:
        """The papers that are new or changed, as they are now."""
        for paper in found:
            old = known.get(paper.id)
            now = paper if old is None else merged(old, paper)
            self._count(paper.id, is_new=old is None, is_changed=now != old)
            if now != old:
                known[paper.id] = now
                yield paper.id, now

    def _count(self, key: str, *, is_new: bool, is_changed: bool) -> None:
        if is_new:
            self._new += 1
        elif key in self._seen:
            self._skip("same paper again")
        elif is_changed:
            self._updated += 1
        else:
            self._skip("already known")
        self._seen.add(key)

    def _skip(self, reason: str) -> None:
        self._skipped[reason] = self._skipped.get(reason, 0) + 1


def one_line(run: Ingestion) -> str:
    """``seeds: read 127, new 118, updated 0, skipped 9 (same paper again 9)``."""
    reasons = ", ".join(f"{reason} {number}" for reason, number in sorted(run.skipped.items()))
    return (
        f"{run.source}: read {run.read}, new {run.new}, updated {run.updated}, "
        f"skipped {sum(run.skipped.values())}" + (f" ({reasons})" if reasons else "")
    )


def merged(old: Paper, new: Paper) -> Paper:
    """One paper of two records of the same work: the best of each field, all of each list.

    Merging either record again changes nothing. Raises PaperwireError when the ids differ.
    """
    if old.id != new.id:
        raise PaperwireError(f"{old.id} and {new.id} are two papers.")
    authors, more_authors = _authors(old, new)
    dates = [paper.published for paper in (old, new) if paper.published is not None]
    return Paper(
        id=old.id,
        title=old.title,
        abstract=max(old.abstract, new.abstract, key=len),
        authors=authors,
        more_authors=more_authors,
        area=old.area or new.area,
        published=min(dates, default=None),
        organisations=_all(old.organisations, new.organisations),
        venue=old.venue or new.venue,
        has_code=_either(old.has_code, new.has_code),
        urls=_all(old.urls, new.urls),
        sources=_all(old.sources, new.sources),
    )


def _authors(old: Paper, new: Paper) -> tuple[tuple[str, ...], bool]:
    """The names, and whether more are missing: a complete list wins over cut ones."""
    whole = [p.authors for p in (old, new) if p.authors and not p.more_authors]
    if whole:
        return max(whole, key=len), False
    known = {_folded(name) for name in old.authors}
    added = [name for name in new.authors if _folded(name) not in known]
    return (*old.authors, *added), old.more_authors or new.more_authors


def _folded(name: str) -> tuple[str, ...]:
    """Equal for two spellings of one name: accents, case and the order of its parts aside."""
    return tuple(sorted(fold_words(name)))


def _all(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*old, *new)))


def _either(old: bool | None, new: bool | None) -> bool | None:
    known = [value for value in (old, new) if value is not None]
    return any(known) if known else None
