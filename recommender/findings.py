"""What each interest of a profile finds by itself: which papers it judges to be worth showing.

Scores of different interests cannot be compared: a phrase that few papers hold gets ten times what
a frequent word gets. So whatever decides between interests looks at these, not at their sum.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.arrays import Bools, Floats, Ints
from recommender.plan import Evidence

LIKES = "paper:"
"""The name of all liked papers together; with an id behind it, the label of one of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one interest, or all liked papers together, are worth to the papers, nothing else asked.

    `name` is the interest's label, or LIKES; `weight` its own. `docs` are the papers that get
    anything and may be shown, ascending; `scores`, in parallel, what they get as parts of their
    score in the ranking. `floor` is the least that is worth showing to somebody who did not ask.
    """

    name: str
    weight: float
    docs: Ints
    scores: Floats
    floor: float

    @property
    def worthy(self) -> Ints:
        """The papers worth showing, ascending."""
        return self.docs[self.scores >= self.floor]

    @property
    def worth(self) -> float:
        """What a score of 1 is worth beside other interests': the best paper's is the weight."""
        return self.weight / float(self.scores.max()) if len(self.scores) else 0.0


def of_typed(
    evidence: Sequence[Evidence], weights: Mapping[str, float], allowed: Bools, floor: float
) -> list[Finding]:
    """What typed interests find, each by itself.

    `weights` are by label, in the order of the clauses. The floor of each is `floor` of its best
    paper's score: another interest never changes what one finds.
    """
    credited: dict[int, list[tuple[Evidence, float]]] = defaultdict(list)
    for each in evidence:
        for clause, fraction in each.credit:
            credited[clause].append((each, fraction))
    found, total = [], np.zeros(len(allowed))
    for clause, (label, weight) in enumerate(weights.items()):
        for each, fraction in credited[clause]:
            got = fraction * each.worth
            np.add.at(total, each.docs, got if each.impacts is None else got * each.impacts)
        docs = np.flatnonzero(total).astype(np.int32)
        kept = docs[allowed[docs]]
        scores = total[kept]
        total[docs] = 0.0
        found.append(Finding(label, weight, kept, scores, floor * float(scores.max(initial=0.0))))
    return found
