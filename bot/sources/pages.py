"""A page of text as numbered lines, and what was read from it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.sources.records import Problem, Record
from recommender import Paper

_LINE_END = re.compile(r"\r\n|\n|\r")
_QUOTED_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its number from 1, its text, and the blank lines before it.

    The text is without spaces at its ends; other white space and control characters in it
    are single spaces.
    """

    number: int
    text: str
    gap: int

    @property
    def quoted(self) -> str:
        """Its beginning, in quotation marks, for a sentence about it."""
        cut = self.text[:_QUOTED_LENGTH].rstrip()
        return f"“{cut}…”" if len(self.text) > _QUOTED_LENGTH else f"“{cut}”"


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper, and the first and the last line of the page that tell of it."""

    paper: Paper
    line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one page holds, in its order; every line that is not blank belongs to one part.

    `heading` are the numbers of lines that speak of the page as a whole.
    """

    source: str
    found: tuple[Entry | Problem, ...]
    heading: tuple[int, ...] = ()

    @property
    def entries(self) -> tuple[Paper, ...]:
        """The papers that could be read; one that the page lists twice is here twice."""
        return tuple(part.paper for part in self.found if isinstance(part, Entry))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read."""
        return tuple(part for part in self.found if isinstance(part, Problem))

    @property
    def records(self) -> Iterator[Record]:
        """Papers and problems as they come on the page."""
        return (part.paper if isinstance(part, Entry) else part for part in self.found)

    def accounted_lines(self) -> set[int]:
        """The numbers of all lines that an entry, a problem or the heading is about."""
        lines = set(self.heading)
        for part in self.found:
            last = part.last_line if isinstance(part, Entry) else part.line + part.lines - 1
            lines.update(range(part.line, last + 1))
        return lines


def lines_of(text: str) -> list[Line]:
    """The lines that are not blank, whatever the line ends, also mixed; no byte order mark."""
    lines, gap = [], 0
    for number, raw in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), 1):
        clean = one_line(raw)
        if clean:
            lines.append(Line(number, clean, gap))
        gap = 0 if clean else gap + 1
    return lines


def one_line(text: str) -> str:
    """The text without control characters, and with single spaces only."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def problem(source: str, lines: Sequence[Line], text: str) -> Problem:
    """A problem about these lines; there is at least one."""
    return Problem(source, lines[0].number, text, lines[-1].number - lines[0].number + 1)


def entry(paper: Paper, lines: Sequence[Line]) -> Entry:
    """A paper that these lines tell of; there is at least one."""
    return Entry(paper, lines[0].number, lines[-1].number)


def without_repeats(source: str, lines: Iterable[Line]) -> tuple[list[Line], list[Problem]]:
    """The lines without those that repeat the one before, and a problem for each of these."""
    kept: list[Line] = []
    problems = []
    for line in lines:
        if kept and line.text == kept[-1].text:
            problems.append(problem(source, [line], "it repeats the line before it"))
        else:
            kept.append(line)
    return kept, problems


def in_order(parts: Iterable[Entry | Problem]) -> tuple[Entry | Problem, ...]:
    """The parts as they come on the page."""
    return tuple(sorted(parts, key=lambda part: part.line))
