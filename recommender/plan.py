"""What is asked of the papers, as weighted evidence; and what each paper gets for it.

A query and a profile both become a `Plan`. Its clauses are what people see as reasons, its
evidence is what is summed up; one piece of evidence may count for several clauses.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from recommender import bm25
from recommender.arrays import Floats, Ints, values_at
from recommender.asking import Ask, Key
from recommender.corpus import Corpus
from recommender.facets import FacetName
from recommender.phrases import holding
from recommender.postings import Postings
from recommender.text import Phrase


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that some papers hold, and what it is worth to them.

    `docs` are ascending; a paper gets `worth`, times its own of the `impacts` where there are
    any. `credit` says for which clauses, by number, and which fraction for each: together 1.
    Shown for it are the `terms` as the paper spells them, or the paper's values of `facet` that
    answer `typed`; nothing for a pair, whose words are shown.
    """

    docs: Ints
    impacts: Floats | None
    worth: float
    credit: tuple[tuple[int, float], ...]
    terms: tuple[str, ...] = ()
    facet: FacetName | None = None
    typed: str = ""

    def of(self, docs: Ints) -> Floats:
        """What each of some papers, in any order, gets: `(docs,)`, 0 for those without."""
        if not len(self.docs):
            return np.zeros(len(docs))
        at = np.minimum(self.docs.searchsorted(docs), len(self.docs) - 1)
        impacts = 1.0 if self.impacts is None else self.impacts[at]
        return np.where(self.docs[at] == docs, self.worth * impacts, 0.0)


@dataclass(slots=True)
class Plan:
    """Clauses and weighted words, gathered one after another, over the text of one corpus.

    Clauses with the same label are one, so that an interest given twice is one reason. With
    `wants_feedback` likeness to the best papers counts as well. `scale`, `(papers,)`, is what the
    text of each paper is worth, None where all of it counts the same. `rows` are terms looked up.
    """

    corpus: Corpus
    clauses: dict[str, int] = field(default_factory=dict)
    terms: dict[Key, dict[int, float]] = field(default_factory=dict)
    others: list[Evidence] = field(default_factory=list)
    wants_feedback: bool = False
    scale: Floats | None = None
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def text(self) -> Postings:
        """The text of the corpus."""
        return self.corpus.tables.text

    def clause(self, label: str) -> int:
        """The number of the clause with that label, which is made if there is none."""
        return self.clauses.setdefault(label, len(self.clauses))

    def idf_of(self, n_papers: int) -> float:
        """The idf of anything that `n_papers` of the whole corpus hold."""
        return bm25.idf(len(self.text.lengths), n_papers)

    def idf(self, key: Key) -> float:
        """The idf of a term or a pair; 0 for one that no paper holds."""
        return self.idf_of(self.papers_with(key))

    def papers_with(self, key: Key) -> int:
        """How many papers hold a term or a pair."""
        return len(self._postings(key)[0])

    def add_asked(self, asks: Iterable[Ask], weight: float = 1.0) -> None:
        """What was asked for, times `weight`, each for the clauses with its labels."""
        for ask in asks:
            weights = self.terms.setdefault(ask.key, {})
            for label in ask.labels:
                clause = self.clause(label)
                share = weight * ask.weight / len(ask.labels)
                weights[clause] = weights.get(clause, 0.0) + share

    def add_docs(
        self, label: str, docs: Ints, worth: float, facet: FacetName | None = None, typed: str = ""
    ) -> None:
        """`worth` for each of the papers, whatever their text."""
        credit = ((self.clause(label), 1.0),)
        self.others.append(Evidence(docs, None, worth, credit, facet=facet, typed=typed))

    def add_held(self, label: str, docs: Ints, worth: float, terms: tuple[str, ...]) -> None:
        """`worth` for each of the papers, which all hold the terms side by side."""
        self.others.append(Evidence(docs, None, worth, ((self.clause(label), 1.0),), terms))

    def add_phrase(self, label: str, sought: Phrase, weight: float) -> None:
        """The idf of holding a phrase, times `weight` and the impact of its least word."""
        docs = holding(self.text, sought)
        found = [values_at(*self._postings(term), docs) for term in sought.terms]
        if len(docs):
            impacts, credit = np.minimum.reduce(found), ((self.clause(label), 1.0),)
            worth = weight * self.idf_of(len(docs))
            self.others.append(Evidence(docs, impacts, worth, credit, sought.terms))

    def add_facet(
        self, label: str, facet: FacetName | None, typed: str, docs: Ints, weight: float
    ) -> None:
        """The idf of what `docs` have in common, times `weight`."""
        self.add_docs(label, docs, weight * self.idf_of(len(docs)), facet, typed)

    def evidence(self) -> list[Evidence]:
        """All there is to sum up; words that no paper holds are left out."""
        found = (self.of_term(term, weights) for term, weights in self.terms.items())
        return [each for each in (*found, *self.others) if len(each.docs)]

    def of_term(self, key: Key, weights: dict[int, float]) -> Evidence:
        """What a term or a pair is worth that so many clauses weigh."""
        docs, impacts = self._postings(key)
        total = sum(weights.values())
        credit = tuple((clause, weight / total) for clause, weight in weights.items())
        worth = total * self.idf_of(len(docs))
        if self.scale is not None:
            impacts = impacts * self.scale[docs]
        return Evidence(docs, impacts, worth, credit, (key,) if isinstance(key, str) else ())

    def ceiling(self) -> float:
        """More than any paper can get for all of it."""
        reach = bm25.most_impact(self.corpus.by)
        if self.scale is not None:
            reach *= float(self.scale.max(initial=0.0))
        most = (1.0 if each.impacts is None else reach for each in self.evidence())
        return sum(each.worth * reach for each, reach in zip(self.evidence(), most, strict=True))

    def _postings(self, key: Key) -> tuple[Ints, Floats]:
        """The papers that hold a term or a pair, ascending, and its impact in each."""
        if isinstance(key, str):
            return self.text.postings_of(self._row(key))
        rows = [self._row(term) for term in key]
        row = self.corpus.pairs.find(*rows) if min(rows) >= 0 else -1
        if row < 0:
            return np.zeros(0, np.int32), np.zeros(0)
        docs, frequencies = self.corpus.pairs.postings(row)
        return docs, bm25.impact(frequencies, self.corpus.norms[docs], self.corpus.by)

    def _row(self, term: str) -> int:
        if term not in self.rows:
            self.rows[term] = self.text.terms.find(term)
        return self.rows[term]


