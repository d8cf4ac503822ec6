"""Who gets digests and when; claiming the ones that are due."""

from collections.abc import Iterator
from datetime import datetime, time

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select, update

from bot.models import Schedule, Subscriber, Subscription, SubscriptionState
from bot.store.tables import subscriptions, workspaces


def get(connection: Connection, of: Subscriber) -> Subscription | None:
    """The subscription of a subscriber; there is one at most."""
    row = connection.execute(select(subscriptions).where(_of(of))).one_or_none()
    return _subscription(row) if row is not None else None


def put(connection: Connection, subscription: Subscription) -> None:
    """Writes a subscription in place of the subscriber's old one."""
    schedule, of = subscription.schedule, subscription.subscriber
    remove(connection, of)
    connection.execute(
        insert(subscriptions).values(
            workspace=of.workspace,
            subscriber=of.id,
            owner=subscription.owner,
            days=",".join(map(str, sorted(schedule.days))),
            at=schedule.at.isoformat("minutes"),
            zone=schedule.zone,
            limit=subscription.limit,
            state=subscription.state.value,
            pause_reason=subscription.pause_reason,
            next_due=subscription.next_due,
        )
    )


def remove(connection: Connection, of: Subscriber) -> bool:
    """Ends a subscription; whether there was one."""
    return bool(connection.execute(delete(subscriptions).where(_of(of))).rowcount)


def due(connection: Connection, now: datetime) -> list[Subscription]:
    """Active subscriptions whose time has come, longest waiting first."""
    query = (
        select(subscriptions)
        .outerjoin(workspaces, workspaces.c.id == subscriptions.c.workspace)
        .where(
            subscriptions.c.state == SubscriptionState.ACTIVE.value,
            subscriptions.c.next_due <= now,
            workspaces.c.off_reason.is_(None),
        )
        .order_by(subscriptions.c.next_due, subscriptions.c.workspace, subscriptions.c.subscriber)
    )
    return [_subscription(row) for row in connection.execute(query)]


def next_due(connection: Connection) -> datetime | None:
    """When the next of all active subscriptions is due; None when there is none."""
    active = subscriptions.c.state == SubscriptionState.ACTIVE.value
    return connection.execute(select(func.min(subscriptions.c.next_due)).where(active)).scalar()


def claim(connection: Connection, subscription: Subscription, next_due: datetime) -> bool:
    """Moves the due time on; False when somebody else was faster, or it has changed since."""
    moved = connection.execute(
        update(subscriptions)
        .where(
            _of(subscription.subscriber),
            subscriptions.c.next_due == subscription.next_due,
            subscriptions.c.state == SubscriptionState.ACTIVE.value,
        )
        .values(next_due=next_due)
    )
    return moved.rowcount == 1


def pause(connection: Connection, of: Subscriber, reason: str | None) -> None:
    """Stops the digests of a subscriber; a reason other than None is for the owner to read."""
    connection.execute(
        update(subscriptions)
        .where(_of(of))
        .values(state=SubscriptionState.PAUSED.value, pause_reason=reason)
    )


def resume(connection: Connection, of: Subscriber, next_due: datetime) -> None:
    """Lets the digests of a subscriber come again from that time on."""
    connection.execute(
        update(subscriptions)
        .where(_of(of))
        .values(state=SubscriptionState.ACTIVE.value, pause_reason=None, next_due=next_due)
    )


def in_workspace(connection: Connection, workspace: str) -> Iterator[Subscription]:
    """Every subscription of one workspace, in the order of their subscribers."""
    query = select(subscriptions).where(subscriptions.c.workspace == workspace)
    return map(_subscription, connection.execute(query.order_by(subscriptions.c.subscriber)))


def _of(subscriber: Subscriber) -> ColumnElement[bool]:
    return and_(
        subscriptions.c.workspace == subscriber.workspace,
        subscriptions.c.subscriber == subscriber.id,
    )


def _subscription(row: Row[tuple[object, ...]]) -> Subscription:
    return Subscription(
        subscriber=Subscriber(row.workspace, row.subscriber),
        schedule=Schedule(
            frozenset(map(int, row.days.split(","))), time.fromisoformat(row.at), row.zone
        ),
        limit=row._mapping["limit"],
        owner=row.owner,
        next_due=row.next_due,
        state=SubscriptionState(row.state),
        pause_reason=row.pause_reason,
    )
