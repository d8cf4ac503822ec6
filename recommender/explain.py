"""Why a paper is where it is: the score of each paper shown, clause by clause."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from recommender.arrays import Floats, Ints
from recommender.facets import RULES
from recommender.likeness import Likeness
from recommender.models import Paper, Reason
from recommender.plan import Evidence
from recommender.text import plain_spellings, spellings

Terms = tuple[str, ...]
"""A term, or a pair's two."""

MOST_TERMS = 6
"""How many words a reason shows at most, heaviest first."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a ranking was made of; `labels` are those of the clauses."""

    labels: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    likenesses: tuple[Likeness, ...]

    def shares(self, docs: Ints) -> list[tuple[Reason, ...]]:
        """The reasons of each paper without words, heaviest first; they add up to its score.

        `docs`, `(papers,)`, are their numbers in the corpus.
        """
        shares = np.zeros((len(docs), len(self.labels)))
        for each in self.evidence:
            got = each.of(docs)
            for clause, fraction in each.credit:
                shares[:, clause] += got * fraction
        for likeness in self.likenesses:
            shares += likeness.shares(docs, len(self.labels))
        return [self._reasons(each) for each in shares]

    def worded(
        self, papers: Sequence[Paper], docs: Ints, shares: Sequence[tuple[Reason, ...]]
    ) -> list[tuple[Reason, ...]]:
        """The same reasons with words, which take most of the time."""
        got = np.array([each.of(docs) for each in self.evidence])
        got = got.reshape(len(self.evidence), len(docs))
        named, clauses = _Named(self.likenesses), {name: at for at, name in enumerate(self.labels)}
        found = []
        for at, (paper, why) in enumerate(zip(papers, shares, strict=True)):
            of = [clauses[reason.interest] for reason in why]
            alike = {clause: named.words(int(docs[at]), clause) for clause in of}
            shown = _shown(paper, self.evidence, got[:, at], alike)
            pairs = zip(of, why, strict=True)
            found.append(tuple(replace(r, terms=tuple(shown.get(c, ()))) for c, r in pairs))
        return found

    def _reasons(self, shares: Floats) -> tuple[Reason, ...]:
        order = [int(clause) for clause in np.argsort(-shares, kind="stable") if shares[clause]]
        return tuple(Reason(self.labels[clause], (), float(shares[clause])) for clause in order)


class _Named:
    """The words of likenesses; each column is read once for all papers."""

    def __init__(self, likenesses: Sequence[Likeness]) -> None:
        self._likenesses = likenesses
        self._known: dict[int, Terms] = {}

    def words(self, doc: int, clause: int) -> list[Terms]:
        """What a paper has in common with what a clause is about: terms and pairs."""
        return [
            self._term(each, int(column))
            for each in self._likenesses
            for column in each.words(doc, clause)
        ]

    def _term(self, likeness: Likeness, column: int) -> Terms:
        if column not in self._known:
            self._known[column] = likeness.corpus.column(column)
        return self._known[column]


def _shown(
    paper: Paper, evidence: Sequence[Evidence], got: Floats, alike: dict[int, list[Terms]]
) -> dict[int, list[str]]:
    """For each clause the words and names of the paper that answer it, heaviest first."""
    held = [evidence[row] for row in np.argsort(-got, kind="stable")[: np.count_nonzero(got)]]
    text = f"{paper.title}\n{paper.abstract}"
    spelled = spellings(text, frozenset(term for each in held for term in each.terms))
    more = {term for several in alike.values() for terms in several for term in terms}
    spelled |= plain_spellings(text, more - spelled.keys())
    shown: dict[int, list[str]] = {}
    for each in held:
        names = _names(paper, each, spelled)
        for clause, _ in each.credit:
            _show(shown.setdefault(clause, []), names)
    for clause, several in alike.items():
        names = tuple(" ".join(spelled.get(term, term) for term in terms) for terms in several)
        _show(shown.setdefault(clause, []), names)
    return shown


def _show(known: list[str], names: tuple[str, ...]) -> None:
    known += [name for name in names if name not in known][: MOST_TERMS - len(known)]


def _names(paper: Paper, each: Evidence, spelled: dict[str, str]) -> tuple[str, ...]:
    if each.facet:
        return RULES[each.facet].named(paper, each.typed)
    return (" ".join(spelled.get(t, t) for t in each.terms),) if each.terms else ()
