"""A line of arXiv's metadata snapshot, which people download as one file of JSON lines."""

import json
from typing import Any

from bot.sources.arxiv.entries import Raw, day, record
from bot.sources.people import names_in
from bot.sources.records import Found, Problem


def is_snapshot(line: bytes) -> bool:
    """Whether the line is one of the snapshot, by keys that our own format does not have."""
    return b'"update_date"' in line and (b'"authors_parsed"' in line or b'"versions"' in line)


def parse_snapshot(line: bytes, number: int, source: str) -> Found | Problem:
    """The paper of a line, or what is wrong with it."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return Problem(source, number, "the line is no JSON")
    if not isinstance(values, dict):
        return Problem(source, number, "the line is no object")
    versions = [each for each in _list(values.get("versions")) if isinstance(each, dict)]
    dates = (day(_text(each.get("created"))) for each in versions)
    raw = Raw(
        id=_text(values.get("id")),
        title=_text(values.get("title")),
        abstract=_text(values.get("abstract")),
        authors=_authors(values),
        categories=tuple(_text(values.get("categories")).split()),
        published=next(filter(None, dates), None) or day(_text(values.get("update_date"))),
        version=len(versions),
        doi=_text(values.get("doi")),
        comment=_text(values.get("comments")),
        journal=_text(values.get("journal-ref")),
    )
    return record(raw, number)


def _authors(values: dict[str, Any]) -> tuple[str, ...]:
    """Names from their parts, family name, given names and suffix; else from the text."""
    parsed = [each for each in _list(values.get("authors_parsed")) if isinstance(each, list)]
    names = (_name([_text(part) for part in each[:3]]) for each in parsed)
    return tuple(filter(None, names)) or names_in(_text(values.get("authors")))


def _name(parts: list[str]) -> str:
    family, given, suffix = [*parts, "", "", ""][:3]
    return " ".join(f"{given} {family} {suffix}".split())


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
