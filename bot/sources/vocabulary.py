"""The words and the names that one page uses: what tells a title's last word from a name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.sources.names import is_clean

_WORD = re.compile(r"[^\W_](?:[\w+.'’/-]*[\w+])?")
_ROMAN = re.compile(r"[IVX]+")
_ENDINGS = 3
"""Letters of inflection: "memorization" is like "memorize", "factuality" like "factual"."""


def words(text: str) -> list[str]:
    """The words of a text as it spells them; "SWE-RL" and "wav2letter++" are one word each."""
    return _WORD.findall(text)


def last_word(text: str) -> str:
    """The last word, or an empty text where there is none."""
    last = text.split()[-1:]
    return (words(last[0]) or [""])[-1] if last else ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a page says in running text and in the authors that commas set apart.

    `known` holds words folded to lower case, hyphenated ones whole and in parts; `ordinary`
    those of them that the page also writes in lower case; `beginnings` what inflected forms
    of one word share; `authors` whole names, `given` the first words of names.
    """

    known: frozenset[str] = frozenset()
    ordinary: frozenset[str] = frozenset()
    beginnings: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str], bylines: Iterable[str]) -> "Vocabulary":
        """From running texts, and from bylines, whose names are those behind a comma."""
        used = {part for text in texts for word in words(text) for part in _with_parts(word)}
        known = frozenset(map(str.casefold, used))
        authors = frozenset(
            name for line in bylines for name in line.split(", ")[1:] if is_clean(name)
        )
        return cls(
            known=known,
            ordinary=frozenset(word for word in used if word.islower()),
            beginnings=frozenset(_beginning(word) for word in known if len(word) > _ENDINGS),
            authors=authors,
            given=frozenset(name.split()[0] for name in authors if " " in name),
        )

    def knows(self, word: str) -> bool:
        """Whether the page uses the word, or its last part behind a hyphen; or it is a numeral."""
        folded = word.casefold()
        return (
            folded in self.known
            or folded.rpartition("-")[2] in self.known
            or bool(_ROMAN.fullmatch(word))
        )

    def knows_like(self, word: str) -> bool:
        """Whether the page uses another form of the word, of four letters or more."""
        part = word.casefold().rpartition("-")[2]
        return len(part) > _ENDINGS and _beginning(part) in self.beginnings


def _beginning(word: str) -> str:
    return word[: max(_ENDINGS + 1, len(word) - _ENDINGS)]


def _with_parts(word: str) -> Iterator[str]:
    yield word
    if "-" in word:
        yield from filter(None, word.split("-"))
