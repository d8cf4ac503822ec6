"""What typed words ask of the papers: which terms and pairs, and what each weighs.

    score(paper, query) = sum over terms of n * (k3 + 1) / (n + k3) * score(paper, term)
        + `pair` * the same over pairs of neighbouring words

where n is how often the query has the term, and `score(paper, term)` is `recommender.bm25`'s.
Function words and single letters are not asked for where another word is; a compound's whole
("selfsupervised") weighs as a pair, since its parts are asked for as well.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from recommender.parameters import Parameters
from recommender.text import Word, is_letter, tokens, words

_FUNCTION_WORDS = """
    about above after again against all also am any because before being below between both could
    did do does down during each further had having he her here him his how i if just may me might
    more most must my no not off once only other out over own per same shall should so some then
    there they those through too under until up upon us using very via what when where while who
    whom whose why will within without would you your
"""
FUNCTION_TERMS = frozenset(tokens(_FUNCTION_WORDS))
"""Terms that a query does not ask for beside others; papers hold them, and phrases need them.

nDCG@10 of six collections of queries .005 better without."""

Key = str | tuple[str, str]
"""A term, or a pair of neighbouring ones."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Words as they were typed, one after another, and the label that each counts for."""

    words: tuple[tuple[str, Word], ...]

    @classmethod
    def of(cls, labelled: Iterable[tuple[str, str]]) -> "Typed":
        """Texts, each behind its label, as one run."""
        return cls(tuple((label, word) for label, text in labelled for word in words(text)))


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked for: a term or a pair, its weight, and the labels that share it equally."""

    key: Key
    weight: float
    labels: tuple[str, ...]


def asked(runs: Sequence[Typed], by: Parameters) -> list[Ask]:
    """What several runs of words ask for together; no pair reaches from one to the next."""
    terms = [ask for run in runs for ask in _terms(run, by)]
    if not by.function_words and telling_words(runs):
        terms = [ask for ask in terms if _tells(ask.key)]
    pairs = (ask for run in runs for ask in _pairs(run, by))
    asks = [ask for ask in (*terms, *pairs) if ask.weight]
    counts = Counter(ask.key for ask in asks)
    return [
        Ask(ask.key, ask.weight * (by.k3 + 1) / (counts[ask.key] + by.k3), ask.labels)
        for ask in asks
    ]


def telling_words(runs: Sequence[Typed]) -> int:
    """How many different words there are that say something."""
    several = {word for run in runs for _, word in run.words}
    return sum(any(part and _tells(part) for part in word.parts) for word in several)


def _terms(run: Typed, by: Parameters) -> Iterable[Ask]:
    for label, word in run.words:
        yield from (Ask(part, 1.0, (label,)) for part in word.parts if part)
        yield from (Ask(whole, by.pair, (label,)) for whole in word.also)


def _pairs(run: Typed, by: Parameters) -> Iterable[Ask]:
    places = [(label, part) for label, word in run.words for part in word.parts]
    for (label, part), (next_label, next_part) in pairwise(places):
        if part and next_part and not {part, next_part} & FUNCTION_TERMS:
            yield Ask((part, next_part), by.pair, (label, next_label))


def _tells(key: Key) -> bool:
    return key not in FUNCTION_TERMS and not (isinstance(key, str) and is_letter(key))
