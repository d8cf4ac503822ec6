"""What of a ranking is shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Match, Paper, choose


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
