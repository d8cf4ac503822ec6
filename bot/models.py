"""What the bot speaks of: subscribers, subscriptions, digests and their deliveries.

Frozen values; times are aware and UTC. Local time exists only in `schedules`.
"""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

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
class Schedule:
    """When digests are due: local days (Monday is 0) and time, in an IANA zone."""

    days: frozenset[int]
    at: time
    zone: str


class SubscriptionState(StrEnum):
    """Whether digests are composed when they are due."""

    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who gets digests, when, and how many papers at most (`limit`).

    `owner` is the person who set it up. `pause_reason` is None when the owner paused it,
    else a sentence that says what went wrong and what to do.
    """

    subscriber: Subscriber
    schedule: Schedule
    limit: int
    owner: str
    next_due: datetime
    state: SubscriptionState = SubscriptionState.ACTIVE
    pause_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """One issue of a subscription, best match first; `unseen` papers were considered."""

    id: str
    subscriber: Subscriber
    due_at: datetime
    composed_at: datetime
    unseen: int
    matches: tuple[Match, ...]


class DeliveryState(StrEnum):
    """How far the sending of a digest has come.

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
    """The sending of one digest; `posted` is Slack's channel and ts once it is sent."""

    id: str
    digest: str
    subscriber: Subscriber
    state: DeliveryState
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack told of somebody; `zone` is an IANA name."""

    workspace: str
    id: str
    name: str
    zone: str
    refreshed_at: datetime


@dataclass(frozen=True, slots=True)
class Search:
    """A search somebody made, kept so that its buttons can carry an id instead of the text."""

    id: str
    by: Subscriber
    text: str
