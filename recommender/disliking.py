"""What disliked papers take from the worth of typed interests."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from recommender.arrays import Floats, Ints
from recommender.corpus import Corpus
from recommender.plan import Evidence, best, scores


def damped(
    corpus: Corpus, evidence: Sequence[Evidence], liked: Ints, disliked: Ints
) -> list[Evidence]:
    """The evidence, worth less to papers that are more like a disliked one than like a liked one.

    Such a paper loses `disliked` times the difference of the two cosines, each with the nearest
    one, of all that it gets: its reasons keep their proportions. Only the best are looked at.
    """
    if not len(disliked) or not evidence:
        return list(evidence)
    kept = _kept(
        corpus, best(scores(evidence, len(corpus)), corpus.by.disliked_reach), liked, disliked
    )
    return [replace(each, impacts=_times(each, kept)) for each in evidence]


def _kept(corpus: Corpus, rows: Ints, liked: Ints, disliked: Ints) -> Floats:
    """Which fraction of its worth each paper of the corpus keeps: `(papers,)`."""
    against = _nearest(corpus, rows, disliked)
    speaking_for = _nearest(corpus, rows, liked) if len(liked) else 0.0
    kept = np.ones(len(corpus))
    # More than nothing: what matched stays in the ranking.
    kept[rows] = np.clip(1.0 - corpus.by.disliked * (against - speaking_for), 0.01, 1.0)
    return kept


def _nearest(corpus: Corpus, rows: Ints, judged: Ints) -> Floats:
    """The cosine of each row with the nearest of the judged papers: `(rows,)`."""
    matrix = corpus.vectors.matrix
    return np.asarray((matrix[rows] @ matrix[judged].T).toarray().max(axis=1), np.float64)


def _times(each: Evidence, kept: Floats) -> Floats:
    return kept[each.docs] if each.impacts is None else each.impacts * kept[each.docs]
