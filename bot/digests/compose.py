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
from recommender import Dues, Index, InterestKind, Match, Ranking, Subset, choose

logger = logging.getLogger(__name__)

DEFAULT_LIMIT = 5
MAX_LIMIT = 30

# Some of the best matches may be near-identical: so many candidates are asked for, for each paper.
_CANDIDATES = 4
# So many papers shown lately say which interests were served: some digests of the usual length.
# Of interests with two good papers in four digests or more so many had one: of 15 with five places
# .97 (without: .86, by the highest score .84), of two with one place all (.92, .73).
_REMEMBERED = 20
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


@dataclass(frozen=True, slots=True)
class Preview:
    """A digest that would come, and how many of its new papers each interest finds by itself.

    All liked papers are one interest. What several find counts for each of them.
    """

    digest: Digest
    found: dict[str, int]


def draft(connection: Connection, shelf: Shelf, wish: Wish, now: datetime) -> Digest:
    """The digest that would come now; writes nothing."""
    return preview(connection, shelf, wish, now).digest


def preview(connection: Connection, shelf: Shelf, wish: Wish, now: datetime) -> Preview:
    """The same, with what its interests find."""
    before = digests.previous(connection, wish.to)
    news = shelf.since(connection, before[1]) if before else None
    choice = _Choice.of(connection, shelf, wish, news)
    digest = Digest(
        id=uuid.uuid4().hex,
        subscriber=wish.to,
        due_at=wish.due,
        composed_at=now,
        revision=shelf.revision,
        funnel=Funnel(
            before[0] if before else None,
            len(shelf.index) if news is None else len(news.rows),
            choice.matched.count(),
            shelf.wrong(connection, now, Wrong.FAILING),
            shelf.wrong(connection, now, Wrong.SILENT),
        ),
        picks=choice.picks(),
        asked_for=wish.asked_for,
    )
    return Preview(digest, choice.matched.counts())


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
    """The rankings from which a digest is chosen: new papers and all papers, none shown before.

    `matched` are the new ones that are good enough for at least one interest.
    """

    wish: Wish
    shelf: Shelf
    shown: set[str]
    fresh: Ranking
    unseen: Ranking
    matched: Ranking
    dues: Dues

    @classmethod
    def of(cls, connection: Connection, shelf: Shelf, wish: Wish, news: Subset | None) -> "_Choice":
        profile = interests.profile(connection, wish.to)
        # Judged papers are left out by their ids already; here by their titles, too.
        judged = {i.text for i in profile.interests if i.kind is InterestKind.PAPER}
        shown = digests.shown(connection, wish.to)
        shown.update(judged, people.hidden_papers(connection, wish.to))
        unseen = shelf.index.rank(profile).only(without=shown)
        fresh = unseen if news is None else unseen.only(news)
        worth = unseen.worth()
        # One interest alone has nobody to share with.
        before = digests.lately(connection, wish.to, _REMEMBERED) if len(worth) > 1 else []
        dues = Dues(worth, before)
        return cls(wish, shelf, shown, fresh, unseen, fresh.worthy(), dues)

    def picks(self) -> tuple[Pick, ...]:
        """The papers, new ones first."""
        new = self._best(self.matched, self.wish.limit)
        room = self.wish.limit - len(new)
        archive = 0
        if self.wish.asked_for:
            archive = room
        elif not new and self.wish.when_nothing_new is WhenNothingNew.ARCHIVE:
            archive = min(room, 1)
        old = self._best(self.unseen.worthy(), archive, new) if archive else []
        found = [*(Pick(match) for match in new), *(Pick(match, Slot.ARCHIVE) for match in old)]
        # The only place of a digest is not given away.
        if self.wish.explores and self.wish.limit > 1:
            found = self._explored(found)
        return tuple(replace(pick, rank=rank) for rank, pick in enumerate(found, 1))

    def _best(self, ranking: Ranking, limit: int, taken: Sequence[Match] = ()) -> list[Match]:
        """At most `limit` papers to go with those taken, explained."""
        wanted = (limit + len(taken)) * _CANDIDATES
        while limit:
            candidates = ranking.candidates(wanted)
            chosen = self._chosen(candidates, limit, taken)
            if len(chosen) == limit or len(candidates) == ranking.count():
                return ranking.explained(chosen)
            wanted *= _CANDIDATES
        return []

    def _chosen(
        self, candidates: list[Match], limit: int, taken: Sequence[Match] = ()
    ) -> list[Match]:
        titles, day = [match.paper.title for match in taken], self.wish.due.date()
        before = [*self.dues.before, *(match.reasons for match in taken)]
        dues = replace(self.dues, before=before)
        while True:
            chosen = choose(candidates, limit, titles, day, dues)
            # Only what is chosen is looked up: that takes longer than choosing.
            known = {match.paper.id for match in chosen if self._was_shown(match)}
            if not known:
                return chosen
            candidates = [match for match in candidates if match.paper.id not in known]

    def _was_shown(self, match: Match) -> bool:
        """Whether the same work was shown before under another id."""
        return not self.shown.isdisjoint(self.shelf.index.twins(match.paper))

    def _explored(self, found: list[Pick]) -> list[Pick]:
        """With the last place given to a new paper just beyond the interests."""
        titles = [pick.match.paper.title for pick in found]
        beyond = self.fresh.beyond()
        near = [match for match in beyond.top(_CANDIDATES) if not self._was_shown(match)]
        last = choose(near, 1, titles)
        kept = found[: self.wish.limit - len(last)]
        return [*kept, *(Pick(match, Slot.EXPLORATION) for match in last)]
