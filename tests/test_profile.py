"""Ranking for profiles."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Index, Interest, InterestKind, Match, Paper, Profile
from recommender.parameters import DEFAULT

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


def test_a_typed_phrase_rises_above_what_was_learned() -> None:
    """A keyword beside five likes lifts the papers that hold it over those that are only like."""
    index = Index(_TWO_FIELDS)
    likes = [Interest(f"robot{i}", kind=LIKED) for i in range(5)]
    learned = ids(index.recommend(Profile(likes), None))
    both = ids(index.recommend(Profile([*likes, Interest("organic solvents")]), None))
    assert set(learned[:5]) <= {f"robot{i}" for i in range(5, 20)}
    assert both[0] == "solvent"
    assert "solvent" not in learned
    assert [name for name in both if name.startswith("robot")] == [
        name for name in learned if name.startswith("robot")
    ]


_TWO_FIELDS = [
    *(
        Paper(f"robot{i}", f"Legged robots {i}", f"Walking {'robots ' * (i % 4)} with gait{i % 3}.")
        for i in range(20)
    ),
    *(Paper(f"f{i}", f"topic{i} study", f"of other{i} things{i % 7}") for i in range(80)),
    Paper("solvent", "A survey", "What is known of organic solvents."),
]
ROBOTS = Profile([Interest(f"robot{i}", kind=LIKED) for i in range(5)])


def test_a_liked_paper_weighs_by_its_weight() -> None:
    index = Index(PAPERS + FILLER)

    def share(weight: float) -> float:
        likes = [Interest("speech", weight, kind=LIKED), Interest("vector", kind=LIKED)]
        scores = {m.paper.id: m.score for m in index.recommend(Profile(likes), None)}
        return scores["phrase"] / scores["vectors"]

    assert share(4.0) > share(1.0) > share(0.25)


def test_a_disliked_paper_takes_its_like_down() -> None:
    """It is left out, what resembles it falls behind; taken back, all is as it was."""
    kinds = ("swimming in water", "climbing up stairs")
    papers = [Paper(f"{kind[:4]}{i}", f"Legged robots {kind}") for kind in kinds for i in (1, 2)]
    index = Index([*_TWO_FIELDS, *papers])

    def ratio(*more: Interest) -> float:
        found = index.recommend(Profile([*ROBOTS.interests, *more]), None)
        assert {"swim1"} - {interest.text for interest in more} <= set(ids(found))
        scores = {match.paper.id: match.score for match in found}
        return scores["swim2"] / scores["clim2"]

    before = ratio()
    assert ratio(Interest("swim1", muted=True, kind=LIKED)) < 0.9 * before
    assert ratio() == before


def test_a_disliked_paper_takes_down_what_is_like_it_among_typed_interests() -> None:
    """Without a single like one 👎 reorders the ranking: reasons still add up, undone is undone.

    What is nearer to a like than to any dislike keeps its worth.
    """
    kinds = ("swimming water", "climbing stairs")
    papers = [Paper(f"{kind[:4]}{i}", f"Legged robots {kind}") for kind in kinds for i in (1, 2)]
    index = Index([*_TWO_FIELDS, *papers])
    typed, disliked = Interest("legged robots"), Interest("swim1", muted=True, kind=LIKED)

    def scores(*interests: Interest) -> dict[str, float]:
        found = index.recommend(Profile(interests), None)
        for match in found:
            assert sum(r.share for r in match.reasons) == pytest.approx(match.score, rel=1e-9)
        return {match.paper.id: match.score for match in found}

    before, after = scores(typed), scores(typed, disliked)
    assert before["swim2"] == before["clim2"]
    assert 0 < after["swim2"] < 0.9 * after["clim2"] < before["clim2"]
    assert "swim1" not in after
    assert scores(typed) == before
    liked = Interest("swim2", kind=LIKED)
    near = index.rank(Profile([typed, liked, disliked]), among=["clim1"]).top()[0]
    assert near.score > after["clim1"]


def test_a_paper_both_liked_and_muted_is_muted() -> None:
    index = Index(_TWO_FIELDS)
    both = [Interest("robot1", kind=LIKED), Interest("robot1", muted=True, kind=LIKED)]
    assert index.recommend(Profile(both)) == []


def test_unjudged_papers_teach_only_where_they_are_nearer_than_the_likes() -> None:
    """What two likes have in common also finds a paper that shares words with neither."""
    papers = [
        Paper("like1", "alpha beta", "gamma delta epsilon one two three"),
        Paper("like2", "alpha beta", "gamma delta epsilon four five six"),
        Paper("core", "alpha beta", "gamma delta epsilon alpha beta kappa lambda"),
        Paper("far", "kappa lambda", "sigma tau"),
        *(Paper(f"f{i}", f"topic{i}", f"thing{i}") for i in range(60)),
    ]
    index = Index(papers)
    likes = Profile([Interest("like1", kind=LIKED), Interest("like2", kind=LIKED)])
    assert ids(index.recommend(likes)) == ["core", "far"]


def test_a_single_like_teaches_with_the_papers_nearest_to_it() -> None:
    """What is like those is found as well; without anything near, nothing is."""
    papers = [
        Paper("like", "alpha beta", "gamma delta epsilon"),
        *(Paper(f"near{i}", "alpha beta", f"gamma delta kappa lambda v{i}") for i in range(5)),
        Paper("far", "kappa lambda", "sigma tau"),
        *(Paper(f"f{i}", f"topic{i}", f"thing{i}") for i in range(60)),
    ]
    found = ids(Index(papers).recommend(Profile([Interest("like", kind=LIKED)])))
    assert (set(found[:-1]), found[-1]) == ({f"near{i}" for i in range(5)}, "far")
    alone = Profile([Interest("f1", kind=LIKED)])
    assert Index(papers).recommend(alone) == []


def test_likes_that_say_the_same_share_their_vote() -> None:
    """Four copies of one like do not drown the only other one."""
    copies = [Paper(f"copy{i}", "Legged robots", "walking gait") for i in range(4)]
    papers = [*copies, Paper("other", "Organic solvents", "polar liquids")]
    papers += [Paper("a", "Legged robots", "uneven"), Paper("b", "Organic solvents", "uneven")]
    papers += FILLER
    liked = [Interest(p.id, kind=LIKED) for p in papers[:5]]
    scores = {m.paper.id: m.score for m in Index(papers).recommend(Profile(liked), None)}
    assert scores["a"] / scores["b"] < 3


def test_learned_terms_are_spelled_as_the_liked_papers_spell_them() -> None:
    index = Index(_TWO_FIELDS)
    learned = index.learned(ROBOTS, 6)
    assert {"robots", "Legged robots"} <= {term for term, _ in learned}
    weights = [weight for _, weight in learned]
    assert weights == sorted(weights, reverse=True)
    assert 0 < sum(weights) <= 1
    assert min(weights) > 0
    assert len(learned) == 6
    assert index.learned(ROBOTS, 1) == learned[:1]


@pytest.mark.parametrize("interests", [[], [Interest("speech")], [Interest("unheard", kind=LIKED)]])
def test_nothing_is_learned_without_a_like(index: Index, interests: list[Interest]) -> None:
    assert index.learned(Profile(interests)) == []


def test_what_is_learned_follows_the_corpus() -> None:
    """Papers that come later are ranked for the same profile, as in a fresh index."""
    index = Index(_TWO_FIELDS)
    index.recommend(ROBOTS)
    new = Paper("new", "Legged robots 5", "Walking robots with gait1.")
    index.add([new])
    found = index.recommend(ROBOTS, None)
    fresh = Index([*_TWO_FIELDS, new]).recommend(ROBOTS, None)
    assert "new" in ids(found)
    assert ids(found) == ids(fresh)
    assert [m.score for m in found] == pytest.approx([m.score for m in fresh], abs=1e-3)


def test_threads_may_rank_the_same_profiles_at_once() -> None:
    index = Index(_TWO_FIELDS)
    profiles = [Profile([Interest(f"robot{i}", kind=LIKED)]) for i in range(20)] * 4
    expected = [index.recommend(profile) for profile in profiles]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(Index(_TWO_FIELDS).recommend, profiles)) == expected


def test_the_floor_of_keywords_is_a_part_of_the_best_score(index: Index) -> None:
    ranking = index.rank(Profile([Interest("speech translation")]))
    (found,) = ranking.findings
    assert found.floor == pytest.approx(DEFAULT.floor * ranking.highest)
    assert ranking.only(without=["phrase"]).findings == ranking.findings
    assert index.rank(Profile()).findings == ()


def test_the_floor_of_likes_lies_above_what_is_like_by_chance() -> None:
    """Of two fields the liked one is above, whatever the likes weigh, and with a keyword too."""
    index = Index(_TWO_FIELDS)
    ranking = index.rank(ROBOTS)
    above = ids(ranking.worthy().top(None))
    assert above
    assert all(name.startswith("robot") for name in above)
    heavy = index.rank(Profile(Interest(i.text, 3, kind=LIKED) for i in ROBOTS.interests))
    assert heavy.findings[0].floor == pytest.approx(3 * ranking.findings[0].floor)
    assert set(ids(heavy.worthy().top(None))) == set(above)
    both = index.rank(Profile([*ROBOTS.interests, Interest("solvents")]))
    assert set(above) < set(ids(both.worthy().top(None)))


def test_words_that_say_nothing_are_not_told_as_learned() -> None:
    """However rare they are in a small library."""
    papers = [Paper("a", "Zebras are what you need", "You always need them."), *FILLER]
    learned = {term.text for term in Index(papers).learned(Profile([Interest("a", kind=LIKED)]), 9)}
    assert "Zebras" in learned
    assert not {"you", "You", "need", "always", "you need"} & learned


def test_likes_of_unlike_topics_find_papers_of_each() -> None:
    """In a small library, where a paper near one of them lies far from all others together."""
    topics = ("robots", "solvents", "genes", "lattices")
    papers = [
        Paper(f"{topic}{i}", f"Of {topic} {i}", f"{topic} {topic} with {topic[:-1]}ware{i % 3}")
        for topic in topics
        for i in range(6)
    ]
    papers += [Paper(f"f{i}", f"topic{i} study", f"of other{i} things{i % 7}") for i in range(80)]
    index = Index(papers)
    likes = [Interest(f"{topic}0", kind=LIKED) for topic in topics]
    for some in (likes[:1], likes[:2], likes[:3], likes):
        found = ids(index.rank(Profile(some)).worthy().top(None))
        assert {name.rstrip("0123456789") for name in found} == set(topics[: len(some)])


def test_the_reasons_of_likes_are_those_most_like(index: Index) -> None:
    """At most five of them, each with words that the paper has in common with it."""
    found = Index(_TWO_FIELDS).recommend(
        Profile([Interest(f"robot{i}", kind=LIKED) for i in range(9)])
    )
    assert found
    for match in found:
        assert 1 <= len(match.reasons) <= 5
        assert all(0 < len(reason.terms) <= 4 for reason in match.reasons)
        assert sum(r.share for r in match.reasons) == pytest.approx(match.score, rel=1e-9)


def test_words_near_each_other_count_between_apart_and_side_by_side() -> None:
    """In any order, within one field, and never as much as the phrase."""
    often = "object object object. " + "x " * 20 + "detection detection detection"
    papers = [
        Paper("phrase", "One", "an object detection once, and very much more is said here of it"),
        Paper("near", "Two", "the detection of every object, and very much more is said here"),
        Paper("apart", "Three", "the detection " + "y " * 12 + "object"),
        Paper("fields", "Detection", "object " + "z " * 14),
        Paper("often", "Often", often),
        *(Paper(f"f{i}", f"topic{i}", f"thing{i}") for i in range(30)),
    ]
    found = Index(papers).recommend(Profile([Interest("object detection")]))
    scores = {match.paper.id: match.score for match in found}
    assert ids(found)[0] == "phrase"
    assert scores["near"] > scores["apart"]
    plain = Index(papers, replace(DEFAULT, words_near=0)).recommend(
        Profile([Interest("object detection")])
    )
    gained = {match.paper.id: scores[match.paper.id] - match.score for match in plain}
    assert {each for each, gain in gained.items() if gain > 1e-9} == {"near"}
    for match in found:
        assert sum(reason.share for reason in match.reasons) == pytest.approx(match.score)


def test_similar_papers_answer_the_text_of_the_paper(index: Index) -> None:
    """Its title and abstract asked for as words, itself left out; it is the reason."""
    paper = index.get("speech")
    assert paper is not None
    found = index.similar("speech")
    text = f"{paper.title} {paper.abstract} which"
    assert set(ids(found)) == set(ids(index.search(text, None))) - {"speech"}
    assert {reason.interest for match in found for reason in match.reasons} == {"paper:speech"}
    assert len(index.similar("speech", limit=1)) == 1
    with pytest.raises(KeyError, match="unknown"):
        index.similar("unknown")


_INTERESTS = st.builds(
    Interest,
    st.sampled_from(
        ["speech", "speech translation", "vectors", "vector", "Jegou", "cs", "of", "phrase", "f1"]
    ),
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
