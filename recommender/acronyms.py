"""Acronyms and what they stand for, where the papers themselves say so: "language model (LM)"."""

import re
from collections.abc import Iterator, Sequence

from recommender.facets import Facet, Rule
from recommender.models import Paper
from recommender.text import STOP_WORDS, Phrase, fold_words, words

_BRACKETED = re.compile(r"\(([A-Z][A-Za-z0-9]{1,9})\)")
# So much of what stands before a bracket is looked at: six words of average length or more.
_BEFORE = 100
_SAID_BY_NUMBERS = {"2": "to", "4": "for"}

CLEAR = 0.8
"""Of the papers that say what an acronym stands for so many must agree."""

SPELLED_OUT = 0.1
"""Of the papers that use it so many must say so: others use it as a word of its own."""

LONGEST = 6
"""Words that an acronym stands for, at most."""

Parts = tuple[str | None, ...]
"""Terms one after another, None for a stop word."""


def _said(paper: Paper) -> tuple[str, ...]:
    """What a paper says of acronyms, each as "term=term term …", a stop word as "_"."""
    found = (said for text in (paper.title, paper.abstract) for said in _said_in(text))
    return tuple(found)


def _said_in(text: str) -> Iterator[str]:
    for found in _BRACKETED.finditer(text):
        short = found[1].removesuffix("s")
        if sum(letter.isupper() for letter in short) < 2:
            continue
        before = fold_words(text[max(0, found.start() - _BEFORE) : found.start()])
        meant = _initialled(short.lower(), before)
        (term,) = _parts([short])
        parts = _parts(meant)
        if term and 1 < len(parts) <= LONGEST and parts[0] and parts[-1]:
            yield f"{term}={_key(parts)}"


def _initialled(short: str, before: Sequence[str]) -> list[str]:
    """The last words whose initials are the acronym, stop words passed over; or none."""
    at = len(before)
    for letter in reversed(short):
        at -= 1
        while at > 0 and not _begins(before[at], letter) and before[at] in STOP_WORDS:
            at -= 1
        if at < 0 or not _begins(before[at], letter):
            return []
    return list(before[at:])


def _begins(word: str, letter: str) -> bool:
    return word.startswith(letter) or word == _SAID_BY_NUMBERS.get(letter)


def _parts(several: Sequence[str]) -> Parts:
    return tuple(part for word in words(" ".join(several)) for part in word.parts)


def _key(parts: Sequence[str | None]) -> str:
    return " ".join(part or "_" for part in parts)


def _keys(said: str) -> tuple[str, str]:
    """What a saying is looked up by: the acronym, and "=" with what it stands for."""
    short, _, meant = said.partition("=")
    return short, "=" + meant


RULE = Rule(_said, str, _keys, lambda typed: [(typed,)], str.__eq__)
"""How what papers say of acronyms becomes a facet of theirs."""


def meaning(said: Facet, term: str, holders: int) -> Parts:
    """The terms that an acronym stands for, which `holders` papers use; none if it is not clear."""
    counts = _counts(said, term)
    total = sum(counts.values())
    if total < max(SPELLED_OUT * holders, 1):
        return ()
    clearest = max(counts, key=lambda each: (counts[each], each))
    if counts[clearest] < CLEAR * total:
        return ()
    _, _, meant = clearest.partition("=")
    return tuple(None if part == "_" else part for part in meant.split())


def acronyms(said: Facet, parts: Sequence[str | None]) -> list[str]:
    """The acronyms that some paper gives the terms, the most frequent first, clear or not."""
    counts = _counts(said, "=" + _key(parts))
    ordered = sorted(counts, key=lambda each: (-counts[each], each))
    return [each.partition("=")[0] for each in ordered]


def as_phrase(parts: Parts) -> Phrase:
    """The terms as a phrase; neither the first nor the last is None."""
    placed = [(at, part) for at, part in enumerate(parts) if part]
    return Phrase(tuple(part for _, part in placed), tuple(at for at, _ in placed))


def _counts(said: Facet, key: str) -> dict[str, int]:
    """By how many papers each saying with that key is said."""
    row = said.keys.find(key)
    members = said.members[row] if row >= 0 else ()
    counts = {said.values[int(each)]: len(said.docs[int(each)]) for each in members}
    return {each: count for each, count in counts.items() if count}
