"""What of a ranking is worth showing in a digest: enough, varied, none twice."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from recommender.identity import title_key
from recommender.models import Match

FLOOR = 0.1
"""What a paper must at least score, as a fraction of the best one's score."""

VARIETY = 0.5
"""How much less a reason counts for every paper chosen that is there for the same.

Of ten papers for somebody with the likes of two libraries, both libraries had one for .78 of such
people instead of .30 (five likes of each) and .82 instead of .62 (twenty); relevant were .932
instead of .940, and .970 as before; for one library alone .950 instead of .952. With 1: .80, .82,
.925, .965, .945."""

NEWNESS = 0.1
"""How much more a paper of today counts than one of long ago; half of that after a year."""


def choose(
    matches: Iterable[Match],
    limit: int,
    without_titles: Collection[str] = (),
    floor: float = FLOOR,
    today: date | None = None,
) -> list[Match]:
    """At most `limit` of the matches, in their order: those worth showing, none twice.

    Left out are matches that score nothing or less than `floor` (0 to 1) of the best one, and
    those whose folded title is that of an earlier match or of `without_titles`, which are
    titles as they are written. Of the others the best is chosen, and then always the one that is
    best if a reason counts less the more chosen papers are there for it (VARIETY): so several
    interests are served, not the strongest alone. With `today`, newer ones count a little more
    (NEWNESS). Scores and reasons stay as they are. May be empty. ValueError for a negative
    `limit`.
    """
    if limit < 0:
        raise ValueError(f"a limit is 0 or more, not {limit}")
    worthy = _worthy(list(matches), without_titles, floor)
    chosen = _varied(worthy, limit, today)
    return [match for at, match in enumerate(worthy) if at in chosen]


def _worthy(ranking: Sequence[Match], without_titles: Collection[str], floor: float) -> list[Match]:
    least = floor * max((match.score for match in ranking), default=0.0)
    seen = {title_key(title) for title in without_titles}
    worthy = []
    for match in ranking:
        key = title_key(match.paper.title)
        if match.score > 0 and match.score >= least and key not in seen:
            seen.add(key)
            worthy.append(match)
    return worthy


def _varied(worthy: Sequence[Match], limit: int, today: date | None) -> set[int]:
    """The places of those that are best together; the earlier one among equals."""
    left, chosen = list(range(len(worthy))), set[int]()
    served: dict[str, float] = defaultdict(float)
    while left and len(chosen) < limit:
        best = max(left, key=lambda at: _worth(worthy[at], served, today))
        left.remove(best)
        chosen.add(best)
        for reason in worthy[best].reasons:
            served[reason.interest] += reason.share / worthy[best].score
    return chosen


def _worth(match: Match, served: dict[str, float], today: date | None) -> float:
    """The score, each share lessened by how much its reason was served, and the newness."""
    spared = sum(
        reason.share * (1 - 1 / (1 + VARIETY * served.get(reason.interest, 0.0)))
        for reason in match.reasons
    )
    return (match.score - spared) * _newness(match.paper.published, today)


def _newness(published: date | None, today: date | None) -> float:
    if published is None or today is None:
        return 1.0
    years = max((today - published).days, 0) / 365.25
    return 1 + NEWNESS * float(0.5**years)
