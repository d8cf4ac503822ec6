"""Why a paper is where it is: the score of each paper shown, clause by clause."""

from collections.abc import Sequence

import numpy as np

from recommender.arrays import Floats, Ints
from recommender.facets import RULES
from recommender.models import Paper, Reason
from recommender.plan import Evidence
from recommender.text import spellings

MOST_TERMS = 6
"""How many words a reason shows at most, heaviest first."""


def reasons(
    papers: Sequence[Paper], docs: Ints, labels: Sequence[str], evidence: Sequence[Evidence]
) -> list[tuple[Reason, ...]]:
    """The reasons of each of the papers, heaviest first; shares add up to the paper's score.

    `docs`, `(papers,)`, are their numbers in the corpus; `labels` those of the clauses.
    """
    got = np.array([each.of(docs) for each in evidence]).reshape(len(evidence), len(docs))
    credits = [(row, *credit) for row, each in enumerate(evidence) for credit in each.credit]
    columns = np.array(credits).reshape(-1, 3).T
    rows, clauses = columns[0].astype(np.int64), columns[1].astype(np.int64)
    return [
        _reasons(
            labels,
            np.bincount(clauses, got[rows, at] * columns[2], len(labels)).astype(np.float64),
            _shown(paper, evidence, got[:, at]),
        )
        for at, paper in enumerate(papers)
    ]


def _reasons(
    labels: Sequence[str], shares: Floats, shown: dict[int, list[str]]
) -> tuple[Reason, ...]:
    order = [int(clause) for clause in np.argsort(-shares, kind="stable") if shares[clause]]
    return tuple(
        Reason(labels[clause], tuple(shown.get(clause, ())), float(shares[clause]))
        for clause in order
    )


def _shown(paper: Paper, evidence: Sequence[Evidence], got: Floats) -> dict[int, list[str]]:
    """For each clause the words and names of the paper that answer it, heaviest first."""
    held = [evidence[row] for row in np.argsort(-got, kind="stable")[: np.count_nonzero(got)]]
    wanted = frozenset(each.term for each in held if each.term)
    spelled = spellings(f"{paper.title}\n{paper.abstract}", wanted)
    shown: dict[int, list[str]] = {}
    for each in held:
        names = _names(paper, each, spelled)
        for clause, _ in each.credit:
            known = shown.setdefault(clause, [])
            known += [n for n in names if n not in known][: MOST_TERMS - len(known)]
    return shown


def _names(paper: Paper, each: Evidence, spelled: dict[str, str]) -> tuple[str, ...]:
    if each.facet:
        return RULES[each.facet].named(paper, each.typed)
    return (spelled.get(each.term, each.term),) if each.term else ()
