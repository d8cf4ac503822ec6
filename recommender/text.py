"""Words of a text: how a paper or a query becomes terms, each at its position.

A *raw word* is a run of folded letters and digits ("self-supervised", "wav2letter++", "2.0");
a *term* is what the index holds of it ("selfsupervis", "self", "supervis"). Nothing here knows
of papers beyond their title and abstract, nor of scores.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from recommender.models import Paper
from recommender.parameters import DEFAULT
from recommender.spelling import usual

_STOP_WORDS = """
    a an and are as at be been but by can for from has have in into is it its of on or our
    such than that the their these this to was we were which with
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# Letters that Unicode does not decompose, and marks that people type in more than one way.
_FOLDED = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u02b9\u2032", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013", "-")
    | dict.fromkeys("\u2122\u00ae\u00a9\u200b\u2028\u2029", " ")
    | dict.fromkeys("\u00ad\u200c\u200d\u2060\ufeff", "")
    | dict(zip("øłđðħıŧŋ", ("o", "l", "d", "d", "h", "i", "t", "n"), strict=True))
    | {"æ": "ae", "œ": "oe", "þ": "th", "ĸ": "k"}
)
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_RAW = re.compile(
    r"[^\W_]+(?:(?:(?<=\d)\.(?=\d)|['-](?=[^\W_]))[^\W_]+)*(?:\+\+|#(?![^\W_]))?",
)
_SPELT = re.compile(
    r"[^\W_]+(?:(?:(?<=\d)\.(?=\d)|['\u2019\u2010\u2011\u2013\u00ad-](?=[^\W_]))[^\W_]+)*"
    r"(?:\+\+|#(?![^\W_]))?",
)
_HYPHEN = re.compile("[\u2010\u2011\u2013-]")
# Scripts written without spaces: each character is a word, so that any part can be found.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_PIECE = re.compile(f"[{_UNSPACED}]|[^{_UNSPACED}]+")
# Longer chains of hyphens are enumerations, not words.
_MOST_PARTS = 6


def fold(text: str) -> str:
    """`text` without case, accents and typographic variants; ASCII text is only lower-cased.

    Compatibility forms are taken apart (NFKD), combining marks of all scripts dropped, and
    letters without a decomposition (ø, ł, æ, …) spelled as in English. The length may change.
    """
    lowered = text.lower()
    return lowered if lowered.isascii() else _NON_ASCII.sub(_fold_run, lowered)


def _fold_run(run: re.Match[str]) -> str:
    return _folded_run(run[0])


@lru_cache(maxsize=4096)
def _folded_run(run: str) -> str:
    marked = unicodedata.normalize("NFKD", run.translate(_FOLDED)).casefold()
    bare = "".join(c for c in marked if unicodedata.category(c)[0] != "M")
    # Hangul syllables come back together; nothing else is left to compose.
    return unicodedata.normalize("NFC", bare.translate(_FOLDED))


def raw_words(text: str) -> list[str]:
    """The folded words of `text` in their order, compounds in one piece, stop words included."""
    return _RAW.findall(fold(text))


def bare(typed: str) -> str:
    """What was typed without the punctuation around it; "C++" keeps its sign.

    Where there is nothing but punctuation, all of it.
    """
    found = list(_SPELT.finditer(typed))
    if not found:
        return typed
    end = found[-1].end()
    # Vowel signs, say of Hindi, are no letters to a regular expression.
    while end < len(typed) and unicodedata.category(typed[end])[0] == "M":
        end += 1
    return typed[found[0].start() : end]


def spelt_words(text: str) -> list[str]:
    """The words of `text` as it spells them, compounds in one piece, stop words included."""
    return _SPELT.findall(text)


def fold_words(text: str) -> list[str]:
    """The folded words of a name: compounds in parts, neither stems nor stop words."""
    parts = (part for raw in raw_words(text) for part in raw.split("-"))
    return [part.replace("'", "") for part in parts]


@dataclass(frozen=True, slots=True)
class Word:
    """What the index holds of one raw word.

    `parts` has one entry a position: a term, or None where a stop word stands. `also` are
    further terms at the first position: a compound's parts joined ("selfsupervis"), or the
    name without its sign ("wav2letter" of "wav2letter++").
    """

    parts: tuple[str | None, ...]
    also: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """Every term of the word, `also` first."""
        return self.also + tuple(part for part in self.parts if part is not None)


def analyse(raw: str) -> Word:
    """The terms of a raw word, as `raw_words` gives it."""
    if raw[-1] in "+#":
        return _analyse_signed(raw)
    parts = raw.split("-")
    pieces = [piece for part in parts for piece in _pieces(_without_apostrophes(part))]
    also: tuple[str, ...] = ()
    if 1 < len(parts) <= _MOST_PARTS:
        joined = _term("".join(pieces))
        also = (joined,) if joined and not joined.isdigit() else ()
    return Word(tuple(_term(piece) for piece in pieces), also)


