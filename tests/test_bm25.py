"""Scores against rank_bm25, on corpora that hypothesis makes up."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from recommender import Index, Paper
from recommender.arrays import Ragged
from recommender.bm25 import MOST_IMPACT, idf, impact, impacts, norms
from recommender.text import paper_tokens, tokens

WORDS = ["speech", "translation", "the", "vector", "self-supervised", "C++", "models", "2.0", "…"]
TEXT = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


def numbered(texts: Sequence[tuple[str, str]]) -> list[Paper]:
    return [Paper(f"p{i}", title, abstract) for i, (title, abstract) in enumerate(texts)]


PAPERS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=12).map(numbered)


def expected(papers: Sequence[Paper], query: str) -> dict[str, float]:
    """What rank_bm25 gives each paper that matches."""
    documents = [paper_tokens(paper) for paper in papers]
    if not any(documents):
        return {}
    scores = BM25Plus(documents, delta=0).get_scores(tokens(query))
    pairs = zip(papers, scores, strict=True)
    return {paper.id: float(score) for paper, score in pairs if score > 0}


def found(index: Index, query: str) -> dict[str, float]:
    # A stop word keeps the query from being looked up as a whole title.
    return {m.paper.id: m.score for m in index.search(f"{query} which", limit=None)}


@settings(deadline=None, max_examples=150)
@given(PAPERS, TEXT)
def test_scores_are_those_of_rank_bm25(papers: list[Paper], query: str) -> None:
    """Words of a query count as often as they come; papers that match nothing are left out."""
    assert found(Index(papers), query) == pytest.approx(expected(papers, query), rel=1e-9)


@settings(deadline=None, max_examples=80)
@given(PAPERS, PAPERS, TEXT)
def test_adding_is_building_anew(old: list[Paper], new: list[Paper], query: str) -> None:
    """Papers added, some in place of old ones of the same id, score as in a fresh index."""
    index = Index(old)
    index.add(new)
    together = list({paper.id: paper for paper in [*old, *new]}.values())
    assert found(index, query) == pytest.approx(expected(together, query), rel=1e-9)
    for asked in (query, '"speech translation"', '"vector" -"the models"'):
        assert index.search(asked, None) == Index(together).search(asked, None)


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
    """Arrays and single values agree, and no frequency is enough for k1 + 1."""
    lengths = np.array([1, 1000], np.int32)
    docs = Ragged(np.array([0, 2]), np.array([0, 1], np.int32))
    frequencies = np.array([1, 1000], np.int32)
    worth = impacts(docs, frequencies, lengths)
    assert worth.max() < MOST_IMPACT
    assert worth[0] == pytest.approx(impact(1, norms(lengths)[0]))


def test_no_papers_have_no_norms() -> None:
    assert len(norms(np.zeros(0, np.int32))) == 0
