"""Subscribing: when digests come, when they do not, and how many papers they hold."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.blocks import Message, code, mrkdwn, note
from bot.blocks.modals import OPEN_SUBSCRIPTION, offer
from bot.client import NOT_IN, SlackError, SlackRefusal
from bot.commands.asked import asked_schedule
from bot.commands.calls import HERE, SLASH, Call, whole_number
from bot.digests import DEFAULT_LIMIT
from bot.errors import UserError
from bot.models import Quiet, Schedule, Subscription, SubscriptionState, WhenNothingNew
from bot.schedules import (
    describe,
    describe_quiet,
    local_text,
    next_due,
    parse_quiet,
    typed,
    typed_quiet,
)
from bot.store import Connection, interests, subscriptions

MAX_SNOOZE_DAYS = 366


def subscribe(call: Call) -> Message:
    """Sets up, or changes, the regular digest; ``edit`` offers a form for it.

    What is not said stays as it is, and where nothing is said, all of it.
    """
    if call.text.strip().lower() == "edit":
        text = call.say("Your digest in a form:", "This channel's digest in a form:")
        return offer(text, "Change the digest", OPEN_SUBSCRIPTION, call.say("", HERE))
    known = known_subscription(call)
    if known is not None and not call.text.strip():
        return _as_it_is(call, known)
    schedule, limit = asked_schedule(call, known)
    wanted = subscribed(call, known, schedule, limit)
    if known is None:
        introduce(call, wanted)
    elif _told(known) != _told(wanted):
        announce(call, f"changed the digest of this channel: {terms(wanted)}.", "nothing changes")
    with call.store.writing() as connection:
        old = subscriptions.get(connection, call.of, hold=True)
        new = subscribed(call, old, schedule, limit)
        subscriptions.put(connection, new)
        follows = interests.profile(connection, call.of).interests
    lines = [
        f"{call.say('You get', 'This channel gets')} {terms(new)}.",
        f"The next digest comes on {local_text(new.next_due, schedule.zone)}.",
    ]
    if old is not None and _told(old) != _told(new):
        lines.append(" ".join([f"Before: {_told(old)}. To undo:", *_again(call, old)]))
    if not follows:
        subject = call.say("You follow", "This channel follows")
        add = code(call.line("interests", "add speech translation"), 80)
        lines.append(f"{subject} nothing yet: {add}")
    return note(*lines)


def introduce(call: Call, new: Subscription) -> None:
    """Tells a channel that it is to get digests, and from whom; nothing is set up yet.

    Raises UserError with the remedy where the bot may not post. Of persons it tells nobody.
    """
    change, stop = code(call.line("subscribe"), 40), code(call.line("unsubscribe"), 40)
    follow = code(call.line("interests", "add WORDS"), 60)
    how = f"change it: {change}, what it is about: {follow}, or stop it: {stop}"
    told = f"set up papers for this channel: {terms(new)}.\nEverybody here may {how}"
    announce(call, told, "nothing is set up")


def announce(call: Call, what: str, outcome: str) -> None:
    """Tells a channel what somebody is about to do with its digests; of persons it says nothing.

    Raises UserError with the remedy where the bot may not post, so that no digest could come
    either; `outcome` is what is so then.
    """
    if not call.of.is_channel:
        return
    try:
        call.outlet.post(call.of.id, None, note(f"<@{call.by.id}> {what}"))
    except SlackRefusal as error:
        if error.code not in NOT_IN:
            raise UserError(f"I cannot post here, so {outcome}. {error}") from None
        raise UserError(
            f"I am not in this channel, so {outcome}. Invite me first: "
            f"/invite @{call.outlet.name()}"
        ) from None
    except SlackError as error:
        raise UserError(f"I could not post here, so {outcome}: {error}") from None


def tell_channel(call: Call, what: str) -> None:
    """Tells a channel what somebody has done about its digests; of persons it says nothing.

    It is done already: where Slack does not take the message, nobody is told.
    """
    if call.of.is_channel:
        with suppress(SlackError):
            call.outlet.post(call.of.id, None, note(f"<@{call.by.id}> {what}"))


def terms(new: Subscription) -> str:
    """``up to 5 papers every day at 09:00 (Europe/Paris)``, in Slack's markup."""
    return f"up to {papers_text(new.limit)} {mrkdwn(describe(new.schedule), 300)}"


