"""What liked and disliked papers teach: a score for every other paper.

    score(x) = sum over teachers of a_i * (x_i - mean) . x
        + `neighbours` * (mean cosine with the nearest likes - mean cosine with all likes)

x are the vectors of `recommender.vectors`. The amounts a are a ridge regression in closed form:
every like should score 1, every dislike `dislike_aim`, so that likes which say the same share their
vote. Papers that nobody judged teach a little where they lie nearer to the likes than each like
does to the others. A linear SVM or logistic regression against a background sample ranks no
better and takes forty times as long.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController

from recommender.arrays import Bools, Floats, Ints
from recommender.corpus import Corpus
from recommender.ordinary import EMPTY_TERMS
from recommender.text import spellings
from recommender.vectors import DECIMALS, Matrix, Singles, Vectors, heaviest

_EMPTY = 50
"""So many of the heaviest terms may say nothing, such as "you" and "need" of a title."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The papers that somebody liked, each with its weight, and disliked, by number.

    `forgotten` are columns of the vectors from which nothing is to be learned.
    """

    liked: tuple[tuple[int, float], ...]
    disliked: tuple[int, ...] = ()
    forgotten: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned in one corpus.

    `scores`, `(papers,)`, are in deviations over the corpus, 0 for papers that are no likelier
    than the mean one and for the judged; those from `floor` on are worth showing. `teachers` are
    papers by number, the likes first, and `amounts` their a in the same unit. The columns
    `forgotten` took no part.
    """

    scores: Floats
    floor: float
    teachers: Ints
    amounts: Floats
    forgotten: Ints


@dataclass(frozen=True, slots=True)
class _Taught:
    """Teachers, their products with each other beyond the mean, and what each should be."""

    rows: Ints
    products: Floats
    weights: Floats
    aims: Floats

    def amounts(self, fit: float) -> Floats:
        """The ridge's a, together 1 without their signs."""
        root = np.sqrt(self.weights)
        system = np.eye(len(root)) + fit * root[:, None] * self.products * root
        # Its threads gain nothing in systems of some hundred rows, and cost five times the time
        # where several rankings are made at once (72 ms for one profile instead of 15).
        with _blas().limit(limits=1, user_api="blas"):
            amounts = root * np.linalg.solve(system, root * self.aims)
        return np.asarray(amounts / (np.abs(amounts).sum() or 1.0))

    def joined(self, vectors: Vectors, rows: Ints, weight: float, aim: float) -> "_Taught":
        """With more teachers, all of one weight and aim."""
        if not len(rows):
            return self
        more = np.full(len(rows), 1.0)
        both = np.concatenate([self.rows, rows])
        return _Taught(
            both,
            _products(vectors, both),
            np.concatenate([self.weights, weight * more]),
            np.concatenate([self.aims, aim * more]),
        )


@cache
def _blas() -> ThreadpoolController:
    """The linear algebra that is loaded; finding it takes milliseconds."""
    return ThreadpoolController()


def learn(corpus: Corpus, judged: Judged) -> Learned:
    """The scores of all papers of the corpus; there is at least one like."""
    vectors, by = corpus.vectors, corpus.by
    liked = np.array([row for row, _ in judged.liked], np.int32)
    weights = np.array([weight for _, weight in judged.liked])
    taught = _Taught(
        liked, _products(vectors, liked), weights / weights.mean(), np.ones(len(liked))
    ).joined(vectors, np.array(judged.disliked, np.int32), 1.0, by.dislike_aim)
    others = np.ones(len(corpus), np.bool_)
    others[taught.rows] = False
    likely = _likely(corpus, taught.products, liked, others)
    taught = taught.joined(vectors, likely, by.likely_weight, 1.0)
    amounts = taught.amounts(by.fit)
    forgotten = np.array(judged.forgotten, np.int32)
    scores = _likeness(vectors, taught.rows, amounts, forgotten)
    _add_nearest(corpus, _without(vectors.matrix[liked], forgotten), scores, others)
    unit = float(np.sqrt((scores[others] ** 2).mean())) if others.any() else 0.0
    unit = unit or 1.0
    topics = _topics(taught.products[: len(liked), : len(liked)])
    floor = _floor(scores[others], by.likes_floor, topics)
    shown = np.where(others, np.maximum(scores, 0.0), 0.0) / unit
    return Learned(shown.round(DECIMALS), floor / unit, taught.rows, amounts / unit, forgotten)


class LearnedTerm(NamedTuple):
    """A word or a pair as people spell it, and its part of all that was learned."""

    text: str
    weight: float


def terms(corpus: Corpus, learned: Learned, limit: int) -> list[LearnedTerm]:
    """The terms that were learned, heaviest first, without words that say nothing to people."""
    vectors = corpus.vectors
    weights = vectors.combined(learned.teachers, learned.amounts)
    weights -= np.float32(learned.amounts.sum()) * vectors.mean
    weights[learned.forgotten] = 0.0
    total = float(weights[weights > 0].sum())
    columns = _top(weights, limit + _EMPTY)
    columns = columns[np.argsort(-weights[columns], kind="stable")]
    named = {int(column): corpus.column(int(column)) for column in columns if weights[column] > 0}
    told = [column for column, each in named.items() if not EMPTY_TERMS.issuperset(each)]
    found = {column: named[column] for column in told[:limit]}
    spelled = _spelled(corpus, learned.teachers, {term for each in found.values() for term in each})
    return [
        LearnedTerm(" ".join(spelled.get(t, t) for t in each), float(weights[column]) / total)
        for column, each in found.items()
    ]


