"""Papers as vectors of unit length, for telling how much one is like another.

A paper's vector holds idf times impact of its words and its pairs, as `recommender.bm25` scores
them, divided by the length of all. Its columns are the rows of the terms, then those of the pairs.
Likeness is what two papers have in common beyond what each has with the mean paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender import bm25
from recommender.arrays import Bools, Floats, Ints, Longs, bounds, values_at
from recommender.pairs import Pairs
from recommender.parameters import Parameters
from recommender.postings import Postings
from recommender.text import is_letter

if TYPE_CHECKING:
    Matrix: TypeAlias = "sparse.csr_array[Any]"
else:
    Matrix = sparse.csr_array

Singles: TypeAlias = NDArray[np.float32]

# Rows that are summed at a time: all of 100,000 would take 200 MB for it.
_PORTION = 10_000

DECIMALS = 4
"""To which likeness is told: finer, papers that are alike would be ordered by single precision."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """Row i of the CSR matrix `offsets`, `columns`, `values` is the vector of paper i.

    `mean`, `(columns,)`, is the mean paper, with `mean_papers` empty ones; `in_mean`, `(papers,)`,
    each paper's product with it and `mean_square` its own. `sizes`, `(papers,)`, are the lengths
    that their words had, pairs left out, the mean one 1. Single precision: nothing here is
    compared with another program's scores, and it is half the memory.
    """

    offsets: Longs
    columns: Ints
    values: Singles
    mean: Singles
    in_mean: Singles
    sizes: Singles

    @classmethod
    def of(cls, text: Postings, pairs: Pairs, by: Parameters) -> "Vectors":
        """The vectors of all papers."""
        rows = _weighed(text, pairs, by).tocsr()
        squares = rows.data**2
        lengths = np.sqrt(_sums(rows.indptr, squares))
        rows.data /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(rows.indptr))
        total = np.bincount(rows.indices, rows.data, rows.shape[1])
        mean = (total / (rows.shape[0] + by.mean_papers)).astype(np.float32)
        in_mean = (rows @ mean).astype(np.float32)
        of_words = np.where(rows.indices < len(text.terms), squares, 0)
        sizes = _relative(np.sqrt(_sums(rows.indptr, of_words)))
        return cls(rows.indptr.astype(np.int64), rows.indices, rows.data, mean, in_mean, sizes)

    @property
    def mean_square(self) -> float:
        """The mean paper's product with itself."""
        # Not as a product: BLAS would wake its threads for it, which takes ten times as long.
        return float((self.mean.astype(np.float64) ** 2).sum())

    @property
    def matrix(self) -> Matrix:
        """All vectors: `(papers, columns)`; no array is copied."""
        shape = (len(self.offsets) - 1, len(self.mean))
        return sparse.csr_array((self.values, self.columns, self.offsets), shape)

    def row(self, paper: int) -> "Row":
        """One paper's vector."""
        span = slice(self.offsets[paper], self.offsets[paper + 1])
        return Row(self.columns[span], self.values[span])

    def combined(self, papers: Ints, amounts: Floats) -> Singles:
        """The sum of some papers' vectors, each times its amount: `(columns,)`."""
        total = np.zeros(len(self.mean), np.float32)
        for paper, amount in zip(papers, amounts, strict=True):
            row = self.row(int(paper))
            total[row.columns] += np.float32(amount) * row.values
        return total

    def stacked(self, rows: Sequence["Row"]) -> Matrix:
        """Several vectors as a matrix: `(rows, columns)`."""
        offsets = bounds(np.array([len(row.columns) for row in rows]))
        values = np.concatenate([row.values for row in rows])
        columns = np.concatenate([row.columns for row in rows])
        return sparse.csr_array((values, columns, offsets), (len(rows), len(self.mean)))

    def products(self, papers: Ints, weights: Singles) -> Floats:
        """The product of some papers' vectors with weights of the columns: `(papers,)`."""
        counts = self.offsets[papers + 1] - self.offsets[papers]
        ends = np.cumsum(counts)
        at = np.repeat(self.offsets[papers] - ends + counts, counts) + np.arange(counts.sum())
        worth = self.values[at] * weights[self.columns[at]]
        rows = np.repeat(np.arange(len(papers)), counts)
        return np.asarray(np.bincount(rows, worth, len(papers)), np.float64)


