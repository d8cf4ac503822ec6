"""Which matches are in a digest: varied, shared among several interests, and none twice."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heapify, heappop, heapreplace
from typing import NamedTuple

from recommender.findings import LIKES
from recommender.identity import title_key
from recommender.models import Match, Reason

VARIETY = 0.5
"""How much less a reason counts for every paper chosen that is there for the same.

Of ten papers for somebody with the likes of two libraries, both libraries had one for .78 of such
people instead of .30 (five likes of each) and .82 instead of .62 (twenty); relevant were .932
instead of .940, and .970 as before; for one library alone .950 instead of .952. With 1: .80, .82,
.925, .965, .945."""

NEWNESS = 0.1
"""How much more a paper of today counts than one of long ago; half of that after a year."""


@dataclass(frozen=True, slots=True)
class Dues:
    """What the interests are due that share the places, and what they had before.

    `worth` is what a score of 1 is worth for each of them, as `Ranking.worth` has it; without any,
    1 for all. `before` are the reasons of papers shown lately: an interest that was served by them
    stands behind one that was not.
    """

    worth: Mapping[str, float] = field(default_factory=dict)
    before: Sequence[tuple[Reason, ...]] = ()


def choose(
    matches: Iterable[Match],
    limit: int,
    without_titles: Collection[str] = (),
    today: date | None = None,
    dues: Dues | None = None,
) -> list[Match]:
    """At most `limit` of the matches, in their order: those that are best together, none twice.

    Left out are matches that score nothing, and those whose folded title is that of an earlier
    match or of `without_titles`, which are titles as they are written. Of the others the best is
    chosen, and then always the one that is best if an interest counts less the more papers are
    there for it (VARIETY), and of the likes, which are one interest together, each liked paper as
    well: so several interests are served, not the strongest alone. With `today`, newer ones count a
    little more (NEWNESS). Scores and reasons stay as they are. May be empty. ValueError for a
    negative `limit`.
    """
    if limit < 0:
        raise ValueError(f"a limit is 0 or more, not {limit}")
    left = _unlike(list(matches), without_titles)
    chosen = _varied(left, limit, today, _Served(dues or Dues()))
    return [match for at, match in enumerate(left) if at in chosen]


def _unlike(ranking: Sequence[Match], without_titles: Collection[str]) -> list[Match]:
    seen = {title_key(title) for title in without_titles}
    found = []
    for match in ranking:
        key = title_key(match.paper.title)
        if match.score > 0 and key not in seen:
            seen.add(key)
            found.append(match)
    return found


def _varied(left: Sequence[Match], limit: int, today: date | None, served: "_Served") -> set[int]:
    """The places of those that are best together; the earlier one among equals."""
    newness = [_newness(match.paper.published, today) for match in left]
    offers = [served.offers(match.reasons, match.score) for match in left]
    # What a match is worth only falls: one whose worth of now leads all others' of before is best.
    waiting = [(-served.left_of(offers[at]) * newness[at], at) for at in range(len(left))]
    heapify(waiting)
    chosen = set[int]()
    while waiting and len(chosen) < limit:
        known, at = waiting[0]
        now = -served.left_of(offers[at]) * newness[at]
        if now > known:
            heapreplace(waiting, (now, at))
            continue
        heappop(waiting)
        chosen.add(at)
        served.take(offers[at])
    return chosen


class _Offer(NamedTuple):
    """What a paper is worth to an interest; `like` is the liked paper's label where that is one."""

    interest: str
    like: str
    worth: float


class _Served:
    """How many papers are there for each interest already, and for each liked paper."""

    def __init__(self, dues: Dues) -> None:
        self._worth = dues.worth
        self._interests: dict[str, float] = defaultdict(float)
        self._likes: dict[str, float] = defaultdict(float)
        for reasons in dues.before:
            for offer, part in _parts(self.offers(reasons, 0.0)):
                self._interests[offer.interest] += part

    def offers(self, reasons: Sequence[Reason], score: float) -> list[_Offer]:
        """What a paper with those reasons is worth, or one with a score and no reasons."""
        return [self._offer(reason) for reason in reasons] or [_Offer("", "", score)]

    def left_of(self, offers: Sequence[_Offer]) -> float:
        """What a paper is still worth."""
        interests, likes = self._interests, self._likes
        return sum(
            worth / (1 + VARIETY * interests[interest]) / (1 + VARIETY * likes[like])
            for interest, like, worth in offers
        )

    def take(self, offers: Sequence[_Offer]) -> None:
        """One more paper is there, for each interest by its part of the paper's worth."""
        for offer, part in _parts(offers):
            self._interests[offer.interest] += part
            self._likes[offer.like] += part if offer.like else 0.0

    def _offer(self, reason: Reason) -> _Offer:
        like = reason.interest if reason.interest.startswith(LIKES) else ""
        interest = LIKES if like else reason.interest
        unit = self._worth.get(interest, 0.0) if self._worth else 1.0
        return _Offer(interest, like, reason.share * unit)


def _parts(offers: Sequence[_Offer]) -> list[tuple[_Offer, float]]:
    """Each with its part of what all are worth, unless that is nothing."""
    whole = sum(offer.worth for offer in offers)
    return [(offer, offer.worth / whole) for offer in offers] if whole > 0 else []


def _newness(published: date | None, today: date | None) -> float:
    if published is None or today is None:
        return 1.0
    years = max((today - published).days, 0) / 365.25
    return 1 + NEWNESS * float(0.5**years)
