"""A ranking: every paper that answers, scored; shown and explained only as far as one asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recommender.arrays import Bools, Floats, Ints
from recommender.corpus import Corpus
from recommender.explain import reasons
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

    `scores` is 0 where a paper does not answer or may not be shown: `(papers,)`. Papers below
    `floor` are not worth showing to somebody who did not ask.
    """

    corpus: Corpus
    labels: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    likenesses: tuple[Likeness, ...]
    scores: Floats
    floor: float

    @classmethod
    def of(
        cls,
        plan: Plan,
        evidence: Sequence[Evidence],
        likenesses: Sequence[Likeness],
        allowed: Bools | None,
        total: Floats | None = None,
    ) -> "Ranking":
        """The papers allowed, by the evidence and the likenesses; `total` is the evidence's.

        The floor is `floor` of the highest score.
        """
        total = scores(evidence, len(plan.corpus)) if total is None else total
        for each in likenesses:
            total[each.docs] += each.worth
        if allowed is not None:
            total[~allowed] = 0.0
        floor = plan.corpus.by.floor * float(total.max(initial=0.0))
        labels = tuple(plan.clauses)
        return cls(plan.corpus, labels, tuple(evidence), tuple(likenesses), total, floor)

    @property
    def highest(self) -> float:
        """The best paper's score; 0 where nothing answers."""
        return float(self.scores.max(initial=0.0))

    def only(self, among: Subset | None = None, without: Collection[str] = ()) -> "Ranking":
        """The same ranking of fewer papers: those in `among`, and not those with these ids.

        The floor stays that of the whole.
        """
        kept = np.ones(len(self.scores), np.bool_) if among is None else among.mask(self.corpus)
        kept[known_rows(self.corpus, without)] = False
        return replace(self, scores=np.where(kept, self.scores, 0.0))

    def count(self, at_least: float = 0.0) -> int:
        """How many papers answer, with at least that score."""
        return int(np.count_nonzero((self.scores >= at_least) & (self.scores > 0)))

    def top(self, limit: int | None = 10, *, explain: bool = True) -> list[Match]:
        """The best, newer first among equals; None is all. ValueError for a negative `limit`."""
        if limit is not None and limit < 0:
            raise ValueError(f"a limit is 0 or more, not {limit}")
        docs = ranked(self.scores, best(self.scores, limit), self.corpus)[:limit]
        papers = [self.corpus.papers[int(doc)] for doc in docs]
        why = self._reasons(papers, docs) if explain else [()] * len(papers)
        return [
            Match(paper, float(self.scores[doc]), each)
            for paper, doc, each in zip(papers, docs, why, strict=True)
        ]

    def _reasons(self, papers: Sequence[Paper], docs: Ints) -> list[tuple[Reason, ...]]:
        return reasons(papers, docs, self.labels, self.evidence, self.likenesses)


def known_rows(corpus: Corpus, ids: Collection[str]) -> Ints:
    """The numbers of those papers that are in the corpus, in no order."""
    rows = corpus.tables.ids.rows_of(ids)
    return rows[rows >= 0]
