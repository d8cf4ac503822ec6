"""Digests: subscribing, seeing what would come, having it now, and stopping."""

from dataclasses import replace

from bot.blocks import Message, code, mrkdwn, note
from bot.commands.calls import SLASH, Call, Command, first_word, named, unknown
from bot.digests import DEFAULT_LIMIT, MAX_LIMIT, compose_now, draft, preview_message
from bot.errors import UserError
from bot.models import Subscription, SubscriptionState
from bot.schedules import DAYS, describe, local_text, next_due, parse_schedule
from bot.store import interests, subscriptions


def subscribe(call: Call) -> Message:
    """Sets up, or changes, the regular digest."""
    words, limit = _limit(call.text.split())
    old = _subscription(call)
    schedule = parse_schedule(words, call.zone())
    due = next_due(schedule, call.now)
    new = Subscription(
        call.by, schedule, limit or (old.limit if old else DEFAULT_LIMIT), call.by.id, due
    )
    with call.store.writing() as connection:
        subscriptions.put(connection, new)
        follows = interests.profile(connection, call.by).interests
    lines = [
        f"You get up to {_papers(new.limit)} {mrkdwn(describe(schedule), 200)}.",
        f"The next digest comes on {local_text(due, schedule.zone)}.",
    ]
    if not follows:
        lines.append(
            f"You follow nothing yet: {code(f'{SLASH} interests add speech translation', 80)}"
        )
    return note(*lines)


def unsubscribe(call: Call) -> Message:
    """Ends the regular digest; interests stay."""
    old = _required(call)
    with call.store.writing() as connection:
        subscriptions.remove(connection, call.by)
    return note(f"No more digests. To have them back: {code(_again(old), 100)}")


def pause(call: Call) -> Message:
    """Stops digests until `resume`."""
    _required(call)
    with call.store.writing() as connection:
        subscriptions.pause(connection, call.by, None)
    return note(f"Paused. {code(f'{SLASH} resume', 40)} lets the digests come again.")


def resume(call: Call) -> Message:
    """Lets digests come again, from the next regular time on."""
    old = _required(call)
    due = next_due(old.schedule, call.now)
    with call.store.writing() as connection:
        subscriptions.resume(connection, call.by, due)
    return note(f"The next digest comes on {local_text(due, old.schedule.zone)}.")


def digest(call: Call) -> Message:
    """`digest preview` or `digest now`."""
    word, rest = first_word(call.text)
    command = named(TABLE, word or "preview")
    if command is None:
        raise unknown("digest", TABLE, word)
    return command.run(replace(call, text=rest))


def _preview(call: Call) -> Message:
    old = _subscription(call)
    limit = old.limit if old else DEFAULT_LIMIT
    with call.store.reading() as connection:
        coming = draft(connection, call.library.index, call.by, limit, call.now, call.now)
        return preview_message(connection, coming)


def _now(call: Call) -> Message:
    composed = compose_now(call.store, call.library.index, call.by, call.now)
    digest = f"A digest with {_papers(len(composed.matches))}"
    if not call.deliver():
        return note(f"{digest} is ready; it comes as soon as Slack takes it.")
    return note(f"{digest} is in our direct messages.")


def _subscription(call: Call) -> Subscription | None:
    with call.store.reading() as connection:
        return subscriptions.get(connection, call.by)


def _required(call: Call) -> Subscription:
    known = _subscription(call)
    if known is None:
        raise UserError(f"You get no digests yet: {SLASH} subscribe weekdays 09:00")
    return known


def _limit(words: list[str]) -> tuple[list[str], int | None]:
    """The words without ``7 papers``, and that number."""
    for position, word in enumerate(words[1:], 1):
        if word.lower() in {"papers", "paper"} and words[position - 1].isdecimal():
            limit = int(words[position - 1][:6])
            if not 1 <= limit <= MAX_LIMIT:
                raise UserError(f"A digest holds 1 to {MAX_LIMIT} papers.")
            return words[: position - 1] + words[position + 1 :], limit
    return words, None


def _again(old: Subscription) -> str:
    days = " ".join(DAYS[day][:3].lower() for day in sorted(old.schedule.days))
    return f"{SLASH} subscribe weekly {days} {old.schedule.at:%H:%M} {old.limit} papers"


def state_line(subscription: Subscription | None) -> str:
    """One line of Slack's markup about a subscription."""
    if subscription is None:
        return f"No digests yet: {code(f'{SLASH} subscribe weekdays 09:00', 60)}"
    when = mrkdwn(describe(subscription.schedule), 200)
    if subscription.state is SubscriptionState.PAUSED:
        reason = f" {mrkdwn(subscription.pause_reason, 300)}" if subscription.pause_reason else ""
        return f"Digests {when}, up to {_papers(subscription.limit)}: *paused*.{reason}"
    due = local_text(subscription.next_due, subscription.schedule.zone)
    return f"Digests {when}, up to {_papers(subscription.limit)}; the next on {due}."


def _papers(number: int) -> str:
    return "1 paper" if number == 1 else f"{number} papers"


TABLE = (
    Command("preview", "", "what you would get now; changes nothing", _preview),
    Command("now", "", "get it now, in direct messages", _now),
)
