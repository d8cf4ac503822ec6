"""The search language."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Filter, FilterName, Query, QueryError, parse


def test_words_phrases_filters_and_ids_are_told_apart() -> None:
    query = parse('speech "vector search" -noise -"a phrase" author:"Hervé Jégou" 2401.08281v1')
    assert query.words == ("speech",)
    assert query.phrases == ("vector search",)
    assert query.ids == ("arxiv:2401.08281",)
    assert query.filters == (
        Filter(FilterName.WORDS, "noise", "-noise", negated=True),
        Filter(FilterName.WORDS, "a phrase", '-"a phrase"', negated=True),
        Filter(FilterName.AUTHOR, "Hervé Jégou", 'author:"Hervé Jégou"'),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("area:cs.CL", Filter(FilterName.AREA, "cs.CL", "area:cs.CL")),
        ("ORG:Meta", Filter(FilterName.ORGANISATION, "Meta", "ORG:Meta")),
        ("-venue:NIPS", Filter(FilterName.VENUE, "NIPS", "-venue:NIPS", negated=True)),
        ("has:CODE", Filter(FilterName.HAS, "CODE", "has:CODE")),
        ("since:2024", Filter(FilterName.SINCE, "2024", "since:2024", day=date(2024, 1, 1))),
        (
            "before:2024-06",
            Filter(FilterName.BEFORE, "2024-06", "before:2024-06", day=date(2024, 6, 1)),
        ),
        (
            "since:2024-02-29",
            Filter(FilterName.SINCE, "2024-02-29", "since:2024-02-29", day=date(2024, 2, 29)),
        ),
    ],
)
def test_filters(text: str, expected: Filter) -> None:
    """Names of filters in any case; a year or a month means its first day."""
    assert parse(text).filters == (expected,)


@pytest.mark.parametrize("text", ["“vector search”", "«vector search»", "„vector search“"])
def test_curly_quotes_are_quotes(text: str) -> None:
    assert parse(text).phrases == ("vector search",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don't models' ’tis", ("don't", "models'", "’tis")),
        ("BERT: pre-training - again", ("BERT:", "pre-training", "-", "again")),
        ("https://example.org/a:b", ("https://example.org/a:b",)),
        ("3:4 w2v2:x", ("3:4", "w2v2:x")),
        ('""', ()),
        ("  \t\n ", ()),
        ("", ()),
    ],
)
def test_what_only_looks_like_syntax(text: str, words: tuple[str, ...]) -> None:
    """Apostrophes, titles with a colon, URLs and ratios are words."""
    assert parse(text).words == words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a "b', "not closed"),
        ("autor:x", "did you mean author:x?"),
        ("foo:bar", "There is no filter"),
        ("author:", "needs a value"),
        ('author:" "', "needs a value"),
        ("has:data", "has:code"),
        ("since:2024-13", "has no date"),
        ("since:soon", "has no date"),
        ("since:2023-02-29", "has no date"),
        ("before:0000", "has no date"),
        ("-since:2024", "write before:2024"),
        ("arxiv:nonsense", "no id"),
        ("a" * 100_001, "100,001 characters"),
    ],
)
def test_what_cannot_be_read(text: str, said: str) -> None:
    """One sentence that says what to do."""
    with pytest.raises(QueryError, match=r"^[^\n]*$") as raised:
        parse(text)
    assert said in str(raised.value)


def test_ten_thousand_words() -> None:
    assert len(parse("speech " * 10_000).words) == 10_000


_PIECES = st.sampled_from(
    ['"', "-", ":", "author:", "since:", "2024-02", "“", "x", " ", "has:", "doi:", "10.1/"]
)


@settings(deadline=None)
@given(st.text() | st.lists(_PIECES).map("".join))
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    try:
        query = parse(text)
    except QueryError as error:
        assert len(str(error)) > 10  # noqa: PT017
    else:
        assert isinstance(query, Query)
        assert query.text == text
