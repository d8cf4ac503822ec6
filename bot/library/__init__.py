"""Sources to corpus to current index: reads papers in, makes one paper of one work, ranks.

The corpus is in the store; the index is this process's own and follows the corpus's revision.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Lock

from bot.errors import SourceError, SourceStopped
from bot.library.batches import MAX_ID
from bot.library.current import first, following
from bot.library.merging import merged
from bot.library.reading import BATCH, Reading, batches, one_line
from bot.library.recent import RECENT, Recent
from bot.sources.records import Problem, Record
from bot.store import Store, addresses, identities, papers
from bot.store.papers import CorpusState, Ingestion
from recommender import Index, Paper

__all__ = ["BATCH", "Library", "Recent", "merged", "one_line"]


class Library:
    """All papers known, and the index over them.

    Several threads may use one library. An index that was handed out never changes under its
    reader's hands: `refresh` puts another in its place, ready for the first search.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._now: tuple[Index, CorpusState] | None = None
        self._recent: Recent | None = None

    @property
    def index(self) -> Index:
        """The index as of the last `refresh`; the first use builds or loads it."""
        return self._now[0] if self._now is not None else self.refresh()

    def current(self) -> tuple[Index, int]:
        """The index after a `refresh`, and the revision of the corpus that it holds.

        While another thread refreshes, both are those of before: nobody waits for an index.
        """
        index, state = self._refreshed(waits=False)
        return index, state.revision

    def recent(self, now: datetime) -> Recent:
        """The papers that first came in the 30 days before today (UTC)."""
        index, revision = self.current()
        since = now.replace(hour=0, minute=0, second=0, microsecond=0) - RECENT
        known = self._recent
        if known is None or (known.revision, known.since) != (revision, since):
            with self._store.reading() as connection:
                ids = papers.ids_seen(connection, since)
            known = self._recent = Recent(revision, since, index, index.subset(ids))
        return known

    def refresh(self) -> Index:
        """Takes in what has changed in the corpus since, by whatever process.

        Readers go on with the index as it was until the new one is ready.
        """
        return self._refreshed()[0]

    def paper(self, written: str) -> Paper | None:
        """The paper of that id or address; see `papers`."""
        key = addresses.key(written) or written
        return self.papers([key]).get(key)

    def papers(self, keys: Iterable[str]) -> dict[str, Paper]:
        """The papers of those ids, spelled as `addresses.key` does, by id; others are left out.

        An id may be one that a paper had before or has besides, or that of a page it links to.
        """
        index, wanted = self.index, dict.fromkeys(keys)
        found = {key: paper for key in wanted if (paper := index.get(key))}
        others = [k for k in wanted if k not in found and len(k) <= MAX_ID and k.isprintable()]
        if not others:
            return found
        with self._store.reading() as connection:
            own = addresses.find(connection, others) | identities.found(connection, others)
        return found | {key: paper for key, id in own.items() if (paper := index.get(id))}

    def ingest(
        self, source: str, records: Iterable[Record], clock: Callable[[], datetime]
    ) -> tuple[Ingestion, list[Problem]]:
        """Reads records into the corpus, a batch a transaction.

        What was read before an interruption stays; the same records again change nothing. Each
        run leaves a record, one that SourceError ends too.
        """
        reading = Reading(self._store, source, clock)
        try:
            for batch in batches(records):
                reading.take(batch)
        except (SourceStopped, KeyboardInterrupt):
            self._record(reading.summary())
            raise
        except SourceError as error:
            self._record(reading.summary(str(error)))
            raise
        done = reading.summary()
        self._record(done)
        return done, reading.problems

    def _record(self, run: Ingestion) -> None:
        with self._store.writing() as connection:
            papers.record(connection, run)

    def _refreshed(self, *, waits: bool = True) -> tuple[Index, CorpusState]:
        if waits or self._now is None:
            self._lock.acquire()
        elif not self._lock.acquire(blocking=False):
            return self._now
        try:
            with self._store.reading() as connection:
                state = papers.state(connection)
                if self._now is None or state.token != self._now[1].token:
                    self._now = first(self._store, connection, state), state
                elif state != self._now[1]:
                    index, _ = following(self._now[0], connection, self._now[1].revision)
                    self._now = index, state
                return self._now
        finally:
            self._lock.release()
