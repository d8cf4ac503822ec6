"""BM25: the one formula by which a word of a paper is worth something.

The scores are those of rank_bm25's `BM25Plus` with `delta=0`, `k1=1.2` and `b=0.5`, on the
tokens that `recommender.text.paper_tokens` gives:

    score(paper, word) =
        log((N + 1) / df) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length))

and a query is a weighted sum of such scores; which weights, says `recommender.asking`. Two
neighbouring words are scored by the same formula, `tf` and `df` counting where they stand side by
side; `length` stays that in words.

Why that class: the idf of `BM25Okapi` is negative for words in more than half of the papers, and
is then replaced by a quarter of the mean idf, so that on 100,000 abstracts "the" outweighs
"model"; with one or two papers its scores are zero or negative. Here the idf is always positive
and falls with df, and with `delta=0` a score is zero exactly where no word matches (the class's
default, `delta=1`, gives every paper a score). `BM25L` would also do, but is used by nobody else.
k1 and b are those of `recommender.parameters`, with the measurements behind them.
"""

import math

import numpy as np

from recommender.arrays import Floats, Ints
from recommender.parameters import Parameters


def most_impact(by: Parameters) -> float:
    """No impact reaches this, however often a word occurs."""
    return by.k1 + 1


def idf(n_papers: int, df: int) -> float:
    """log((N + 1) / df), natural; 0 for a word that no paper holds."""
    return math.log((n_papers + 1) / df) if df else 0.0


def impacts(docs: Ints, frequencies: Ints, lengths: Ints, by: Parameters) -> Floats:
    """What each posting is worth before idf: `(postings,)`, each in (0, k1 + 1).

    `docs`, each posting's paper, and `frequencies` run in parallel, `(postings,)`; `lengths`,
    `(papers,)`, are in tokens. Recomputed whenever papers come or go, since the mean length
    changes.
    """
    worth = norms(lengths, by)[docs]
    worth += frequencies
    np.divide(frequencies * most_impact(by), worth, out=worth)
    return np.asarray(worth)


def impact(frequencies: Ints, norms_of: Floats, by: Parameters) -> Floats:
    """The same for a few postings, given each paper's of `norms`."""
    return np.asarray(frequencies * most_impact(by) / (frequencies + norms_of))


def norms(lengths: Ints, by: Parameters) -> Floats:
    """k1 * (1 - b + b * length / mean length) of each paper: `(papers,)`."""
    mean = lengths.mean(dtype=np.float64) if len(lengths) else 0.0
    return np.asarray(by.k1 * (1 - by.b + by.b * lengths / (mean or 1.0)))
