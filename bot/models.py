"""What the bot speaks of: subscribers, subscriptions, digests and their deliveries.

Frozen values; times are aware and UTC. Local time exists only in `schedules`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal

from recommender import Match

EVERY_DAY = frozenset(range(7))
WORKING_DAYS = frozenset(range(5))


@dataclass(frozen=True, slots=True, order=True)
class Subscriber:
    """A person or a channel of one workspace; the key of everything that belongs to it."""

    workspace: str
    id: str

    @property
    def is_channel(self) -> bool:
        """Slack's ids of people begin with U or W, those of channels with C or G."""
        return self.id[:1] in {"C", "G"}


@dataclass(frozen=True, slots=True)
class Weekly:
    """Days of the week (Monday is 0), in every week or in every so many `weeks` from `start` on."""

    days: frozenset[int]
    weeks: int = 1
    start: date = date(1, 1, 1)
    kind: Literal["weekly"] = "weekly"


@dataclass(frozen=True, slots=True)
class Monthly:
    """A day of every month, 1 to 31; the last one of a month that has fewer."""

    day: int
    kind: Literal["monthly"] = "monthly"


@dataclass(frozen=True, slots=True)
class MonthlyWeekday:
    """The first (1) to fourth (4) or the last (-1) of a weekday in every month."""

    nth: int
    weekday: int
    kind: Literal["monthly weekday"] = "monthly weekday"


Rule = Weekly | Monthly | MonthlyWeekday


@dataclass(frozen=True, slots=True)
class Quiet:
    """When no digest may come: local days, and hours from `since` to before `until`.

    The hours may span midnight; both are None where there are none.
    """

    days: frozenset[int] = frozenset()
    since: time | None = None
    until: time | None = None

    def covers(self, local: time) -> bool:
        """Whether a local time of day falls into the quiet hours."""
        if self.since is None or self.until is None:
            return False
        if self.since <= self.until:
            return self.since <= local < self.until
        return local >= self.since or local < self.until


NEVER_QUIET = Quiet()


@dataclass(frozen=True, slots=True)
class Schedule:
    """When digests are due: the days of `rule` at a local time, in an IANA zone."""

    rule: Rule
    at: time
    zone: str
    quiet: Quiet = NEVER_QUIET


class WhenNothingNew(StrEnum):
    """What comes when no new paper is relevant: a sentence, nothing, or one older paper."""

    SAY = "say"
    SILENT = "silent"
    ARCHIVE = "archive"


class SubscriptionState(StrEnum):
    """Whether digests are composed when they are due."""

    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who gets digests, when, and how many papers at most (`limit`).

    `owner` is the person who set it up, empty once they are forgotten. `follows_zone` says that the
    zone is the owner's own, and moves with it. `pause_reason` is None when the owner paused it,
    else a sentence that says what went wrong and what to do. `explores` gives one place to a paper
    from beyond the interests. `missed_due` is the due time that passed in a downtime, while the
    digest of it waits for the end of quiet hours; `next_due` is that end.
    """

    subscriber: Subscriber
    schedule: Schedule
    limit: int
    owner: str
    next_due: datetime
    follows_zone: bool = True
    state: SubscriptionState = SubscriptionState.ACTIVE
    pause_reason: str | None = None
    snoozed_until: datetime | None = None
    last_due: datetime | None = None
    missed_due: datetime | None = None
    when_nothing_new: WhenNothingNew = WhenNothingNew.ARCHIVE
    explores: bool = False


class Slot(StrEnum):
    """Why a paper is in a digest."""

    NEW = "new"
    ARCHIVE = "archive"
    EXPLORATION = "exploration"


@dataclass(frozen=True, slots=True)
class Pick:
    """A paper of a digest, why it is there, and its place, from 1.

    Places are those in which the digest was composed: a paper that is taken out leaves a gap.
    """

    match: Match
    slot: Slot = Slot.NEW
    rank: int = 1


@dataclass(frozen=True, slots=True)
class Funnel:
    """What became of the papers that came since the digest before; honest numbers.

    `since` is None for a first digest, which looks at the whole library. `matched` of the `new`
    answer the interests and are good enough. `failing` are the sources that could not be read,
    `silent` those that have brought nothing for longer than they should.
    """

    since: datetime | None
    new: int
    matched: int
    failing: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """One issue of a subscription, best first; `asked_for` when it was not a regular one.

    `revision` is the corpus's of which it was made: the next digest looks at what came later.
    """

    id: str
    subscriber: Subscriber
    due_at: datetime
    composed_at: datetime
    revision: int
    funnel: Funnel
    picks: tuple[Pick, ...]
    asked_for: bool = False


class DeliveryState(StrEnum):
    """How far the sending of a part of a digest has come.

    ``UNKNOWN`` says that Slack may or may not have taken the message: it is never repeated
    blindly.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The sending of one part of a digest; parts count from 0.

    `channel` is where it goes in Slack once that is known, `ts` names the message there. `attempts`
    counts how often somebody took it, to send it or to find out what became of it.
    """

    id: str
    digest: str
    subscriber: Subscriber
    part: int
    state: DeliveryState
    attempts: int = 0
    channel: str | None = None
    ts: str | None = None
    error: str | None = None
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack told of somebody; `zone` is an IANA name."""

    workspace: str
    id: str
    name: str
    zone: str
    refreshed_at: datetime
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """How a paper came into a channel: who shared it, and the message (`ts`) it stands in.

    `person` is empty where a digest brought it, `ts` None where Slack has not told it. `thread` is
    the bot's own message in the thread under it, if there is one.
    """

    id: str
    paper: str
    person: str
    shared_at: datetime
    ts: str | None = None
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """What somebody has said of papers, by the papers' ids."""

    saved: frozenset[str] = frozenset()
    liked: frozenset[str] = frozenset()
    disliked: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Search:
    """A search somebody made, kept so that its buttons can carry an id instead of the text."""

    id: str
    by: Subscriber
    text: str
