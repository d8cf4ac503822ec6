"""RIS files: `file:library.ris`, as publishers and reference managers write them."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import rispy

from bot.errors import SourceError
from bot.sources.files import text_in
from bot.sources.latex import readable
from bot.sources.people import turned
from bot.sources.records import Found, Problem, Record
from recommender import Paper, paper_id, written_id

_DAY = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
_START = re.compile(r"^TY  ?-", re.MULTILINE)
_TAG = re.compile(r"^([A-Z][A-Z0-9]) {1,2}-(?: |$)", re.MULTILINE)


def read_ris(path: Path) -> Iterator[Record]:
    """The entries of a file. Raises SourceError when it cannot be read."""
    yield from parse_ris(text_in(path), f"file:{path.name}")


def parse_ris(text: str, source: str) -> Iterator[Record]:
    """The entries of RIS, each read by itself, so that a broken one spoils no other."""
    starts = [found.start() for found in _START.finditer(text)]
    if text.strip() and not starts:
        raise SourceError(f"{source} is no RIS: no line begins with “TY  - ”.")
    for start, end in pairwise([*starts, len(text)]):
        line = text.count("\n", 0, start) + 1
        yield _record(_entry(text[start:end]), line, source)


def _entry(text: str) -> Mapping[str, Any]:
    """The fields of one entry; empty where it cannot be read."""
    written = _TAG.sub(r"\1  - ", text).rstrip()
    closed = written if re.search(r"^ER  -", written, re.MULTILINE) else f"{written}\nER  - "
    try:
        entries = rispy.loads(closed + "\n", skip_unknown_tags=True)
    except (rispy.parser.ParseError, OSError, ValueError, KeyError, IndexError):
        return {}
    return entries[0] if entries else {}


def _record(fields: Mapping[str, Any], line: int, source: str) -> Record:
    title = _first(fields, "title", "primary_title", "translated_title")[:2_000]
    if not title:
        return Problem(source, line, "the entry has no title, or is no RIS")
    doi = written_id(_first(fields, "doi"))
    urls = [" ".join(str(each).split()) for each in _list(fields.get("urls"))]
    arxiv = next((k for u in urls if (k := written_id(u)) and k.startswith("arxiv:")), None)
    names = [*_list(fields.get("authors")), *_list(fields.get("first_authors"))]
    paper = Paper(
        id=paper_id(title, arxiv, doi),
        title=title,
        abstract=_first(fields, "abstract", "notes_abstract")[:50_000],
        authors=tuple(dict.fromkeys(filter(None, (turned(_plain(n))[:1_000] for n in names)))),
        published=_day(_first(fields, "date", "publication_year", "year")),
        venue=_first(fields, "journal_name", "secondary_title", "alternate_title3")[:500] or None,
        urls=tuple(each for each in urls if "://" in each and len(each) <= 1_000),
        sources=(source,),
    )
    return Found(paper, frozenset(filter(None, [arxiv, doi])))


def _first(fields: Mapping[str, Any], *names: str) -> str:
    """The first of the fields that says anything, as people read it."""
    values = (_plain(" ".join(map(str, _list(fields.get(name))))) for name in names)
    return next(filter(None, values), "")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _plain(value: object) -> str:
    text = readable(" ".join(str(value).split()))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _day(written: str) -> date | None:
    """The day of a date such as 2024/05/31/; a year alone is none."""
    found = _DAY.match(written)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return day if day is not None and 1450 <= day.year <= 2199 else None
