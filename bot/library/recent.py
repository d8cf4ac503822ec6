"""What came lately: how much of it each interest of somebody finds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from recommender import Index, Profile, Subset

RECENT = timedelta(days=30)
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Recent:
    """The papers that first came at a time or later, as of one revision of the corpus."""

    revision: int
    since: datetime
    index: Index
    papers: Subset
    _counted: dict[tuple[Profile, frozenset[str]], dict[str, int]] = field(default_factory=dict)

    def counts(self, profile: Profile, without: Collection[str] = ()) -> Mapping[str, int]:
        """How many of them each typed interest by itself finds good enough, by its label.

        As in a digest: without what the profile mutes and likes, and without some more ids. Counted
        once for each profile.
        """
        key = (profile, frozenset(without))
        if (known := self._counted.get(key)) is not None:
            return known
        found = self.index.rank(profile).only(self.papers, without).counts()
        if len(self._counted) >= MOST_COUNTED:
            self._counted.clear()
        self._counted[key] = found
        return found
