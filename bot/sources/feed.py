"""Any RSS or Atom feed: `feed:https://journal.example/rss`."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import feedparser

from bot.errors import SourceError, UserError
from bot.sources.latex import readable
from bot.sources.links import is_code, links_in
from bot.sources.people import names_in
from bot.sources.reach import Reach
from bot.sources.records import Found, Problem, Record, Remark
from bot.sources.xml import xml_text
from recommender import Paper, paper_id, written_id

MOST_BYTES = 10_000_000
MOST_ENTRIES = 5_000

# What feedparser meets in feeds that are no XML, and does not expect.
_ODD = (ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError)

_TAG = re.compile(r"<[^<>]{1,2000}>")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"'<>&?#]{1,200}")


def check_address(address: str) -> None:
    """Raises UserError for what is no web address."""
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web or parts.username or any(c <= " " for c in address) or len(address) > 400:
        raise UserError(f"“{address[:80]}” is no address of a feed; write feed:https://….")


def read_feed(address: str, reach: Reach) -> Iterator[Record]:
    """The entries of a feed as it is now. Raises SourceError when it is none."""
    answer = reach.web.get(address, "application/atom+xml, application/rss+xml, */*;q=0.5")
    yield from parse_feed(answer.body, f"feed:{address}")


def parse_feed(body: bytes, source: str) -> Iterator[Record]:
    """The entries of a feed; those before the place where it is broken off, and a remark on it.

    Raises SourceError for what is no feed: pages, and documents with entities of their own.
    """
    if len(body) > MOST_BYTES:
        raise SourceError(f"The feed is larger than {MOST_BYTES // 1_000_000} MB.")
    text = xml_text(body, "The feed")
    try:
        # As a file: text alone could be taken for an address or a path.
        parsed = feedparser.parse(BytesIO(text.encode("utf-8", "replace")), sanitize_html=False)
    except _ODD as error:
        raise SourceError(f"The feed is too broken to be read ({type(error).__name__}).") from None
    if not parsed.get("version") and not parsed.entries:
        raise SourceError("The feed is neither RSS nor Atom.")
    venue = _plain(parsed.feed.get("title") or "")[:500] or None
    for number, entry in enumerate(parsed.entries[:MOST_ENTRIES], 1):
        yield _record(entry, number, source, venue)
    if parsed.get("bozo"):
        yield Remark("The feed is broken XML: what could be read of it was read.")
    if len(parsed.entries) > MOST_ENTRIES:
        yield Remark(f"The feed has more than {MOST_ENTRIES:,} entries; the rest was left out.")


def _record(entry: Any, number: int, source: str, venue: str | None) -> Record:
    title = readable(_plain(entry.get("title") or ""))[:2_000]
    if not title:
        return Problem(source, number, "the entry has no title")
    abstract = readable(_plain(_longest(entry)))
    link = str(entry.get("link") or "")
    links = links_in(abstract)
    arxiv, doi = _ids(entry, link)
    paper = Paper(
        id=paper_id(title, arxiv, doi),
        title=title,
        abstract=abstract[:50_000],
        authors=tuple(_authors(entry)),
        published=_day(entry),
        venue=venue,
        has_code=True if any(map(is_code, links)) else None,
        urls=tuple(dict.fromkeys(filter(None, (link if "://" in link else "", *links)))),
        sources=(source,),
    )
    ids = filter(None, [written_id(arxiv or ""), written_id(doi or "")])
    return Found(paper, frozenset(ids))


def _ids(entry: Any, link: str) -> tuple[str | None, str | None]:
    """The arXiv id and the DOI of an entry, from wherever feeds put them."""
    named = (entry.get(k) for k in ("prism_doi", "dc_identifier", "id", "guidislink"))
    written = [each.strip() for each in (*named, link) if isinstance(each, str)]
    known = [key for each in written if (key := written_id(each.removeprefix("oai:arXiv.org:")))]
    arxiv = next((key for key in known if key.startswith("arxiv:")), None)
    doi = next((key for key in known if key.startswith("doi:")), None)
    found = (_DOI.search(unescape(each)) for each in written)
    return arxiv, doi or next((each[0].rstrip("/.") for each in found if each), None)


def _longest(entry: Any) -> str:
    contents = [each.get("value") or "" for each in entry.get("content") or []]
    return max([str(entry.get("summary") or ""), *map(str, contents)], key=len)


def _authors(entry: Any) -> Iterator[str]:
    named = [str(each.get("name") or "") for each in entry.get("authors") or []]
    for written in named:
        for name in names_in(_plain(written)[:5_000]):
            yield name[:1_000]


def _plain(markup: str) -> str:
    """Text without tags, in one line."""
    return " ".join(unescape(_TAG.sub(" ", markup[:200_000])).split())


def _day(entry: Any) -> date | None:
    """The day of the first of the dates that an entry has, in UTC; no year that cannot be."""
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        # Asked for a date that is missing, feedparser would give another one, and warn.
        at = entry.get(name) if name in entry.keys() else None  # noqa: SIM118
        if at is not None and 1450 <= at[0] <= 2199:
            try:
                return date(at[0], at[1], at[2])
            except ValueError:
                continue
    return None
