"""What papers are about, in words that people would follow."""

from time import perf_counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recommender import Index, Paper
from recommender.ordinary import EMPTY_TERMS, GENERAL_TERMS
from recommender.text import tokens

FILLER = [Paper(f"f{n}", f"Filler number {n}", f"Other words {n} on nothing.") for n in range(60)]


def about(*papers: Paper, others: list[Paper] = FILLER) -> dict[str, int]:
    """The topics of some papers of a corpus, and in how many of them each stands."""
    return {topic.text: topic.papers for topic in Index([*papers, *others]).topics(papers)}


def test_phrases_come_before_their_parts() -> None:
    """A word that hardly stands alone is not offered beside its phrase."""
    paper = Paper(
        "p",
        "Rooting Watermarks in Latent Diffusion Models",
        "We watermark images. Latent diffusion models generate images, and a watermark in "
        "latent diffusion models survives. Year after year we need all of the years.",
    )
    found = about(paper)
    assert {"watermark", "latent diffusion models"} <= set(found)
    assert not {"latent", "diffusion", "years", "year", "need", "rooting"} & set(
        map(str.lower, found)
    )


def test_what_several_papers_hold_comes_first() -> None:
    """However often one of them says its own."""
    one = Paper(
        "1", "Quantum chess and speech translation", "Quantum chess is quantum chess. " * 20
    )
    two = Paper("2", "Speech translation for all", "We do speech translation. " * 2)
    found = about(one, two)
    assert list(found) == ["speech translation", "quantum chess"]
    assert list(found.values()) == [2, 1]


@pytest.mark.parametrize(
    ("title", "topics"),
    [
        ("Attention Is All You Need", ["Attention"]),
        ("The Faiss library", ["Faiss library"]),
        ("A Note on the Use of New Methods", []),
        ("Introduction to C++ and C", []),
        ("State-of-the-art text-to-image generation", ["text-to-image generation"]),
        ("", []),
    ],
)
def test_a_title_alone_is_enough(title: str, topics: list[str]) -> None:
    """Words without meaning of their own are not offered even then."""
    assert list(about(Paper("p", title, ""))) == topics


def test_a_word_that_many_papers_have_is_none() -> None:
    """It would bring everything; in a phrase it may stand."""
    many = [Paper(f"m{n}", f"Proteins {n}", "Proteins in cells.") for n in range(60)]
    folding = Paper("p", "Protein folding", "All of protein folding.")
    assert list(about(folding, others=many)) == ["protein folding"]
    assert about(Paper("p", "Cells", "Of cells."), others=many) == {}
    assert about(Paper("p", "Cells", "Of cells.")) == {"cells": 1}


def test_general_words_are_a_topic_where_others_use_them_so() -> None:
    """ "Machine learning" is one, "learning context" is not."""
    many = [Paper(f"m{n}", f"On machine learning {n}", "Machine learning.") for n in range(5)]
    paper = Paper("p", "Machine learning: a learning context", "")
    assert list(about(paper, others=[*many, *FILLER])) == ["Machine learning"]


def test_no_topic_is_of_empty_words_only() -> None:
    """The two lists of ordinary words say different things of different words."""
    assert not EMPTY_TERMS & GENERAL_TERMS
    assert set(tokens("propose novel year need all you")) <= EMPTY_TERMS


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@given(st.lists(st.tuples(texts, texts), max_size=5))
@example([("0\u093a\u0180", "")])
@settings(deadline=None)
def test_whatever_papers_hold_their_topics_are_found_again(papers: list[tuple[str, str]]) -> None:
    """A topic is words of the papers that it is said to be of."""
    several = [Paper(str(n), title, text) for n, (title, text) in enumerate(papers)]
    index = Index(several)
    for topic in index.topics(several):
        wanted = set(tokens(topic.text))
        held = [wanted <= set(tokens(f"{p.title} {p.abstract}")) for p in several]
        assert wanted
        assert sum(held) >= topic.papers > 0


def test_many_papers_are_read_at_once() -> None:
    """Somebody waits for it: fifty long abstracts in less than a second."""
    words = [f"word{n % 97} term{n % 89} phrase{n % 83}" for n in range(120)]
    several = [
        Paper(str(n), " ".join(words[n : n + 4]), " ".join(words[n:] + words)) for n in range(50)
    ]
    index = Index(several)
    started = perf_counter()
    index.topics(several)
    assert perf_counter() - started < 1.0