def _spelled(corpus: Corpus, teachers: Ints, wanted: set[str]) -> dict[str, str]:
    """The terms as the first of the teachers that has them spells them."""
    spelled: dict[str, str] = {}
    for row in teachers:
        missing = frozenset(wanted - spelled.keys())
        if missing:
            paper = corpus.papers[int(row)]
            spelled |= spellings(f"{paper.abstract}\n{paper.title}", missing)
    return spelled


def _products(vectors: Vectors, rows: Ints) -> Floats:
    """What some papers have in common with each other beyond the mean: square, symmetric."""
    some, in_mean = vectors.matrix[rows], vectors.in_mean[rows].astype(np.float64)
    common = (some @ some.T).toarray().astype(np.float64)
    return np.asarray(common - in_mean[:, None] - in_mean + vectors.mean_square)


def _likeness(
    vectors: Vectors, rows: Ints, amounts: Floats, forgotten: Ints | None = None
) -> Floats:
    """sum of a_i * (x_i - mean) . x for every paper x, without some columns: `(papers,)`."""
    weights = vectors.combined(rows, amounts)
    if forgotten is not None:
        # There a paper has no more in common with the teachers than with the mean: nothing.
        weights[forgotten] = np.float32(amounts.sum()) * vectors.mean[forgotten]
    found = vectors.matrix @ weights - np.float32(amounts.sum()) * vectors.in_mean
    return np.asarray(found, np.float64)


def _likely(corpus: Corpus, products: Floats, liked: Ints, others: Bools) -> Ints:
    """The papers that lie nearer to the likes than any like does to the rest of them."""
    n_liked, most, vectors = len(liked), corpus.by.likely, corpus.vectors
    if not most:
        return liked[:0]
    scores = _likeness(vectors, liked, np.full(n_liked, 1 / n_liked))
    scores -= vectors.in_mean[liked].mean() - vectors.mean_square
    of_likes = scores[liked]
    scores[~others] = -np.inf
    if n_liked == 1:
        # Nothing says how near is near: the nearest teach, as the best papers do for a query.
        found = _top(scores, corpus.by.feedback_papers)
        return np.asarray(found[scores[found] > 0])
    own = np.diag(products)[:n_liked]
    without_itself = (n_liked * of_likes - own) / (n_liked - 1)
    found = _top(scores, most)
    return np.asarray(found[scores[found] > max(without_itself.max(), 0.0)])


def _top(scores: Floats | Singles, count: int) -> Ints:
    count = min(count, len(scores))
    return np.sort(np.argpartition(-scores, count - 1)[:count]).astype(np.int32)


def _without(rows: Matrix, forgotten: Ints) -> Matrix:
    """The rows, all their own, with nothing in some columns."""
    if len(forgotten):
        rows.data[np.isin(rows.indices, forgotten)] = 0.0
    return rows


def _add_nearest(corpus: Corpus, liked: Matrix, scores: Floats, others: Bools) -> None:
    """Adds to the best what the nearest likes, the square root of their number, are worth."""
    n_liked, vectors, by = liked.shape[0], corpus.vectors, corpus.by
    if n_liked < 2 or not by.neighbours:
        return
    rows = _top(np.where(others, scores, -np.inf), by.neighbour_papers)
    known = heaviest(liked, by.neighbour_terms)
    cosines = (vectors.matrix[rows] @ known.T).toarray()
    n_far = n_liked - round(n_liked**0.5)
    near = np.partition(cosines, n_far, axis=1)[:, n_far:]
    scores[rows] += by.neighbours * (near.mean(axis=1) - cosines.mean(axis=1))


def _topics(products: Floats) -> float:
    """Of how many topics some likes are: 1 if they say the same, their number if nothing alike."""
    count, together = len(products), float(products.sum())
    alike = count * float(np.trace(products))
    return min(alike / together, float(count)) if together > 0 else float(count)


def _floor(rest: Floats, least: float, topics: float) -> float:
    """The score from which papers that nobody judged are worth showing.

    It lies `least` deviations above their mean. In few papers even the best lies less far up:
    chance alone puts the best of N at the square root of 2 ln N. Where no paper reaches it, because
    a paper near one like lies far from those of other topics, each topic is asked for by itself:
    of k that have nothing in common, one counts 1 / k in the scores and so 1 / sqrt(k) in
    deviations.
    """
    if not len(rest):
        return 0.0
    far = min(least, np.sqrt(2 * np.log(max(len(rest), 2))))
    reached = (rest.max() - rest.mean()) / (rest.std() or 1.0)
    return float(rest.mean() + (far if reached >= far else far / np.sqrt(topics)) * rest.std())
