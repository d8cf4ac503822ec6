"""Ranking for profiles."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Index, Interest, InterestKind, Match, Paper, Profile

FILLER = [Paper(f"f{i}", f"topic{i} study", "of other things", ("Ann Other",)) for i in range(10)]
PAPERS = [
    Paper("phrase", "Survey", "all that is known of speech translation today and tomorrow"),
    Paper("apart", "Speech speech speech: one translation", "speech, then translation"),
    Paper("speech", "Speech recognition", "speech models", ("Alexandre Défossez",), area="cs.SD"),
    Paper("vector", "Vector quantisation", "of vectors", ("Hervé Jégou",), area="cs.CV"),
    Paper("vectors", "Product quantisation of vectors", "", ("H. Jegou",), organisations=("Meta",)),
]
AUTHOR, AREA, ORG, LIKED = (
    *(InterestKind.AUTHOR, InterestKind.AREA, InterestKind.ORGANISATION, InterestKind.PAPER),
)


@pytest.fixture(name="index", scope="module")
def _index() -> Index:
    return Index([*PAPERS, *FILLER])


def ids(matches: list[Match]) -> list[str]:
    return [match.paper.id for match in matches]


def test_an_empty_profile_matches_nothing(index: Index) -> None:
    assert index.recommend(Profile()) == []
    assert index.recommend(Profile([Interest("of the")])) == []
    assert index.recommend(Profile([Interest("vector", muted=True)])) == []


_TEXTS = st.lists(st.sampled_from(["speech", "translation", "of", "x", "y"]), max_size=15)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(_TEXTS, _TEXTS), min_size=1, max_size=10), st.floats(0.1, 10))
def test_papers_with_the_phrase_rank_above_all_others(
    texts: list[tuple[list[str], list[str]]], weight: float
) -> None:
    """Whatever the frequencies and lengths of those that hold its words apart."""
    papers = [Paper(f"{i}", " ".join(t), " ".join(a)) for i, (t, a) in enumerate(texts)]
    found = Index(papers).recommend(Profile([Interest("speech translation", weight)]), None)
    held = [
        "speech translation" in match.paper.title or "speech translation" in match.paper.abstract
        for match in found
    ]
    assert held == sorted(held, reverse=True)


@pytest.mark.parametrize(
    ("interest", "expected"),
    [
        (Interest("speech translation"), ["phrase", "apart", "speech"]),
        (Interest('"speech translation"'), ["phrase", "apart", "speech"]),
        (Interest("quantised"), ["vector", "vectors"]),
        (Interest("Herve Jegou", kind=AUTHOR), ["vector", "vectors"]),
        (Interest("cs.CV", kind=AREA), ["vector"]),
        (Interest("meta", kind=ORG), ["vectors"]),
        (Interest("unheard", kind=AUTHOR), []),
        (Interest("unheard", kind=LIKED), []),
    ],
)
def test_what_an_interest_finds(index: Index, interest: Interest, expected: list[str]) -> None:
    assert ids(index.recommend(Profile([interest]))) == expected


@pytest.mark.parametrize(
    ("muted", "gone"),
    [
        (Interest("translation", muted=True), {"phrase", "apart"}),
        (Interest("speech translation", muted=True), {"phrase"}),
        (Interest("Défossez", muted=True, kind=AUTHOR), {"speech"}),
        (Interest("SD", muted=True, kind=AREA), {"speech"}),
        (Interest("speech", muted=True, kind=LIKED), {"speech"}),
        (Interest("of the", muted=True), set()),
    ],
)
def test_muted_interests_leave_papers_out(index: Index, muted: Interest, gone: set[str]) -> None:
    found = index.recommend(Profile([Interest("speech"), muted]))
    assert set(ids(found)) == {"phrase", "apart", "speech"} - gone


def test_weights_multiply(index: Index) -> None:
    one = {m.paper.id: m.score for m in index.recommend(Profile([Interest("vector")]))}
    two = {m.paper.id: m.score for m in index.recommend(Profile([Interest("vector", 2.0)]))}
    assert two == pytest.approx({name: 2 * score for name, score in one.items()})


def test_only_some_papers_can_be_asked_for(index: Index) -> None:
    """The scores stay those of the whole corpus; unknown ids are passed over."""
    profile = Profile([Interest("speech")])
    everything = index.recommend(profile)
    some = index.recommend(profile, among=["speech", "vector", "unknown"])
    assert some == [match for match in everything if match.paper.id == "speech"]
    assert index.recommend(profile, among=[]) == []
    rest = index.recommend(profile, without=["speech", "unknown"])
    assert rest == [match for match in everything if match.paper.id != "speech"]


def test_limits(index: Index) -> None:
    profile = Profile([Interest("speech")])
    assert len(index.recommend(profile, limit=None)) == 3
    assert len(index.recommend(profile, limit=1)) == 1
    assert index.recommend(profile, limit=0) == []
    with pytest.raises(ValueError, match="not -1"):
        index.recommend(profile, limit=-1)


def test_liked_papers_find_their_like_and_are_not_shown(index: Index) -> None:
    found = index.recommend(Profile([Interest("vector", kind=LIKED)]))
    assert ids(found)[0] == "vectors"
    assert "vector" not in ids(found)
    assert found[0].reasons[0].interest == "paper:vector"
    assert {"quantisation", "vectors"} <= set(found[0].reasons[0].terms)


def test_likes_may_be_written_as_people_write_ids() -> None:
    index = Index([Paper("arxiv:2401.08281", "The Faiss library"), Paper("b", "Faiss again")])
    liked = Interest("https://arxiv.org/abs/2401.08281v2", kind=LIKED)
    assert ids(index.recommend(Profile([liked]))) == ["b"]


def test_a_typed_keyword_outweighs_a_learned_term() -> None:
    """Of two papers alike, the one that has the typed word comes before the one that is liked."""
    papers = [Paper("liked", "alpha"), Paper("typed", "beta x"), Paper("learned", "alpha y")]
    papers.append(Paper("other", "beta z"))
    found = Index(papers).recommend(Profile([Interest("liked", kind=LIKED), Interest("beta")]))
    assert ids(found)[:2] == ["other", "typed"]
    assert ids(found)[2] == "learned"


def test_similar_papers(index: Index) -> None:
    liked = Profile([Interest("speech", kind=LIKED)])
    assert index.similar("speech") == index.recommend(liked)
    assert len(index.similar("speech", limit=1)) == 1
    with pytest.raises(KeyError, match="unknown"):
        index.similar("unknown")


_INTERESTS = st.builds(
    Interest,
    st.sampled_from(["speech", "speech translation", "vectors", "vector", "Jegou", "cs", "of"]),
    st.floats(0.1, 5),
    st.booleans() | st.just(False),
    st.sampled_from(InterestKind),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(_INTERESTS, max_size=6))
def test_shares_add_up_to_the_score(interests: list[Interest]) -> None:
    """Also where one interest is given twice, which is one reason; heaviest first."""
    index = Index([*PAPERS, *FILLER])
    for match in index.recommend(Profile([*interests, *interests[:2]])):
        shares = [reason.share for reason in match.reasons]
        assert match.score > 0
        assert sum(shares) == pytest.approx(match.score, rel=1e-9)
        assert shares == sorted(shares, reverse=True)
        labels = [reason.interest for reason in match.reasons]
        assert len(set(labels)) == len(labels)
        assert set(labels) <= {interest.label for interest in interests}


def test_reasons_of_names_are_the_paper_s_own_spelling(index: Index) -> None:
    interests = [Interest("H. Jégou", kind=AUTHOR), Interest("CV", kind=AREA), Interest("vector")]
    first = index.recommend(Profile(interests))[0]
    shown = {reason.interest: reason.terms for reason in first.reasons}
    assert shown == {
        "author:H. Jégou": ("Hervé Jégou",),
        "area:CV": ("cs.CV",),
        "vector": ("Vector",),
    }


def test_equal_scores_go_to_the_newer() -> None:
    papers = [Paper("old", "x speech", published=date(2020, 1, 1)), Paper("none", "x speech")]
    papers.append(Paper("new", "x speech", published=date(2021, 1, 1)))
    assert ids(Index(papers).recommend(Profile([Interest("speech")]))) == ["new", "old", "none"]
