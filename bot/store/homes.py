"""Which people have opened the Home tab, and what stands there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)

from bot.models import Subscriber, SubscriptionState
from bot.store import rows
from bot.store.tables import digests, homes, subscriptions, workspaces

_theirs = subscriptions.alias()
_STANDING = select(homes).where(rows.of_them(homes, "person"))


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a Home tab.

    `fingerprint` is that of the view, empty when nobody knows; `hash` Slack's own, empty at first.
    `next_due` and `last_digest` (an id) are what it says of the person's digests, `channels` of how
    many channels it says that the person set their digests up.
    """

    fingerprint: str = ""
    hash: str = ""
    next_due: datetime | None = None
    last_digest: str | None = None
    channels: int = 0


def get(connection: Connection, of: Subscriber) -> Standing | None:
    """What `put` was given last; None for somebody who never opened the tab."""
    row = connection.execute(_STANDING, rows.whose(of)).one_or_none()
    if row is None:
        return None
    return Standing(row.fingerprint, row.hash, row.next_due, row.last_digest, row.channels)


def put(connection: Connection, of: Subscriber, standing: Standing) -> None:
    """Remembers what stands there now."""
    values = {
        "fingerprint": standing.fingerprint,
        "hash": standing.hash,
        "next_due": standing.next_due,
        "last_digest": standing.last_digest,
        "channels": standing.channels,
    }
    rows.put(connection, homes, {"workspace": of.workspace, "person": of.id, **values})


def of_digests(connection: Connection, of: Subscriber) -> Standing:
    """What a Home tab has to say of somebody's digests now; nothing else of it is known."""
    due = select(_due()).where(
        subscriptions.c.workspace == of.workspace, subscriptions.c.subscriber == of.id
    )
    last = _last_digest().where(digests.c.workspace == of.workspace, digests.c.subscriber == of.id)
    channels = _channels().where(_theirs.c.workspace == of.workspace, _theirs.c.owner == of.id)
    return Standing(
        next_due=connection.execute(due).scalar_one_or_none(),
        last_digest=connection.execute(last).scalar_one_or_none(),
        channels=connection.execute(channels).scalar_one(),
    )


def stale(connection: Connection, limit: int) -> list[Subscriber]:
    """People whose Home tab says of digests, their own or channels', what is not true any more."""
    last = _last_digest().where(
        digests.c.workspace == homes.c.workspace, digests.c.subscriber == homes.c.person
    )
    channels = _channels().where(
        _theirs.c.workspace == homes.c.workspace, _theirs.c.owner == homes.c.person
    )
    query = (
        select(homes.c.workspace, homes.c.person)
        .outerjoin(
            subscriptions,
            and_(
                subscriptions.c.workspace == homes.c.workspace,
                subscriptions.c.subscriber == homes.c.person,
            ),
        )
        .outerjoin(workspaces, workspaces.c.id == homes.c.workspace)
        .where(
            workspaces.c.off_reason.is_(None),
            or_(
                homes.c.next_due.is_distinct_from(_due()),
                homes.c.last_digest.is_distinct_from(last.correlate(homes).scalar_subquery()),
                homes.c.channels != channels.correlate(homes).scalar_subquery(),
            ),
        )
        .order_by(homes.c.workspace, homes.c.person)
        .limit(limit)
    )
    return [Subscriber(row.workspace, row.person) for row in connection.execute(query)]


def _due() -> ColumnElement[datetime | None]:
    """The next due time of a subscription; NULL while it is paused."""
    is_active = subscriptions.c.state == SubscriptionState.ACTIVE.value
    return case((is_active, subscriptions.c.next_due))


def _channels() -> Select[int]:
    """How many channels' digests somebody set up."""
    return select(func.count()).where(func.substr(_theirs.c.subscriber, 1, 1).in_(["C", "G"]))


def _last_digest() -> Select[str]:
    return select(digests.c.id).order_by(digests.c.composed_at.desc(), digests.c.id).limit(1)
