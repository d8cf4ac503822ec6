"""What speaks for and against one place to cut a title from its authors, and how much."""

import re
from collections.abc import Iterator
from enum import Enum, auto

from bot.sources import names
from bot.sources.names import Shape, outline
from bot.sources.vocabulary import Vocabulary, last_word

SHOWN = 3
"""How many authors these pages show before "et al."."""

_LONG_CAMEL = 10
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
    HOLDS_STEP = auto()
    ENDS_IN_SIGN = auto()
    ENDS_IN_INITIAL = auto()
    SPLITS_KNOWN_WORD = auto()
    SPLITS_CAPITALS = auto()
    TITLE_SWALLOWS_NAME = auto()
    AUTHOR_SEEN = auto()
    GIVEN_NAME_SEEN = auto()
    ONE_WORD = auto()
    ALONE = auto()
    MANY_WORDS = auto()
    INITIAL_FIRST = auto()
    PARTICLE_FIRST = auto()
    PARTICLE_BEHIND_UNKNOWN_WORD = auto()
    CAPITALS = auto()
    CAMEL = auto()
    LONG_CAMEL = auto()
    ODD = auto()
    ORDINARY_WORD = auto()
    LATER_ODD = auto()
    NOT_AS_MANY_AS_SHOWN = auto()


# Natural logarithms of odds, from a conditional logit over 32,000 real titles glued to their
# authors, rounded; where the sample holds too few cases, set by hand. On 16,000 others, in pages
# of 30: 99.7 % right, 0.04 % wrong, the rest reported as unclear.
_WEIGHTS = {
    Clue.ENDS_IN_KNOWN_WORD: 1.0,
    Clue.ENDS_LIKE_KNOWN_WORD: 1.0,
    Clue.ENDS_IN_STUMP: -2.0,
    Clue.ENDS_IN_CAPITAL: -1.5,
    Clue.ENDS_IN_STEP: -2.5,
    Clue.ENDS_IN_STEP_FROM_LOWER_CASE: -1.5,
    Clue.HIDES_JOINT: -2.0,
    Clue.HOLDS_STEP: -1.0,
    Clue.ENDS_IN_SIGN: -2.5,
    Clue.ENDS_IN_INITIAL: -2.0,
    Clue.SPLITS_KNOWN_WORD: -4.0,
    Clue.SPLITS_CAPITALS: -3.0,
    Clue.TITLE_SWALLOWS_NAME: -3.5,
    Clue.AUTHOR_SEEN: 2.0,
    Clue.GIVEN_NAME_SEEN: 0.5,
    Clue.ONE_WORD: -4.5,
    Clue.ALONE: -2.0,
    Clue.MANY_WORDS: -0.5,
    Clue.INITIAL_FIRST: -1.0,
    Clue.PARTICLE_FIRST: -5.5,
    Clue.PARTICLE_BEHIND_UNKNOWN_WORD: -2.0,
    Clue.CAPITALS: -0.5,
    Clue.CAMEL: -3.0,
    Clue.LONG_CAMEL: -1.0,
    Clue.ODD: -6.0,
    Clue.ORDINARY_WORD: -1.0,
    Clue.LATER_ODD: -3.0,
    Clue.NOT_AS_MANY_AS_SHOWN: -1.5,
}


def score(title: str, authors: tuple[str, ...], vocabulary: Vocabulary, more: bool) -> float:
    """How likely the title ends here and these are its authors: a logarithm of odds.

    `more` says that the authors were cut short. Neither title nor authors may be empty.
    """
    clues = [
        *_title_clues(title, vocabulary),
        *_joint_clues(title, authors[0], vocabulary),
        *_author_clues(authors[0], vocabulary),
        *_list_clues(authors, more),
    ]
    return sum(_WEIGHTS[clue] for clue in clues)


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
    joints = [_joint(word, vocabulary) for word in title.split()[-names.MAX_WORDS :]]
    if Clue.HIDES_JOINT in joints:
        yield Clue.HIDES_JOINT
    elif Clue.HOLDS_STEP in joints[:-1]:
        yield Clue.HOLDS_STEP
    yield from _swallowed_clues(title)


def _joint(word: str, vocabulary: Vocabulary) -> Clue | None:
    """Whether a title's word is one glued to a name, "ModelsFAIR", rather than a "GitHub"."""
    drawn = outline(word)
    if "aA" not in drawn or vocabulary.knows(last_word(word)):
        return None
    before = (last_word(word[: step.start()]) for step in _STEP.finditer(drawn))
    hides = any(len(left) > 2 and vocabulary.knows(left) for left in before)
    return Clue.HIDES_JOINT if hides else Clue.HOLDS_STEP


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
    if left[-1:].isupper() and outline(right).startswith("AA"):
        yield Clue.SPLITS_CAPITALS
    if right[0].islower() and not vocabulary.knows(last_word(title)):
        yield Clue.PARTICLE_BEHIND_UNKNOWN_WORD


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
    if len(parts) - found.count(Shape.PARTICLE) > 3:
        yield Clue.MANY_WORDS
    for word, seen in zip(parts, found, strict=True):
        if seen is Shape.CAPITALS:
            yield Clue.CAPITALS
        if seen is Shape.CAMEL and len(parts) > 1 and not _uses_camel(word, vocabulary):
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
    if len(authors) == 1 and not more and names.shapes(authors[0]) == [Shape.PLAIN]:
        yield Clue.ALONE
