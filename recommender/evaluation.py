"""Rankings and judgements in, figures out, by ir-measures; knows not what made the rankings.

Needs the extra `evaluate`: nothing else in the recommender imports this module.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import ir_measures
import numpy as np
from ir_measures import AP, R, nDCG

from recommender.arrays import Floats

RESAMPLES = 2_000
"""How often the queries are drawn anew; more changes no third digit."""

SEED = 6
"""Intervals of the same figures are the same at every run."""

_MEASURES = (nDCG @ 10, R(rel=1) @ 50, R(rel=1) @ 100, AP(rel=1))


@dataclass(frozen=True, slots=True)
class Figures:
    """How good one ranking is, or the mean of several; each from 0 to 1.

    `ndcg_10` takes the grade as the gain and log2(rank + 1) as the discount (Järvelin and
    Kekäläinen 2002, as trec_eval has it). In recall and average precision every grade from 1
    up is relevant, and relevant papers that were not ranked count.
    """

    ndcg_10: float
    recall_50: float
    recall_100: float
    map: float


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true mean lies in 95 of 100 cases, if the queries were drawn at random."""

    low: float
    high: float


NAMES = tuple(field.name for field in fields(Figures))


def measure(
    rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, int]]
) -> list[Figures]:
    """The figures of each query, in the order of `judgements`.

    `rankings` are ids, best first, none twice; a query without one found nothing. Every query
    needs a paper of grade 1 or more: without, no figure means anything, and ValueError is raised.
    """
    for query, grades in judgements.items():
        if max(grades.values(), default=0) < 1:
            raise ValueError(f"query {query} has no relevant paper")
    run = {query: _as_scores(rankings.get(query, ())) for query in judgements}
    found = {
        (value.query_id, value.measure): value.value
        for value in ir_measures.iter_calc(_MEASURES, judgements, run)
    }
    return [Figures(*(found.get((query, m), 0.0) for m in _MEASURES)) for query in judgements]


def mean(figures: Iterable[Figures]) -> Figures:
    """The mean of each figure; 0 throughout where there are none."""
    table = _table(figures)
    return Figures(*map(float, table.mean(axis=0) if len(table) else np.zeros(len(NAMES))))


def intervals(figures: Sequence[Figures]) -> dict[str, Interval]:
    """By the figure's name, the 95 % bootstrap interval of its mean (percentiles)."""
    return _intervals(_table(figures))


def gains(figures: Sequence[Figures], others: Sequence[Figures]) -> dict[str, Interval]:
    """The same for the mean difference to other figures of the same queries, query by query.

    An interval without 0 is a difference that is hardly chance.
    """
    return _intervals(_table(figures) - _table(others))


def _table(figures: Iterable[Figures]) -> Floats:
    """`(queries, figures)`"""
    return np.array([astuple(each) for each in figures]).reshape(-1, len(NAMES))


def _intervals(table: Floats) -> dict[str, Interval]:
    if not len(table):
        return {name: Interval(0.0, 0.0) for name in NAMES}
    drawn = np.random.default_rng(SEED).multinomial(
        len(table), np.full(len(table), 1 / len(table)), RESAMPLES
    )
    means = drawn @ table / len(table)
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return {
        name: Interval(float(one), float(other))
        for name, one, other in zip(NAMES, low, high, strict=True)
    }


def _as_scores(ranking: Sequence[str]) -> dict[str, float]:
    """Scores that fall by one a rank: trec_eval sorts anew, and breaks ties by the id."""
    return {paper: float(len(ranking) - rank) for rank, paper in enumerate(ranking)}
