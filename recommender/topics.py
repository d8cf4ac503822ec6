"""What some papers are about, in words and phrases of their own that people would follow.

A phrase is words side by side with nothing empty between: "latent diffusion models", not
"we propose". It counts where a title has it, or several of the papers, or one of them again and
again; a single word only where a title has it and few other papers of the corpus do.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import log

from recommender.corpus import Corpus
from recommender.models import Paper
from recommender.ordinary import EMPTY_TERMS, GENERAL_TERMS
from recommender.phrases import answering
from recommender.text import is_letter, spelt_words, tokens, words

_LONGEST = 4
_MOST_TERMS = 5
# A title without an abstract says everything once.
_SHORT_ABSTRACT = 200
_RARE = 0.4
"""Of the idf that a word of one paper has so much makes a word a topic by itself."""

_RAREST = 0.8
"""Above that rarer is not better: names and slips of the pen."""

_COLLOCATED = 0.08
"""Of the papers with the rarer word so many must have a phrase of general words, such as "test
data", and less than a tenth of all papers."""

_MOST_LOOKED_AT = 60
_STATE_OF_THE_ART = ("state", "art")
_BREAK = re.compile("[^\\w\\s'’\u2010\u2011-]|_|(?<!\\w)-|-(?!\\w)")

Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A word or phrase as the papers spell it, and how many of them hold it."""

    text: str
    papers: int


@dataclass(slots=True)
class _Found:
    """A run of terms: how it is spelled, in which of the papers it stands, and in whose titles."""

    terms: Terms
    spelled: Counter[str] = field(default_factory=Counter)
    papers: set[int] = field(default_factory=set)
    titles: set[int] = field(default_factory=set)

    @property
    def count(self) -> int:
        return self.spelled.total()

    @property
    def text(self) -> str:
        """The most frequent spelling without capitals: others may only begin a sentence."""
        plain = {each: count for each, count in self.spelled.items() if each.islower()}
        ordered = sorted(plain or self.spelled, key=lambda each: (each.count("-"), each))
        return re.sub("['’]s$", "", max(ordered, key=self.spelled.__getitem__))

    @property
    def is_general(self) -> bool:
        return all(term in GENERAL_TERMS or term.isdigit() for term in self.terms)


def topics(corpus: Corpus, papers: Sequence[Paper], limit: int) -> list[Topic]:
    """The best of them, those in several of the papers first; no two say nearly the same."""
    text = corpus.tables.text
    most = log(len(corpus) + 1) or 1.0

    @cache
    def idf(term: str) -> float:
        """From 0 for a term of all papers to 1 for one of a single paper."""
        return log((len(corpus) + 1) / max(len(text.postings(term)[0]), 1)) / most

    @cache
    def held(number: int) -> frozenset[str]:
        return frozenset(tokens(f"{papers[number].title}\n{papers[number].abstract}"))

    brief = {n for n, paper in enumerate(papers) if len(paper.abstract) < _SHORT_ABSTRACT}
    found = [one for one in _all(papers) if _is_topic(one, brief, idf)]
    ranked = sorted(_whole(found), key=lambda one: (-_worth(one, idf), one.terms))
    chosen: list[_Found] = []
    for one in ranked[:_MOST_LOOKED_AT]:
        is_new = not any(_is_alike(one, other) for other in chosen)
        # Words with marks of other scripts may be spelled in pieces that are no words to a search.
        is_found = all(held(number).issuperset(tokens(one.text)) for number in one.papers)
        if is_new and is_found and (not one.is_general or _is_collocated(corpus, one)):
            chosen.append(one)
    chosen.sort(key=lambda one: len(one.papers) == 1)
    return [Topic(one.text, len(one.papers)) for one in chosen[:limit]]


def _all(papers: Sequence[Paper]) -> Iterable[_Found]:
    found: dict[Terms, _Found] = {}
    for number, paper in enumerate(papers):
        for is_title, text in ((True, paper.title), (False, paper.abstract)):
            for terms, spelled in _phrases(text):
                one = found.setdefault(terms, _Found(terms))
                one.spelled[spelled] += 1
                one.papers.add(number)
                if is_title:
                    one.titles.add(number)
    return found.values()


def _phrases(text: str) -> Iterator[tuple[Terms, str]]:
    """The words and phrases of a text, each with its spelling."""
    for run in _runs(text):
        for start in range(len(run)):
            for end in range(start + 1, min(start + _LONGEST, len(run)) + 1):
                several = run[start:end]
                terms = tuple(term for _, part in several for term in part)
                is_named = terms[0].isalnum() and not terms[0].isdigit()
                if is_named and len(terms) <= _MOST_TERMS and not is_letter(terms[-1]):
                    yield terms, " ".join(spelled for spelled, _ in several)


def _runs(text: str) -> Iterator[list[tuple[str, Terms]]]:
    """Words side by side, each with its terms, that no mark and no empty word parts."""
    for part in _BREAK.split(text):
        run: list[tuple[str, Terms]] = []
        for spelled in spelt_words(part):
            # A stop word inside a compound is part of it: "text-to-image".
            parts = [each for word in words(spelled) for each in word.parts]
            terms = tuple(filter(None, parts))
            is_full = bool(parts and parts[0] and parts[-1]) and not EMPTY_TERMS.intersection(terms)
            if is_full and terms != _STATE_OF_THE_ART and not is_letter(terms[0]):
                run.append((spelled, terms))
            else:
                yield run
                run = []
        yield run


def _is_topic(one: _Found, brief: set[int], idf: Callable[[str], float]) -> bool:
    is_said_once = one.count < 2 and not one.titles & brief
    if is_said_once:
        return False
    if len(one.terms) > 1 and " " in one.text:
        return bool(one.titles) or (not one.is_general and (len(one.papers) > 1 or one.count > 2))
    rarity = sum(map(idf, one.terms)) / len(one.terms)
    return bool(one.titles) and not one.is_general and rarity >= _RARE


def _whole(found: Iterable[_Found]) -> list[_Found]:
    """Those that do not stand in a longer one nearly always: "diffusion" in "latent diffusion"."""
    whole: list[_Found] = []
    holders: dict[Terms, set[tuple[int, int]]] = {}
    for one in sorted(found, key=lambda one: (-len(one.terms), one.terms)):
        of_longer = holders.get(one.terms, ())
        if any(n == len(one.papers) and 2 * count >= one.count for n, count in of_longer):
            continue
        whole.append(one)
        length = len(one.terms)
        for start in range(length):
            for end in range(start + 1, length + (start > 0)):
                inside = one.terms[start:end]
                holders.setdefault(inside, set()).add((len(one.papers), one.count))
    return whole


def _worth(one: _Found, idf: Callable[[str], float]) -> float:
    rarity = sum(min(idf(term), _RAREST) for term in one.terms) / len(one.terms)
    said = len(one.papers) + 0.7 * len(one.titles) + 0.15 * min(one.count, 8)
    return said * rarity * (1.4 if len(one.terms) > 1 else 1.0)


def _is_alike(one: _Found, other: _Found) -> bool:
    """Whether `other`, which is worth more, says what the one says."""
    mine, theirs = set(one.terms), set(other.terms)
    if len(mine & theirs) * 2 > len(mine | theirs):
        return True
    return (mine < theirs or theirs < mine) and len(one.papers) <= len(other.papers)


def _is_collocated(corpus: Corpus, one: _Found) -> bool:
    """Whether general words make a term of their own together."""
    text = corpus.tables.text
    rarer = min(len(text.postings(term)[0]) for term in one.terms)
    holders = len(answering(text, one.text))
    return max(3, _COLLOCATED * rarer) <= holders < len(corpus) / 10