def subscribed(
    call: Call, old: Subscription | None, schedule: Schedule, limit: int | None
) -> Subscription:
    """The subscription in place of `old`, of which everything else is kept."""
    if old is None:
        due = next_due(schedule, call.now)
        new = Subscription(call.of, schedule, limit or DEFAULT_LIMIT, call.by.id, due)
        # A group stays where it is when one of them travels.
        return replace(new, follows_zone=not call.of.is_channel)
    schedule = replace(schedule, quiet=old.schedule.quiet)
    return replace(
        old,
        schedule=schedule,
        limit=limit or old.limit,
        owner=old.owner or call.by.id,
        next_due=next_due(schedule, _settled(call, old)),
        missed_due=None,
        state=SubscriptionState.ACTIVE,
        pause_reason=None,
        snoozed_until=None,
    )


def unsubscribe(call: Call) -> Message:
    """Ends the regular digest; interests stay."""
    old = required_subscription(call)
    with call.store.writing() as connection:
        subscriptions.remove(connection, call.of)
    tell_channel(call, "ended the digest of this channel.")
    told = call.say("No more digests.", "No more digests for this channel.")
    return note(f"{told} To have them back:", *_restoring(call, old))


def pause(call: Call) -> Message:
    """Stops digests until `resume`."""
    with changing_subscription(call) as (connection, old):
        _check_active(call, old)
        subscriptions.pause(connection, call.of, None)
    resume = code(call.line("resume"), 40)
    tell_channel(call, f"paused the digest of this channel; {resume} lets it come again.")
    return note(f"Paused. {resume} lets the digests come again.")


def resume(call: Call) -> Message:
    """Lets digests come again, from the next regular time on."""
    known = required_subscription(call)
    if known.state is SubscriptionState.ACTIVE and known.snoozed_until is None:
        when = local_text(known.next_due, known.schedule.zone)
        return note(f"Nothing is paused: the next digest comes on {when}.")
    when = local_text(next_due(known.schedule, _settled(call, known)), known.schedule.zone)
    told = f"lets the digest of this channel come again, next on {when}."
    announce(call, told, "no digest can come")
    with changing_subscription(call) as (connection, old):
        due = next_due(old.schedule, _settled(call, old))
        subscriptions.resume(connection, call.of, due)
    return note(f"The next digest comes on {local_text(due, old.schedule.zone)}.")


def snooze(call: Call) -> Message:
    """No digests for a number of days; then they come by themselves again."""
    old = required_subscription(call)
    _check_active(call, old)
    word = call.text.strip().lower().removesuffix("s").removesuffix("day").strip()
    days = whole_number(word, MAX_SNOOZE_DAYS)
    if days is None:
        raise UserError(
            f"For how many days, 1 to {MAX_SNOOZE_DAYS}? Such as: {call.line('snooze', '5')}"
        )
    until = call.now + timedelta(days=days)
    due = next_due(old.schedule, until)
    with call.store.writing() as connection:
        subscriptions.snooze(connection, call.of, until, due)
    when = local_text(due, old.schedule.zone)
    tell_channel(call, f"snoozed the digest of this channel: none comes before {when}.")
    return note(f"No digest before {when}. To undo: {code(call.line('resume'), 40)}")


