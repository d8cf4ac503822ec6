"""A ranking: every paper that answers, scored; shown and explained only as far as one asks."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np

from recommender.arrays import Bools, Floats, Ints
from recommender.corpus import Corpus
from recommender.explain import Grounds
from recommender.findings import Finding
from recommender.likeness import Likeness
from recommender.models import Match, Paper, Reason
from recommender.plan import Evidence, Plan, best, ranked, scores


@dataclass(frozen=True, slots=True)
class Subset:
    """Some papers of an index, looked up once for many rankings; see `Index.subset`."""

    ids: frozenset[str]
    corpus: Corpus
    rows: Ints

    def mask(self, corpus: Corpus) -> Bools:
        """Which papers of a corpus they are: `(papers,)`."""
        rows = self.rows if corpus is self.corpus else known_rows(corpus, self.ids)
        mask = np.zeros(len(corpus), np.bool_)
        mask[rows] = True
        return mask


@dataclass(frozen=True, slots=True)
class Ranking:
    """The papers of one corpus, as it was then, that answer a query or a profile.

    `scores` is 0 where a paper does not answer or may not be shown: `(papers,)`. Of a profile there
    are `findings`: a paper that is in none of them worthy is not worth showing to somebody who did
    not ask.
    """

    corpus: Corpus
    grounds: Grounds
    scores: Floats
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(
        cls,
        plan: Plan,
        evidence: Sequence[Evidence],
        likenesses: Sequence[Likeness],
        allowed: Bools | None,
        total: Floats | None = None,
    ) -> "Ranking":
        """The papers allowed, by the evidence and the likenesses; `total` is the evidence's."""
        total = scores(evidence, len(plan.corpus)) if total is None else total
        for each in likenesses:
            total[each.docs] += each.worth
        if allowed is not None:
            total[~allowed] = 0.0
        grounds = Grounds(tuple(plan.clauses), tuple(evidence), tuple(likenesses))
        return cls(plan.corpus, grounds, total)

    @property
    def highest(self) -> float:
        """The best paper's score; 0 where nothing answers."""
        return float(self.scores.max(initial=0.0))

    def only(self, among: Subset | None = None, without: Collection[str] = ()) -> "Ranking":
        """The same ranking of fewer papers: those in `among`, and not those with these ids.

        What is worth showing stays what it is in the whole.
        """
        kept = np.ones(len(self.scores), np.bool_) if among is None else among.mask(self.corpus)
        kept[known_rows(self.corpus, without)] = False
        return replace(self, scores=np.where(kept, self.scores, 0.0))

    def worthy(self) -> "Ranking":
        """The same ranking of the papers that at least one interest by itself finds worth showing.

        So one interest more never takes a paper away.
        """
        return replace(self, scores=np.where(self._is_worthy(), self.scores, 0.0))

    def beyond(self) -> "Ranking":
        """The same ranking of the papers that answer, but none of the interests well enough."""
        return replace(self, scores=np.where(self._is_worthy(), 0.0, self.scores))

    def count(self) -> int:
        """How many papers answer."""
        return int(np.count_nonzero(self.scores))

    def counts(self) -> dict[str, int]:
        """How many of the papers each interest by itself finds worth showing, by its name."""
        return {f.name: int(np.count_nonzero(self.scores[f.worthy])) for f in self.findings}

    def worth(self) -> dict[str, float]:
        """What a score of 1 is worth for each interest beside the others, by its name."""
        return {each.name: each.worth for each in self.findings}

    def candidates(self, count: int) -> list[Match]:
        """The best papers of each interest, `count` in equal parts, and half as many of all.

        Best first by score. The reasons have no words yet: see `explained`.
        """
        together, chosen = np.zeros(len(self.scores)), []
        own = max(count // max(len(self.findings), 1), 1)
        for each in self.findings:
            together[each.docs] += each.worth * each.scores
            mine = self.scores[each.docs] > 0
            chosen.append(self._first(each.docs[mine], each.scores[mine], own))
        docs = np.flatnonzero(self.scores).astype(np.int32)
        chosen.append(self._first(docs, together[docs], count // 2))
        docs = ranked(self.scores, np.unique(np.concatenate(chosen)), self.corpus)
        return self._matches(self._papers(docs), docs, self.grounds.shares(docs))

    def top(self, limit: int | None = 10, *, explain: bool = True) -> list[Match]:
        """The best, newer first among equals; None is all. ValueError for a negative `limit`."""
        if limit is not None and limit < 0:
            raise ValueError(f"a limit is 0 or more, not {limit}")
        docs = ranked(self.scores, best(self.scores, limit), self.corpus)[:limit]
        papers = self._papers(docs)
        if not explain:
            return self._matches(papers, docs)
        why = self.grounds.worded(papers, docs, self.grounds.shares(docs))
        return self._matches(papers, docs, why)

    def explained(self, matches: Sequence[Match]) -> list[Match]:
        """The matches, which are `candidates` of this ranking, with words in their reasons."""
        papers, find = [match.paper for match in matches], self.corpus.tables.ids.find
        docs = np.array([find(paper.id) for paper in papers], np.int32)
        why = self.grounds.worded(papers, docs, [match.reasons for match in matches])
        return self._matches(papers, docs, why)

    def _papers(self, docs: Ints) -> list[Paper]:
        return [self.corpus.papers[int(doc)] for doc in docs]

    def _matches(
        self, papers: Sequence[Paper], docs: Ints, why: Iterable[tuple[Reason, ...]] = repeat(())
    ) -> list[Match]:
        return list(map(Match, papers, self.scores[docs].tolist(), why))

    def _first(self, docs: Ints, scores: Floats, count: int) -> Ints:
        """The `count` papers with the highest scores, newer first among equals; in no order."""
        if len(docs) <= count:
            return docs
        high = scores >= np.partition(scores, -count)[-count]
        docs, scores = docs[high], scores[high]
        return docs[np.lexsort((self.corpus.ranks[docs], -scores))[:count]]

    def _is_worthy(self) -> Bools:
        mask = np.zeros(len(self.scores), np.bool_)
        for each in self.findings:
            mask[each.worthy] = True
        return mask


def known_rows(corpus: Corpus, ids: Collection[str]) -> Ints:
    """The numbers of those papers that are in the corpus, in no order."""
    rows = corpus.tables.ids.rows_of(ids)
    return rows[rows >= 0]
