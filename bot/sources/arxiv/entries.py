"""One entry of arXiv, whichever way it came, as a record."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from bot.sources.latex import readable
from bot.sources.links import is_code, links_in
from bot.sources.records import Found, Problem
from recommender import Paper, written_id

SOURCE = "arxiv"
WITHDRAWN = 1_000
"""The version of a withdrawal: it comes after all others."""

_VERSION = re.compile(r"v(\d{1,4})$")
_WITHDRAWAL = re.compile(
    r"\b(?:paper|submission|article|manuscript|work|preprint|report|version)s?"
    r"(?: \w+){0,3}? (?:has been|have been|is|was|were) (?:\w+ )?withdrawn\b|\Awithdrawn\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Raw:
    """What an entry says, as it says it; `authors` are names, in the order people read them.

    `categories` begin with the primary one.
    """

    id: str
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    published: date | None = None
    version: int = 0
    doi: str = ""
    comment: str = ""
    journal: str = ""
    is_void: bool = False
    others: frozenset[str] = field(default_factory=frozenset)


def record(raw: Raw, number: int) -> Found | Problem:
    """The record of an entry; `number` counts entries from 1, for complaints."""
    key = written_id(raw.id.strip().removeprefix("oai:arXiv.org:").removeprefix("oai:arxiv.org:"))
    title = readable(" ".join(raw.title.split()))
    if key is None or not key.startswith("arxiv:"):
        return Problem(SOURCE, number, f"“{raw.id[:60]}” is no id of arXiv")
    if not title:
        return Problem(SOURCE, number, f"{key} has no title")
    bare = key.removeprefix("arxiv:")
    abstract = readable(" ".join(raw.abstract.split()))
    comment = readable(" ".join(raw.comment.split()))
    notice = next((t for t in (comment, abstract[:300]) if _WITHDRAWAL.search(t)), "")
    withdrawn = bool(notice) or raw.is_void
    links = links_in(f"{abstract} {comment}")
    paper = Paper(
        id=key,
        title=title[:2_000],
        abstract=(f"Withdrawn. {notice}" if withdrawn else abstract)[:50_000],
        authors=tuple(filter(None, (_name(each) for each in raw.authors))),
        area=raw.categories[0] if raw.categories else None,
        published=raw.published,
        organisations=tuple(dict.fromkeys(o for o in map(_name, raw.organisations) if o)),
        venue=readable(" ".join(raw.journal.split()))[:500] or None,
        has_code=True if any(map(is_code, links)) else None,
        urls=tuple(dict.fromkeys([f"https://arxiv.org/abs/{bare}", *links])),
        sources=(SOURCE,),
    )
    dois = (written_id("doi:" + each) for each in raw.doi.split())
    known = _VERSION.search(raw.id.strip())
    version = raw.version or (int(known[1]) if known else 0)
    ids = frozenset(filter(None, dois)) | raw.others
    return Found(paper, ids, WITHDRAWN if withdrawn else version, withdrawn)


def day(written: str) -> date | None:
    """The day in an ISO or an RFC 2822 date, of arXiv's own years; None for any other text."""
    text = written.strip()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        try:
            at = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return at.date() if 1985 <= at.year <= 2199 else None


def _name(written: str) -> str:
    return readable(" ".join(written.split()))[:1_000].strip(" ,;")
