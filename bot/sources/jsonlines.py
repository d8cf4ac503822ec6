"""Papers in a file of JSON lines: one paper a line, with the keys of `Paper`."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO
from unicodedata import category

from pydantic import BaseModel, BeforeValidator, Field, StrictBool, ValidationError

from bot.errors import SourceError
from bot.sources.records import Problem, Record
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


def read_json_lines(path: Path) -> Iterator[Record]:
    """Papers and problems of a file, line by line, in constant memory.

    A paper that names no sources gets the file's name. Raises SourceError when the file cannot
    be read at all.
    """
    source = f"file:{path.name}"
    try:
        with path.open("rb") as file:
            for number, line in enumerate(_lines(file), 1):
                text = line.removeprefix(BOM_UTF8) if number == 1 else line
                if text.strip() or len(text) > MAX_LINE_BYTES:
                    yield parse_line(text, number, source)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from None


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
    try:
        values = _Line.model_validate_json(line)
    except ValidationError as error:
        return Problem(source, number, _sentence(error))
    known = {k: v for k, v in values.model_dump().items() if v not in (None, "")}
    key = written_id(values.id) or values.id if values.id else paper_id(values.title)
    return Paper.from_json({**known, "id": key, "sources": values.sources or [source]})


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    field = first["loc"][0] if first["loc"] else "the line"
    return f"{field}: {first['msg'].removeprefix('Value error, ')}"
