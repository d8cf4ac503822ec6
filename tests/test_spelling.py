"""Words that English spells in two ways, and acronyms in the plural."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import Index, Paper
from recommender.spelling import usual
from recommender.text import tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("quantised vectors", "quantized vector"),
        ("tokenisation", "tokenization"),
        ("analysing", "analyzing"),
        ("behavioural colour", "behavioral color"),
        ("human centred", "human centered"),
        ("fibres", "fiber"),
        ("nanometres", "nanometers"),
        ("dialogues", "dialog"),
        ("defence", "defense"),
        ("anaemia", "anemia"),
        ("paediatrics", "pediatrics"),
        ("artefacts", "artifact"),
        ("ageing", "aging"),
        ("programme", "program"),
        ("modelling", "modeling"),
        ("LLMs", "LLM"),
        ("GPUs and PDEs", "gpu and pde"),
        ("multi-LLMs", "multi-LLM"),
    ],
)
def test_both_spellings_are_one_term(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize(
    "word",
    [
        "noise",
        "raise",
        "pairwise",
        "precise",
        "revise",
        "rise",
        "four",
        "source",
        "hour",
        "neighbor",
        "literature",
        "parameter",
        "metric",
        "honest",
        "chaos",
        "bias",
        "css",
        "lms",
        "dns",
        "plus",
        "opus",
        "status",
        "class",
        "loss",
    ],
)
def test_what_has_one_spelling_stays(word: str) -> None:
    assert usual(word) == word


@given(st.text("abceilmnoprstuyz", max_size=12))
def test_a_spelling_is_settled_at_once(word: str) -> None:
    """What came out goes in again unchanged, so it matters not how often it is done."""
    assert usual(usual(word)) == usual(word)


def test_either_spelling_finds_and_shows_the_paper() -> None:
    """The reason spells the word as the paper does."""
    index = Index([Paper("p", "Quantised LLMs"), Paper("q", "Other things")])
    for typed, shown in (("quantized", "Quantised"), ("LLM", "LLMs")):
        (match,) = index.search(typed)
        assert match.reasons[0].terms == (shown,)
