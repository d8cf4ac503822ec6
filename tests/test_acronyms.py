"""Acronyms joined with what they stand for, where the papers say so."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Index, Interest, Match, Paper, Profile
from recommender.acronyms import RULE


def said(text: str) -> tuple[str, ...]:
    return RULE.read(Paper("p", "", text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("large language models (LLMs)", ("llm=larg languag model",)),
        ("the Internet of Things (IoT)", ("iot=internet _ thing",)),
        ("out-of-distribution (OOD) data", ("ood=out _ distribut",)),
        ("speech-to-speech translation (S2ST)", ("s2st=speech _ speech translat",)),
        ("Learning from human feedback (LHF)", ("lhf=learn _ human feedback",)),
        ("Convolutional (deep) networks", ()),
        ("as shown before (SVM)", ()),
        ("vector machines (SVM)", ()),
        ("information technology (IT)", ()),
        ("models (M)", ()),
        ("(LLM)", ()),
        ("a b c d e f g h (ABCDEFGH)", ()),
        ("on demand (OD)", ()),
    ],
)
def test_what_a_text_says_of_acronyms(text: str, expected: tuple[str, ...]) -> None:
    """The words before the bracket begin with its letters; small words may stand between."""
    assert said(text) == expected


FILLER = [Paper(f"f{i}", f"Topic{i} and thing{i}") for i in range(30)]
PAPERS = [
    Paper("both", "Large language models", "We study large language models (LLMs)."),
    Paper("short", "LLMs at work", "Using LLMs."),
    Paper("long", "A large language model", "It is large."),
    Paper("model", "A model of language", "Which is not so large."),
    *FILLER,
]


def found(papers: list[Paper], query: str) -> dict[str, Match]:
    return {match.paper.id: match for match in Index(papers).search(query, None)}


def test_an_acronym_finds_what_it_stands_for() -> None:
    """Whatever its case and number; the reason shows the words of the paper, and shares add up."""
    for query in ("LLM", "llms", "LLMs agents"):
        shown = found(PAPERS, query)
        assert shown.keys() == {"both", "short", "long"}
        (reason,) = shown["long"].reasons
        assert (reason.interest.casefold()[:3], reason.terms) == ("llm", ("large language model",))
        assert set(shown["both"].reasons[0].terms) == {"LLMs", "Large language models"}
        for match in shown.values():
            assert sum(reason.share for reason in match.reasons) == pytest.approx(match.score)


def test_a_loaded_index_knows_its_acronyms(tmp_path: Path) -> None:
    """Those that were saved, and what papers say that come later."""
    path = tmp_path / "index"
    Index(PAPERS).save(path)
    loaded = Index.load(path)
    for query in ("LLM", "large language models"):
        shown = {match.paper.id: match for match in loaded.search(query, None)}
        assert shown == found(PAPERS, query)
    later = [Paper("iot", "The Internet of Things (IoT)"), Paper("things", "Internet of Things")]
    grown = loaded.grown(later)
    assert {match.paper.id for match in grown.search("IoT")} == {"iot", "things"}
    assert {match.paper.id for match in grown.search("LLM")} == {"both", "short", "long"}


def test_what_is_spelled_out_finds_the_acronym() -> None:
    """It counts for all of its words."""
    shown = found(PAPERS, "large language models")
    assert [reason.terms for reason in shown["short"].reasons] == [("LLMs",)] * 3
    assert shown["both"].score > shown["long"].score > shown["model"].score


def test_the_longest_acronym_is_the_one() -> None:
    """A language model is not meant by those who ask for a large one."""
    more = [*PAPERS, Paper("lm", "Language models (LMs)"), Paper("only", "LM and other")]
    assert "only" not in found(more, "large language models")
    assert "only" in found(more, "language models")


def test_an_acronym_of_two_meanings_stands_for_none() -> None:
    """Two of three are not enough; ten of eleven are."""
    other = Paper("other", "Local link manager", "A local link manager (LLM).")
    second = Paper("second", "Large language models (LLM)")
    assert found([*PAPERS, second, other], "LLM").keys() == {"both", "second", "short", "other"}
    agreed = [Paper(f"l{i}", "Large language models (LLMs)") for i in range(9)]
    assert "long" in found([*PAPERS, *agreed, other], "LLM")


def test_a_word_that_is_rarely_an_acronym_is_a_word() -> None:
    """One paper's ACT does not make every act of the others a computation time."""
    acts = [Paper(f"a{i}", "How people act") for i in range(20)]
    said = Paper("said", "Adaptive computation time (ACT)")
    meant = Paper("meant", "Adaptive computation time")
    assert "meant" not in found([*acts, said, meant, *FILLER], "act")
    assert "meant" in found([said, meant, *FILLER], "act")


@pytest.mark.parametrize("typed", ["LLM", "large language models"])
def test_repeating_an_acronym_adds_it_once(typed: str) -> None:
    """The other form does not outgrow what was typed, and a very long query stays quick."""
    (once,) = (m for m in Index(PAPERS).search(f"{typed} study", None) if m.paper.id == "both")
    often = Index(PAPERS).search(f"{typed} " * 3000 + "study")
    (same,) = (match for match in often if match.paper.id == "both")
    assert same.score < 9 * 1.2 * once.score


def test_an_interest_is_met_by_its_acronym() -> None:
    """As by the phrase itself: before papers that hold the words apart; and back."""
    index = Index(PAPERS)
    ranked = [m.paper.id for m in index.recommend(Profile([Interest("large language models")]))]
    assert ranked.index("short") < ranked.index("model")
    assert {m.paper.id for m in index.recommend(Profile([Interest("LLM")]))} == {
        "both",
        "short",
        "long",
    }


def test_an_acronym_within_an_interest_is_spelled_out_and_back() -> None:
    """Either way the whole phrase is met, and the reason shows it as the paper writes it."""
    more = [Paper("agents", "LLM agents"), Paper("spelled", "Large language model agent")]
    for text in ("LLM agents", "large language model agents"):
        first, second, *_ = Index([*PAPERS, *more]).recommend(Profile([Interest(text)]))
        assert {first.paper.id, second.paper.id} == {"agents", "spelled"}
        shown = {m.paper.id: m.reasons[0].terms for m in (first, second)}
        assert shown["agents"][0] in {"LLM agents", "LLM", "agents"}


def test_muting_an_acronym_hides_only_what_uses_it() -> None:
    """What is hidden is what was said, to the letter."""
    profile = Profile([Interest("language"), Interest("LLM", muted=True)])
    shown = {match.paper.id for match in Index(PAPERS).recommend(profile)}
    assert shown == {"long", "model"}


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(PAPERS)), st.lists(st.sampled_from(PAPERS)))
def test_acronyms_of_added_papers_are_those_of_a_fresh_index(
    old: list[Paper], new: list[Paper]
) -> None:
    """Also where a paper that says so is replaced by one that does not."""
    index = Index([*old, Paper("both", "Large language models (LLMs)")])
    index.add([*new, Paper("both", "Nothing said")])
    kept = {paper.id: paper for paper in [*old, *new]}
    kept["both"] = Paper("both", "Nothing said")
    anew = Index(kept.values())
    for query in ("LLM", "large language models"):
        expected = {match.paper.id: match.score for match in anew.search(query, None)}
        assert {m.paper.id: m.score for m in index.search(query, None)} == pytest.approx(expected)
