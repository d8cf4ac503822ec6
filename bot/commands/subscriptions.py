"""Subscribing: when digests come, when they do not, and how many papers they hold."""

from dataclasses import replace
from datetime import timedelta

from bot.blocks import Message, code, mrkdwn, note
from bot.commands.calls import SLASH, Call, whole_number
from bot.digests import DEFAULT_LIMIT, MAX_LIMIT
from bot.errors import UserError
from bot.models import Subscription, SubscriptionState, WhenNothingNew
from bot.schedules import (
    DAYS,
    describe,
    describe_quiet,
    local_date,
    local_text,
    next_due,
    parse_quiet,
    parse_schedule,
    typed,
)
from bot.store import interests, subscriptions

MAX_SNOOZE_DAYS = 366


def subscribe(call: Call) -> Message:
    """Sets up, or changes, the regular digest."""
    words, limit = _limit(call.text.split())
    old = known_subscription(call)
    zone = call.zone()
    schedule = parse_schedule(words, zone, local_date(call.now, zone))
    if old is not None:
        schedule = replace(schedule, quiet=old.schedule.quiet)
    due = next_due(schedule, call.now)
    start = old or Subscription(call.by, schedule, DEFAULT_LIMIT, call.by.id, due)
    new = replace(
        start,
        schedule=schedule,
        limit=limit or start.limit,
        next_due=due,
        state=SubscriptionState.ACTIVE,
        pause_reason=None,
        snoozed_until=None,
    )
    with call.store.writing() as connection:
        subscriptions.put(connection, new)
        follows = interests.profile(connection, call.by).interests
    lines = [
        f"You get up to {papers_text(new.limit)} {mrkdwn(describe(schedule), 300)}.",
        f"The next digest comes on {local_text(due, schedule.zone)}.",
    ]
    if not follows:
        lines.append(
            f"You follow nothing yet: {code(f'{SLASH} interests add speech translation', 80)}"
        )
    return note(*lines)


def unsubscribe(call: Call) -> Message:
    """Ends the regular digest; interests stay."""
    old = required_subscription(call)
    with call.store.writing() as connection:
        subscriptions.remove(connection, call.by)
    return note("No more digests. To have them back:", *_restoring(old))


def pause(call: Call) -> Message:
    """Stops digests until `resume`."""
    required_subscription(call)
    with call.store.writing() as connection:
        subscriptions.pause(connection, call.by, None)
    return note(f"Paused. {code(f'{SLASH} resume', 40)} lets the digests come again.")


def resume(call: Call) -> Message:
    """Lets digests come again, from the next regular time on."""
    old = required_subscription(call)
    due = next_due(old.schedule, call.now)
    with call.store.writing() as connection:
        subscriptions.resume(connection, call.by, due)
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
        subscriptions.snooze(connection, call.by, until, due)
    return note(
        f"No digest before {local_text(due, old.schedule.zone)}. "
        f"To undo: {code(f'{SLASH} resume', 40)}"
    )


def quiet(call: Call) -> Message:
    """Hours and days on which no digest may come; what falls into them comes after."""
    old = required_subscription(call)
    words = call.text.split()
    if not words:
        known = describe_quiet(old.schedule.quiet)
        say = f"Never {known}." if known else "No hours or days are quiet."
        return note(f"{say} Change it: {code(f'{SLASH} quiet 20:00-08:00 sat sun', 60)}")
    schedule = replace(old.schedule, quiet=parse_quiet(words))
    due = next_due(schedule, max(call.now, old.snoozed_until or call.now))
    with call.store.writing() as connection:
        subscriptions.put(connection, replace(old, schedule=schedule, next_due=due))
    return note(
        f"Digests come {mrkdwn(describe(schedule), 300)}; "
        f"the next on {local_text(due, schedule.zone)}."
    )


def known_subscription(call: Call) -> Subscription | None:
    """The subscription of the one who asks."""
    with call.store.reading() as connection:
        return subscriptions.get(connection, call.by)


def required_subscription(call: Call) -> Subscription:
    """The same. Raises UserError when there is none."""
    known = known_subscription(call)
    if known is None:
        raise UserError(f"You get no digests yet: {SLASH} subscribe weekdays 09:00")
    return known


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


def _restoring(old: Subscription) -> list[str]:
    """What to type to have a subscription back as it was."""
    quiet = old.schedule.quiet
    hours = f" {quiet.since:%H:%M}-{quiet.until:%H:%M}" if quiet.since else ""
    days = "".join(f" {DAYS[day][:3].lower()}" for day in sorted(quiet.days))
    lines = [f"subscribe {typed(old.schedule)} {papers_text(old.limit)}"]
    lines += [f"quiet{hours}{days}"] if hours or days else []
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
