"""Pages of one person's papers, "Collaborating Authors": a title, where it appeared, an abstract.

seeds/README.md tells the format line by line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.sources.latex import readable
from bot.sources.links import is_code, links_in
from bot.sources.names import is_clean
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
from recommender import Paper, paper_id

_GOTO = "goto"
_HEADING = "collaborating authors"
_SENTENCE_END = (".", "?", "!", ":", ";", ",")
MAX_TITLE = 300
"""Characters; a longer line is an abstract. The longest of 100,000 real titles has 274."""
MAX_VENUE = 100
"""Characters; a longer line is no venue."""


def is_collaborators_page(text: str) -> bool:
    """Whether the page begins as these do, one line of its heading missing at most."""
    return bool(_heading(lines_of(text)[:3]))


def parse_collaborators(text: str, source: str) -> Parsed:
    """The papers of the person whom the heading names, the only author that the page tells.

    Dates, subjects and other authors are unknown. What cannot be read is a problem with its
    line; nothing raises.
    """
    lines, repeats = without_repeats(source, lines_of(text))
    heading = _heading(lines[:3])
    body = lines[len(heading) :]
    layout = _Layout.of(body)
    person = _person(body, layout)
    page = _Page(source, person, layout)
    named = heading + (body[:1] if person else [])
    parts = [*repeats, *page.parts(body[1:] if person else body)]
    if not person:
        parts.append(_nobody(source, lines))
    return Parsed(source, in_order(parts), tuple(line.number for line in named))


def _heading(lines: Sequence[Line]) -> list[Line]:
    """The lines at the top that are the same on every such page."""
    found = []
    for line, wanted in zip(lines, ((_GOTO, _HEADING), (_HEADING,)), strict=False):
        if line.text.casefold() not in wanted:
            break
        found.append(line)
        if line.text.casefold() == _HEADING:
            break
    return found


def _nobody(source: str, lines: Sequence[Line]) -> Problem:
    text = (
        "the heading names no person such as “Doe, Jane”: the authors of these papers are unknown"
    )
    return Problem(source, lines[0].number if lines else 1, text)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which lines say where a paper appeared: they tell where each entry begins."""

    venues: frozenset[str]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "_Layout":
        """A venue is a short line behind a title that two blank lines or more set apart."""
        return cls(
            frozenset(
                venue.text
                for title, venue in pairwise(lines)
                if title.gap > 1 and venue.gap <= 1 and _may_be_venue(venue)
            )
        )

    def title_places(self, lines: Sequence[Line]) -> list[int]:
        """The places of the titles that a venue follows."""
        pairs = enumerate(pairwise(lines))
        return [at for at, (title, venue) in pairs if self._is_title(title, venue)]

    def _is_title(self, title: Line, venue: Line) -> bool:
        if venue.text not in self.venues or title.text in self.venues:
            return False
        return len(title.text) <= MAX_TITLE and (venue.gap <= 1 or _may_be_title(title))


def _may_be_venue(line: Line) -> bool:
    return len(line.text) <= MAX_VENUE and not line.text.endswith(_SENTENCE_END)


def _may_be_title(line: Line) -> bool:
    return len(line.text) <= MAX_TITLE and not line.text.endswith(".")


def _person(body: Sequence[Line], layout: _Layout) -> str | None:
    """The name on the first line, "Jégou, Hervé" in its usual order; None if that is a title."""
    if not body or 0 in layout.title_places(body[:2]):
        return None
    family, comma, given = (part.strip() for part in body[0].text.partition(","))
    name = f"{given} {family}".strip()
    is_whole = is_clean(name) and bool(comma) == bool(given)
    return name if is_whole and body[0].text not in layout.venues else None


@dataclass(frozen=True, slots=True)
class _Page:
    """What the entries of one page share."""

    source: str
    person: str | None
    layout: _Layout

    def parts(self, lines: Sequence[Line]) -> Iterator[Entry | Problem]:
        """Entries from title to title; blank lines show where one without title or venue is."""
        starts = self.layout.title_places(lines)
        for start, end in zip([0, *starts], [*starts, len(lines)], strict=True):
            if start < end:
                yield from self._block(lines[start:end], has_title=start in starts)

    def _block(self, lines: Sequence[Line], *, has_title: bool) -> Iterator[Entry | Problem]:
        pieces = list(_pieces(lines[2:] if has_title else lines))
        if has_title:
            told = list(lines[:2])
            if pieces and (pieces[0][0].gap <= 1 or not self._is_stray(pieces[0])):
                told += pieces.pop(0)
            yield entry(self._paper(told[0].text, told[1].text, told[2:]), told)
        while pieces:
            piece = pieces.pop(0)
            if pieces and len(piece) == 1 and _may_be_title(piece[0]):
                piece += pieces.pop(0)
            yield problem(self.source, piece, self._lack(piece))

    def _is_stray(self, piece: Sequence[Line]) -> bool:
        return len(piece) > 1 or _may_be_title(piece[0])

    def _lack(self, piece: Sequence[Line]) -> str:
        if piece[0].text in self.layout.venues:
            return f"no title stands before {piece[0].quoted}"
        return f"no title with the place where it appeared: {piece[0].quoted}"

    def _paper(self, title: str, venue: str, abstract: Sequence[Line]) -> Paper:
        text = readable(" ".join(line.text for line in abstract))
        urls = links_in(text)
        shown = readable(title)
        return Paper(
            id=paper_id(shown),
            title=shown,
            abstract=text,
            authors=(self.person,) if self.person else (),
            more_authors=True,
            venue=venue,
            has_code=True if any(map(is_code, urls)) else None,
            urls=urls,
            sources=(self.source,),
        )


def _pieces(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Stretches of lines with at most one blank line between each two."""
    piece: list[Line] = []
    for at, line in enumerate(lines):
        if at and line.gap > 1:
            yield piece
            piece = []
        piece.append(line)
    if piece:
        yield piece
