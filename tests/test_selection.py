"""What of a ranking is shown."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Match, Paper, Reason, choose


def ranking(*pairs: tuple[str, float]) -> list[Match]:
    return [Match(Paper(f"p{i}", title), score) for i, (title, score) in enumerate(pairs)]


def test_one_work_under_two_ids_is_shown_once() -> None:
    found = ranking(
        ("Self-Supervised Speech", 3.0), ("Other", 2.5), ("self supervised speech", 2.0)
    )
    assert choose(found, 5) == found[:2]


def test_titles_already_shown_are_left_out() -> None:
    found = ranking(("The Faiss library", 3.0), ("Other", 2.0))
    assert choose(found, 5, without_titles=["THE FAISS LIBRARY"]) == found[1:]


def test_what_is_far_below_the_best_is_left_out() -> None:
    found = ranking(("a", 10.0), ("b", 5.0), ("c", 0.5))
    assert choose(found, 5) == found[:2]
    assert choose(found, 5, floor=0.0) == found
    assert choose(found, 5, floor=0.6) == found[:1]


def test_a_short_selection_fills_up_behind_what_is_left_out() -> None:
    found = ranking(("a", 3.0), ("A", 2.9), ("b", 2.8), ("c", 2.7))
    assert choose(found, 2) == [found[0], found[2]]


def test_nothing_to_choose_from() -> None:
    assert choose([], 5) == []
    assert choose(ranking(("a", 0.0)), 5) == []
    with pytest.raises(ValueError, match="not -1"):
        choose([], -1)


_PAIRS = st.lists(st.tuples(st.sampled_from("abAB"), st.floats(0, 100)), max_size=8)


@settings(deadline=None)
@given(_PAIRS, st.integers(0, 9), st.floats(0, 1))
def test_a_selection_is_a_part_of_the_ranking_in_its_order(
    pairs: list[tuple[str, float]], limit: int, floor: float
) -> None:
    found = ranking(*sorted(pairs, key=lambda pair: -pair[1]))
    chosen = choose(found, limit, floor=floor)
    assert len(chosen) <= limit
    assert [match for match in found if match in chosen] == chosen


def answering(interest: str, *scores: float) -> list[Match]:
    return [
        Match(Paper(f"{interest}{i}", f"{interest} {i}"), score, (Reason(interest, (), score),))
        for i, score in enumerate(scores)
    ]


def test_several_interests_are_served() -> None:
    """The strongest does not take all places, but the first; the order stays the ranking's."""
    found = [*answering("speech", 10, 9.9, 9.8, 9.7), *answering("yaks", 8, 7.9)]
    assert [m.paper.id for m in choose(found, 4)] == ["speech0", "speech1", "yaks0", "yaks1"]
    assert choose(found, 1) == found[:1]
    assert choose(found, 6) == found


def test_what_is_far_better_is_not_given_up_for_variety() -> None:
    found = [*answering("speech", 10, 9.9, 9.8), *answering("yaks", 2)]
    assert choose(found, 3) == found[:3]


def test_one_interest_alone_is_chosen_from_in_its_order() -> None:
    found = answering("speech", 5, 4, 3, 2)
    assert choose(found, 3) == found[:3]


def test_newer_papers_count_a_little_more() -> None:
    """Where today is known: enough for near ties, and for no more; undated ones count as old."""
    today = date(2026, 5, 1)
    old = Match(Paper("old", "Old", published=date(1990, 1, 1)), 10)
    undated = Match(Paper("none", "Undated"), 10)
    new = Match(Paper("new", "New", published=today), 9.5)
    weak = Match(Paper("weak", "Weak", published=today), 9)
    assert choose([old, undated, new], 1) == [old]
    assert choose([old, undated, new], 1, today=today) == [new]
    assert choose([old, undated, weak], 1, today=today) == [old]
    assert [m.score for m in choose([old, new], 2, today=today)] == [10, 9.5]


@settings(deadline=None)
@given(_PAIRS, st.integers(0, 9))
def test_variety_keeps_the_best(pairs: list[tuple[str, float]], limit: int) -> None:
    """Whatever the reasons, the first that is worth showing is shown."""
    ranked = sorted(pairs, key=lambda pair: -pair[1])
    found = [
        Match(Paper(f"p{i}", f"{i}"), score, (Reason(name, (), score),))
        for i, (name, score) in enumerate(ranked)
    ]
    chosen = choose(found, limit)
    worthy = [match for match in found if match.score > 0]
    assert chosen[:1] == (worthy[:1] if limit else [])