def _analyse_signed(raw: str) -> Word:
    bare = raw.rstrip("+#")
    plain = analyse(bare)
    # A single letter without its sign is another language: "C" for "C++" would mislead.
    also = plain.terms if len(bare) > 1 else ()
    return Word((raw, *(None,) * (len(plain.parts) - 1)), also)


def _without_apostrophes(part: str) -> str:
    return part.removesuffix("'s").replace("'", "") if "'" in part else part


def _pieces(part: str) -> list[str]:
    return [part] if part.isascii() else _PIECE.findall(part)


def _term(piece: str) -> str | None:
    if piece in STOP_WORDS or not piece:
        return None
    if not piece.isalpha():
        return piece
    # A Stemmer is not thread-safe; without its cache a new one costs a microsecond.
    stem: str = Stemmer.Stemmer("english", 0).stemWord(usual(piece) if piece.isascii() else piece)
    return stem


@lru_cache(maxsize=65536)
def _known_word(raw: str) -> Word:
    return analyse(raw)


def words(text: str) -> list[Word]:
    """The words of `text` in their order; stop words hold their place without a term."""
    return [_known_word(raw) for raw in raw_words(text)]


def tokens(text: str) -> list[str]:
    """The terms of `text`, as often as they occur: what rank_bm25 takes as a document."""
    return [term for word in words(text) for term in word.terms]


def is_letter(term: str) -> bool:
    """Whether a term is a single letter or digit; a character of an unspaced script is a word."""
    return len(term) == 1 and term.isascii()


def paper_tokens(paper: Paper) -> list[str]:
    """A paper as rank_bm25 would be given it: the title's terms `title_weight` times, then the
    abstract's.
    """
    return tokens(paper.title) * DEFAULT.title_weight + tokens(paper.abstract)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms at fixed distances: `offsets` are positions from the first term, ascending."""

    terms: tuple[str, ...]
    offsets: tuple[int, ...]


def phrase(several: Iterable[Word]) -> Phrase:
    """The words as a phrase, compounds in parts: a stop word stands for any one word.

    Without a term at all the phrase is empty.
    """
    placed = enumerate(part for word in several for part in word.parts)
    terms = [(term, at) for at, term in placed if term is not None]
    return Phrase(tuple(term for term, _ in terms), tuple(at - terms[0][1] for _, at in terms))


def spellings(text: str, wanted: frozenset[str]) -> dict[str, str]:
    """How `text` spells each of the `wanted` terms; those that are not found are left out.

    To analyse every word of ten abstracts takes longer than to rank 100,000 papers. So a term
    is looked for by its first letters, and only if that fails among the words that fold to
    something else: compounds and those with accents. The few irregular words ("dying") are
    not found.
    """
    found = plain_spellings(text, wanted)
    missing = wanted - found.keys()
    for term, spelling in _unusual(text) if missing else ():
        if term in missing and spelling:
            found.setdefault(term, spelling)
    return found


def plain_spellings(text: str, wanted: Iterable[str]) -> dict[str, str]:
    """The same for words that begin as their terms do, a third of the time; others stay out."""
    lowered = text.lower()
    found = {term: _spelling(text, lowered, term) for term in wanted}
    return {term: spelling for term, spelling in found.items() if spelling}


def _unusual(text: str) -> Iterator[tuple[str, str]]:
    """The terms of words that do not begin as their terms do, each with its spelling."""
    for spelt in _SPELT.findall(text):
        if not (spelt.isalnum() and spelt.isascii()):
            yield from _spelt_terms(spelt)


def _spelling(text: str, lowered: str, term: str) -> str:
    """The first word of `text` that begins as the term does and has it, or nothing."""
    # The last letter of a stem may differ from the word's: "studi" of "study".
    head = term[: max(2, len(term) - 1)]
    at = lowered.find(head) if len(lowered) == len(text) else -1
    while at >= 0:
        if at == 0 or not lowered[at - 1].isalnum():
            for known, spelling in _spelt_around(text, at):
                if known == term:
                    return spelling
        at = lowered.find(head, at + len(head))
    return ""


def _spelt_around(text: str, at: int) -> list[tuple[str, str]]:
    """The terms between the spaces around a place, each with its spelling."""
    end = text.find(" ", at)
    piece = text[text.rfind(" ", 0, at) + 1 : end if end > 0 else None]
    return [pair for spelt in _SPELT.findall(piece) for pair in _spelt_terms(spelt)]


@lru_cache(maxsize=65536)
def _spelt_terms(spelt: str) -> tuple[tuple[str, str], ...]:
    """The terms of a word in its own spelling, each with the part of it that stands for it."""
    if spelt.isalpha() and spelt.isascii():
        term = _term(spelt.lower())
        return ((term, spelt),) if term else ()
    several = words(spelt)
    shown = re.sub("['\u2019]s$", "", spelt).replace("\u00ad", "")
    if len(several) != 1:
        return tuple((term, term) for word in several for term in word.terms)
    parts, split = several[0].parts, _HYPHEN.split(shown)
    shown_parts = split if len(split) == len(parts) else [shown] * len(parts)
    named = [(term, part) for term, part in zip(parts, shown_parts, strict=True) if term]
    return (*((term, shown) for term in several[0].also), *named)
