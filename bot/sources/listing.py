"""Listings of papers by author: a date line, a line of title and authors, an abstract.

    CLDec 17, 2019Code
    Learning to SeeJane Doe, Li Wu, Ana Paz et al. · mit
    We learn to see.

seeds/README.md tells the format line by line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bot.sources import byline
from bot.sources.latex import readable
from bot.sources.links import is_code, links_in
from bot.sources.pages import (
    Entry,
    Line,
    Parsed,
    entry,
    in_order,
    lines_of,
    problem,
    without_repeats,
)
from bot.sources.records import Problem
from bot.sources.vocabulary import Vocabulary
from recommender import Paper, paper_id

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(
    r"(?P<area>[A-Z]{2,}|[a-z]+(?:-[a-z]+)*(?:\.(?:[A-Z]{2}|[a-z]+(?:-[a-z]+)*))?)"
    rf"(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:, (?P<year>\d{{4}}))?(?P<code>Code)?"
)
_NEARLY_DATE = re.compile(rf"(?=.{{1,40}}$).*[^\W\d_](?:{_MONTH})[a-z]*[ .,]*\d")
_OLDEST = 1900
_RUINED_DATE_LENGTH = 40
_ENDS_SENTENCE = (".", "?", "!", ":", ")", "”", '"')
_SURE = -1.0
"""A line of prose, of 85,000 broken at 80 characters, never scores this high as a byline."""


@dataclass(frozen=True, slots=True)
class _Head:
    """The date line of an entry."""

    area: str
    published: date
    has_code: bool


def is_date_line(text: str) -> bool:
    """Whether the line opens an entry of a listing, be its date valid or not."""
    return bool(_DATE.fullmatch(text))


def parse_listing(text: str, source: str, year_taken: int) -> Parsed:
    """The papers of a listing; a date without year is one of `year_taken`.

    What cannot be read is a problem with its line; nothing raises.
    """
    lines, repeats = without_repeats(source, lines_of(text))
    blocks = list(_blocks(lines))
    page = _Page(source, year_taken, _vocabulary(lines, blocks))
    return Parsed(source, in_order([*repeats, *(p for block in blocks for p in page.parts(block))]))


def _opens(line: Line) -> bool:
    return bool(_DATE.fullmatch(line.text) or _NEARLY_DATE.match(line.text))


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """From each date line to the next; the first block may have none."""
    starts = [at for at, line in enumerate(lines) if _opens(line)]
    for start, end in zip([0, *starts], [*starts, len(lines)], strict=True):
        if start < end:
            yield list(lines[start:end])


def _vocabulary(lines: Sequence[Line], blocks: Sequence[Sequence[Line]]) -> Vocabulary:
    bylines = [block[1] for block in blocks if _opens(block[0]) and len(block) > 1]
    numbers = {line.number for line in bylines}
    prose = [line.text for line in lines if line.number not in numbers and not _opens(line)]
    return byline.vocabulary(prose, [line.text for line in bylines])


@dataclass(frozen=True, slots=True)
class _Page:
    """What the entries of one listing share."""

    source: str
    year_taken: int
    vocabulary: Vocabulary

    def parts(self, block: Sequence[Line]) -> Iterator[Entry | Problem]:
        """The entry of a block, and those behind it whose date lines are missing."""
        has_date = _opens(block[0])
        cuts = [0, *self._undated(block, 2 if has_date else 0), len(block)]
        pieces = [block[a:b] for a, b in pairwise(cuts) if a < b]
        if has_date:
            yield self._entry(pieces.pop(0))
        for piece in pieces:
            yield problem(self.source, piece, "no date line stands before " + piece[0].quoted)

    def _undated(self, block: Sequence[Line], start: int) -> Iterator[int]:
        """Where entries without a date line begin; a short line before the title is its ruin."""
        for at in range(start, len(block)):
            if self._is_title(block[at], block[at - 1] if at > start else None):
                ruin = at > start and len(block[at - 1].text) <= _RUINED_DATE_LENGTH
                yield at - 1 if ruin else at

    def _is_title(self, line: Line, before: Line | None) -> bool:
        """Whether a line in the place of an abstract is the title of another entry."""
        try:
            found, score = byline.read_scored(line.text, self.vocabulary)
        except byline.UnclearByline:
            return False
        if found.more_authors:
            return True
        follows = before is None or line.gap > 0 or before.text.endswith(_ENDS_SENTENCE)
        return score >= _SURE and (follows or len(found.authors) > 1)

    def _entry(self, lines: Sequence[Line]) -> Entry | Problem:
        title = lines[1] if len(lines) > 1 else None
        try:
            head = self._head(lines[0])
            if title is None:
                raise ValueError(f"no title follows {lines[0].quoted}")
            return entry(self._paper(head, title.text, lines[2:]), lines)
        except byline.UnclearByline as error:
            quoted = title.quoted if title else ""
            return problem(self.source, lines, f"{quoted} cannot be told from its authors: {error}")
        except ValueError as error:
            behind = f"; {title.quoted} is left out" if title else ""
            return problem(self.source, lines, f"{error}{behind}")

    def _head(self, line: Line) -> _Head:
        """Raises ValueError, with a sentence, for what is no date or none that can be."""
        found = _DATE.fullmatch(line.text)
        if found is None:
            raise ValueError(f"{line.quoted} is no subject with a date such as “CLDec 17, 2019”")
        year = int(found["year"] or self.year_taken)
        if not _OLDEST <= year <= self.year_taken:
            raise ValueError(f"{line.quoted} is not of the years {_OLDEST} to {self.year_taken}")
        month = _MONTHS.index(found["month"]) + 1
        try:
            published = date(year, month, int(found["day"]))
        except ValueError:
            raise ValueError(f"{line.quoted} is no day of the calendar of {year}") from None
        return _Head(found["area"], published, has_code=bool(found["code"]))

    def _paper(self, head: _Head, title: str, abstract: Sequence[Line]) -> Paper:
        found = byline.read(title, self.vocabulary)
        text = readable(" ".join(line.text for line in abstract))
        urls = links_in(text)
        shown = readable(found.title)
        return Paper(
            id=paper_id(shown),
            title=shown,
            abstract=text,
            authors=found.authors,
            more_authors=found.more_authors,
            area=head.area,
            published=head.published,
            organisations=found.organisations,
            has_code=True if head.has_code or any(map(is_code, urls)) else None,
            urls=urls,
            sources=(self.source,),
        )
