"""Why a paper is where it is: the score of each paper shown, clause by clause."""

from collections.abc import Sequence

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


def reasons(
    papers: Sequence[Paper],
    docs: Ints,
    labels: Sequence[str],
    evidence: Sequence[Evidence],
    likenesses: Sequence[Likeness],
) -> list[tuple[Reason, ...]]:
    """The reasons of each of the papers, heaviest first; shares add up to the paper's score.

    `docs`, `(papers,)`, are their numbers in the corpus; `labels` those of the clauses.
    """
    got = np.array([each.of(docs) for each in evidence]).reshape(len(evidence), len(docs))
    credits = [(row, *credit) for row, each in enumerate(evidence) for credit in each.credit]
    columns = np.array(credits).reshape(-1, 3).T
    rows, clauses = columns[0].astype(np.int64), columns[1].astype(np.int64)
    alike = np.zeros((len(docs), len(labels)))
    for each in likenesses:
        alike += each.shares(docs, len(labels))
    named = _Named(likenesses)
    found = []
    for at, paper in enumerate(papers):
        typed = np.bincount(clauses, got[rows, at] * columns[2], len(labels))
        words = {int(c): named.words(int(docs[at]), int(c)) for c in np.flatnonzero(alike[at])}
        shown = _shown(paper, evidence, got[:, at], words)
        found.append(_reasons(labels, typed + alike[at], shown))
    return found


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


def _reasons(
    labels: Sequence[str], shares: Floats, shown: dict[int, list[str]]
) -> tuple[Reason, ...]:
    order = [int(clause) for clause in np.argsort(-shares, kind="stable") if shares[clause]]
    return tuple(
        Reason(labels[clause], tuple(shown.get(clause, ())), float(shares[clause]))
        for clause in order
    )


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
