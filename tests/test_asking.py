"""What typed words ask of the papers, and what feedback adds."""

from dataclasses import replace

import pytest

from recommender import Index, Match, Paper
from recommender.asking import Typed, asked, telling_words
from recommender.parameters import DEFAULT
from recommender.searching import BEST_MATCHES


def weights(*texts: str) -> dict[str, float]:
    """What several runs of words ask for, pairs with a space between."""
    found: dict[str, float] = {}
    for ask in asked([Typed.of([(text, text)]) for text in texts], DEFAULT):
        key = ask.key if isinstance(ask.key, str) else " ".join(ask.key)
        found[key] = found.get(key, 0.0) + ask.weight
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("speech", {"speech": 1}),
        ("speech models", {"speech": 1, "model": 1, "speech model": DEFAULT.pair}),
        ("speech of models", {"speech": 1, "model": 1}),
        ("how does speech work", {"speech": 1, "work": 1, "speech work": DEFAULT.pair}),
        ("speech about models", {"speech": 1, "model": 1}),
        ("self-supervised", {"self": 1, "supervis": 1, "selfsupervis": DEFAULT.pair}),
        ("vitamin C", {"vitamin": 1, "vitamin c": DEFAULT.pair}),
        ("GPT-4", {"gpt": 1, "gpt4": DEFAULT.pair, "gpt 4": DEFAULT.pair}),
        ("C++ code", {"c++": 1, "code": 1, "c++ code": DEFAULT.pair}),
        ("C", {"c": 1}),
        ("how about", {"how": 1, "about": 1}),
        ("R x", {"r": 1, "x": 1, "r x": DEFAULT.pair}),
        ("机器", {"机": 1, "器": 1, "机 器": DEFAULT.pair}),
        ("of the", {}),
        ("", {}),
    ],
)
def test_what_is_asked_for(text: str, expected: dict[str, float]) -> None:
    """Function words and single letters only where there is nothing else."""
    asks = weights(text)
    assert {key for key in asks if "self supervis" not in key} == set(expected)
    assert {key: asks[key] for key in expected} == pytest.approx(expected)


def test_repeated_words_count_ever_less() -> None:
    assert weights("speech " * 5)["speech"] == pytest.approx(
        5 * (DEFAULT.k3 + 1) / (5 + DEFAULT.k3)
    )
    assert weights("speech " * 5000)["speech"] < DEFAULT.k3 + 1


def test_pairs_do_not_reach_from_one_phrase_to_the_next() -> None:
    assert weights("speech", "models") == {"speech": 1, "model": 1}


def test_different_words_that_say_something_are_counted() -> None:
    assert telling_words([Typed.of([("", "speech of the x how speech self-supervised")])]) == 2


PAPERS = [
    Paper("a", "Speech translation of long lectures", "Neural lectures with attention networks."),
    Paper("b", "Long speech translation lectures", "More attention networks and lectures."),
    Paper("like", "A lecture", "Attention networks for lectures."),
    Paper("unlike", "A lecture", "Organic chemistry and solvents."),
    *(Paper(f"f{i}", f"topic{i}", f"other{i} matters") for i in range(40)),
]


def found(query: str) -> dict[str, Match]:
    return {match.paper.id: match for match in Index(PAPERS).search(query, None)}


def likeness(match: Match) -> float:
    return sum(reason.share for reason in match.reasons if reason.interest == BEST_MATCHES)


def test_papers_like_the_best_rise() -> None:
    """Of two with the same words of the query the one comes first that is like the best."""
    shown = found("speech translation: long lectures")
    assert shown.keys() == {"a", "b", "like", "unlike"}
    assert likeness(shown["like"]) > likeness(shown["unlike"])
    assert shown["like"].score > shown["unlike"].score
    (reason,) = [r for r in shown["like"].reasons if r.interest == BEST_MATCHES]
    assert "Attention" in reason.terms


def test_feedback_is_at_most_its_part_of_the_best_score() -> None:
    shown = found("long speech translation lectures neural")
    highest = max(match.score - likeness(match) for match in shown.values())
    assert max(map(likeness, shown.values())) == pytest.approx(DEFAULT.feedback * highest)


def test_short_queries_and_titles_get_no_feedback() -> None:
    """Neither those of too few words, nor what is looked up by its title or id."""
    assert DEFAULT.feedback_words == 4
    for query in ("speech translation lectures", "Speech translation of long lectures"):
        assert not any(likeness(match) for match in found(query).values())
    assert next(iter(found("Speech translation of long lectures"))) == "a"


def test_feedback_finds_nothing_that_the_words_do_not() -> None:
    assert "f1" not in found("speech translation long lectures today")


def test_a_pasted_abstract_prefers_no_long_paper() -> None:
    """With as many words as an abstract has, a paper that says little else comes first."""
    words = [f"word{i}" for i in range(DEFAULT.document_words)]
    papers = [
        Paper("brief", "", " ".join(words[:12])),
        Paper("long", "", " ".join([*words[:20], *(f"other{i}" for i in range(50))])),
        *(Paper(f"f{i}", f"topic{i}", f"matter{i} " * 20) for i in range(40)),
    ]
    plain = replace(DEFAULT, document_size=0, feedback=0)
    scaled = replace(DEFAULT, feedback=0)
    asked_for = " ".join(words)
    for by, first in ((plain, "long"), (scaled, "brief")):
        best, _ = Index(papers, by).search(asked_for)
        assert best.paper.id == first
        assert sum(reason.share for reason in best.reasons) == pytest.approx(best.score)
    one_fewer = " ".join(words[:-1])
    assert Index(papers, plain).search(one_fewer) == Index(papers, scaled).search(one_fewer)
