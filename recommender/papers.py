"""The papers themselves: as they were given, or as JSON that is read when one is shown."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from recommender.arrays import Bools, Bytes, Longs, bounds
from recommender.models import Paper


@dataclass(frozen=True, slots=True)
class Encoded:
    """Papers as JSON: paper i is the UTF-8 text in `blob[starts[i]:ends[i]]`."""

    blob: Bytes
    starts: Longs
    ends: Longs


def _json(paper: Paper) -> bytes:
    written = json.dumps(paper.to_json(), ensure_ascii=False, separators=(",", ":"))
    return written.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Papers:
    """All papers by number; where `given` has none, the paper is read from `encoded`."""

    given: tuple[Paper | None, ...]
    encoded: Encoded

    @classmethod
    def empty(cls) -> "Papers":
        """No papers."""
        none = np.zeros(0, np.int64)
        return cls((), Encoded(np.zeros(0, np.uint8), none, none))

    @classmethod
    def of(cls, encoded: Encoded) -> "Papers":
        """Papers of which each is read when it is asked for."""
        return cls((None,) * len(encoded.starts), encoded)

    def __len__(self) -> int:
        return len(self.given)

    def __getitem__(self, number: int) -> Paper:
        paper = self.given[number]
        return paper or Paper.from_json(json.loads(self._text(number)))

    def _text(self, number: int) -> bytes:
        span = slice(self.encoded.starts[number], self.encoded.ends[number])
        return self.encoded.blob[span].tobytes()

    def grown(self, papers: Sequence[Paper]) -> "Papers":
        """With more papers at the end."""
        none = np.zeros(len(papers), np.int64)
        starts = np.concatenate([self.encoded.starts, none])
        ends = np.concatenate([self.encoded.ends, none])
        return Papers((*self.given, *papers), Encoded(self.encoded.blob, starts, ends))

    def kept(self, keep: Bools) -> "Papers":
        """Only the papers to `keep`, numbered anew."""
        given = tuple(self.given[i] for i in np.flatnonzero(keep))
        starts, ends = self.encoded.starts[keep], self.encoded.ends[keep]
        return Papers(given, Encoded(self.encoded.blob, starts, ends))

    def packed(self) -> "Papers":
        """The same papers as JSON only: a third of the memory."""
        return Papers.of(self.encode())

    def encode(self) -> Encoded:
        """All papers as JSON, one after another."""
        if self._is_packed():
            return self.encoded
        # Only those that are not JSON yet become Python's objects: all would be 200 MB of 100,000.
        written = {i: _json(paper) for i, paper in enumerate(self.given) if paper is not None}
        starts, ends = self.encoded.starts, self.encoded.ends
        lengths = ends - starts
        lengths[list(written)] = [len(text) for text in written.values()]
        offsets = bounds(lengths)
        blob = np.empty(offsets[-1], np.uint8)
        for first, end in self._runs():
            text = written.get(first)
            known = self.encoded.blob[starts[first] : ends[end - 1]]
            blob[offsets[first] : offsets[end]] = (
                known if text is None else np.frombuffer(text, np.uint8)
            )
        return Encoded(blob, offsets[:-1], offsets[1:])

    def _runs(self) -> Iterable[tuple[int, int]]:
        """Papers, from one to before another, whose JSON is in one piece; others by themselves."""
        is_known = np.fromiter((paper is None for paper in self.given), np.bool_, len(self))
        starts, ends = self.encoded.starts, self.encoded.ends
        goes_on = is_known[1:] & is_known[:-1] & (starts[1:] == ends[:-1])
        return pairwise([0, *(np.flatnonzero(~goes_on) + 1).tolist(), len(self)])

    def _is_packed(self) -> bool:
        """Whether every paper is JSON already, with nothing between two of them."""
        starts, ends = self.encoded.starts, self.encoded.ends
        is_close = np.array_equal(starts[1:], ends[:-1]) and not starts[:1].any()
        is_whole = int(ends[-1]) == len(self.encoded.blob) if len(ends) else True
        return is_close and is_whole and all(paper is None for paper in self.given)
