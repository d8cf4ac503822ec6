"""Where a title ends and its first author begins, when a page prints them without a space.

Every place where a name could begin is weighed by what speaks for and against it: the shape
of the names, the last word of the title, and what the rest of the page says about both.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.sources import clues, names
from bot.sources.latex import without_accent_macros
from bot.sources.names import LEADING_PARTICLES, Shape
from bot.sources.vocabulary import Vocabulary

MAX_LENGTH = 1000
"""Characters; a longer line is running text. The longest of 100,000 real ones has 294."""

_MARGIN = 1.0
_FLOOR = -5.0

_ET_AL = re.compile(r",?\s+et\s+al\.?$")
_DOT = re.compile(r"\s+[·•]\s+")
_BEHIND_AUTHORS = re.compile(r"(?:,?\s+et\s+al\.?)?(?:\s+[·•]\s+[^·•]*)?$")
_JUNCTION = re.compile(
    r"(?<=[^\s(\[{“‘/\\@&-])(?=[^\W\d_])"
    rf"(?:(?=[^a-z])|(?=(?:{'|'.join(sorted(LEADING_PARTICLES))})\s\S)|(?=d['’][^\W\d_a-z]))"
)


class UnclearByline(ValueError):
    """The line does not show where its title ends; the text says why, as half a sentence."""


@dataclass(frozen=True, slots=True)
class Byline:
    """A title with its authors; `more_authors` where the line ends in "et al."."""

    title: str
    authors: tuple[str, ...]
    more_authors: bool = False
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to read a byline; of two, the one of higher `score` is the likelier."""

    title: str
    authors: tuple[str, ...]
    score: float


def read(line: str, vocabulary: Vocabulary) -> Byline:
    """The title, the authors and the organisations of a line such as

    `Learning to SeeJane Doe, Li Wu, Ana Paz et al. · mit, meta-ai`

    Raises UnclearByline when no name begins without a space before it, or when two places
    to cut are about as likely.
    """
    return read_scored(line, vocabulary)[0]


def read_scored(line: str, vocabulary: Vocabulary) -> tuple[Byline, float]:
    """As `read`, with the score of the cut, which is higher the surer it is."""
    if len(line) > MAX_LENGTH:
        raise UnclearByline("it is too long for a title with its authors")
    body, organisations = _without_organisations(without_accent_macros(line.strip()), vocabulary)
    body, more = _without_et_al(body)
    cut = best(body, vocabulary, more)
    return Byline(cut.title, cut.authors, more, organisations), cut.score


def vocabulary(texts: Iterable[str], bylines: Iterable[str]) -> Vocabulary:
    """The vocabulary of a page, from its running texts and its lines of title and authors."""
    bodies = [_BEHIND_AUTHORS.sub("", line) for line in bylines]
    return Vocabulary.of([*texts, *map(clear_title, bodies)], bodies)


def _without_organisations(line: str, vocabulary: Vocabulary) -> tuple[str, tuple[str, ...]]:
    """A dot may stand in the title as well: behind the authors, it follows readable authors."""
    dots = list(_DOT.finditer(line))
    if not dots:
        return line.rstrip(" ·•"), ()
    before, after = line[: dots[-1].start()], line[dots[-1].end() :]
    if not _ET_AL.search(before):
        try:
            best(before, vocabulary, more=False)
        except UnclearByline:
            return line, ()
    return before, tuple(filter(None, map(str.strip, after.split(","))))


def _without_et_al(body: str) -> tuple[str, bool]:
    shorter = _ET_AL.sub("", body)
    return shorter, shorter != body


def best(body: str, vocabulary: Vocabulary, more: bool) -> Cut:
    """The likeliest cut of a title with its authors, nothing behind them.

    `more` says that the authors were cut short. Raises UnclearByline as `read` does.
    """
    cuts = sorted(_cuts(body, vocabulary, more), key=lambda cut: -cut.score)
    if not cuts or cuts[0].score < _FLOOR:
        raise UnclearByline("no author can be made out behind the title")
    if len(cuts) > 1 and cuts[0].score - cuts[1].score < _MARGIN:
        one, other = cuts[0].authors[0], cuts[1].authors[0]
        raise UnclearByline(f"the first author may be “{one}” or “{other}”")
    return cuts[0]


def clear_title(body: str) -> str:
    """The beginning of a byline that is title whatever the cut: up to the first place to cut."""
    first = next(_places(body), None)
    return body[: first[0]].rpartition(" ")[0] if first else ""


def _places(body: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    for junction in _JUNCTION.finditer(body):
        authors = tuple(body[junction.start() :].split(", "))
        if all(map(names.may_be_name, authors)) and _may_open(authors[0]):
            yield junction.start(), authors


def _may_open(name: str) -> bool:
    if names.is_group(name):
        return True
    found = names.shapes(name)
    if Shape.LOWER in found:
        return False
    return Shape.ODD in found or not names.NAMING.isdisjoint(found)


def _cuts(body: str, vocabulary: Vocabulary, more: bool) -> Iterator[Cut]:
    for start, authors in _places(body):
        title = body[:start]
        yield Cut(title, authors, clues.score(title, authors, vocabulary, more))
