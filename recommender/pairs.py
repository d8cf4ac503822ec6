"""Neighbouring words as terms of their own: which papers hold a pair, and how often."""

from dataclasses import dataclass

import numpy as np

from recommender.arrays import Bools, Hashes, Ints, Longs, Ragged, bounds
from recommender.parameters import Parameters
from recommender.postings import Postings

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
# Occurrences are counted by hash first: most pairs are rare, and are never sorted.
_BUCKETS = np.uint64(24)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Terms side by side in at least `pair_papers` papers, no stop word between.

    `keys`, `(pairs,)` and ascending, have the first term's row in the upper 32 bits and the
    second's in the lower. Row p of `docs` are the papers that hold pair p, ascending;
    `frequencies` run in parallel to `docs.values`, titles weighted as those of words.
    """

    keys: Hashes
    docs: Ragged
    frequencies: Ints

    @classmethod
    def of(cls, text: Postings, by: Parameters) -> "Pairs":
        """The pairs of all papers, counted anew: a third of the time that tokens take."""
        at, keys = _adjacent(text, by.pair_papers)
        order = np.argsort(keys, kind="stable")
        keys, fields = keys[order], _fields(text)[at[order]]
        return _grouped(keys, fields >> 1, np.where(fields & 1, 1, by.title_weight), by.pair_papers)

    def find(self, first: int, second: int) -> int:
        """The row of a pair of term rows, or -1."""
        key = np.uint64(first) << _HALF | np.uint64(second)
        row = int(self.keys.searchsorted(key))
        return row if row < len(self.keys) and self.keys[row] == key else -1

    def terms(self, row: int) -> tuple[int, int]:
        """The rows of a pair's two terms."""
        return int(self.keys[row] >> _HALF), int(self.keys[row] & _LOW)

    def postings(self, row: int) -> tuple[Ints, Ints]:
        """The papers that hold a pair, ascending, and how often."""
        span = slice(self.docs.offsets[row], self.docs.offsets[row + 1])
        return self.docs.values[span], self.frequencies[span]


def _adjacent(text: Postings, least: int) -> tuple[Longs, Hashes]:
    """Where a pair begins that may be frequent enough, and its key."""
    found = (text.stream[:-1] >= 0) & (text.stream[1:] >= 0)
    found[_last_places(text)] = False
    at = np.flatnonzero(found)
    keys = text.stream[at].astype(np.uint64) << _HALF | text.stream[at + 1].astype(np.uint64)
    # In place: of 100,000 papers each of these arrays has 100 MB.
    buckets = keys * _SPREAD
    buckets >>= np.uint64(64) - _BUCKETS
    buckets = buckets.view(np.int64)
    frequent = (np.bincount(buckets) >= least)[buckets]
    return at[frequent], keys[frequent]


def _last_places(text: Postings) -> Longs:
    """Where the next place belongs to another field."""
    last = np.unique(text.field_starts[1:-1]) - 1
    return last[(last >= 0) & (last < len(text.stream) - 1)]


def _fields(text: Postings) -> Ints:
    lengths = np.diff(text.field_starts)
    return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)


def _grouped(keys: Hashes, docs: Ints, weights: Ints, least: int) -> Pairs:
    """Occurrences, sorted by key and then by paper, as pairs in enough papers."""
    new_pair = _changes(keys)
    starts = np.flatnonzero(new_pair | _changes(docs))
    frequencies = np.add.reduceat(weights, starts) if len(starts) else weights
    docs, new_pair = docs[starts], new_pair[starts]
    first = np.flatnonzero(new_pair)
    counts = np.diff(first, append=len(starts))
    enough = counts >= least
    kept = np.repeat(enough, counts)
    return Pairs(
        keys[starts[first[enough]]],
        Ragged(bounds(counts[enough]), docs[kept].astype(np.int32)),
        frequencies[kept].astype(np.int32),
    )


def _changes(values: Hashes | Ints) -> Bools:
    changed = np.ones(len(values), np.bool_)
    changed[1:] = values[1:] != values[:-1]
    return changed
