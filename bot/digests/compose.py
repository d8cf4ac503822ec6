"""Composing digests: claim what is due, choose papers, write all of it down, in one transaction.

Papers are chosen among those the ledger does not have, never the other way round. What came since
the digest before is new and comes first; a first digest looks at the whole library.
"""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.errors import UserError
from bot.library import Library
from bot.library.troubles import Trouble, Wrong, troubles
from bot.models import Digest, Funnel, Pick, Slot, Subscriber, Subscription, WhenNothingNew
from bot.schedules import end_of_quiet, next_due
from bot.store import (
    Connection,
    OperationalError,
    Store,
    digests,
    interests,
    outbox,
    papers,
    people,
    subscriptions,
)
from recommender import Index, InterestKind, Match, Ranking, Subset, choose

logger = logging.getLogger(__name__)

DEFAULT_LIMIT = 5
MAX_LIMIT = 30

# Some of the best matches may be near-identical: so many candidates are asked for, for each paper.
_CANDIDATES = 4
# So many digests share a transaction, which costs a write to the disk.
_BATCH = 25


@dataclass(frozen=True, slots=True)
class Shelf:
    """The library as composing sees it: one index, one revision, one look at the sources."""

    index: Index
    revision: int
    news: dict[int, Subset] = field(default_factory=dict)
    told: dict[datetime, list[Trouble]] = field(default_factory=dict)

    def since(self, connection: Connection, revision: int) -> Subset:
        """The papers that first came after a revision; looked up once for all subscribers."""
        if revision not in self.news:
            ids = papers.ids_added(connection, revision, self.revision)
            self.news[revision] = self.index.subset(ids)
        return self.news[revision]

    def wrong(self, connection: Connection, now: datetime, what: Wrong) -> tuple[str, ...]:
        """The sources with which something is wrong; looked up once for all subscribers."""
        if now not in self.told:
            self.told[now] = troubles(connection, now)
        return tuple(each.source for each in self.told[now] if each.wrong is what)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a digest is to be: for whom, how long, and what else may be in it."""

    to: Subscriber
    limit: int
    due: datetime
    when_nothing_new: WhenNothingNew = WhenNothingNew.ARCHIVE
    explores: bool = False
    asked_for: bool = False


def shelf_of(library: Library) -> Shelf:
    """The library as it is now."""
    return Shelf(*library.current())


def wish_of(subscription: Subscription) -> Wish:
    """What the next regular digest of a subscription is to be."""
    return Wish(
        subscription.subscriber,
        subscription.limit,
        subscription.missed_due or subscription.next_due,
        subscription.when_nothing_new,
        subscription.explores,
    )


def draft(connection: Connection, shelf: Shelf, wish: Wish, now: datetime) -> Digest:
    """The digest that would come now; writes nothing."""
    before = digests.previous(connection, wish.to)
    news = shelf.since(connection, before[1]) if before else None
    choice = _Choice.of(connection, shelf, wish, news)
    return Digest(
        id=uuid.uuid4().hex,
        subscriber=wish.to,
        due_at=wish.due,
        composed_at=now,
        revision=shelf.revision,
        funnel=Funnel(
            before[0] if before else None,
            len(shelf.index) if news is None else len(news.rows),
            choice.matched,
            shelf.wrong(connection, now, Wrong.FAILING),
            shelf.wrong(connection, now, Wrong.SILENT),
        ),
        picks=choice.picks(),
        asked_for=wish.asked_for,
    )


def due_drafts(store: Store, shelf: Shelf, now: datetime) -> list[Digest]:
    """What would be posted now, in the order in which it was due; writes nothing."""
    with store.reading() as connection:
        due = subscriptions.due(connection, now)
        return [draft(connection, shelf, wish_of(each), now) for each in due]


def compose_due(store: Store, shelf: Shelf, now: datetime) -> int:
    """Composes every digest that is due; how many.

    A digest missed in a downtime comes once, late; the next is due at its regular time. Any
    number of processes may compose at once. A subscription whose digest cannot be composed is
    paused, and keeps nobody waiting.
    """
    composed = 0
    while True:
        with store.writing() as connection:
            claimed = subscriptions.claim(connection, now, _BATCH)
            composed += sum(_survived(connection, shelf, each, now) for each in claimed)
        if not claimed:
            return composed


def compose_now(store: Store, shelf: Shelf, wish: Wish, now: datetime) -> Digest:
    """Composes a digest that somebody asks for; the next regular one stays due when it was."""
    with store.writing() as connection:
        digests.reserve(connection, wish.to)
        digest = draft(connection, shelf, wish, now)
        _write(connection, digest)
    return digest


def _survived(
    connection: Connection, shelf: Shelf, subscription: Subscription, now: datetime
) -> bool:
    """Whether a digest was composed; one that fails leaves nothing behind but its pause."""
    try:
        with connection.begin_nested():
            return _compose(connection, shelf, subscription, now)
    except UserError as error:
        # The zone has left the time zone database: only its subscriber can say a new one.
        reason = str(error)
    except OperationalError:
        raise
    except Exception:
        # What one subscriber's rows hold must not keep the digests of all others.
        logger.exception("no digest", extra={"workspace": subscription.subscriber.workspace})
        reason = "Something went wrong with your digest, and is written down. Resume to try again."
    subscriptions.pause(connection, subscription.subscriber, reason)
    return False


def _compose(
    connection: Connection, shelf: Shelf, subscription: Subscription, now: datetime
) -> bool:
    due = next_due(subscription.schedule, now)
    if (loud := end_of_quiet(subscription.schedule, now)) > now:
        # It was missed in a downtime that ended in quiet hours.
        subscriptions.put_off(connection, subscription, min(loud, due))
        return False
    subscriptions.move_on(connection, subscription, due)
    digests.reserve(connection, subscription.subscriber)
    digest = draft(connection, shelf, wish_of(subscription), now)
    if not digest.picks and subscription.when_nothing_new is WhenNothingNew.SILENT:
        return False
    _write(connection, digest)
    return True


def _write(connection: Connection, digest: Digest) -> None:
    digests.put(connection, digest)
    outbox.put(connection, digest)


@dataclass(frozen=True, slots=True)
class _Choice:
    """The rankings from which a digest is chosen, and the score below which nothing is shown."""

    wish: Wish
    shelf: Shelf
    shown: set[str]
    fresh: Ranking
    archive: Ranking
    floor: float

    @classmethod
    def of(cls, connection: Connection, shelf: Shelf, wish: Wish, news: Subset | None) -> "_Choice":
        profile = interests.profile(connection, wish.to)
        # Judged papers are left out by their ids already; here by their titles, too.
        judged = {i.text for i in profile.interests if i.kind is InterestKind.PAPER}
        shown = digests.shown(connection, wish.to)
        shown.update(judged, people.hidden_papers(connection, wish.to))
        whole = shelf.index.rank(profile)
        archive = whole.only(without=shown)
        fresh = archive if news is None else archive.only(news)
        return cls(wish, shelf, shown, fresh, archive, whole.floor)

    @property
    def matched(self) -> int:
        """How many new papers are good enough."""
        return self.fresh.count(self.floor)

    def picks(self) -> tuple[Pick, ...]:
        """The papers, new ones first."""
        new = self._best(self.fresh, self.wish.limit)
        room = self.wish.limit - len(new)
        archive = 0
        if self.wish.asked_for:
            archive = room
        elif not new and self.wish.when_nothing_new is WhenNothingNew.ARCHIVE:
            archive = min(room, 1)
        old = self._best(self.archive, archive, new)
        found = [*(Pick(match) for match in new), *(Pick(match, Slot.ARCHIVE) for match in old)]
        # The only place of a digest is not given away.
        if self.wish.explores and self.wish.limit > 1:
            found = self._explored(found)
        return tuple(replace(pick, rank=rank) for rank, pick in enumerate(found, 1))

    def _best(self, ranking: Ranking, limit: int, taken: Sequence[Match] = ()) -> list[Match]:
        titles = [match.paper.title for match in taken]
        wanted, good = (limit + len(taken)) * _CANDIDATES, ranking.count(self.floor)
        while True:
            candidates = ranking.top(min(wanted, good)) if limit else []
            unseen = [match for match in candidates if not self._was_shown(match)]
            chosen = choose(unseen, limit, titles, 0.0, self.wish.due.date())
            if len(chosen) == limit or wanted >= good:
                return chosen
            wanted *= _CANDIDATES

    def _was_shown(self, match: Match) -> bool:
        """Whether the same work was shown before under another id."""
        return not self.shown.isdisjoint(self.shelf.index.twins(match.paper))

    def _explored(self, found: list[Pick]) -> list[Pick]:
        """With the last place given to a new paper just beyond the interests."""
        titles = [pick.match.paper.title for pick in found]
        ranked = self.fresh.top(self.matched + _CANDIDATES, explain=False)
        below = [m for m in ranked if m.score < self.floor and not self._was_shown(m)]
        ids = [match.paper.id for match in choose(below, 1, titles, floor=0.0)]
        beyond = self.fresh.only(self.shelf.index.subset(ids)).top(1)
        kept = found[: self.wish.limit - len(beyond)]
        return [*kept, *(Pick(match, Slot.EXPLORATION) for match in beyond)]
