"""bioRxiv and medRxiv, by their API: what was posted or revised in a stretch of days.

`biorxiv:neuroscience,genomics` reads these categories, `biorxiv` all; `since=2024-01-01` among
them goes back to that day first.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import SourceError, UserError
from bot.sources.latex import readable
from bot.sources.links import is_code, links_in
from bot.sources.reach import Reach
from bot.sources.records import Checkpoint, Found, Problem, Record
from recommender import Paper, written_id

NAMES = {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}
FIRST_DAYS = 8
OVERLAP = timedelta(days=2)

_PORTION = timedelta(days=7)
_TRIES = 3
_MOST_PAGES = 2_000


class _Preprint(BaseModel):
    """An entry of the API's, of which more is left out than kept."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    doi: str
    title: str
    authors: str = ""
    date: str = ""
    version: str = ""
    type: str = ""
    category: str = ""
    abstract: str | None = ""
    published: str | None = ""
    author_corresponding_institution: str | None = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the API's answer; `total` is how many entries all pages have."""

    entries: tuple[Any, ...]
    total: int


def parse_page(body: bytes, name: str) -> Page:
    """The entries of a page. Raises SourceError for what is none."""
    try:
        answer = json.loads(body)
        message = answer["messages"][0]
        entries = tuple(answer.get("collection") or ())
        total = int(message.get("total") or 0)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise SourceError(f"{name}'s answer is none of its API.") from None
    status = str(message.get("status", "")).lower()
    if status != "ok" and not status.startswith("no "):
        raise SourceError(f"{name} refused the question: {status[:100]}.")
    return Page(entries, total)


def parse_preprint(entry: object, number: int, source: str) -> Found | Problem:
    """The record of an entry; `number` counts entries, for complaints."""
    try:
        raw = _Preprint.model_validate(entry)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return Problem(source, number, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    key = written_id(raw.doi.strip())
    title = readable(" ".join(raw.title.split()))
    if key is None or not title:
        return Problem(source, number, f"“{(raw.doi or raw.title)[:60]}” has no DOI or no title")
    abstract = readable(" ".join((raw.abstract or "").split()))
    links = links_in(abstract)
    paper = Paper(
        id=key,
        title=title[:2_000],
        abstract=abstract[:50_000],
        authors=tuple(filter(None, map(_turned, raw.authors.split(";")))),
        area=raw.category.strip().lower()[:100] or None,
        published=_day(raw.date),
        organisations=tuple(filter(None, ((raw.author_corresponding_institution or "").strip(),))),
        has_code=True if any(map(is_code, links)) else None,
        urls=(f"https://doi.org/{key.removeprefix('doi:')}", *links),
        sources=(source,),
    )
    other = written_id((raw.published or "").strip())
    is_withdrawn = "withdraw" in raw.type.lower() or title.upper().startswith("WITHDRAWN")
    version = int(raw.version) if raw.version.isdecimal() and len(raw.version) < 4 else 0
    return Found(paper, frozenset(filter(None, [other])), version, is_withdrawn)


def read_preprints(source: str, words: str, reach: Reach) -> Iterator[Record]:
    """What was posted since the last reading, a portion of days at a time."""
    categories, since = _asked(words, source)
    kept = _kept(reach.place)
    begin = kept - OVERLAP if kept else since or reach.today - timedelta(days=FIRST_DAYS)
    while begin <= reach.today:
        end = min(begin + _PORTION, reach.today)
        for record in _posted(source, begin, end, reach):
            if isinstance(record, Problem) or not categories or record.paper.area in categories:
                yield record
        yield Checkpoint(end.isoformat())
        begin = end + timedelta(days=1)


def check_words(words: str, source: str) -> None:
    """Raises UserError for what cannot stand behind the colon."""
    _asked(words, source)


def _asked(words: str, source: str) -> tuple[frozenset[str], date | None]:
    categories, since = set(), None
    for word in filter(None, (each.strip().lower() for each in words.split(","))):
        option, _, value = word.partition("=")
        if option == "since":
            since = _day(value)
            if since is None:
                raise UserError(f"“{value[:20]}” is no day; write since=2024-01-31.")
        elif len(word) > 60 or not all(c.isalpha() or c in " -_" for c in word):
            raise UserError(f"{NAMES[source]} has no category “{word[:40]}”.")
        else:
            categories.add(word.replace("_", " "))
    return frozenset(categories), since


def _posted(source: str, begin: date, end: date, reach: Reach) -> Iterator[Found | Problem]:
    cursor = 0
    for _ in range(_MOST_PAGES):
        page = _page(source, f"{begin}/{end}/{cursor}", cursor, reach)
        for number, entry in enumerate(page.entries, cursor + 1):
            yield parse_preprint(entry, number, source)
        cursor += len(page.entries)
        if cursor >= page.total or not page.entries:
            return
    raise SourceError(f"{NAMES[source]}'s answer has no end.")


def _page(source: str, where: str, cursor: int, reach: Reach) -> Page:
    """A page; an empty one before the end is asked for again, and then an error."""
    for _ in range(_TRIES):
        answer = reach.web.get(f"{reach.sites.biorxiv}{source}/{where}", "application/json")
        page = parse_page(answer.body, NAMES[source])
        if page.entries or cursor >= page.total:
            return page
    raise SourceError(f"{NAMES[source]} gives nothing after {cursor} of {page.total} papers.")


def _turned(name: str) -> str:
    family, _, given = name.partition(",")
    return readable(" ".join(f"{given} {family}".split()))[:1_000]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2199 else None


def _kept(place: str | None) -> date | None:
    return _day(place) if place else None
