"""Subscribing: when digests come, when they do not, and how many papers they hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from bot.blocks import Message, code, mrkdwn, note
from bot.commands.calls import SLASH, Call, whole_number
from bot.digests import DEFAULT_LIMIT, MAX_LIMIT
from bot.errors import UserError
from bot.models import Quiet, Schedule, Subscription, SubscriptionState, WhenNothingNew
from bot.schedules import (
    describe,
    describe_quiet,
    local_date,
    local_text,
    next_due,
    parse_quiet,
    parse_schedule,
    typed,
    typed_quiet,
)
from bot.store import Connection, interests, subscriptions

MAX_SNOOZE_DAYS = 366


def subscribe(call: Call) -> Message:
    """Sets up, or changes, the regular digest."""
    words, limit = _limit(call.text.split())
    zone = call.zone()
    schedule = parse_schedule(words, zone, local_date(call.now, zone))
    with call.store.writing() as connection:
        old = subscriptions.get(connection, call.of, hold=True)
        new = _subscribed(call, old, schedule, limit)
        subscriptions.put(connection, new)
        follows = interests.profile(connection, call.of).interests
    lines = [
        f"You get up to {papers_text(new.limit)} {mrkdwn(describe(new.schedule), 300)}.",
        f"The next digest comes on {local_text(new.next_due, zone)}.",
    ]
    if not follows:
        lines.append(
            f"You follow nothing yet: {code(f'{SLASH} interests add speech translation', 80)}"
        )
    return note(*lines)


def _subscribed(
    call: Call, old: Subscription | None, schedule: Schedule, limit: int | None
) -> Subscription:
    """The subscription in place of `old`, of which everything else is kept."""
    if old is None:
        due = next_due(schedule, call.now)
        return Subscription(call.of, schedule, limit or DEFAULT_LIMIT, call.by.id, due)
    schedule = replace(schedule, quiet=old.schedule.quiet)
    return replace(
        old,
        schedule=schedule,
        limit=limit or old.limit,
        next_due=next_due(schedule, _settled(call, old)),
        state=SubscriptionState.ACTIVE,
        pause_reason=None,
        snoozed_until=None,
    )


def unsubscribe(call: Call) -> Message:
    """Ends the regular digest; interests stay."""
    old = required_subscription(call)
    with call.store.writing() as connection:
        subscriptions.remove(connection, call.of)
    return note("No more digests. To have them back:", *_restoring(old))


def pause(call: Call) -> Message:
    """Stops digests until `resume`."""
    required_subscription(call)
    with call.store.writing() as connection:
        subscriptions.pause(connection, call.of, None)
    return note(f"Paused. {code(f'{SLASH} resume', 40)} lets the digests come again.")


def resume(call: Call) -> Message:
    """Lets digests come again, from the next regular time on."""
    with changing_subscription(call) as (connection, old):
        due = next_due(old.schedule, _settled(call, old))
        subscriptions.resume(connection, call.of, due)
    return note(f"The next digest comes on {local_text(due, old.schedule.zone)}.")


def snooze(call: Call) -> Message:
    """No digests for a number of days; then they come by themselves again."""
    old = required_subscription(call)
    if old.state is SubscriptionState.PAUSED:
        raise UserError(f"Your digests are paused already; {SLASH} resume lets them come again.")
    word = call.text.strip().lower().removesuffix("s").removesuffix("day").strip()
    days = whole_number(word, MAX_SNOOZE_DAYS)
    if days is None:
        raise UserError(f"For how many days, 1 to {MAX_SNOOZE_DAYS}? Such as: {SLASH} snooze 5")
    until = call.now + timedelta(days=days)
    due = next_due(old.schedule, until)
    with call.store.writing() as connection:
        subscriptions.snooze(connection, call.of, until, due)
    return note(
        f"No digest before {local_text(due, old.schedule.zone)}. "
        f"To undo: {code(f'{SLASH} resume', 40)}"
    )


def quiet(call: Call) -> Message:
    """Hours and days on which no digest may come; what falls into them comes after."""
    words = call.text.split()
    if not words:
        old = required_subscription(call)
        known = describe_quiet(old.schedule.quiet)
        say = f"Never {known}." if known else "No hours or days are quiet."
        return note(f"{say} Change it: {code(f'{SLASH} quiet 20:00-08:00 sat sun', 60)}")
    with changing_subscription(call) as (connection, old):
        schedule = replace(old.schedule, quiet=parse_quiet(words))
        after = _settled(call, old)
        due = next_due(schedule, max(after, old.snoozed_until or after))
        subscriptions.put(connection, replace(old, schedule=schedule, next_due=due))
    back = f"{SLASH} quiet {typed_quiet(old.schedule.quiet)}"
    return note(
        f"Digests come {mrkdwn(describe(schedule), 300)}; "
        f"the next on {local_text(due, schedule.zone)}. To undo: {code(back, 80)}"
    )


def known_subscription(call: Call) -> Subscription | None:
    """The subscription of the one who asks."""
    with call.store.reading() as connection:
        return subscriptions.get(connection, call.of)


def required_subscription(call: Call) -> Subscription:
    """The same. Raises UserError when there is none."""
    known = known_subscription(call)
    if known is None:
        raise _none_yet()
    return known


@contextmanager
def changing_subscription(call: Call) -> Iterator[tuple[Connection, Subscription]]:
    """The same, which nobody else changes until the end of the block."""
    with call.store.writing() as connection:
        known = subscriptions.get(connection, call.of, hold=True)
        if known is None:
            raise _none_yet()
        yield connection, known


def state_line(subscription: Subscription | None) -> str:
    """One line of Slack's markup about a subscription."""
    if subscription is None:
        return f"No digests yet: {code(f'{SLASH} subscribe weekdays 09:00', 60)}"
    when = f"Digests {mrkdwn(describe(subscription.schedule), 300)}"
    line = f"{when}, up to {papers_text(subscription.limit)}"
    if subscription.state is SubscriptionState.PAUSED:
        reason = f" {mrkdwn(subscription.pause_reason, 300)}" if subscription.pause_reason else ""
        return f"{line}: *paused*.{reason}"
    due = local_text(subscription.next_due, subscription.schedule.zone)
    return f"{line}; {'snoozed, ' if subscription.snoozed_until else ''}the next on {due}."


