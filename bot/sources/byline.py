"""Where a title ends and its first author begins, when a page prints them without a space.

Every place where a name could begin is weighed by what speaks for and against it: the shape
of the names, the last word of the title, and what the rest of the page says about both.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bot.sources import names
from bot.sources.latex import without_accent_macros
from bot.sources.names import LEADING_PARTICLES, Shape, outline
from bot.sources.vocabulary import Vocabulary, last_word

MAX_LENGTH = 1000
"""Characters; a longer line is running text. The longest of 100,000 real bylines has 391."""

SHOWN = 3
"""How many authors these pages show before "et al."."""

_MARGIN = 1.0
_FLOOR = -5.0
_LONG_CAMEL = 10

_ET_AL = re.compile(r",?\s+et\s+al\.?$")
_DOT = re.compile(r"\s+[·•]\s+")
_JUNCTION = re.compile(
    r"(?<=[^\s(\[{“‘/\\@&-])(?=[^\W\d_])"
    rf"(?:(?=[^a-z])|(?=(?:{'|'.join(sorted(LEADING_PARTICLES))})\s\S)|(?=d['’][^\W\d_a-z]))"
)
_STEP = re.compile(r"(?<=[^A])A")
_BEHIND_INITIAL = re.compile(r"(?:^|[^A])A\.$|(?:^|[^Aa])[Aa]'$")


class Clue(Enum):
    """What speaks for or against one place to cut."""

    ENDS_IN_KNOWN_WORD = auto()
    ENDS_LIKE_KNOWN_WORD = auto()
    ENDS_IN_STUMP = auto()
    ENDS_IN_CAPITAL = auto()
    ENDS_IN_STEP = auto()
    ENDS_IN_STEP_FROM_LOWER_CASE = auto()
    HIDES_JOINT = auto()
    ENDS_IN_SIGN = auto()
    ENDS_IN_INITIAL = auto()
    SPLITS_KNOWN_WORD = auto()
    TITLE_SWALLOWS_NAME = auto()
    AUTHOR_SEEN = auto()
    GIVEN_NAME_SEEN = auto()
    ONE_WORD = auto()
    ALONE = auto()
    MANY_WORDS = auto()
    INITIAL_FIRST = auto()
    PARTICLE_FIRST = auto()
    CAPITALS = auto()
    CAMEL = auto()
    LONG_CAMEL = auto()
    ODD = auto()
    ORDINARY_WORD = auto()
    LATER_ODD = auto()
    NOT_AS_MANY_AS_SHOWN = auto()


# Natural logarithms of odds, from a conditional logit over 32,000 real titles glued to their
# authors, rounded; where the sample holds no case, set by hand. On 15,000 others: 99.8 % right,
# 0.02 % wrong, the rest too close to call.
_WEIGHTS = {
    Clue.ENDS_IN_KNOWN_WORD: 1.0,
    Clue.ENDS_LIKE_KNOWN_WORD: 1.0,
    Clue.ENDS_IN_STUMP: -2.0,
    Clue.ENDS_IN_CAPITAL: -1.5,
    Clue.ENDS_IN_STEP: -2.5,
    Clue.ENDS_IN_STEP_FROM_LOWER_CASE: -1.5,
    Clue.HIDES_JOINT: -2.0,
    Clue.ENDS_IN_SIGN: -2.5,
    Clue.ENDS_IN_INITIAL: -2.0,
    Clue.SPLITS_KNOWN_WORD: -4.0,
    Clue.TITLE_SWALLOWS_NAME: -3.5,
    Clue.AUTHOR_SEEN: 2.0,
    Clue.GIVEN_NAME_SEEN: 0.5,
    Clue.ONE_WORD: -4.5,
    Clue.ALONE: -2.0,
    Clue.MANY_WORDS: -0.5,
    Clue.INITIAL_FIRST: -1.0,
    Clue.PARTICLE_FIRST: -5.5,
    Clue.CAPITALS: -0.5,
    Clue.CAMEL: -3.0,
    Clue.LONG_CAMEL: -1.0,
    Clue.ODD: -6.0,
    Clue.ORDINARY_WORD: -1.0,
    Clue.LATER_ODD: -3.0,
    Clue.NOT_AS_MANY_AS_SHOWN: -1.5,
}


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
    bodies = [_without_et_al(_DOT.split(line)[0])[0] for line in bylines]
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
        if _may_open(authors[0]) and all(map(names.may_be_name, authors)):
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
        clues = [
            *_title_clues(body[:start], vocabulary),
            *_joint_clues(body[:start], authors[0], vocabulary),
            *_author_clues(authors[0], vocabulary),
            *_list_clues(authors, more),
        ]
        yield Cut(body[:start], authors, sum(_WEIGHTS[clue] for clue in clues))


def _title_clues(title: str, vocabulary: Vocabulary) -> Iterator[Clue]:
    drawn = outline(title.split()[-1])
    word = last_word(title)
    if vocabulary.knows(word):
        yield Clue.ENDS_IN_KNOWN_WORD
    else:
        if vocabulary.knows_like(word):
            yield Clue.ENDS_LIKE_KNOWN_WORD
        yield from _unknown_ending_clues(title.split()[-1], vocabulary)
    if drawn[-1] not in "Aa0?!)]}\"”'’%$+":
        yield Clue.ENDS_IN_SIGN
    if _BEHIND_INITIAL.search(drawn):
        yield Clue.ENDS_IN_INITIAL
    if any(_hides_joint(word, vocabulary) for word in title.split()[-names.MAX_WORDS :]):
        yield Clue.HIDES_JOINT
    yield from _swallowed_clues(title)


def _hides_joint(word: str, vocabulary: Vocabulary) -> bool:
    """Whether an unknown word begins with a known one: "ModelsFAIR", but for "GitHub"."""
    drawn = outline(word)
    if "aA" not in drawn or vocabulary.knows(last_word(word)):
        return False
    before = (last_word(word[: step.start()]) for step in _STEP.finditer(drawn))
    return any(len(left) > 2 and vocabulary.knows(left) for left in before)


def _unknown_ending_clues(ending: str, vocabulary: Vocabulary) -> Iterator[Clue]:
    drawn = outline(ending)
    if len(last_word(ending).rpartition("-")[2]) <= 2:
        yield Clue.ENDS_IN_STUMP
    if drawn.endswith("A"):
        yield Clue.ENDS_IN_CAPITAL
    if "aA" in drawn:
        yield Clue.ENDS_IN_STEP
        if drawn.startswith("aa"):
            yield Clue.ENDS_IN_STEP_FROM_LOWER_CASE


def _swallowed_clues(title: str) -> Iterator[Clue]:
    """What a comma sets apart in the title, and could be an author or the beginning of one."""
    tail = title.split(", ")[1:]
    if tail and len(tail[-1].split()) <= 3 and all(word[0].isupper() for word in tail[-1].split()):
        yield Clue.TITLE_SWALLOWS_NAME


def _joint_clues(title: str, name: str, vocabulary: Vocabulary) -> Iterator[Clue]:
    left, right = title.split()[-1].lstrip("([\"“'‘"), name.split()[0].rstrip(".")
    joined = left + right, left.rpartition("-")[2] + right.partition("-")[0]
    if any(word.casefold() in vocabulary.known for word in joined):
        yield Clue.SPLITS_KNOWN_WORD


def _author_clues(name: str, vocabulary: Vocabulary) -> Iterator[Clue]:
    parts, found = name.split(), names.shapes(name)
    if name in vocabulary.authors:
        yield Clue.AUTHOR_SEEN
    elif len(parts) > 1 and parts[0] in vocabulary.given:
        yield Clue.GIVEN_NAME_SEEN
    if len(parts) == 1:
        yield Clue.ONE_WORD
    if found[0] is Shape.INITIAL:
        yield Clue.INITIAL_FIRST
    if parts[0][0].islower():
        yield Clue.PARTICLE_FIRST
    if not names.is_group(name):
        yield from _person_clues(parts, found, vocabulary)


def _person_clues(parts: list[str], found: list[Shape], vocabulary: Vocabulary) -> Iterator[Clue]:
    if len(parts) > 3:
        yield Clue.MANY_WORDS
    for word, seen in zip(parts, found, strict=True):
        if seen is Shape.CAPITALS:
            yield Clue.CAPITALS
        if seen is Shape.CAMEL and not _uses_camel(word, vocabulary):
            yield from [Clue.CAMEL] * outline(word).count("aA")
            if len(word) > _LONG_CAMEL:
                yield Clue.LONG_CAMEL
        if seen is Shape.ODD:
            yield Clue.ODD
        if len(parts) > 1 and len(word) > 3 and word.casefold() in vocabulary.ordinary:
            yield Clue.ORDINARY_WORD


def _uses_camel(word: str, vocabulary: Vocabulary) -> bool:
    return any("aA" in outline(part) and vocabulary.knows(part) for part in word.split("-"))


def _list_clues(authors: tuple[str, ...], more: bool) -> Iterator[Clue]:
    for name in authors[1:]:
        if not names.is_clean(name):
            yield Clue.LATER_ODD
    if more and len(authors) != SHOWN:
        yield Clue.NOT_AS_MANY_AS_SHOWN
    if len(authors) == 1 and not more and " " not in authors[0]:
        yield Clue.ALONE
