"""Pages of arXiv's OAI-PMH answers, in its formats arXivRaw, arXiv and oai_dc. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.errors import SourceError
from bot.sources.arxiv.entries import Raw, day, record
from bot.sources.people import names_in, turned
from bot.sources.records import Found, Problem
from bot.sources.xml import Element, children, local, parse_xml, text_of

NOTHING = "noRecordsMatch"
OLD_PAGE = "badResumptionToken"


@dataclass(frozen=True, slots=True)
class Listed:
    """One record: the day on which arXiv last changed it, all its subjects, and its version."""

    record: Found | Problem
    changed: date | None
    categories: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of records. `token` asks for the next, "" after the last.

    `asked_on` is the day by the server's clock, `total` how many records the whole list has, and
    `error` the code of OAI-PMH where there are none.
    """

    records: tuple[Listed, ...]
    token: str = ""
    total: int | None = None
    asked_on: date | None = None
    error: str = ""


def parse_oai(body: bytes) -> Page:
    """A page. Raises SourceError for what is none, and for arXiv's errors but NOTHING, OLD_PAGE."""
    root = parse_xml(body, "arXiv's OAI-PMH answer")
    if local(root) != "oai-pmh":
        raise SourceError("arXiv's OAI-PMH answer is none of OAI-PMH.")
    asked_on = day(text_of(root, "responsedate"))
    for error in children(root, "error"):
        code = error.get("code", "")
        if code not in {NOTHING, OLD_PAGE}:
            text = " ".join("".join(error.itertext()).split())
            raise SourceError(f"arXiv refused the question ({code}): {text[:200]}.")
        return Page((), asked_on=asked_on, error=code)
    lists = [each for each in root if local(each) in {"listrecords", "getrecord"}]
    records = [each for one in lists for each in children(one, "record")]
    token = next((t for one in lists for t in children(one, "resumptiontoken")), None)
    size = token.get("completeListSize", "") if token is not None else ""
    return Page(
        tuple(each for n, one in enumerate(records, 1) if (each := _listed(one, n))),
        "".join(token.itertext()).strip() if token is not None else "",
        int(size) if size.isdecimal() else None,
        asked_on,
    )


def _listed(one: Element, number: int) -> Listed | None:
    """The record of an element; None for one that was deleted."""
    header = next(iter(children(one, "header")), one)
    if header.get("status") == "deleted":
        return None
    inner = [each for holder in children(one, "metadata") for each in holder]
    key = text_of(header, "identifier")
    raw = _raw(inner[0], key) if inner else Raw(key, "")
    return Listed(
        record(raw, number), day(text_of(header, "datestamp")), raw.categories, raw.version
    )


def _raw(data: Element, key: str) -> Raw:
    if local(data) == "dc":
        return _dublin_core(data, key)
    versions = children(data, "version")
    dates = [text_of(data, "created"), *(text_of(each, "date") for each in versions)]
    people = [each for one in children(data, "authors") for each in children(one, "author")]
    listed = names_in(text_of(data, "authors")) if not people else ()
    return Raw(
        id=text_of(data, "id") or key,
        title=text_of(data, "title"),
        abstract=text_of(data, "abstract"),
        authors=tuple(map(_person, people)) or listed,
        organisations=tuple(filter(None, (text_of(each, "affiliation") for each in people))),
        categories=tuple(text_of(data, "categories").split()),
        published=next(filter(None, map(day, filter(None, dates))), None),
        version=_number(versions),
        doi=text_of(data, "doi"),
        comment=text_of(data, "comments"),
        journal=text_of(data, "journal-ref"),
        is_void=bool(versions) and text_of(versions[-1], "size") in {"0kb", "0b"},
    )


def _person(author: Element) -> str:
    parts = (text_of(author, part) for part in ("forenames", "keyname", "suffix"))
    return " ".join(filter(None, parts))


def _number(versions: list[Element]) -> int:
    numbers = [each.get("version", "").removeprefix("v") for each in versions]
    return max((int(n) for n in numbers if n.isdecimal() and len(n) < 5), default=0)


def _dublin_core(data: Element, key: str) -> Raw:
    identifiers = [" ".join((each.text or "").split()) for each in children(data, "identifier")]
    descriptions = [" ".join((each.text or "").split()) for each in children(data, "description")]
    comments = [each for each in descriptions if each.startswith("Comment:")]
    dois = [each.removeprefix("doi:") for each in identifiers if each.startswith("doi:")]
    return Raw(
        id=key,
        title=text_of(data, "title"),
        abstract=next((each for each in descriptions if each not in comments), ""),
        authors=tuple(turned(each.text or "") for each in children(data, "creator")),
        published=day(text_of(data, "date")),
        doi=" ".join(dois),
        comment=" ".join(comments),
    )