def quiet(call: Call) -> Message:
    """Hours and days on which no digest may come; what falls into them comes after."""
    words = call.text.split()
    if not words:
        known = describe_quiet(required_subscription(call).schedule.quiet)
        say = f"Never {known}." if known else "No hours or days are quiet."
        return note(f"{say} Change it: {code(call.line('quiet', '20:00-08:00 sat sun'), 60)}")
    with changing_subscription(call) as (connection, old):
        plan = replace(old.schedule, quiet=parse_quiet(words))
        due = next_due(plan, max(_settled(call, old), old.snoozed_until or call.now))
        subscriptions.put(connection, replace(old, schedule=plan, next_due=due, missed_due=None))
    come = mrkdwn(describe(plan), 300)
    if plan != old.schedule:
        tell_channel(call, f"changed when the digest of this channel comes: {come}.")
    back = call.line("quiet", typed_quiet(old.schedule.quiet))
    coming = f"the next on {local_text(due, plan.zone)}. To undo: {code(back, 80)}"
    return note(f"Digests come {come}; {coming}")


def known_subscription(call: Call) -> Subscription | None:
    """The subscription of the one who asks."""
    with call.store.reading() as connection:
        return subscriptions.get(connection, call.of)


def required_subscription(call: Call) -> Subscription:
    """The same. Raises UserError when there is none."""
    known = known_subscription(call)
    if known is None:
        raise _none_yet(call)
    return known


@contextmanager
def changing_subscription(call: Call) -> Iterator[tuple[Connection, Subscription]]:
    """The same, which nobody else changes until the end of the block."""
    with call.store.writing() as connection:
        known = subscriptions.get(connection, call.of, hold=True)
        if known is None:
            raise _none_yet(call)
        yield connection, known


def state_line(subscription: Subscription | None, subscribe: str = f"{SLASH} subscribe") -> str:
    """One line of Slack's markup about a subscription; `subscribe` is what to type for one."""
    if subscription is None:
        return f"No digests yet: {code(f'{subscribe} weekdays 09:00', 60)}"
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


def _as_it_is(call: Call, known: Subscription) -> Message:
    """What is set, and how to change it: whoever types no terms has not said to lose these."""
    example = code(call.line("subscribe", "weekly friday 17:30"), 60)
    change = f"To change any of it, type what is to be different, such as {example}, or:"
    if known.state is SubscriptionState.PAUSED:
        change = f"{code(call.line('resume'), 40)} lets them come again. {change}"
    text = f"{state_line(known)} {change}"
    return offer(text, "Change the digest", OPEN_SUBSCRIPTION, call.say("", HERE))


def _check_active(call: Call, known: Subscription) -> None:
    """Raises UserError where digests are paused."""
    if known.state is SubscriptionState.PAUSED:
        whose = call.say("Your digests", "This channel's digests")
        raise UserError(f"{whose} are paused already; {call.line('resume')} lets them come again.")


def _told(known: Subscription) -> str:
    if known.state is SubscriptionState.PAUSED:
        return f"{terms(known)}, paused"
    return f"{terms(known)}, snoozed" if known.snoozed_until else terms(known)


def _none_yet(call: Call) -> UserError:
    told = call.say("You get no digests yet", "This channel gets no digests yet")
    return UserError(f"{told}: {call.line('subscribe', 'weekdays 09:00')}")


def _settled(call: Call, old: Subscription) -> datetime:
    """The time up to which no digest is to come any more, also when the clock has gone back."""
    return max(call.now, old.last_due or call.now)


def _restoring(call: Call, old: Subscription) -> list[str]:
    """What to type to have a subscription back as it was."""
    lines = []
    if old.schedule.quiet != Quiet():
        lines.append(("quiet", typed_quiet(old.schedule.quiet)))
    if old.when_nothing_new is not WhenNothingNew.ARCHIVE:
        lines.append(("digest", f"empty {old.when_nothing_new}"))
    lines += [("digest", "explore on")] if old.explores else []
    return [*_again(call, old), *(code(call.line(name, rest), 150) for name, rest in lines)]


def _again(call: Call, old: Subscription) -> list[str]:
    """What to type to have its times and its length back, and its pause."""
    zone = call.say("", f" zone {old.schedule.zone}")
    words = f"{typed(old.schedule)} {papers_text(old.limit)}{zone}"
    pause = [call.line("pause")] if old.state is SubscriptionState.PAUSED else []
    return [code(line, 150) for line in (call.line("subscribe", words), *pause)]