def papers_text(number: int) -> str:
    """``1 paper``, ``3 papers``."""
    return "1 paper" if number == 1 else f"{number} papers"


def _none_yet() -> UserError:
    return UserError(f"You get no digests yet: {SLASH} subscribe weekdays 09:00")


def _settled(call: Call, old: Subscription) -> datetime:
    """The time up to which no digest is to come any more, also when the clock has gone back."""
    return max(call.now, old.last_due or call.now)


def _restoring(old: Subscription) -> list[str]:
    """What to type to have a subscription back as it was."""
    lines = [f"subscribe {typed(old.schedule)} {papers_text(old.limit)}"]
    lines += [f"quiet {typed_quiet(old.schedule.quiet)}"] if old.schedule.quiet != Quiet() else []
    if old.when_nothing_new is not WhenNothingNew.ARCHIVE:
        lines.append(f"digest empty {old.when_nothing_new}")
    lines += ["digest explore on"] if old.explores else []
    return [code(f"{SLASH} {line}", 150) for line in lines]


def _limit(words: list[str]) -> tuple[list[str], int | None]:
    """The words without ``7 papers``, and that number."""
    for position, word in enumerate(words[1:], 1):
        if word.lower() in {"papers", "paper"} and words[position - 1].isdecimal():
            limit = whole_number(words[position - 1], MAX_LIMIT)
            if limit is None:
                raise UserError(f"A digest holds 1 to {MAX_LIMIT} papers.")
            return words[: position - 1] + words[position + 1 :], limit
    return words, None
