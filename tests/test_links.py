"""Titles, ids and addresses typed in full."""

import pytest

from recommender import Index, Paper, QueryError
from recommender.links import link_of

PAPERS = [
    Paper(
        "title:0123456789abcdef",
        "A challenge:results",
        urls=("https://arxiv.org/abs/2401.00001v2",),
    ),
    Paper(
        "doi:10.1000/x", 'The Schr\\"odinger equation', urls=("http://www.Example.org/Paper/1/",)
    ),
    Paper(
        "arxiv:2402.00002", "Results of a challenge", "equation", urls=("https://github.com/a/b",)
    ),
]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("https://arxiv.org/pdf/2401.00001.pdf", 0),
        ("arXiv:2401.00001", 0),
        ("2401.00001v7", 0),
        ("https://example.org/Paper/1", 1),
        ("www.example.org/Paper/1/#abstract", 1),
        ("http://github.com/a/b", 2),
        ("https://doi.org/10.1000/X", 1),
        ("A challenge:results", 0),
        (" a CHALLENGE: results.", 0),
        ('The Schr\\"odinger equation', 1),
    ],
)
def test_what_is_typed_in_full_comes_first(typed: str, first: int) -> None:
    """Whatever its usual spelling, and though it would be no query otherwise."""
    found = Index(PAPERS).search(typed)
    assert found[0].paper == PAPERS[first]


@pytest.mark.parametrize("typed", ["another challenge:results", 'one "quote'])
def test_what_is_no_title_is_still_no_query(typed: str) -> None:
    with pytest.raises(QueryError):
        Index(PAPERS).search(typed)


def test_an_address_of_no_paper_is_words() -> None:
    assert Index(PAPERS).search("https://example.org/Paper/2") == []
    assert [m.paper.id for m in Index(PAPERS).search("challenge")] != []


def test_addresses_of_replaced_papers_are_forgotten() -> None:
    """They lead to the paper that has them now."""
    index = Index(PAPERS)
    index.add(
        [Paper("doi:10.1000/x", "Another"), Paper("new", "New", urls=("example.org/Paper/1",))]
    )
    assert [match.paper.id for match in index.search("https://example.org/Paper/1")] == ["new"]


def test_places_on_a_page_are_one_paper_and_paths_are_not() -> None:
    assert link_of("http://A.org/x#top") == link_of("https://www.a.org/x/") == "a.org/x"
    assert link_of("a.org/X") != link_of("a.org/x")
