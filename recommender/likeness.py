"""Evidence that a paper is like others: how much, to which of them, and by which words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.arrays import Floats, Ints, values_at
from recommender.corpus import Corpus
from recommender.plan import best, ranked
from recommender.vectors import DECIMALS, Row, Singles

MOST_SOURCES = 5
"""How many sources a likeness is put down to at most: those that have most in common."""

MOST_WORDS = 3
"""How many terms it names at most."""

# Of so many of the heaviest terms of a query's best papers those are chosen that a paper has.
_SHOWN_OF = 60


@dataclass(frozen=True, slots=True)
class Likeness:
    """What each of some papers gets for being like the sources.

    `docs` are ascending and `worth`, positive, runs in parallel. Source i is a vector over the
    columns of the corpus's, and alone makes up clause `clauses[i]`. A paper's worth is put down to
    the sources in proportion to what it has in common with each, so that what it has in common
    with the mean paper is borne by all of them.
    """

    corpus: Corpus
    docs: Ints
    worth: Floats
    sources: Sequence[Row]
    clauses: tuple[int, ...]

    def shares(self, docs: Ints, n_clauses: int) -> Floats:
        """What each paper gets for each clause: `(docs, clauses)`."""
        got = values_at(self.docs, self.worth, docs)
        found = np.zeros((len(docs), n_clauses))
        alone = len(self.clauses) == 1
        found[:, self.clauses] = got[:, None] * (1.0 if alone else self._common(docs))
        return found

    def _common(self, docs: Ints) -> Floats:
        """Which part of each paper's worth comes from each source: `(docs, sources)`."""
        vectors = self.corpus.vectors
        products = vectors.matrix[docs] @ vectors.stacked(self.sources).T
        found = np.maximum(products.toarray().astype(np.float64), 0.0)
        if found.shape[1] > MOST_SOURCES:
            found[found < np.partition(found, -MOST_SOURCES, 1)[:, [-MOST_SOURCES]]] = 0.0
        # What nothing is like, as can be where unjudged papers taught, all sources bear.
        found[~found.any(axis=1)] = 1.0
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def words(self, doc: int, clause: int) -> Ints:
        """The columns that a paper has in common with the source of a clause, heaviest first."""
        if clause not in self.clauses:
            return np.zeros(0, np.int32)
        source = self.sources[self.clauses.index(clause)]
        common = source.values * self.corpus.vectors.row(doc).of(source.columns)
        order = np.argsort(-common, kind="stable")[:MOST_WORDS]
        return source.columns[order[common[order] > 0]]


def feedback(corpus: Corpus, total: Floats, clause: int) -> Likeness | None:
    """Likeness to the best papers of a query, for all that are well up in it.

    The best give their vectors in proportion to their scores, less the mean paper; the paper
    that is most like them gets `feedback` of the highest score, the others in proportion. None
    where nothing matches, or nothing is like anything.
    """
    by = corpus.by
    rows = best(total, by.feedback_reach)
    if not len(rows):
        return None
    rows = _highest(total, rows, by.feedback_reach)
    highest = ranked(total, _highest(total, rows, by.feedback_papers), corpus)[: by.feedback_papers]
    vectors = corpus.vectors
    amounts = total[highest] / total[highest].sum()
    wanted = vectors.combined(highest, amounts)
    found = vectors.products(rows, wanted) - vectors.in_mean[rows]
    likest = found.max()
    if not likest > 0:
        return None
    worth = by.feedback * total.max() * np.maximum(found / likest, 0.0).round(DECIMALS)
    like = worth > 0
    source = _heaviest([vectors.row(int(row)).columns for row in highest], wanted)
    return Likeness(corpus, rows[like], worth[like], (source,), (clause,))


def _heaviest(columns: Sequence[Ints], weights: Singles) -> Row:
    """As many of the columns as words are ever shown of."""
    several = np.concatenate(columns)
    order = np.argsort(-weights[several], kind="stable")[:_SHOWN_OF]
    kept = np.unique(several[order])
    return Row(kept, weights[kept])


def _highest(total: Floats, rows: Ints, count: int) -> Ints:
    """Those of the ascending rows that are among the `count` highest, and their ties."""
    if len(rows) <= count:
        return rows
    got = total[rows]
    return np.asarray(rows[got >= np.partition(got, -count)[-count]])
