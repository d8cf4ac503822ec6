"""What of a ranking is worth showing in a digest."""

from collections.abc import Collection, Iterable

from recommender.identity import title_key
from recommender.models import Match

FLOOR = 0.1
"""What a paper must at least score, as a fraction of the best one's score."""


def choose(
    matches: Iterable[Match],
    limit: int,
    without_titles: Collection[str] = (),
    floor: float = FLOOR,
) -> list[Match]:
    """At most `limit` of the matches, in their order: those worth showing, none twice.

    Left out are matches that score nothing or less than `floor` (0 to 1) of the best one, and
    those whose folded title is that of an earlier match or of `without_titles`, which are
    titles as they are written. May be empty. ValueError for a negative `limit`.
    """
    if limit < 0:
        raise ValueError(f"a limit is 0 or more, not {limit}")
    ranking = list(matches)
    least = floor * max((match.score for match in ranking), default=0.0)
    seen = {title_key(title) for title in without_titles}
    chosen: list[Match] = []
    for match in ranking:
        key = title_key(match.paper.title)
        if match.score > 0 and match.score >= least and key not in seen and len(chosen) < limit:
            seen.add(key)
            chosen.append(match)
    return chosen
