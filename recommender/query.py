"""The search language: what people type, as a value; and what is wrong with it, as a sentence.

Words, `"a phrase"`, `-word`, `author:`, `area:`, `org:`, `venue:`, `since:`, `before:` and
`has:code`; a value of several words is quoted, and a minus leaves out what answers.
"""

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum

from recommender.identity import written_id

LONGEST_QUERY = 100_000
"""Characters; a search of 10,000 words is shorter."""


class QueryError(ValueError):
    """A query that cannot be read; its text is one sentence that says what to do."""


class FilterName(StrEnum):
    """What a filter looks at; WORDS only leaves out, all others also ask for."""

    AUTHOR = "author"
    AREA = "area"
    ORGANISATION = "org"
    VENUE = "venue"
    SINCE = "since"
    BEFORE = "before"
    HAS = "has"
    WORDS = "words"


NAMED_FILTERS = tuple(name for name in FilterName if name is not FilterName.WORDS)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which papers may be shown; if `negated`, those that may not.

    `typed` is the clause as it was typed; `day` the first day that SINCE lets through, or that
    BEFORE does not.
    """

    name: FilterName
    value: str
    typed: str
    negated: bool = False
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was typed, and its clauses in the order in which they were.

    `words` rank, `phrases` are required and rank, `filters` restrict, `ids` are looked up.
    """

    text: str
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    ids: tuple[str, ...] = ()


# One for one, so that what was typed is found at the same place.
_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"'))
_CLAUSE = re.compile(
    r'(?P<minus>-)?(?:(?P<name>[^\W\d_]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))'
)
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?")


def parse(text: str) -> Query:
    """The query that `text` says; QueryError for what cannot be meant."""
    if len(text) > LONGEST_QUERY:
        raise QueryError(
            f"That search has {len(text):,} characters; please keep it under {LONGEST_QUERY:,}."
        )
    plain = text.translate(_QUOTES)
    if plain.count('"') % 2:
        raise QueryError("A quote is not closed: put a phrase between two quotation marks.")
    parts = [_clause(found, text) for found in _CLAUSE.finditer(plain)]
    return Query(
        text,
        words=tuple(part.text for part in parts if isinstance(part, _Word)),
        phrases=tuple(part.text for part in parts if isinstance(part, _Phrase)),
        filters=tuple(part for part in parts if isinstance(part, Filter)),
        ids=tuple(part.text for part in parts if isinstance(part, _Id)),
    )


@dataclass(frozen=True, slots=True)
class _Word:
    text: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str


@dataclass(frozen=True, slots=True)
class _Id:
    text: str


def _clause(found: re.Match[str], text: str) -> Filter | _Word | _Phrase | _Id:
    typed = text[found.start() : found.end()]
    name, value = found["name"], found["phrase"] if found["word"] is None else found["word"]
    if found["phrase"] is None and (known := written_id(typed)):
        return _Id(known)
    if name and not value.startswith("//"):
        return _filter(name, value.strip(), typed, bool(found["minus"]))
    if found["word"] and value[:-1].casefold() in NAMED_FILTERS and value[-1] == ":":
        return _filter(value[:-1], "", typed, bool(found["minus"]))
    if found["minus"]:
        return Filter(FilterName.WORDS, value, typed, negated=True)
    return _Phrase(value) if found["word"] is None else _Word(typed)


def _filter(name: str, value: str, typed: str, negated: bool) -> Filter:
    known = name.casefold()
    if known in _IDS:
        raise QueryError(
            f'"{typed}" is no id: write {_IDS[known]}, or put a space behind the colon.'
        )
    if known not in NAMED_FILTERS:
        raise QueryError(_unknown(name, value))
    if not value:
        raise QueryError(
            f"{known}: needs a value right behind the colon, as in {_EXAMPLES[known]}."
        )
    if known == FilterName.HAS and value.casefold() != "code":
        raise QueryError(f'Only has:code is known, not "{typed}".')
    if known in _DATED:
        return _dated(FilterName(known), value, typed, negated)
    return Filter(FilterName(known), value, typed, negated)


_IDS = {
    "arxiv": "arxiv:2401.08281",
    "doi": "doi:10.1145/3292500",
    "title": "the title alone",
}
_DATED = (FilterName.SINCE, FilterName.BEFORE)
_EXAMPLES = {
    "author": 'author:"Hervé Jégou"',
    "area": "area:cs.CL",
    "org": "org:meta",
    "venue": "venue:NeurIPS",
    "since": "since:2024",
    "before": "before:2024-06",
    "has": "has:code",
}


def _unknown(name: str, value: str) -> str:
    if close := get_close_matches(name.casefold(), NAMED_FILTERS, n=1):
        return f'There is no filter "{name}:"; did you mean {close[0]}:{value}?'
    known = ", ".join(f"{filter_name}:" for filter_name in NAMED_FILTERS)
    return (
        f'There is no filter "{name}:"; there are {known}. '
        "For the words themselves put a space behind the colon."
    )


def _dated(name: FilterName, value: str, typed: str, negated: bool) -> Filter:
    if negated:
        other = _DATED[name is FilterName.SINCE]
        raise QueryError(f'Instead of "{typed}" write {other}:{value}.')
    if day := _day(value):
        return Filter(name, value, typed, day=day)
    raise QueryError(
        f'"{typed}" has no date in it: write {name}:2024, {name}:2024-05 or {name}:2024-05-31.'
    )


def _day(value: str) -> date | None:
    """The first day of a year, a month or a day, or None for what is none of them."""
    written = _DAY.fullmatch(value)
    if not written:
        return None
    try:
        return date(*(int(part or 1) for part in written.groups()))
    except ValueError:
        return None
