"""Which papers hold a term, how often, and where: the text of a corpus, term by term."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from recommender import bm25
from recommender.arrays import Bools, Floats, Ints, Longs, Ragged, Strings, bounds, new_numbers
from recommender.models import Paper
from recommender.parameters import Parameters
from recommender.tokenising import Tokens, tokenise

_LOW = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Postings:
    """The terms of all papers; row t of each `Ragged` belongs to term t, a row a term.

    `docs` are the papers that hold the term, ascending; `frequencies` and `impacts` run in
    parallel to `docs.values`: how often, the title counted `title_weight` times, and what that is
    worth before idf. `positions` are the places of the term, ascending, counted through the
    whole corpus; field f (title 2i, abstract 2i + 1 of paper i) covers those from
    `field_starts[f]` to `field_starts[f + 1]`. `stream`, `(positions,)`, is the term at each
    place, compounds in parts, or -1 for a stop word. `lengths`, `(papers,)`, are in tokens,
    weighted as the frequencies.
    """

    terms: Strings
    docs: Ragged
    frequencies: Ints
    impacts: Floats
    positions: Ragged
    stream: Ints
    field_starts: Longs
    lengths: Ints

    @classmethod
    def empty(cls) -> "Postings":
        """The text of no papers."""
        none, nothing = Ragged.empty(), np.zeros(0, np.int32)
        starts = bounds(nothing)
        return cls(Strings.of(), none, nothing, np.zeros(0), none, nothing, starts, nothing)

    def grown(self, papers: Iterable[Paper], by: Parameters) -> "Postings":
        """With more papers at the end, none of the old ones read again."""
        tokens = tokenise(papers)
        rows = self.terms.rows_of(tokens.terms)
        fresh = rows < 0
        rows[fresh] = np.arange(len(self.terms), len(self.terms) + fresh.sum(), dtype=np.int32)
        new_terms = [tokens.terms[i] for i in np.flatnonzero(fresh)]
        return self._with(self.terms.grown(new_terms), _renumbered(tokens, rows), by)

    def _with(self, terms: Strings, tokens: Tokens, by: Parameters) -> "Postings":
        """With the tokens, whose numbers are rows of `terms`."""
        field_starts = bounds(tokens.field_lengths)
        owners, positions = _halves(tokens.keys)
        numbers = np.arange(len(tokens.field_lengths), dtype=np.int32)
        fields = np.repeat(numbers, tokens.field_lengths)[positions]
        weights = np.where(fields & 1, np.int32(1), np.int32(by.title_weight))
        docs = fields >> 1
        starts = np.flatnonzero(_changes(owners) | _changes(docs))
        frequencies = np.add.reduceat(weights, starts) if len(starts) else weights
        lengths = np.bincount(docs, weights, len(field_starts) // 2).astype(np.int32)
        first, at = len(self.lengths), self.field_starts[-1]
        counts = np.bincount(owners[starts], minlength=len(terms))
        old = Ragged(self.docs.offsets, self.frequencies)
        all_docs = self.docs.grown(counts, docs[starts] + np.int32(first))
        all_frequencies = old.grown(counts, frequencies.astype(np.int32, copy=False)).values
        all_lengths = np.concatenate([self.lengths, lengths])
        return Postings(
            terms,
            all_docs,
            all_frequencies,
            bm25.impacts(all_docs.values, all_frequencies, all_lengths, by),
            self.positions.grown(
                np.bincount(owners, minlength=len(terms)), positions + np.int32(at)
            ),
            np.concatenate([self.stream, tokens.stream]),
            np.concatenate([self.field_starts, field_starts[1:] + at]),
            all_lengths,
        )

    def kept(self, keep: Bools, by: Parameters) -> "Postings":
        """Only the papers to `keep`, `(papers,)`, numbered anew; a term may stay without any."""
        postings = keep[self.docs.values]
        still = self.docs.kept(postings)
        docs = Ragged(still.offsets, new_numbers(keep)[still.values])
        frequencies, lengths = self.frequencies[postings], self.lengths[keep]
        field_lengths = np.diff(self.field_starts)
        fields = np.repeat(keep, 2)
        places = np.repeat(fields, field_lengths)
        positions = self.positions.kept(places[self.positions.values])
        return Postings(
            self.terms,
            docs,
            frequencies,
            bm25.impacts(docs.values, frequencies, lengths, by),
            Ragged(positions.offsets, new_numbers(places)[positions.values]),
            self.stream[places],
            bounds(field_lengths[fields]),
            lengths,
        )

    def postings(self, term: str) -> tuple[Ints, Floats]:
        """The papers that hold a term, ascending, and its impact in each; empty for none."""
        return self.postings_of(self.terms.find(term))

    def postings_of(self, row: int) -> tuple[Ints, Floats]:
        """The same for a row of `terms`, or -1."""
        if row < 0:
            return self.docs.values[:0], self.impacts[:0]
        span = slice(self.docs.offsets[row], self.docs.offsets[row + 1])
        return self.docs.values[span], self.impacts[span]


def _renumbered(tokens: Tokens, rows: Ints) -> Tokens:
    """The tokens with `rows[number]` for each term's number, sorted again if need be."""
    if np.array_equal(rows, np.arange(len(rows))):
        return tokens
    keys = rows.astype(np.int64)[tokens.keys >> 32] << 32 | (tokens.keys & _LOW)
    keys.sort()
    stream = np.where(tokens.stream < 0, np.int32(-1), rows[tokens.stream])
    return Tokens(tokens.terms, keys, stream, tokens.field_lengths)


def _halves(keys: Longs) -> tuple[Ints, Ints]:
    """The upper and the lower 32 bits."""
    return (keys >> 32).astype(np.int32), keys.astype(np.int32)


def _changes(values: Ints) -> Bools:
    """Where a value differs from the one before it; the first one does."""
    return np.asarray(np.diff(values, prepend=np.int32(-1)) != 0)
