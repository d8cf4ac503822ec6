"""What came lately: how much of it an interest would have found."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from recommender import Index, Interest, Profile, Subset

RECENT = timedelta(days=30)
MOST_COUNTED = 50_000


@dataclass(frozen=True, slots=True)
class Recent:
    """The papers that first came at a time or later, as of one revision of the corpus."""

    revision: int
    since: datetime
    index: Index
    papers: Subset
    _counted: dict[Interest, int] = field(default_factory=dict)

    def matched(self, interest: Interest) -> int:
        """How many of them are good enough for an interest, as in a digest; counted once."""
        # By itself an interest ranks the same, whatever it weighs.
        asked = replace(interest, weight=1.0)
        if (known := self._counted.get(asked)) is not None:
            return known
        ranking = self.index.rank(Profile([asked]))
        found = ranking.only(self.papers).count(ranking.floor)
        if len(self._counted) >= MOST_COUNTED:
            self._counted.clear()
        self._counted[asked] = found
        return found
