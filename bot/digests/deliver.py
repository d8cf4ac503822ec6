"""Delivering: from the outbox to Slack, each part once.

A delivery is taken, and its place in Slack noted, before Slack hears of it. What Slack answers
settles it; when nobody knows whether Slack took it, Slack's history is asked for the delivery's id,
and where that may not be read, the delivery stays unknown and its owner is told.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from slack_sdk import WebClient

from bot import client as slack
from bot.blocks import Message, code, mrkdwn, note
from bot.digests.page import digest_page
from bot.errors import StoreError
from bot.models import Delivery, Digest, Subscriber, Subscription
from bot.schedules import end_of_quiet
from bot.store import Connection, Store, digests, outbox, people, subscriptions

logger = logging.getLogger(__name__)

Clients = Callable[[str], WebClient]
Clock = Callable[[], datetime]

SENDERS = 4
"""How many messages are on their way at once: one that hangs does not keep the others waiting."""

PART_PAUSE = timedelta(seconds=1)
"""Slack takes one message a second in a channel."""

# Slack's clock and ours may differ when its history is asked for what we may have posted.
_CLOCK_SLACK = timedelta(minutes=10)


def deliver(store: Store, clients: Clients, clock: Clock) -> int:
    """Sends what the outbox holds, and finds out what became of what was left half way.

    How many messages Slack took. Any number of processes may deliver at once.
    """
    now = _running_from(clock())
    with store.writing() as connection:
        abandoned = outbox.abandoned(connection)
    for delivery in abandoned:
        _recover(store, clients, delivery, now())
    sent = 0
    while _is_worth_waiting(store, now):
        with ThreadPoolExecutor(SENDERS, thread_name_prefix="sender") as senders:
            sending = [senders.submit(_send_all, store, clients, now) for _ in range(SENDERS)]
            sent += sum(each.result() for each in sending)
    return sent


def _running_from(start: datetime) -> Clock:
    """A clock that begins at `start` and goes on by itself."""
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


def _is_worth_waiting(store: Store, now: Clock) -> bool:
    """Whether something can be sent now, or after the pause between two parts, which it waits."""
    with store.reading() as connection:
        soonest = outbox.soonest(connection, now())
    if soonest is None or soonest > now() + PART_PAUSE:
        return False
    time.sleep(max(0.0, (soonest - now()).total_seconds()))
    return True


def _send_all(store: Store, clients: Clients, clock: Clock) -> int:
    sent = 0
    while True:
        with store.writing() as connection:
            delivery = outbox.take(connection, clock())
        if delivery is None:
            return sent
        sent += _send(store, clients, delivery, clock)


def _send(store: Store, clients: Clients, delivery: Delivery, clock: Clock) -> bool:
    to, now = delivery.subscriber, clock()
    message = _written(store, delivery, now)
    if message is None:
        return False
    try:
        client = clients(to.workspace)
        channel = delivery.channel or slack.conversation(client, to.id)
        with store.writing() as connection:
            is_ours = outbox.goes_to(connection, delivery, channel)
        if not is_ours:
            return False
        posted = slack.post(client, channel, message.text, message.blocks, delivery.id)
    except slack.SlackError as error:
        _settle(store, clients, delivery, error, now)
        return False
    with store.writing() as connection:
        outbox.sent(connection, delivery, posted.channel, posted.ts, clock() + PART_PAUSE)
    return True


def _written(store: Store, delivery: Delivery, now: datetime) -> Message | None:
    """The message; None when it is not to be sent: it is put off, or cannot be written."""
    try:
        with store.reading() as connection:
            digest = _digest(connection, delivery)
            subscription = subscriptions.get(connection, delivery.subscriber)
            is_unwanted = subscription is None and not digest.asked_for
            loud = now if digest.asked_for else _end_of_quiet(subscription, now)
            message = digest_page(connection, digest, delivery.part) if loud <= now else None
    except StoreError:
        # Without a database nobody can have theirs; the lease runs out, and it is found again.
        raise
    except Exception:
        # What one digest holds must not keep the digests of all others.
        logger.exception("not sent", extra={"delivery": delivery.id})
        with store.writing() as connection:
            outbox.fail(connection, delivery, "it could not be written for Slack; see the log")
        return None
    if is_unwanted:
        # They have unsubscribed since it was composed.
        with store.writing() as connection:
            outbox.drop(connection, delivery)
        return None
    if message is None:
        with store.writing() as connection:
            outbox.postpone(connection, delivery, loud, "it waits for the end of quiet hours")
    return message


def _digest(connection: Connection, delivery: Delivery) -> Digest:
    digest = digests.get(connection, delivery.digest)
    if digest is None:
        raise LookupError(f"the digest of delivery {delivery.id} is gone")
    return digest


def _end_of_quiet(subscription: Subscription | None, now: datetime) -> datetime:
    """Now, or when the subscriber's quiet hours and days end into which it falls."""
    return end_of_quiet(subscription.schedule, now) if subscription is not None else now


