"""Papers in a file of JSON lines: one paper a line, with the keys of `Paper`.

Also taken are `arxiv` and `doi` (ids besides `id`), and what other collections call the same
things: `date`, `categories`, `url`, `code`. Lines of arXiv's metadata snapshot are known by their
keys.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO
from unicodedata import category

from pydantic import BaseModel, BeforeValidator, Field, StrictBool, ValidationError

from bot.sources.files import resumed
from bot.sources.records import Found, Problem, Record
from bot.sources.snapshot import is_snapshot, parse_snapshot
from recommender import Paper, paper_id, written_id

MAX_LINE_BYTES = 1_000_000
# No paper is older than printing, and a date such as 9999-12-31 would stay the newest for ever.
EARLIEST, LATEST = date(1450, 1, 1), date(2199, 12, 31)
# Zero-width joiner and non-joiner: spelling in Persian and in Indic scripts, and parts of emoji.
JOINERS = "\u200c\u200d"

_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _clean(value: object) -> object:
    """Text in one line and without control characters."""
    if not isinstance(value, str):
        return value
    if value.isprintable():
        # Nearly every text is, and the rest takes a hundred times longer.
        return " ".join(value.split())
    return " ".join("".join(map(_visible, value)).split())


def _visible(character: str) -> str:
    if character.isprintable() or character in JOINERS:
        return character
    # Format characters (Cf) stand within words: soft hyphens, marks of direction.
    return "" if category(character) == "Cf" else " "


def _date(value: object) -> object:
    """Only dates as we write them: pydantic takes a number for seconds since 1970."""
    if value is None or (isinstance(value, str) and _DATE.fullmatch(value)):
        return value
    raise ValueError("must be a date such as 2024-05-31, or null")


def _or_empty(value: object) -> object:
    return [] if value is None else value


def _text_or_none(value: object) -> str | None:
    """What is no text is passed over: these keys are not of our own format."""
    return value if isinstance(value, str) and 0 < len(value) <= 1_000 else None


def _texts_or_none(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    texts = (_text_or_none(each) for each in values[:100])
    return [text for text in texts if text is not None and text.isprintable()]


Perhaps = Annotated[str | None, BeforeValidator(_text_or_none)]

# What comes last is done first: text is counted when it is clean.
CLEAN = BeforeValidator(_clean)
Texts = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=1_000), CLEAN]],
    Field(max_length=10_000),
    BeforeValidator(_or_empty),
]


class _Line(BaseModel):
    """A line of the file. Other keys are left out, for files that carry more than we keep."""

    id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S+$"), CLEAN] | None = None
    title: Annotated[str, Field(min_length=1, max_length=2_000), CLEAN]
    abstract: Annotated[str, Field(max_length=50_000), CLEAN] | None = None
    authors: Texts = []
    more_authors: StrictBool | None = None
    area: Annotated[str, Field(max_length=100), CLEAN] | None = None
    published: Annotated[
        Annotated[date, Field(ge=EARLIEST, le=LATEST)] | None, BeforeValidator(_date)
    ] = None
    organisations: Texts = []
    venue: Annotated[str, Field(max_length=500), CLEAN] | None = None
    has_code: StrictBool | None = None
    urls: Texts = []
    sources: Texts = []

    arxiv: Perhaps = None
    doi: Perhaps = None
    date: Perhaps = None
    categories: Annotated[list[str], BeforeValidator(_texts_or_none)] = []
    url: Annotated[list[str], BeforeValidator(_texts_or_none)] = []
    code: Annotated[list[str], BeforeValidator(_texts_or_none)] = []


_OTHER = {"arxiv", "doi", "date", "categories", "url", "code"}


def read_json_lines(path: Path, place: str | None = None) -> Iterator[Record]:
    """Papers and problems of a file, line by line, in constant memory; ".gz" is unpacked.

    A paper that names no sources gets the file's name. Begins at the `place` of a reading that
    did not come to its end. Raises SourceError when the file cannot be read at all.
    """
    source = f"file:{path.name}"

    def records(file: BinaryIO, begin: int) -> Iterator[tuple[int, Record]]:
        for number, line in enumerate(_lines(file), 1):
            text = line.removeprefix(BOM_UTF8) if number == 1 else line
            if number > begin and (text.strip() or len(text) > MAX_LINE_BYTES):
                yield number, parse_line(text, number, source)

    yield from resumed(path, place, records)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Each line; of one that is too long only as much as tells that it is."""
    while line := file.readline(MAX_LINE_BYTES + 1):
        rest = line
        while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE_BYTES + 1)
        yield line


def parse_line(line: bytes, number: int, source: str) -> Record:
    """The paper in one line of JSON, or what is wrong with it."""
    if len(line) > MAX_LINE_BYTES:
        return Problem(source, number, f"the line is longer than {MAX_LINE_BYTES:,} bytes")
    if is_snapshot(line):
        return parse_snapshot(line, number, source)
    try:
        values = _Line.model_validate_json(line)
    except ValidationError as error:
        return Problem(source, number, _sentence(error))
    ids = {key for each in (values.arxiv, values.doi) if (key := _id(each))}
    published = values.published or _day(values.date)
    known = {k: v for k, v in values.model_dump(exclude=_OTHER).items() if v not in (None, "")}
    if values.id:
        key = written_id(values.id) or values.id
    else:
        key = paper_id(values.title, values.arxiv, values.doi)
    known |= {"id": key, "sources": values.sources or [source], "published": published}
    if values.categories or values.url or values.code:
        known |= _in_our_words(values)
    paper = Paper.from_json(known)
    return Found(paper, frozenset(ids - {key})) if ids - {key} else paper


def _in_our_words(values: _Line) -> dict[str, object]:
    """The keys of other collections under our names."""
    area = values.area or next(iter(values.categories), None)
    has_code = True if values.code else values.has_code
    urls = dict.fromkeys([*values.urls, *values.url, *values.code])
    return {"area": area, "urls": list(urls), "has_code": has_code}


def _id(written: str | None) -> str | None:
    key = written_id(written.strip()) if written else None
    return key if key and not key.startswith("title:") else None


def _day(written: str | None) -> date | None:
    if written is None or not _DATE.fullmatch(written):
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    field = first["loc"][0] if first["loc"] else "the line"
    return f"{field}: {first['msg'].removeprefix('Value error, ')}"
