"""Composes digests that are due into the outbox, and delivers what the outbox holds.

Composing is one transaction: a subscription is claimed, its papers are chosen from those the
ledger does not have, and the digest, its ledger entries and its delivery are written. Delivering
marks a delivery before Slack hears of it, so that one whose fate is unknown is never repeated.
"""

import logging
import uuid
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial

from slack_sdk import WebClient
from slack_sdk.models.blocks import ActionsBlock

from bot import client as slack
from bot.blocks import Message, code, mrkdwn, note
from bot.blocks.message import context
from bot.blocks.papers import digest_message
from bot.blocks.views import View, ViewKind
from bot.errors import StoreError
from bot.models import Delivery, Digest, Subscriber, Subscription
from bot.schedules import describe, local_text, next_due
from bot.store import Connection, Store, digests, interests, people, subscriptions
from recommender import Index, choose

logger = logging.getLogger(__name__)

DEFAULT_LIMIT = 5
MAX_LIMIT = 10
# Some of the best matches may be near-identical: so many candidates are asked for, for each paper.
CANDIDATES = 5

Clients = Callable[[str], WebClient]


def draft(
    connection: Connection, index: Index, to: Subscriber, limit: int, due: datetime, now: datetime
) -> Digest:
    """The digest that `to` would get, chosen among papers never shown there; writes nothing."""
    shown = digests.shown(connection, to)
    matches = index.recommend(
        interests.profile(connection, to), limit=limit * CANDIDATES, without=shown
    )
    unseen = max(0, len(index) - len(shown))
    return Digest(uuid.uuid4().hex, to, due, now, unseen, tuple(choose(matches, limit)))


def due_drafts(store: Store, index: Index, now: datetime) -> list[Digest]:
    """What would be posted now, in the order in which it was due; writes nothing."""
    with store.reading() as connection:
        return [
            draft(connection, index, s.subscriber, s.limit, s.next_due, now)
            for s in subscriptions.due(connection, now)
        ]


def compose_due(store: Store, index: Index, now: datetime) -> int:
    """Composes every digest that is due; how many. Each in a transaction of its own.

    One that fails does not keep the others waiting, and stays due. A digest missed in a downtime
    comes once, late; the next is due at its regular time.
    """
    with store.reading() as connection:
        due = subscriptions.due(connection, now)
    return sum(_survived(s.subscriber, partial(_compose, store, index, s, now)) for s in due)


def compose_now(store: Store, index: Index, to: Subscriber, now: datetime) -> Digest:
    """Composes a digest that somebody asks for; the next regular one stays due when it was."""
    with store.writing() as connection:
        subscription = subscriptions.get(connection, to)
        limit = subscription.limit if subscription else DEFAULT_LIMIT
        digest = draft(connection, index, to, limit, now, now)
        digests.put(connection, digest)
    return digest


def deliver(store: Store, clients: Clients, now: datetime) -> int:
    """Sends what the outbox holds; how many messages Slack took.

    One subscriber's failure does not keep the others waiting.
    """
    with store.reading() as connection:
        waiting = digests.waiting(connection, now)
    return sum(_survived(d.subscriber, partial(_deliver, store, clients, d, now)) for d in waiting)


def rendered(connection: Connection, digest: Digest, saved: Collection[str] = ()) -> Message:
    """The digest as its subscriber sees it; `saved` are the ids of papers marked as saved."""
    subscription = subscriptions.get(connection, digest.subscriber)
    zone = _zone(connection, digest.subscriber, subscription)
    title = f"Papers for {local_text(digest.due_at, zone).split(',')[0]}"
    found = len(digest.matches)
    lines = [f"{found} of {digest.unseen} papers you have not seen yet"]
    if not digest.matches:
        lines = [_nothing(connection, digest)]
    view = View(ViewKind.DIGEST, digest.id)
    return digest_message(title, digest.matches, view, saved, lines, _footer(subscription))


def preview_message(connection: Connection, digest: Digest) -> Message:
    """A digest that was only drafted: the same page, without buttons that need it in the store."""
    message = rendered(connection, digest)
    title = f"Preview: {message.text}"
    kept = [block for block in message.blocks if not isinstance(block, ActionsBlock)]
    return Message(title, [context("A preview: nothing is sent or marked as shown."), *kept])


