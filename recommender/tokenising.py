"""Many papers turned into terms at positions, with little Python a word.

Each distinct raw word is analysed once; the rest is arithmetic on whole arrays.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.arrays import Ints, Longs, Ragged, bounds
from recommender.models import Paper
from recommender.text import Word, analyse, raw_words

_CHUNK = 1 << 20


class _Numbers(dict[str, int]):
    """Strings numbered in the order in which they are first asked for."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every token of some papers.

    `terms` are the distinct terms; `keys`, `(tokens,)` and ascending, are a term's number in the
    upper and a position in the lower 32 bits. Positions count from 0 through the title of the
    first paper, its abstract, the title of the second, …; field f (title 2i, abstract 2i + 1 of
    paper i) takes `field_lengths[f]` of them. `stream`, `(positions,)`, is the term that stands
    at each, compounds in parts, or -1 for a stop word.
    """

    terms: list[str]
    keys: Longs
    stream: Ints
    field_lengths: Ints


def tokenise(papers: Iterable[Paper]) -> Tokens:
    """The tokens of `papers`, in their order."""
    raws = _Numbers()
    stream, raw_counts = array("i"), array("i")
    for paper in papers:
        for field in (paper.title, paper.abstract):
            before = len(stream)
            stream.extend(map(raws.__getitem__, raw_words(field)))
            raw_counts.append(len(stream) - before)
    return _placed([analyse(raw) for raw in raws], _ints(stream), _ints(raw_counts))


def _ints(numbers: "array[int]") -> Ints:
    return np.frombuffer(numbers, np.int32) if numbers else np.zeros(0, np.int32)


def _placed(words: Sequence[Word], stream: Ints, raw_counts: Ints) -> Tokens:
    """The tokens of a `stream` of word numbers, cut into fields of `raw_counts` words."""
    widths = np.array([len(word.parts) for word in words], np.int32)
    ends = bounds(widths[stream])
    field_lengths = np.diff(ends[bounds(raw_counts)]).astype(np.int32)
    terms = _Numbers()
    table = _Table.of(words, terms)
    chunks = [slice(at, at + _CHUNK) for at in range(0, max(len(stream), 1), _CHUNK)]
    placed = np.concatenate([table.parts.gathered(stream[chunk]) for chunk in chunks])
    keys = np.concatenate([table.keys(stream[chunk], ends[chunk]) for chunk in chunks])
    keys.sort()
    return Tokens(list(terms), keys, placed, field_lengths)


@dataclass(frozen=True, slots=True)
class _Table:
    """The tokens of each word: its term numbers and their distances from the word's position.

    `parts` are the terms of its parts, -1 for a stop word.
    """

    offsets: Longs
    terms: Longs
    distances: Longs
    parts: Ragged

    @classmethod
    def of(cls, words: Sequence[Word], numbers: _Numbers) -> "_Table":
        counts, terms, distances = array("i"), array("q"), array("q")
        widths, parts = array("i"), array("i")
        for word in words:
            placed = list(_placed_terms(word))
            counts.append(len(placed))
            terms.extend(numbers[term] for term, _ in placed)
            distances.extend(at for _, at in placed)
            widths.append(len(word.parts))
            parts.extend(-1 if part is None else numbers[part] for part in word.parts)
        return cls(
            bounds(_ints(counts)),
            np.array(terms, np.int64),
            np.array(distances, np.int64),
            Ragged(bounds(_ints(widths)), _ints(parts)),
        )

    def keys(self, stream: Ints, starts: Longs) -> Longs:
        """The key of every token of a piece of stream; `starts` are the words' positions."""
        counts = np.diff(self.offsets)[stream]
        first = np.repeat(self.offsets[stream] - bounds(counts)[:-1], counts)
        taken = first + np.arange(len(first))
        positions = np.repeat(starts[: len(stream)], counts) + self.distances[taken]
        return np.asarray(self.terms[taken] << 32 | positions)


def _placed_terms(word: Word) -> Iterator[tuple[str, int]]:
    yield from ((term, 0) for term in word.also)
    yield from ((term, at) for at, term in enumerate(word.parts) if term is not None)
