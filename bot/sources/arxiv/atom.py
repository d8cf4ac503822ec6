"""Pages of arXiv's API, and its daily feeds in Atom or RSS. Pure: bytes to records."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.errors import SourceError
from bot.sources.arxiv.entries import Raw, day, record
from bot.sources.people import names_in
from bot.sources.records import Found, Problem
from bot.sources.xml import Element, children, local, parse_xml, text_of

_HEAD = re.compile(
    r"\A\s*arXiv:\S{5,40}\s+Announce Type:\s*(?P<kind>[\w-]{1,20})\s*(?:Abstract:\s*)?", re.I
)


@dataclass(frozen=True, slots=True)
class ApiPage:
    """A page of the API's answer; `total` is how many entries the whole has, if it says so."""

    records: tuple[Found | Problem, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Announced:
    """An entry of a daily feed; `kind` is new, cross, replace or replace-cross."""

    record: Found | Problem
    kind: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A daily feed: the day of the announcement, and its entries. Empty on days without one."""

    on: date | None
    entries: tuple[Announced, ...]


def parse_api(body: bytes) -> ApiPage:
    """The entries of a page. Raises SourceError for what is none, and for arXiv's own errors."""
    root = parse_xml(body, "arXiv's answer")
    if local(root) != "feed":
        raise SourceError("arXiv's answer is no feed of its API.")
    entries = children(root, "entry")
    for entry in entries:
        if "/api/errors" in text_of(entry, "id"):
            reason = text_of(entry, "summary") or "no reason given"
            raise SourceError(f"arXiv refused the question: {reason[:200]}.")
    total = text_of(root, "totalresults")
    records = tuple(record(_api_entry(each), n) for n, each in enumerate(entries, 1))
    return ApiPage(records, int(total) if total.isdecimal() else None)


def _api_entry(entry: Element) -> Raw:
    authors = children(entry, "author")
    primary = [each.get("term", "") for each in children(entry, "primary_category")]
    terms = [each.get("term", "") for each in children(entry, "category")]
    named = (text_of(author, "affiliation") for author in authors)
    return Raw(
        id=text_of(entry, "id"),
        title=text_of(entry, "title"),
        abstract=text_of(entry, "summary"),
        authors=tuple(text_of(author, "name") for author in authors),
        organisations=tuple(filter(None, named)),
        categories=tuple(dict.fromkeys(filter(None, [*primary, *terms]))),
        published=day(text_of(entry, "published")),
        doi=text_of(entry, "doi"),
        comment=text_of(entry, "comment"),
        journal=text_of(entry, "journal_ref"),
    )


def parse_feed(body: bytes) -> Feed:
    """The entries of a daily feed. Raises SourceError for what is none."""
    root = parse_xml(body, "arXiv's daily feed")
    if local(root) not in {"feed", "rss", "rdf"}:
        raise SourceError("arXiv's daily feed is no feed.")
    entries = tuple(_announced(n, each) for n, each in enumerate(_items(root), 1))
    channel = next(iter(children(root, "channel")), root)
    on = day(text_of(channel, "updated", "pubdate", "lastbuilddate", "date"))
    return Feed(on, entries)


def _items(root: Element) -> Iterator[Element]:
    for place in (root, *children(root, "channel")):
        yield from (each for each in place if local(each) in {"item", "entry"})


def _announced(number: int, entry: Element) -> Announced:
    text = text_of(entry, "summary", "description")
    head = _HEAD.match(text)
    kind = text_of(entry, "announce_type") or (head["kind"] if head else "new")
    terms = [each.get("term") or (each.text or "") for each in children(entry, "category")]
    authors = [name for each in children(entry, "creator") for name in names_in(each.text or "")]
    raw = Raw(
        id=text_of(entry, "id", "guid") or text_of(entry, "link"),
        title=text_of(entry, "title"),
        abstract=text[head.end() :] if head else text,
        authors=tuple(authors),
        categories=tuple(filter(None, (term.strip() for term in terms))),
        published=day(text_of(entry, "published", "pubdate", "date")),
        doi=text_of(entry, "doi"),
        journal=text_of(entry, "journal_reference"),
    )
    return Announced(record(raw, number), kind.lower(), raw.categories)