def _survived(subscriber: Subscriber, act: Callable[[], bool]) -> bool:
    """Whether the act was done; one that fails is logged, for the next subscriber to have theirs.

    Raises StoreError: without a database nobody can have theirs.
    """
    try:
        return act()
    except StoreError:
        raise
    except Exception:
        logger.exception("a digest failed", extra={"workspace": subscriber.workspace})
        return False


def _compose(store: Store, index: Index, subscription: Subscription, now: datetime) -> bool:
    with store.writing() as connection:
        if not subscriptions.claim(connection, subscription, next_due(subscription.schedule, now)):
            return False
        to, due = subscription.subscriber, subscription.next_due
        digests.put(connection, draft(connection, index, to, subscription.limit, due, now))
    return True


def _deliver(store: Store, clients: Clients, delivery: Delivery, now: datetime) -> bool:
    with store.writing() as connection:
        digest = digests.get(connection, delivery.digest)
        if digest is None or not digests.begin(connection, delivery):
            return False
        message = rendered(connection, digest)
    to = delivery.subscriber
    try:
        client = clients(to.workspace)
        posted = slack.post(client, to.id, message.text, message.blocks, delivery.id)
    except slack.SlackError as error:
        logger.warning(
            "digest not delivered: %s",
            error,
            extra={"workspace": to.workspace, "delivery": delivery.id},
        )
        _settle(store, clients, delivery, error, now)
        return False
    with store.writing() as connection:
        digests.sent(connection, delivery, posted.channel, posted.ts)
    return True


def _settle(
    store: Store, clients: Clients, delivery: Delivery, error: slack.SlackError, now: datetime
) -> None:
    """Does what Slack's answer asks for."""
    with store.writing() as connection:
        if isinstance(error, slack.SlackBusy):
            until = now + timedelta(seconds=error.retry_after)
            digests.postpone(connection, delivery, until, str(error))
        elif not isinstance(error, slack.SlackRefusal):
            digests.doubt(connection, delivery, str(error))
        elif error.code in slack.WORKSPACE_OFF:
            digests.postpone(connection, delivery, now, str(error))
            people.switch_off(connection, delivery.subscriber.workspace, str(error))
        else:
            digests.fail(connection, delivery, str(error))
            if error.code in slack.REMEDIES:
                subscriptions.pause(connection, delivery.subscriber, str(error))
    if isinstance(error, slack.SlackRefusal) and error.code in slack.REMEDIES:
        _tell_owner(store, clients, delivery.subscriber, error)


def _tell_owner(
    store: Store, clients: Clients, subscriber: Subscriber, error: slack.SlackRefusal
) -> None:
    with store.reading() as connection:
        subscription = subscriptions.get(connection, subscriber)
    if subscription is None or subscription.owner == subscriber.id:
        return
    message = note(
        f"I could not post the digest to <#{subscriber.id}>, so it is paused. "
        f"{mrkdwn(str(error), 500)}"
    )
    try:
        client = clients(subscriber.workspace)
        slack.post(client, subscription.owner, message.text, message.blocks)
    except slack.SlackError:
        logger.warning("owner not told", extra={"workspace": subscriber.workspace})


def _nothing(connection: Connection, digest: Digest) -> str:
    if not interests.profile(connection, digest.subscriber).interests:
        return f"You follow nothing yet: {code('/papers interests add speech translation', 60)}"
    return "No paper that you have not seen matches your interests."


def _zone(connection: Connection, subscriber: Subscriber, subscription: Subscription | None) -> str:
    if subscription is not None:
        return subscription.schedule.zone
    known = people.person(connection, subscriber)
    return known.zone if known else "UTC"


def _footer(subscription: Subscription | None) -> str:
    if subscription is None:
        return f"Get one regularly: {code('/papers subscribe weekdays 09:00', 60)}"
    by = f"set up by <@{subscription.owner}> · " if subscription.subscriber.is_channel else ""
    return (
        f"{by}{mrkdwn(describe(subscription.schedule), 200)} · change with "
        f"{code('/papers subscribe', 40)} · stop with {code('/papers unsubscribe', 40)}"
    )