def scores(evidence: Iterable[Evidence], n_papers: int) -> Floats:
    """What each paper of the corpus gets: `(papers,)`, 0 exactly where nothing matches."""
    total = np.zeros(n_papers)
    for each in evidence:
        # Several times faster than total[docs] += …, and than one bincount over all words.
        got = each.worth if each.impacts is None else each.worth * each.impacts
        np.add.at(total, each.docs, got)
    return total


def best(total: Floats, limit: int | None) -> Ints:
    """The papers that get more than nothing: the `limit` best and their ties, in no order."""
    floor = 0.0 if limit is None else _floor(total, limit)
    found = np.flatnonzero(total >= floor) if floor > 0 else np.flatnonzero(total)
    return found.astype(np.int32)


def ranked(total: Floats, docs: Ints, corpus: Corpus) -> Ints:
    """The papers best first, ties by the corpus's `ranks`."""
    got = total[docs]
    if len(np.unique(got)) == len(got):
        return docs[np.argsort(-got)]
    return docs[np.lexsort((corpus.ranks[docs], -got))]


_BLOCK = 64


def _floor(total: Floats, limit: int) -> float:
    """A score that at least `limit` papers reach, or 0.

    The limit-th largest of the blocks' maxima: finding it is five times faster than a partition
    of all scores.
    """
    whole = len(total) // _BLOCK * _BLOCK
    if limit < 1 or whole // _BLOCK < limit:
        return 0.0
    # Blocks lie across, so that the maxima of neighbours are found at once.
    peaks = total[:whole].reshape(_BLOCK, -1).max(axis=0)
    return float(np.partition(peaks, len(peaks) - limit)[len(peaks) - limit])
