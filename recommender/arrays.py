"""Arrays that do not change: strings found by their text, and rows of unequal length.

Both are a few flat NumPy arrays, so that they are saved as they are and used from a memory
map without being read first.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]
Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int32]
Longs: TypeAlias = NDArray[np.int64]
Hashes: TypeAlias = NDArray[np.uint64]
Floats: TypeAlias = NDArray[np.float64]
F = TypeVar("F", bound=np.floating)
Arrays: TypeAlias = dict[str, NDArray[np.generic]]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _hash(encoded: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(encoded, digest_size=8).digest(), "little")


def bounds(counts: NDArray[np.integer] | Bools) -> Longs:
    """Where rows of these lengths begin and end in one flat array: `(rows + 1,)`."""
    ends = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=ends[1:])
    return ends


@dataclass(frozen=True, slots=True)
class Strings:
    """Strings numbered from 0 and found by hash: no dictionary has to be built after loading.

    `blob` holds them one after another, string i from `offsets[i]` to `offsets[i + 1]`;
    `hashes` is sorted, and `rows` says whose hash each is. A string may occur more than once.
    """

    blob: Bytes
    offsets: Longs
    hashes: Hashes
    rows: Ints

    @classmethod
    def of(cls, texts: Sequence[str] = ()) -> "Strings":
        """The strings in the order given."""
        encoded = [_encoded(text) for text in texts]
        offsets = bounds(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        hashes = np.fromiter(map(_hash, encoded), np.uint64, len(encoded))
        order = np.argsort(hashes, kind="stable").astype(np.int32)
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offsets, hashes[order], order)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> str:
        return self._encoded(row).decode("utf-8", "surrogatepass")

    def _encoded(self, row: int) -> bytes:
        return self.blob[self.offsets[row] : self.offsets[row + 1]].tobytes()

    def find_all(self, text: str) -> list[int]:
        """The rows of `text`, ascending; most often none or one."""
        encoded = _encoded(text)
        hashed = np.uint64(_hash(encoded))
        at = int(self.hashes.searchsorted(hashed))
        found = []
        while at < len(self.hashes) and self.hashes[at] == hashed:
            row = int(self.rows[at])
            if self._encoded(row) == encoded:
                found.append(row)
            at += 1
        return sorted(found)

    def find(self, text: str) -> int:
        """The first row of `text`, or -1."""
        return min(self.find_all(text), default=-1)

    def rows_of(self, texts: Iterable[str]) -> Ints:
        """The first row of each text, -1 where there is none: `(texts,)`."""
        return np.fromiter(map(self.find, texts), np.int32)

    def grown(self, texts: Sequence[str]) -> "Strings":
        """These strings and then `texts`."""
        new = Strings.of(texts)
        if not len(self):
            return new
        at = self.hashes.searchsorted(new.hashes, side="right")
        return Strings(
            np.concatenate([self.blob, new.blob]),
            np.concatenate([self.offsets, new.offsets[1:] + self.offsets[-1]]),
            np.insert(self.hashes, at, new.hashes),
            np.insert(self.rows, at, new.rows + np.int32(len(self))),
        )

    def kept(self, keep: Bools) -> "Strings":
        """The strings for which `keep`, `(strings,)`, holds, numbered anew in their order."""
        lengths = np.diff(self.offsets)
        still = keep[self.rows]
        return Strings(
            self.blob[np.repeat(keep, lengths)],
            bounds(lengths[keep]),
            self.hashes[still],
            new_numbers(keep)[self.rows[still]],
        )


def new_numbers(keep: Bools) -> Ints:
    """The number of each row once those not to `keep` are gone; theirs mean nothing."""
    return (np.cumsum(keep) - 1).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of unequal length in one flat array: row i is `values[offsets[i]:offsets[i + 1]]`."""

    offsets: Longs
    values: Ints

    @classmethod
    def empty(cls) -> "Ragged":
        """No rows."""
        return cls(np.zeros(1, np.int64), np.zeros(0, np.int32))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> Ints:
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    @property
    def counts(self) -> Longs:
        """The length of each row: `(rows,)`."""
        return np.diff(self.offsets)

    def gathered(self, rows: NDArray[np.integer]) -> Ints:
        """The values of several rows, one row after another."""
        starts = self.offsets[rows]
        counts = self.offsets[rows + 1] - starts
        first = np.repeat(starts - bounds(counts)[:-1], counts)
        return self.values[first + np.arange(len(first))]

    def grown(self, counts: NDArray[np.integer], values: Ints) -> "Ragged":
        """Each row with `counts[row]` of the `values` put to its end; rows may be added.

        `values` come row by row; `counts` has an entry for every row, old or new.
        """
        old = np.zeros(len(counts), np.int64)
        old[: len(self)] = self.counts
        offsets = bounds(old + counts)
        if not len(self.values):
            return Ragged(offsets, values)
        return Ragged(offsets, np.insert(self.values, np.repeat(np.cumsum(old), counts), values))

    def kept(self, keep: Bools) -> "Ragged":
        """The values for which `keep`, `(values,)`, holds; rows may become empty."""
        return Ragged(bounds(keep)[self.offsets], self.values[keep])


def are_in(values: NDArray[np.integer], ascending: NDArray[np.integer]) -> Bools:
    """Whether each of the values is among the ascending ones: `(values,)`."""
    if not len(ascending):
        return np.zeros(len(values), np.bool_)
    at = np.minimum(ascending.searchsorted(values), len(ascending) - 1)
    return np.asarray(ascending[at] == values)


def values_at(ascending: Ints, values: NDArray[F], wanted: NDArray[np.integer]) -> NDArray[F]:
    """The value of each of the `wanted`, 0 for those not among the ascending ones: `(wanted,)`."""
    if not len(ascending):
        return np.zeros(len(wanted), values.dtype)
    at = np.minimum(ascending.searchsorted(wanted), len(ascending) - 1)
    return np.asarray(np.where(ascending[at] == wanted, values[at], values.dtype.type(0)))


def rows_sorted(rows: NDArray[np.integer], values: NDArray[np.integer], n_rows: int) -> Ragged:
    """Pairs of a row and a value as rows of ascending values, each pair once.

    One sort of 64-bit keys is several times faster than an indirect sort of two columns.
    """
    keys = np.unique(rows.astype(np.int64) << 32 | values)
    counts = np.bincount(keys >> 32, minlength=n_rows)
    return Ragged(bounds(counts), (keys & 0xFFFFFFFF).astype(np.int32))
