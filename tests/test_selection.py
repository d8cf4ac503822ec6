"""What of a ranking is shown."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import LIKES, Dues, Match, Paper, Reason, choose
from recommender.selection import VARIETY


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
@given(_PAIRS, st.integers(0, 9))
def test_a_selection_is_a_part_of_the_ranking_in_its_order(
    pairs: list[tuple[str, float]], limit: int
) -> None:
    found = ranking(*sorted(pairs, key=lambda pair: -pair[1]))
    chosen = choose(found, limit)
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


def test_interests_are_compared_by_what_they_are_worth() -> None:
    """A rare phrase gets ten times what a word gets; both have a best paper."""
    found = [*answering("vector search", 30, 29, 28, 27), *answering("speech", 3, 2.9, 2.8)]
    worth = {"vector search": 1 / 30, "speech": 1 / 3}
    assert [m.paper.id for m in choose(found, 4, dues=Dues(worth))] == [
        *("vector search0", "vector search1", "speech0", "speech1"),
    ]
    assert choose(found, 4) == found[:4]


def test_an_interest_that_weighs_more_has_more_places() -> None:
    found = [*answering("speech", *[10] * 9), *answering("yaks", *[10] * 9)]
    chosen = choose(found, 6, dues=Dues({"speech": 0.3, "yaks": 0.1}))
    names = [match.reasons[0].interest for match in chosen]
    assert 0 < names.count("yaks") < names.count("speech")


def test_who_had_none_lately_comes_first() -> None:
    """Papers shown before count: of two interests with one place the other one has it next."""
    found = [*answering("speech", 10, 9.9), *answering("yaks", 8, 7.9)]
    worth = {"speech": 0.1, "yaks": 0.1}
    before = [found[0].reasons]
    assert choose(found, 1, dues=Dues(worth)) == [found[0]]
    assert choose(found[1:], 1, dues=Dues(worth, before)) == [found[2]]
    gone = [(Reason("no interest any more", (), 5.0),)]
    assert choose(found, 1, dues=Dues(worth, gone * 9)) == [found[0]]


def test_what_was_shown_does_not_change_how_one_interest_is_chosen_from() -> None:
    """Of the likes neither: what was like one of them yesterday is as good as the others."""
    likes = [*answering(f"{LIKES}a", 5, 4.9, 4.8), *answering(f"{LIKES}b", 4, 3.9)]
    likes.sort(key=lambda match: -match.score)
    before = [likes[0].reasons] * 9
    expected = choose(likes, 3)
    assert [m.reasons[0].interest for m in expected] == [f"{LIKES}a", f"{LIKES}a", f"{LIKES}b"]
    assert choose(likes, 3, dues=Dues({LIKES: 0.2}, before)) == expected


def test_all_likes_share_as_one_interest() -> None:
    """A keyword beside many liked papers has its places, though each paper is like another one."""
    likes = [match for i in range(9) for match in answering(f"{LIKES}{i}", 10)]
    found = [*likes, *answering("yaks", 9, 8.9, 8.8)]
    chosen = choose(found, 4, dues=Dues({LIKES: 0.1, "yaks": 0.1}))
    assert sum(match.reasons[0].interest == "yaks" for match in chosen) == 2


_SHARES = st.lists(
    st.dictionaries(st.sampled_from(["a", "b", f"{LIKES}1", f"{LIKES}2"]), st.floats(0.1, 9)),
    max_size=9,
)


@settings(deadline=None)
@given(_SHARES, st.integers(0, 9))
def test_always_the_one_that_is_worth_most_then_is_chosen(
    shares: list[dict[str, float]], limit: int
) -> None:
    """As if all that are left were weighed again for every place."""
    worth = {"a": 1.0, "b": 0.5, LIKES: 2.0}
    found = [
        Match(Paper(f"{i}", f"{i}"), sum(each.values()), _reasons(each))
        for i, each in enumerate(shares)
        if each
    ]
    chosen = choose(found, limit, dues=Dues(worth))
    left, had = (
        dict(enumerate(found)),
        dict.fromkeys(["a", "b", LIKES, f"{LIKES}1", f"{LIKES}2"], 0.0),
    )
    expected: list[int] = []
    while left and len(expected) < limit:
        parts = {at: _parts(match, worth) for at, match in left.items()}
        best = max(left, key=lambda at: (sum(_left(n, w, had) for n, w in parts[at].items()), -at))
        for name, part in parts[best].items():
            had[name] += part / sum(parts[best].values())
            if name.startswith(LIKES):
                had[LIKES] += part / sum(parts[best].values())
        expected.append(best)
        del left[best]
    assert chosen == [found[at] for at in sorted(expected)]


def _reasons(shares: dict[str, float]) -> tuple[Reason, ...]:
    return tuple(Reason(name, (), share) for name, share in shares.items())


def _parts(match: Match, worth: dict[str, float]) -> dict[str, float]:
    return {r.interest: r.share * worth[_whose(r.interest)] for r in match.reasons}


def _whose(name: str) -> str:
    return LIKES if name.startswith(LIKES) else name


def _left(name: str, part: float, had: dict[str, float]) -> float:
    spared = 1 + VARIETY * had[name] if name.startswith(LIKES) else 1.0
    return part / (1 + VARIETY * had[_whose(name)]) / spared
