"""Words that liked papers teach, and that somebody wants to be learned no more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Index, Interest, InterestKind, Paper, Profile

PAPERS = [
    *(Paper(f"robot{i}", f"Legged robots {i}", f"Walking robots with gait{i}.") for i in range(8)),
    *(Paper(f"cook{i}", f"Solvents of food {i}", f"Cooking with fat{i}.") for i in range(20)),
    Paper("walking", "Walking dogs", "Walking is good for dogs."),
    Paper("legged", "Legged chairs", "Chairs are legged."),
]
LIKES = [Interest(f"robot{i}", kind=InterestKind.PAPER) for i in range(3)]


def forgetting(*words: str) -> Profile:
    """Somebody who likes robots, but not these words."""
    return Profile([*LIKES, *(Interest(w, muted=True, kind=InterestKind.LEARNED) for w in words)])


@pytest.fixture(name="index", scope="module")
def _index() -> Index:
    return Index(PAPERS)


def test_each_learned_word_can_be_forgotten(index: Index) -> None:
    """A word or a pair as it is spelled in the list is gone from it, and no other is."""
    before = [term.text for term in index.learned(Profile(LIKES), 50)]
    assert {"robots", "Legged robots"} <= set(before)
    for word in before:
        left = [term.text for term in index.learned(forgetting(word), 50)]
        assert word not in left
        assert set(left) == set(before) - {word}


def test_a_forgotten_word_ranks_and_explains_nothing(index: Index) -> None:
    """A paper that shares only this word with the likes is found no more."""
    found = {match.paper.id for match in index.recommend(Profile(LIKES), None)}
    assert {"walking", "legged"} <= found
    matches = index.recommend(forgetting("Walking"), None)
    assert "walking" not in {match.paper.id for match in matches}
    assert "legged" in {match.paper.id for match in matches}
    words = {term for match in matches for reason in match.reasons for term in reason.terms}
    assert "walking" not in {word.lower() for word in words}


def test_what_is_not_forgotten_is_learned_as_before(index: Index) -> None:
    """Unknown words, and words that are not muted, change no score at all."""
    plain = index.recommend(Profile(LIKES), None)
    unknown = forgetting("unheard", "three words here", "fat1 robots")
    said = Profile([*LIKES, Interest("walking", kind=InterestKind.LEARNED)])
    assert index.recommend(unknown, None) == plain
    assert index.recommend(said, None) == plain


def test_forgetting_hides_no_paper_and_needs_a_like(index: Index) -> None:
    """It is no muting: a typed word still finds what has the forgotten one."""
    profile = Profile([Interest("walking"), *forgetting("walking").interests[len(LIKES) :]])
    assert index.recommend(profile)[0].paper.id == "walking"
    assert index.learned(profile) == []


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["robots", "walking", "legged", "Legged robots"]), max_size=4))
def test_shares_add_up_whatever_is_forgotten(words: list[str]) -> None:
    """Every score is explained to its end."""
    for match in Index(PAPERS).recommend(forgetting(*words), 5):
        assert sum(r.share for r in match.reasons) == pytest.approx(match.score, rel=1e-9)


NAMED = [
    Paper("1", "One", authors=("Hervé Jégou", "Ann Lee"), area="cs.CL", organisations=("Meta AI",)),
    Paper("2", "Two", authors=("Herve Jegou", "Lee Ann"), area="CL", organisations=("INRIA",)),
    Paper("3", "Three", authors=("Jean-Luc Lelong",), area="stat.ML"),
]


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        (InterestKind.AUTHOR, "je", ["Hervé Jégou", "Jean-Luc Lelong"]),
        (InterestKind.AUTHOR, "JÉG", ["Hervé Jégou"]),
        (InterestKind.AUTHOR, "lee", ["Ann Lee", "Lee Ann"]),
        (InterestKind.AUTHOR, "lee a", ["Lee Ann"]),
        (InterestKind.AUTHOR, "egou", []),
        (InterestKind.AREA, "cl", ["cs.CL", "CL"]),
        (InterestKind.AREA, "cs.", ["cs.CL"]),
        (InterestKind.ORGANISATION, "ai", ["Meta AI"]),
        (InterestKind.ORGANISATION, "", []),
        (InterestKind.KEYWORD, "one", []),
        (InterestKind.AUTHOR, ".*[(", []),
    ],
)
def test_names_that_begin_as_typed(kind: InterestKind, typed: str, expected: list[str]) -> None:
    """Whatever the case and accents; no name runs over into the next one."""
    assert sorted(Index(NAMED).values(kind, typed)) == sorted(expected)


def test_names_with_most_papers_come_first_and_those_without_never() -> None:
    """What no paper has any more is not suggested."""
    index = Index(NAMED)
    assert index.values(InterestKind.AUTHOR, "je", 1) == ["Hervé Jégou"]
    index.add([Paper("3", "Three", authors=("Somebody Else",))])
    assert index.values(InterestKind.AUTHOR, "lelong") == []
