"""What each interest of a profile finds by itself, and what a digest may be chosen from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import LIKES, Index, Interest, InterestKind, Match, Paper, Profile, Ranking

FREQUENT = [
    Paper(f"s{i}", f"Speech study {i}", "of speech and noise", area="cs.SD") for i in range(20)
]
RARE = [Paper(f"v{i}", "Vector search", "vector search", ("Ann Other",)) for i in range(2)]
WEAK = [Paper(f"w{i}", f"Study {i}", f"a search of {'long words ' * 30}") for i in range(9)]
FILLER = [Paper(f"f{i}", f"topic{i}", "of things", area="cs.CL") for i in range(40)]
SPEECH, VECTORS = Interest("speech"), Interest("vector search")
LIKED = Interest("s0", kind=InterestKind.PAPER)


@pytest.fixture(name="index", scope="module")
def _index() -> Index:
    return Index([*FREQUENT, *RARE, *WEAK, *FILLER])


def ids(matches: list[Match]) -> set[str]:
    return {match.paper.id for match in matches}


def worthy(ranking: Ranking) -> set[str]:
    return ids(ranking.worthy().top(None))


def test_a_rare_phrase_leaves_a_frequent_word_its_papers(index: Index) -> None:
    """Though its best score is several times as high."""
    both = index.rank(Profile([SPEECH, VECTORS]))
    alone = index.rank(Profile([SPEECH]))
    assert alone.highest < 0.3 * both.highest
    assert worthy(both) == {paper.id for paper in (*FREQUENT, *RARE)}
    assert both.counts() == {"speech": 20, "vector search": 2}


_INTERESTS = [
    SPEECH,
    VECTORS,
    Interest("search", 0.1),
    Interest("study", 10),
    Interest("Other", kind=InterestKind.AUTHOR),
    Interest("cs.CL", kind=InterestKind.AREA),
    Interest("unknown"),
]


@settings(deadline=None, max_examples=60)
@given(st.sets(st.sampled_from(_INTERESTS), min_size=1), st.booleans())
def test_one_interest_more_never_takes_a_paper_away(
    index: Index, interests: set[Interest], likes: bool
) -> None:
    """What all find together is what each finds alone, whatever they weigh; so are the numbers."""
    given = [*interests, *([LIKED] if likes else [])]
    ranking = index.rank(Profile(given))
    alone = {each: index.rank(Profile([each]), without=["s0"] * likes) for each in given}
    assert worthy(ranking) == set().union(*map(worthy, alone.values()))
    assert ranking.worthy().count() + ranking.beyond().count() == ranking.count()
    found = {LIKES if each == LIKED else each.label: len(worthy(alone[each])) for each in given}
    assert ranking.counts() == found


def test_what_is_muted_is_in_no_number(index: Index) -> None:
    muted = Interest("speech study", muted=True)
    (heavy,) = index.rank(Profile([Interest("search"), Interest("vector", muted=True)])).findings
    assert heavy.floor == pytest.approx(0.3 * heavy.scores.max())
    assert {f"w{i}" for i in range(9)} == {
        index.rank(Profile()).corpus.papers[int(d)].id for d in heavy.worthy
    }
    ranking = index.rank(Profile([SPEECH, VECTORS, muted]))
    assert ranking.counts() == {"speech": 0, "vector search": 2}
    assert worthy(ranking) == {"v0", "v1"}
    assert worthy(index.rank(Profile([SPEECH, VECTORS])).only(without=["v0"])) >= {"v1", "s1"}


def test_every_interest_has_candidates(index: Index) -> None:
    """However far its scores are below another's; best first, and never more than asked for."""
    ranking = index.rank(Profile([Interest("study", 10), SPEECH, VECTORS])).worthy()
    found = ranking.candidates(6)
    names = {reason.interest for match in found for reason in match.reasons}
    assert names == {"study", "speech", "vector search"}
    assert len(found) <= 9
    assert [match.score for match in found] == sorted((m.score for m in found), reverse=True)
    assert ids(ranking.candidates(200)) == worthy(ranking)
    assert index.rank(Profile()).candidates(5) == []


def test_candidates_of_one_interest_are_the_best(index: Index) -> None:
    """As many as are asked for; among equals the first by date and id."""
    ranking = index.rank(Profile([Interest("cs.CL", kind=InterestKind.AREA)])).worthy()
    assert [m.paper.id for m in ranking.candidates(7)] == [m.paper.id for m in ranking.top(7)]


def test_candidates_are_explained_as_the_ranking_is(index: Index) -> None:
    """Without words at first; with them the same matches as those of the top."""
    ranking = index.rank(Profile([SPEECH, VECTORS, LIKED])).worthy()
    found = ranking.candidates(100)
    assert not any(reason.terms for match in found for reason in match.reasons)
    assert ranking.explained(found) == ranking.top(None)


def test_the_best_paper_of_an_interest_is_worth_its_weight(index: Index) -> None:
    """In the unit in which interests are compared; one that finds nothing is worth nothing."""
    heavy = Interest("speech", 4)
    ranking = index.rank(Profile([heavy, VECTORS, Interest("unknown")]))
    worth, best = ranking.worth(), {f.name: f.scores.max(initial=0) for f in ranking.findings}
    assert worth["speech"] * best["speech"] == pytest.approx(4)
    assert worth["vector search"] * best["vector search"] == pytest.approx(1)
    assert worth["unknown"] == 0
