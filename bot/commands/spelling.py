"""Interests as people write them, and as the bot writes them back to be typed again."""

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.blocks.text import one_line
from bot.commands.calls import SLASH
from bot.errors import UserError
from bot.library import Library
from bot.store import interests
from recommender import Interest, InterestKind, Paper, written_id
from recommender.text import fold_words, tokens

MAX_TEXT = 200
MIN_WEIGHT, MAX_WEIGHT = 0.1, 10.0

_WEIGHT = re.compile(r"(.*\S)(\s?)([×x*])(\s?)(\d+(?:[.,]\d+)?)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_QUOTES = str.maketrans("“”„«»", '"""""')


def parse_interests(text: str, *, muted: bool = False) -> list[Interest]:
    """The interests in a list with commas (none inside double quotes).

    Each is a word, a phrase, or a name behind ``author:``, ``area:``, ``org:`` or ``paper:``, and
    perhaps a weight behind it: ``×2``, ``x2`` or ``*2``; double quotes keep such an end as words.
    Raises UserError for one that is empty, too long or without a word to look for.
    """
    return [parse_interest(part, muted=muted) for part in split(text)]


def parse_interest(text: str, *, muted: bool = False) -> Interest:
    """One interest; see `parse_interests`."""
    line = one_line(text)
    line, weight = _weighed(line)
    kind, written = _kind(line)
    value = " ".join(written.translate(_QUOTES).replace('"', " ").split())
    if not value and kind is not InterestKind.KEYWORD:
        raise UserError(f"“{kind}:” needs a name behind it, such as author:Hervé Jégou.")
    if not value:
        raise UserError("Which interest? Write words to look for, such as vector search ×2.")
    if len(value) > MAX_TEXT:
        raise UserError(f"An interest is at most {MAX_TEXT} characters; “{value[:40]}…” is longer.")
    if not (tokens(value) if kind is InterestKind.KEYWORD else fold_words(value)):
        raise UserError(f"“{value[:40]}” has no word that could be found in a paper.")
    if kind is InterestKind.PAPER:
        value = written_id(value) or value
    return Interest(value, weight, muted, kind)


def parse_weight(text: str) -> float:
    """A weight, rounded to hundredths. Raises UserError when it is none, or out of range."""
    try:
        weight = round(float(text.strip("×xX*").replace(",", ".")), 2)
    except (ValueError, OverflowError):
        weight = 0.0
    if not MIN_WEIGHT <= weight <= MAX_WEIGHT:
        raise UserError(
            f"A weight is a number from {MIN_WEIGHT:g} to {MAX_WEIGHT:g}, "
            "such as the 2 of vector search ×2."
        )
    return weight


def split(text: str) -> list[str]:
    """The parts between commas that stand outside double quotes; empty ones are left out."""
    parts, quoted = [""], False
    for character in text.translate(_QUOTES):
        quoted ^= character == '"'
        if character in ",\n" and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    if quoted:
        raise UserError("A quotation mark is left open: close it, or leave it out.")
    return [part.strip() for part in parts if part.strip()]


def under_own_id(library: Library, interest: Interest) -> Interest:
    """A liked paper under the id by which it goes, where another of its ids names it."""
    paper = _liked(library, interest)
    return replace(interest, text=paper.id) if paper else interest


def each_once(several: Iterable[Interest]) -> list[Interest]:
    """Of those that people would call the same only one, in the first one's place: the last."""
    return list({(one.kind, interests.key(one)): one for one in several}.values())


def label_of(library: Library, interest: Interest) -> str:
    """How people read an interest: a liked paper by its title."""
    paper = _liked(library, interest)
    return f"“{paper.title}”" if paper else interest.label


def _liked(library: Library, interest: Interest) -> Paper | None:
    return library.paper(interest.text) if interest.kind is InterestKind.PAPER else None


def spelled(interest: Interest) -> str:
    """What to type for the same interest, its weight included."""
    prefix = "" if interest.kind is InterestKind.KEYWORD else f"{interest.kind}:"
    # A bare number would be a place in the list.
    is_number = interest.text.isdecimal()
    is_quoted = is_number or "," in interest.text or _weight_of(prefix + interest.text) is not None
    text = f'"{interest.text}"' if is_quoted else interest.text
    weight = f" ×{interest.weight:g}" if interest.weight != 1 else ""
    return f"{prefix}{text}{weight}"


def commands_for(
    verb: str, several: Iterable[Interest], head: str = f"{SLASH} interests", most: int = 2_000
) -> list[str]:
    """What to type to do `verb` to all of these, in commands of about `most` characters."""
    lists: list[str] = []
    for one in map(spelled, several):
        if lists and len(lists[-1]) + len(one) < most:
            lists[-1] += f", {one}"
        else:
            lists.append(one)
    return [f"{head} {verb} {listed}" for listed in lists]


def _weighed(line: str) -> tuple[str, float]:
    """The line without the weight at its end, and that; 1 where there is none.

    Raises UserError for one that is out of range.
    """
    found = _weight_of(line)
    return (line, 1.0) if found is None else (found[1], parse_weight(found[5]))


def _weight_of(line: str) -> re.Match[str] | None:
    """The end of a line such as ``×2``, if it is none of the words.

    Sizes are: "3×3", "3 x 3", and what is larger than any weight behind an x, such as "x86".
    """
    found = _WEIGHT.fullmatch(line)
    if found is None:
        return None
    before, gap, sign, between, number = found.groups()
    is_size = _NUMBER.fullmatch(before.split()[-1]) is not None
    if sign == "×":
        return found if not is_size or (gap and not between) else None
    is_in_range = MIN_WEIGHT <= float(number.replace(",", ".")) <= MAX_WEIGHT
    return found if gap and not is_size and (sign == "*" or is_in_range) else None


def _kind(text: str) -> tuple[InterestKind, str]:
    """The kind that the word before the colon names, and what follows; else a keyword."""
    prefix, colon, rest = text.partition(":")
    named = prefix.strip(' "').lower()
    if colon and named in set(InterestKind) - {InterestKind.KEYWORD}:
        return InterestKind(named), rest
    return InterestKind.KEYWORD, text
