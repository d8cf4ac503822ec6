"""Which records tell of one work, by ids, titles, authors and abstracts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import Work, best_id, contradict, same_work, title_id

TITLE = "A loom that weaves by itself at night"
ABSTRACT = (
    "We build a loom that weaves by itself at night and measure how much cloth it makes, compared "
    "with weavers of the same town, over three winters, and find that it makes more of it."
)
ADA, BEE, CEE = "Ada L. Weaver", "Bo Bee", "Cem Cee"


def work(
    *ids: str, title: str = TITLE, authors: tuple[str, ...] = (ADA, BEE), **other: object
) -> Work:
    return Work(frozenset(ids), title, authors, **other)  # type: ignore[arg-type]


SAME = [
    pytest.param(work("arxiv:1"), work("arxiv:1", title="Other", authors=()), id="one arXiv id"),
    pytest.param(
        work("doi:10.1/a"), work("doi:10.1/a", title="a LOOM!", authors=(ADA,)), id="one DOI"
    ),
    pytest.param(work("arxiv:1", "doi:10.1/a"), work("doi:10.1/a"), id="linked by a DOI"),
    pytest.param(work("arxiv:1"), work("doi:10.1/a"), id="preprint and journal"),
    pytest.param(work("doi:10.1101/1"), work("doi:10.1/a"), id="bioRxiv and journal"),
    pytest.param(work("arxiv:1"), work("conf2024:7"), id="preprint and conference"),
    pytest.param(work(), work(title=TITLE.upper() + "."), id="case and signs"),
    pytest.param(work(), work(authors=("Weaver, A.", "B. Bee")), id="initials and order"),
    pytest.param(work(), work(authors=(BEE, ADA)), id="authors the other way round"),
    pytest.param(work(), work(authors=(ADA, BEE, CEE)), id="one more author"),
    pytest.param(work(), work(authors=()), id="a telling title without authors"),
    pytest.param(work(), work(authors=(CEE,), is_cut=True), id="another of those left out"),
    pytest.param(work(year=2020), work(year=2023), id="three years to the journal"),
    pytest.param(
        work("doi:10.1/a", authors=("LOOM Collaboration",)),
        work("doi:10.1/a"),
        id="a collaboration and its members",
    ),
    pytest.param(
        work(title="Looms", authors=(ADA,), is_cut=True, abstract=ABSTRACT),
        work(title="Looms", authors=(BEE,), is_cut=True, abstract=ABSTRACT.replace("We", "They")),
        id="the same abstract",
    ),
]

TWO = [
    pytest.param(work("arxiv:1"), work("arxiv:2"), id="two arXiv ids"),
    pytest.param(
        work("arxiv:1", "doi:10.1/a"), work("arxiv:2", "doi:10.1/a"), id="one DOI for two"
    ),
    pytest.param(work("doi:10.1/a"), work("doi:10.1/b"), id="two DOIs"),
    pytest.param(work("conf2024:7"), work("conf2024:8"), id="two of one source"),
    pytest.param(work("7"), work("8"), id="two of a file"),
    pytest.param(work(), work(authors=(CEE, "Di Dee")), id="other authors"),
    pytest.param(work(), work(authors=(CEE, BEE)), id="half of the authors"),
    pytest.param(work(year=2001), work(year=2020), id="decades apart"),
    pytest.param(work(), work(title=TITLE + " II"), id="another title"),
    pytest.param(
        work(title="Erratum"), work(title="Erratum", year=2020), id="a title that says nothing"
    ),
    pytest.param(
        work(title="On looms", authors=()), work(title="On looms"), id="short, no authors"
    ),
    pytest.param(
        work("doi:10.1/vol", title="On looms and mice", authors=(ADA,), abstract=ABSTRACT),
        work("doi:10.1/vol", title="Bees", authors=(ADA,), abstract="Other words. " * 20),
        id="two of a volume",
    ),
    pytest.param(
        work("doi:10.1/d", title="Discussion of looms", authors=(ADA,)),
        work("doi:10.1/d", title="Discussion of looms", authors=(CEE,)),
        id="two discussions under one DOI",
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_work(one: Work, other: Work) -> None:
    """Whichever is asked about the other."""
    assert same_work(one, other)
    assert same_work(other, one)


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_works(one: Work, other: Work) -> None:
    """Whichever is asked about the other."""
    assert not same_work(one, other)
    assert not same_work(other, one)


@pytest.mark.parametrize(
    ("ids", "known", "best"),
    [
        (["title:0", "doi:10.1/a", "arxiv:1"], None, "arxiv:1"),
        (["title:0", "doi:10.1/a"], "title:0", "doi:10.1/a"),
        (["arxiv:1", "arxiv:2"], "arxiv:2", "arxiv:2"),
        (["doi:10.1101/1", "doi:10.1/a"], None, "doi:10.1/a"),
        (["doi:10.1101/1", "doi:10.1/a"], "doi:10.1101/1", "doi:10.1101/1"),
        (["conf:7", "title:0"], None, "conf:7"),
        (["conf:7", "title:0"], "title:0", "title:0"),
    ],
)
def test_the_id_that_wins(ids: list[str], known: str | None, best: str) -> None:
    """arXiv's, a DOI, then the known one: an id changes only for a better kind."""
    assert best_id(ids, known) == best


def test_an_id_for_a_second_work_of_a_title() -> None:
    """The first author makes the difference, however the name is written."""
    assert title_id("Looms", "Jégou") == title_id("LOOMS.", "jegou") != title_id("Looms")


ids = st.frozensets(
    st.sampled_from(["arxiv:1", "arxiv:2", "doi:10.1/a", "doi:10.1101/b", "c:1", "c:2"])
)
works = st.builds(
    Work,
    ids,
    st.sampled_from([TITLE, "On looms", "Erratum", ""]),
    st.lists(st.sampled_from([ADA, BEE, CEE, "李明", "", "."]), max_size=3).map(tuple),
    st.booleans(),
    st.sampled_from(["", ABSTRACT]),
    st.sampled_from([None, 0, 2020, 9999]),
)


@given(works, works)
def test_the_rule_looks_the_same_from_both_sides(one: Work, other: Work) -> None:
    """And what contradicts is never one work."""
    assert same_work(one, other) == same_work(other, one)
    assert not (contradict(one.ids, other.ids) and same_work(one, other))
