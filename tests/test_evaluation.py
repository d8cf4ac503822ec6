"""Figures against tables computed by hand, against their formulas, and against what they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi, BM25Plus

from recommender.evaluation import (
    NAMES,
    Figures,
    Interval,
    gains,
    intervals,
    mean,
    measure,
)
from recommender.peers import Bag, split, stems

IDS = [f"p{number}" for number in range(120)]

RANKINGS = st.lists(st.sampled_from(IDS), unique=True, max_size=len(IDS))
GRADES = st.dictionaries(st.sampled_from(IDS), st.integers(0, 3), min_size=1).filter(
    lambda grades: max(grades.values()) > 0
)


def of_one(ranking: Sequence[str], grades: Mapping[str, int]) -> Figures:
    """The figures of a single query."""
    (figures,) = measure({"q": ranking}, {"q": grades})
    return figures


def discounted(gains_by_rank: Sequence[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains_by_rank[:10], 1))


def by_formula(ranking: Sequence[str], grades: Mapping[str, int]) -> Figures:
    """The definitions, word for word."""
    relevant = {paper for paper, grade in grades.items() if grade > 0}
    hits = [rank for rank, paper in enumerate(ranking, 1) if paper in relevant]
    ideal = discounted(sorted(grades.values(), reverse=True))
    return Figures(
        discounted([grades.get(paper, 0) for paper in ranking]) / ideal,
        len(relevant.intersection(ranking[:50])) / len(relevant),
        len(relevant.intersection(ranking[:100])) / len(relevant),
        sum(found / rank for found, rank in enumerate(hits, 1)) / len(relevant) if hits else 0.0,
    )


@pytest.mark.parametrize(
    ("ranking", "grades", "expected"),
    [
        ("a", {"a": 1}, (1, 1, 1, 1)),
        ("ba", {"a": 1}, (1 / log2(3), 1, 1, 1 / 2)),
        ("xyz", {"a": 1}, (0, 0, 0, 0)),
        ("", {"a": 1}, (0, 0, 0, 0)),
        # Half of what is relevant was found, though nothing else was there to be found.
        ("a", {"a": 1, "gone": 1}, (1 / (1 + 1 / log2(3)), 1 / 2, 1 / 2, 1 / 2)),
        # Grades 1, 3 where 3, 1 would be best; a grade of 0 is not relevant.
        ("bac", {"a": 3, "b": 1, "c": 0}, ((1 + 3 / log2(3)) / (3 + 1 / log2(3)), 1, 1, 1)),
        ("xaxb", {"a": 2, "b": 2}, ((2 / log2(3) + 2 / log2(5)) / (2 + 2 / log2(3)), 1, 1, 1 / 2)),
    ],
)
def test_figures_computed_by_hand(
    ranking: str, grades: dict[str, int], expected: tuple[float, ...]
) -> None:
    """Each letter is a paper, best first; every x is another one that nobody judged."""
    papers = [f"{paper}{rank}" if paper == "x" else paper for rank, paper in enumerate(ranking)]
    assert list(asdict(of_one(papers, grades)).values()) == pytest.approx(expected)


@settings(max_examples=60, deadline=None)
@given(RANKINGS, GRADES)
def test_figures_are_what_their_formulas_say(ranking: list[str], grades: dict[str, int]) -> None:
    """On anything that can be ranked and graded, to nine digits."""
    expected = asdict(by_formula(ranking, grades))
    assert asdict(of_one(ranking, grades)) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(RANKINGS, GRADES)
def test_a_relevant_paper_further_up_never_costs_anything(
    ranking: list[str], grades: dict[str, int]
) -> None:
    """Two neighbours are put in the order of their grades: no figure falls."""
    better = list(ranking)
    for at in range(len(better) - 1):
        if grades.get(better[at], 0) < grades.get(better[at + 1], 0):
            better[at : at + 2] = better[at + 1], better[at]
            break
    before, after = asdict(of_one(ranking, grades)), asdict(of_one(better, grades))
    assert all(after[name] >= before[name] - 1e-12 for name in NAMES)


def test_queries_keep_their_order_and_do_not_mix() -> None:
    """Figures come in the order of the judgements; a query that was not ranked has none."""
    judged = {query: {"a": 1} for query in ("third", "first", "second")}
    figures = measure({"first": ["a"], "second": ["b", "a"]}, judged)
    assert [each.map for each in figures] == [0, 1, 0.5]


@pytest.mark.parametrize("grades", [{}, {"a": 0}, {"a": -1}])
def test_a_query_without_a_relevant_paper_is_refused(grades: dict[str, int]) -> None:
    """No ranking of it is good or bad, and a 0 would pull the mean down."""
    with pytest.raises(ValueError, match="query q has no relevant paper"):
        measure({"q": ["a"]}, {"q": grades})


def test_the_mean_counts_every_query_the_same() -> None:
    """Also none: a mean of nothing is 0 and no warning."""
    assert mean([Figures(0, 0, 0.5, 1), Figures(1, 0, 0.5, 0)]) == Figures(0.5, 0, 0.5, 0.5)
    assert mean([]) == Figures(0, 0, 0, 0)
    assert intervals([]) == dict.fromkeys(NAMES, Interval(0, 0))


def test_intervals_hold_the_mean_and_shrink_with_more_queries() -> None:
    """Of four times as many queries they are about half as wide, and the same at every run."""
    draws = np.random.default_rng(1).random((400, 4))
    many = [Figures(*map(float, row)) for row in draws]
    few = many[:100]
    for name in NAMES:
        wide, narrow = intervals(few)[name], intervals(many)[name]
        assert wide.low < getattr(mean(few), name) < wide.high
        assert 1.6 < (wide.high - wide.low) / (narrow.high - narrow.low) < 2.5
    assert intervals(few) == intervals(few)


def test_intervals_are_right_about_95_times_in_100() -> None:
    """Of 150 draws of 40 queries, the interval of about 95 % holds the true mean of 0.5."""
    draws = np.random.default_rng(2).random((150, 40))
    held = 0
    for draw in draws:
        interval = intervals([Figures(float(value), 0, 0, 0) for value in draw])["ndcg_10"]
        held += interval.low <= 0.5 <= interval.high
    assert 0.9 < held / 150 < 0.99


def test_a_gain_is_measured_query_by_query() -> None:
    """A small gain on every query is sure, though the queries differ far more than that."""
    others = [Figures(value / 10, 0, 0, 0) for value in range(10)]
    better = [Figures(each.ndcg_10 + 0.01, 0, 0, 0) for each in others]
    sure = gains(better, others)["ndcg_10"]
    assert (sure.low, sure.high) == pytest.approx((0.01, 0.01))
    assert gains(others, others)["ndcg_10"] == Interval(0, 0)


# --- the rankings to compare with

WORDS = ["speech", "Speech", "vector", "the", "model,", "model"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), min_size=1, max_size=9)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.booleans(), st.sampled_from(["speech", "the model, the", "zzz", ""]))
def test_frozen_scores_are_those_of_rank_bm25(texts: list[str], okapi: bool, query: str) -> None:
    """The arrays give what the library's own loop gives, a word of the query twice for twice."""
    words = [split(text) for text in texts]
    if not any(words):
        assert not Bag(dict(zip(IDS, texts, strict=False)), split).scores(query).any()
        return
    model = BM25Okapi(words) if okapi else BM25Plus(words, delta=0)
    bag = Bag(dict(zip(IDS, texts, strict=False)), split, okapi=okapi)
    assert bag.scores(query) == pytest.approx(model.get_scores(split(query)), abs=1e-9)


def test_a_bag_ranks_what_matches_and_may_be_shown() -> None:
    """Best first, earlier ones first among equals; unknown ids are passed over."""
    bag = Bag({"a": "speech", "b": "vector", "c": "speech", "d": "speech speech"}, split)
    assert bag.rank("speech", None, None, ()) == ["d", "a", "c"]
    assert bag.rank("speech", 2, None, ["d", "gone"]) == ["a", "c"]
    assert bag.rank("speech vector", None, ["b", "c", "gone"], ()) == ["b", "c"]
    assert bag.rank("zzz", None, None, ()) == []


def test_stems_are_words_of_two_letters_or_more_without_stop_words() -> None:
    """Lower case, Snowball's English stems, punctuation left out."""
    assert stems("The translations of a C++ model: retrieving!") == ["translat", "model", "retriev"]
