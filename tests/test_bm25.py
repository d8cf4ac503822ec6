"""Scores against rank_bm25, on corpora that hypothesis makes up."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from recommender import Index, Interest, InterestKind, Match, Paper, Profile
from recommender.asking import Typed, asked
from recommender.bm25 import idf, impact, impacts, most_impact, norms
from recommender.parameters import DEFAULT
from recommender.searching import BEST_MATCHES
from recommender.text import paper_tokens, words

WORDS = ["speech", "translation", "the", "vector", "self-supervised", "C++", "models", "2.0", "…"]
TEXT = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


def numbered(texts: Sequence[tuple[str, str]]) -> list[Paper]:
    return [Paper(f"p{i}", title, abstract) for i, (title, abstract) in enumerate(texts)]


PAPERS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=12).map(numbered)


def neighbours(text: str) -> list[str]:
    """Each two terms without a stop word between, compounds in parts."""
    places = [part for word in words(text) for part in word.parts]
    return [f"{a} {b}" for a, b in pairwise(places) if a and b]


def expected(papers: Sequence[Paper], query: str) -> dict[str, float]:
    """What rank_bm25 gives each paper that matches: its scores, weighted as the query asks."""
    documents = [paper_tokens(paper) for paper in papers]
    if not any(documents):
        return {}
    single = BM25Plus(documents, k1=1.2, b=0.5, delta=0)
    held = [neighbours(p.title) * DEFAULT.title_weight + neighbours(p.abstract) for p in papers]
    double = BM25Plus([[*pairs, "filler"] for pairs in held], k1=1.2, b=0.5, delta=0)
    double.doc_len, double.avgdl = single.doc_len, single.avgdl
    counts = Counter(pair for pairs in held for pair in set(pairs))
    total = np.zeros(len(papers))
    for ask in asked([Typed.of([("", query)])], DEFAULT):
        if isinstance(ask.key, str):
            total += ask.weight * single.get_scores([ask.key])
        elif counts[" ".join(ask.key)] >= DEFAULT.pair_papers:
            total += ask.weight * double.get_scores([" ".join(ask.key)])
    pairs = zip(papers, total, strict=True)
    return {paper.id: float(score) for paper, score in pairs if score > 0}


def found(index: Index, query: str) -> dict[str, float]:
    """What each paper gets for the words of the query, feedback left out."""
    # A stop word keeps the query from being looked up as a whole title.
    matches = index.search(f"{query} which", limit=None)
    return {m.paper.id: m.score - feedback(m) for m in matches}


def feedback(match: Match) -> float:
    return sum(reason.share for reason in match.reasons if reason.interest == BEST_MATCHES)


@settings(deadline=None, max_examples=150)
@given(PAPERS, TEXT)
def test_scores_are_those_of_rank_bm25(papers: list[Paper], query: str) -> None:
    """Word by word and pair by pair; papers that match nothing are left out."""
    assert found(Index(papers), query) == pytest.approx(expected(papers, query), rel=1e-9)


@settings(deadline=None, max_examples=80)
@given(PAPERS, PAPERS, TEXT)
def test_adding_is_building_anew(old: list[Paper], new: list[Paper], query: str) -> None:
    """Papers added, some in place of old ones of the same id, score as in a fresh index."""
    index = Index(old)
    index.add(new)
    together = list({paper.id: paper for paper in [*old, *new]}.values())
    assert found(index, query) == pytest.approx(expected(together, query), rel=1e-9)
    anew = Index(together)
    for typed in ('"speech translation"', '"vector" -"the models"'):
        assert index.search(typed, None) == anew.search(typed, None)
    assert scores(index.search(query, None)) == nearly(scores(anew.search(query, None)))
    liked = Profile([Interest(p.id, kind=InterestKind.PAPER) for p in together[:3]])
    assert scores(index.recommend(liked, None)) == nearly(scores(anew.recommend(liked, None)))


def scores(matches: Sequence[Match]) -> dict[str, float]:
    return {match.paper.id: match.score for match in matches}


def nearly(expected: dict[str, float]) -> object:
    """Likeness is told in single precision, to four decimals."""
    return pytest.approx(expected, rel=1e-3, abs=1e-3)


@settings(deadline=None, max_examples=40)
@given(PAPERS, PAPERS, TEXT)
def test_a_loaded_index_scores_and_grows_as_the_saved_one(
    old: list[Paper], new: list[Paper], query: str
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "papers.index"
        Index(old).save(path)
        index = Index.load(path)
        assert found(index, query) == pytest.approx(expected(old, query), rel=1e-9)
        index.add(new)
        index.save(path)
        together = list({paper.id: paper for paper in [*old, *new]}.values())
        assert found(Index.load(path), query) == pytest.approx(expected(together, query), rel=1e-9)


def test_a_word_in_every_paper_still_counts() -> None:
    papers = [Paper("a", "speech"), Paper("b", "speech"), Paper("c", "speech vector")]
    assert found(Index(papers), "speech") == pytest.approx(expected(papers, "speech"), rel=1e-9)
    assert len(found(Index(papers), "speech")) == 3


def test_the_idf_is_positive_and_falls() -> None:
    values = [idf(10, df) for df in range(1, 11)]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0
    assert idf(10, 0) == 0


def test_an_impact_never_reaches_its_bound() -> None:
    """A few and all agree, and no frequency is enough for k1 + 1."""
    lengths = np.array([1, 1000], np.int32)
    docs, frequencies = np.array([0, 1], np.int32), np.array([1, 1000], np.int32)
    worth = impacts(docs, frequencies, lengths, DEFAULT)
    assert worth.max() < most_impact(DEFAULT)
    assert worth == pytest.approx(impact(frequencies, norms(lengths, DEFAULT), DEFAULT))


def test_no_papers_have_no_norms() -> None:
    assert len(norms(np.zeros(0, np.int32), DEFAULT)) == 0
