"""What others rank with, to be compared with: BM25 over a bag of words, by rank_bm25.

Needs the extra `evaluate`: nothing else in the recommender imports this module.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from rank_bm25 import BM25Okapi, BM25Plus
from Stemmer import Stemmer

from recommender.arrays import Bools, Floats, Ints

Tokenise = Callable[[str], Sequence[str]]

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be but by for if in into is it no not of on or such that the their "
        "then there these they this to was will with",
    )
)
"""The 33 of Lucene's EnglishAnalyzer."""

_WORDS = re.compile(r"\w\w+")


def split(text: str) -> list[str]:
    """As most paper bots do it."""
    return text.lower().split()


def stems(text: str) -> list[str]:
    """Snowball stems of words of two letters or more, without stop words."""
    words = [word for word in _WORDS.findall(text.lower()) if word not in STOP_WORDS]
    return list(_stemmer.stemWords(words))


class Bag:
    """BM25 of rank_bm25 over whole texts, from arrays: its own loop takes minutes a profile.

    `okapi` is its BM25Okapi with its defaults, otherwise BM25Plus without its delta.
    """

    def __init__(
        self, texts: Mapping[str, str], tokenise: Tokenise, *, okapi: bool = False
    ) -> None:
        self.ids = tuple(texts)
        self._tokenise = tokenise
        self._rows = {paper: row for row, paper in enumerate(self.ids)}
        self._postings: dict[str, tuple[Ints, Floats]] = {}
        words = [tokenise(text) for text in texts.values()]
        if any(words):
            self._freeze(BM25Okapi(words) if okapi else BM25Plus(words, delta=0))

    def scores(self, text: str) -> Floats:
        """What each paper gets for the words of a text, as often as they come: `(papers,)`."""
        total = np.zeros(len(self.ids))
        for word, times in Counter(self._tokenise(text)).items():
            rows, worth = self._postings.get(word, _NOTHING)
            total[rows] += times * worth
        return total

    def rank(
        self, text: str, limit: int | None, among: Iterable[str] | None, without: Iterable[str]
    ) -> list[str]:
        """The ids of the best papers that match, earlier ones first among equals."""
        scores = np.where(self._mask(among, without), self.scores(text), 0.0)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [self.ids[row] for row in best if scores[row] > 0]

    def _mask(self, among: Iterable[str] | None, without: Iterable[str]) -> Bools:
        mask = np.full(len(self.ids), among is None)
        mask[[self._rows[paper] for paper in among or () if paper in self._rows]] = True
        mask[[self._rows[paper] for paper in without if paper in self._rows]] = False
        return mask

    def _freeze(self, model: BM25Okapi | BM25Plus) -> None:
        lengths = np.array(model.doc_len)
        norms = model.k1 * (1 - model.b + model.b * lengths / model.avgdl)
        holders: dict[str, list[tuple[int, int]]] = {}
        for row, counts in enumerate(model.doc_freqs):
            for word, count in counts.items():
                holders.setdefault(word, []).append((row, count))
        for word, pairs in holders.items():
            rows, counts = np.array(pairs, np.int32).T
            worth = model.idf[word] * counts * (model.k1 + 1) / (counts + norms[rows])
            self._postings[word] = rows, worth


_stemmer = Stemmer("english")
_NOTHING = np.zeros(0, np.int32), np.zeros(0)