@dataclass(frozen=True, slots=True)
class Row:
    """One vector: its columns, ascending, and their values."""

    columns: Ints
    values: Singles

    def of(self, columns: Ints) -> Singles:
        """The values of some columns, 0 for those that it does not have: `(columns,)`."""
        return values_at(self.columns, self.values, columns)

    def without(self, columns: Ints) -> "Row":
        """The vector with nothing in some columns."""
        kept = ~np.isin(self.columns, columns)
        return Row(self.columns[kept], self.values[kept])

    def times(self, amount: float) -> "Row":
        """The vector times a number."""
        return Row(self.columns, self.values * np.float32(amount))


def _weighed(text: Postings, pairs: Pairs, by: Parameters) -> "sparse.csc_array[Any]":
    """idf times impact of every word and pair, column by column."""
    n_papers = len(text.lengths)
    plain = np.repeat(_plain(text), text.docs.counts)
    worth = bm25.impacts(pairs.docs.values, pairs.frequencies, text.lengths, by).astype(np.float32)
    values = np.concatenate(
        [
            _product(text.impacts, _idfs(n_papers, text.docs.counts))[plain],
            worth * _idfs(n_papers, pairs.docs.counts).astype(np.float32),
        ]
    )
    docs = text.docs.kept(plain)
    offsets = np.concatenate([docs.offsets, pairs.docs.offsets[1:] + docs.offsets[-1]])
    papers = np.concatenate([docs.values, pairs.docs.values])
    if offsets[-1] < np.iinfo(np.int32).max:
        # Else scipy makes the columns as wide as the offsets: a third more for all vectors.
        offsets = offsets.astype(np.int32)
    return sparse.csc_array((values, papers, offsets), (n_papers, len(offsets) - 1))


def _product(impacts: Floats, idfs: Floats) -> Singles:
    """One times the other, which is lost: no third array of that size."""
    idfs *= impacts
    return idfs.astype(np.float32)


def _idfs(n_papers: int, counts: Longs) -> Floats:
    """The idf of each posting's term."""
    return np.repeat(np.log((n_papers + 1) / np.maximum(counts, 1)), counts)


def _plain(text: Postings) -> Bools:
    """The terms that count: not single letters, nor wholes that nobody writes as one word.

    The words of a compound and their pair say what the whole says. nDCG@10 of queries was .003
    better without wholes, and .006 without letters.
    """
    plain = np.zeros(len(text.terms), np.bool_)
    plain[text.stream[text.stream >= 0]] = True
    lengths = np.diff(text.terms.offsets)
    for row in np.flatnonzero(lengths == 1):
        plain[row] &= not is_letter(text.terms[int(row)])
    return plain


def _relative(lengths: Floats) -> Singles:
    """In units of the mean one; empty ones are as long as that."""
    usual = float(lengths.mean()) if lengths.any() else 1.0
    return (np.where(lengths > 0, lengths, usual) / usual).astype(np.float32)


def _sums(offsets: NDArray[np.integer], values: Singles) -> Floats:
    """The sum of each row, some rows at a time: `(rows,)`."""
    sums = np.zeros(len(offsets) - 1)
    for first in range(0, len(sums), _PORTION):
        some = offsets[first : first + _PORTION + 1]
        rows = np.repeat(np.arange(len(some) - 1), np.diff(some))
        inside = values[some[0] : some[-1]]
        sums[first : first + _PORTION] = np.bincount(rows, inside, len(some) - 1)
    return sums


def heaviest(rows: Matrix, count: int) -> Matrix:
    """The rows with only their `count` largest values each, and those as large as the last."""
    least = [
        np.partition(values, -count)[-count] if len(values) > count else 0.0
        for values in np.split(rows.data, rows.indptr[1:-1])
    ]
    kept = rows.data >= np.repeat(np.array(least, np.float32), np.diff(rows.indptr))
    offsets = np.concatenate([[0], np.cumsum(kept)])[rows.indptr]
    return sparse.csr_array((rows.data[kept], rows.indices[kept], offsets), rows.shape)
