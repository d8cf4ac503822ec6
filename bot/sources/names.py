"""What the name of an author looks like: a person's, or a group's.

Judges shapes only (capitals, initials, particles); it knows no list of people.
"""

import re
from enum import Enum, auto


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


MAX_WORDS = 8
"""More words than this are no name: three of 237,000 real ones have more."""

MAX_LENGTH = 100
"""Characters of a name, those of a group included."""

PARTICLES = _set_of(
    "af al am an auf av bar bat ben bin bint da dal das de degli dei del della dello den der des "
    "di do dos du e el i ibn la las le los op sri st te ten ter til tot ul und ur van vande vander "
    "vom von y zu zum zur 't"
)
LEADING_PARTICLES = PARTICLES - {"am", "an", "e", "i", "und", "y"}
"""The particles that may open a name; the others stand inside one ("y Gasset")."""

_PREFIXES = _set_of(
    "al ap ben bin d da dal de del della den der des di do dos du el fitz l la las le lo los mac "
    "mc o san st ten ter van vande vanden vander ver von zu"
)
_GROUP_WORDS = _set_of(
    "alliance collaboration collaborations committee community consortium contributors "
    "foundation group initiative institute lab laboratory labs project society team teams "
    "workshop"
)
_GROUP_LINKS = _set_of("and at behalf for in of on the")
_SUFFIXES = _set_of("jr jr. sr sr. ii iii iv phd ph.d.")

_APOSTROPHES = "'’ʼ`´"
_WRAPPING = '()"“”*'
_INITIAL = re.compile(r"-?A\.?|(?:A\.-?){1,4}A?|A-A\.?|Aa{1,2}\.")
_PLAIN = re.compile(r"Aa+'?|[Aa]{1,2}'Aa+|Aa+'A?a+")
_CAMEL = re.compile(r"(?:Aa+){2,}|(?:Aa+)+A{2,}|a'?AaAa+|A'AaAa+")
_CAPITALS = re.compile(r"A{2,}")
_LOWER = re.compile(r"a+(?:'a*)?")
_ALIEN = re.compile(r"[^\w\s.'’ʼ`´()\"“”*–-]|_")


class Shape(Enum):
    """What one word of a name looks like, the oddest last."""

    PLAIN = auto()
    INITIAL = auto()
    PARTICLE = auto()
    SUFFIX = auto()
    PREFIXED = auto()
    GROUP = auto()
    CAPITALS = auto()
    CAMEL = auto()
    LOWER = auto()
    ODD = auto()


NAMING = frozenset({Shape.PLAIN, Shape.PREFIXED, Shape.CAPITALS, Shape.CAMEL})
"""Shapes of words that can carry a name; initials and particles alone are none."""


def outline(word: str) -> str:
    """The word with A for a capital, a for any other letter, 0 for a digit, ' for an apostrophe."""
    return "".join(map(_outline, word))


def _outline(char: str) -> str:
    if char.isalpha():
        return "A" if char.isupper() or char.istitle() else "a"
    if char.isdigit():
        return "0"
    return "'" if char in _APOSTROPHES else char


def shape(word: str) -> Shape:
    """The shape of one word; of a hyphenated word, that of its oddest part."""
    folded = word.casefold()
    if folded in _SUFFIXES:
        return Shape.SUFFIX
    if folded in _GROUP_WORDS:
        return Shape.GROUP
    if word in PARTICLES:
        return Shape.PARTICLE
    if _INITIAL.fullmatch(outline(word)):
        return Shape.INITIAL
    parts = re.split("[-–]", word.strip(_WRAPPING))
    if len(parts) > 1:
        return max(map(_hyphenated, parts), key=lambda found: found.value)
    return _simple(parts[0])


def _hyphenated(part: str) -> Shape:
    found = _simple(part)
    return Shape.PLAIN if found is Shape.LOWER or _INITIAL.fullmatch(outline(part)) else found


def _simple(part: str) -> Shape:
    drawn = outline(part)
    if _PLAIN.fullmatch(drawn):
        return Shape.PLAIN
    if _CAMEL.fullmatch(drawn):
        return Shape.PREFIXED if _has_prefix(part, drawn) else Shape.CAMEL
    if _CAPITALS.fullmatch(drawn):
        return Shape.CAPITALS
    return Shape.LOWER if _LOWER.fullmatch(drawn) else Shape.ODD


def _has_prefix(part: str, drawn: str) -> bool:
    second = drawn.index("A", 1)
    return part[:second].casefold().strip(_APOSTROPHES) in _PREFIXES


def shapes(name: str) -> list[Shape]:
    """The shapes of the words of a name, in their order."""
    return [shape(word) for word in name.split()]


def is_group(name: str) -> bool:
    """Whether the text names a group: "FAIR CodeGen team", "Team GLM"."""
    found = [shape(word) for word in name.split() if word not in _GROUP_LINKS]
    return len(found) > 1 and Shape.GROUP in (found[0], found[-1]) and Shape.LOWER not in found


def may_be_name(name: str) -> bool:
    """Whether a text that commas set apart can be an author at all; generous."""
    if len(name) > MAX_LENGTH:
        return False
    found = shapes(name)
    if not 0 < len(found) <= MAX_WORDS or _ALIEN.search(name) or _is_torn(name):
        return False
    if name.endswith(".") and found[-1] not in (Shape.INITIAL, Shape.SUFFIX):
        return False
    if found[-1] is Shape.PARTICLE or set(found) <= {Shape.INITIAL, Shape.PARTICLE, Shape.SUFFIX}:
        return False
    return found != [Shape.GROUP]


def _is_torn(name: str) -> bool:
    return name.count("(") != name.count(")")


def is_clean(name: str) -> bool:
    """Whether the text is surely shaped as a name: "Antony D'Avirro", "Qwen Team"."""
    if not may_be_name(name):
        return False
    found = shapes(name)
    if is_group(name):
        return True
    if Shape.LOWER in found or Shape.ODD in found:
        return False
    return not NAMING.isdisjoint(found)
