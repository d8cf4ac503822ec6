"""The index that follows the corpus: built once, kept in a file, brought up to date in steps."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from ctypes import CDLL
from glob import escape
from pathlib import Path

from bot.store import Connection, Store, identities, papers
from bot.store.papers import CorpusState
from recommender import Index, IndexFileError

logger = logging.getLogger(__name__)

# Below this an index is built faster than anyone notices, and no file is worth keeping.
PAPERS_WORTH_A_FILE = 5_000
# After so many changes a start would take longer than it takes to write the file anew.
CHANGES_WORTH_A_FILE = 2_000


def first(store: Store, connection: Connection, now: CorpusState) -> Index:
    """The index of the corpus at its state: from the newest file, if there is one, else built."""
    for path, revision in _kept(store, now):
        known = _opened(path)
        if known is None:
            continue
        index, changes = following(known, connection, revision)
        if changes >= CHANGES_WORTH_A_FILE:
            _keep(store, index, now)
        return index
    _give_memory_back()
    index = Index(papers.since(connection, 0))
    file = _keep(store, index, now)
    # From the file it takes a third of the memory, and the system may have that back.
    return (_opened(file) if file is not None else None) or index


def following(index: Index, connection: Connection, revision: int) -> tuple[Index, int]:
    """The index with all that has changed since its revision, and how many papers that are."""
    changed = list(papers.since(connection, revision))
    gone = identities.gone(connection, revision)
    if not changed and not gone:
        return index, 0
    return index.grown(changed, gone), len(changed) + len(gone)


def _give_memory_back() -> None:
    """Has the C library give large arrays back at once, where it is GNU's.

    Else it learns from the first of them to keep up to 32 MB each, between texts that stay: an
    index of 100,000 papers then takes 1.3 GB to build instead of 1.0.
    """
    with suppress(OSError, AttributeError):
        CDLL(None).mallopt(_MMAP_THRESHOLD, 1_000_000)


_MMAP_THRESHOLD = -3


def _kept(store: Store, now: CorpusState) -> Iterator[tuple[Path, int]]:
    """The files of this corpus that are not newer than it, and their revisions; newest first."""
    found = []
    for path in _files(store):
        token, _, revision = path.name.removeprefix(_stem(store)).partition("-")
        if token == now.token[:8] and revision.isdecimal() and int(revision) <= now.revision:
            found.append((path, int(revision)))
    return iter(sorted(found, key=lambda each: -each[1]))


def _opened(path: Path) -> Index | None:
    try:
        return Index.load(path)
    except (IndexFileError, OSError) as error:
        logger.warning("the index is built anew: %s", error)
        return None


def _keep(store: Store, index: Index, state: CorpusState) -> Path | None:
    """Writes the index beside a SQLite database, if it is large, and removes older ones."""
    if store.file is None or len(index) < PAPERS_WORTH_A_FILE:
        return None
    name = f"{_stem(store)}{state.token[:8]}-{state.revision}"
    path = store.file.with_name(name)
    try:
        index.save(path)
        for old in _files(store):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("the index is not kept: %s", error.strerror)
        return None
    return path


def _files(store: Store) -> list[Path]:
    if store.file is None:
        return []
    return list(store.file.parent.glob(f"{escape(_stem(store))}*"))


def _stem(store: Store) -> str:
    return f"{store.file.name}.index-" if store.file else ""