def _settle(
    store: Store, clients: Clients, delivery: Delivery, error: slack.SlackError, now: datetime
) -> None:
    """Does what Slack's answer asks for."""
    to = delivery.subscriber
    logger.warning(
        "digest not delivered: %s",
        error,
        extra={"workspace": to.workspace, "delivery": delivery.id},
    )
    if isinstance(error, slack.SlackBusy):
        with store.writing() as connection:
            until = now + timedelta(seconds=error.retry_after)
            outbox.postpone(connection, delivery, until, str(error))
    elif isinstance(error, slack.SlackRefusal):
        _refused(store, clients, delivery, error, now)
    # Else nobody knows: the message may still be on its way, so that nothing is asked before the
    # lease has run out.


def _refused(
    store: Store, clients: Clients, delivery: Delivery, error: slack.SlackRefusal, now: datetime
) -> None:
    to, told = delivery.subscriber, _remedy(clients, delivery, error)
    with store.writing() as connection:
        if error.code in slack.WORKSPACE_OFF:
            outbox.postpone(connection, delivery, now, told)
            people.switch_off(connection, to.workspace, told)
            return
        outbox.fail(connection, delivery, told)
        if error.code in slack.REMEDIES:
            outbox.fail_rest(connection, delivery, told)
            subscriptions.pause(connection, to, told)
    if error.code in slack.REMEDIES:
        resume = code("/papers resume here" if to.is_channel else "/papers resume", 40)
        text = f"I could not post {_named(to)}, so it is paused. {mrkdwn(told, 500)}"
        _tell_owner(store, clients, to, f"{text} Then {resume} lets it come again.")


def _remedy(clients: Clients, delivery: Delivery, error: slack.SlackRefusal) -> str:
    """What a refusal means; where the bot is not in the channel, what to type to invite it."""
    to = delivery.subscriber
    if not to.is_channel or error.code not in slack.NOT_IN:
        return str(error)
    try:
        name = slack.identity(clients(to.workspace)).name
    except slack.SlackError:
        return str(error)
    return f"{error} Type /invite @{name or 'Paperwire'} there."


def _recover(store: Store, clients: Clients, delivery: Delivery, now: datetime) -> None:
    """Finds out whether Slack took a message whose answer nobody heard."""
    try:
        ts = _posted(clients, delivery)
    except slack.SlackRefusal as error:
        _not_told(store, clients, delivery, error)
        return
    except slack.SlackError as error:
        # The delivery stays taken, so that Slack is asked again when the lease has run out.
        logger.info("history is not to be had: %s", error, extra={"delivery": delivery.id})
        return
    with store.writing() as connection:
        if ts is None:
            outbox.postpone(connection, delivery, now, "interrupted before Slack had it")
        else:
            outbox.sent(connection, delivery, str(delivery.channel), ts, now + PART_PAUSE)


def _not_told(
    store: Store, clients: Clients, delivery: Delivery, error: slack.SlackRefusal
) -> None:
    """Slack's history may not be read: the delivery stays unknown."""
    to = delivery.subscriber
    with store.writing() as connection:
        if error.code in slack.WORKSPACE_OFF:
            people.switch_off(connection, to.workspace, str(error))
            return
        told = f"Slack may or may not have taken it, and cannot be asked: {error}"
        outbox.doubt(connection, delivery, told)
    text = f"I do not know whether {_named(to)} arrived; its papers will not come again."
    again = "" if to.is_channel else f" {code('/papers history', 40)} shows it."
    _tell_owner(store, clients, to, text + again)


def _named(subscriber: Subscriber) -> str:
    return f"the digest to <#{subscriber.id}>" if subscriber.is_channel else "your last digest"


def _posted(clients: Clients, delivery: Delivery) -> str | None:
    """The ts of the delivery's message where it stands in Slack; None where it does not."""
    client = clients(delivery.subscriber.workspace)
    channel = delivery.channel
    if channel is None:
        # It was taken, but its place in Slack not noted yet: nothing can have been posted.
        return None
    since = delivery.begun_at - _CLOCK_SLACK if delivery.begun_at else None
    return slack.find_posted(client, channel, delivery.id, since)


def _tell_owner(store: Store, clients: Clients, subscriber: Subscriber, text: str) -> None:
    with store.reading() as connection:
        subscription = subscriptions.get(connection, subscriber)
    owner = subscription.owner if subscription else subscriber.id
    if not owner:
        logger.warning("nobody to be told", extra={"workspace": subscriber.workspace})
        return
    message = note(text)
    try:
        client = clients(subscriber.workspace)
        channel = slack.conversation(client, owner)
        slack.post(client, channel, message.text, message.blocks)
    except slack.SlackError as error:
        logger.warning("owner not told: %s", error, extra={"workspace": subscriber.workspace})
