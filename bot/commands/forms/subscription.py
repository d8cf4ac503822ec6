"""Subscribing in a form: when digests come, how long they are, and where they go."""

from collections.abc import Callable
from dataclasses import replace

from slack_sdk.models.views import View

from bot.blocks.forms.subscription import (
    CADENCE,
    DAYS,
    DIRECT,
    EMPTY,
    EXPLORE,
    HERE,
    LIMIT,
    MONTHLY,
    TIME,
    TITLE,
    WHERE,
    SubscriptionForm,
    changed_view,
    subscription_form,
)
from bot.blocks.modals import telling
from bot.commands import digests
from bot.commands.calls import Call, first_word, whole_number
from bot.commands.forms.frame import TOO_OLD, About, Filled, Outcome, kept, resumed
from bot.commands.subscriptions import (
    announce,
    introduce,
    known_subscription,
    papers_text,
    pause,
    subscribe,
    subscribed,
    terms,
)
from bot.digests import DEFAULT_LIMIT, MAX_LIMIT
from bot.errors import UserError
from bot.models import (
    EVERY_DAY,
    WORKING_DAYS,
    Schedule,
    Subscriber,
    Subscription,
    SubscriptionState,
    Weekly,
    WhenNothingNew,
)
from bot.schedules import describe, local_date, local_text, parse_schedule, typed
from bot.store import Connection, subscriptions

_WITH_DAYS = {"weekly", "fortnightly"}
_UNDOING: dict[str, Callable[[Call], object]] = {"subscribe": subscribe, "pause": pause}
_UNDOING |= dict.fromkeys(["empty", "explore"], digests.run)


def open_subscription(call: Call) -> View:
    """The form, filled with how `call.of` gets digests, or with what most people choose."""
    return offer_subscription(call)


def offer_subscription(call: Call, note: str = "") -> View:
    """The same, with a line above it."""
    if call.place.is_channel and not call.of.is_channel:
        about = kept(replace(call, of=Subscriber(call.by.workspace, call.place.id)))
    else:
        about = kept(call)
    with call.store.reading() as connection:
        known = subscriptions.get(connection, call.of)
        about = _opened_on(connection, call, about)
    # It may ask Slack for the zone.
    form = _form_of(call, known, _channel(call))
    notes = [note] if note else []
    if known is not None and known.state is SubscriptionState.PAUSED:
        notes.append("Digests are paused; to save lets them come again.")
    return subscription_form(replace(form, notes=notes), about.write(), _submit(known))


def save_subscription(call: Call, filled: Filled) -> Outcome:
    """Makes the subscription what the form says, unless it has changed since it was opened.

    A channel is told what is done to it, which is left until Slack has its acknowledgement. What
    the subscription was before is named, in a modal that brings it back when it is sent.
    """
    if filled.about.kind in (HERE, DIRECT):
        return Outcome(then=lambda later: _undone(later, filled))
    opened = resumed(call, filled.about)
    in_channel = filled.picked(WHERE) == HERE or not filled.picked(WHERE)
    call = opened if in_channel else replace(opened, of=opened.by)
    if errors := _errors(filled):
        return Outcome(errors)
    try:
        schedule = _read(call, filled, _zone(call, known_subscription(call)))
    except UserError as error:
        return Outcome({TIME: str(error)})
    if call.of.is_channel:
        return Outcome(then=lambda later: _told(replace(later, of=call.of), filled, schedule))
    return Outcome(view=_saved(call, opened, filled, schedule))


def _told(call: Call, filled: Filled, schedule: Schedule) -> View:
    """The same for a channel, which hears of it first; where it cannot hear, nothing changes."""
    with call.store.reading() as connection:
        old = subscriptions.get(connection, call.of)
        is_as_opened = _opened_on(connection, call, filled.about) == filled.about
    new = _wanted(call, old, filled, schedule)
    try:
        if old is None:
            introduce(call, new)
        elif is_as_opened and (_undoing(old, new) or old.snoozed_until):
            announce(call, f"changed the digest of this channel: {terms(new)}.", "nothing changes")
    except UserError as error:
        return _filled_again(call, filled, old, str(error))
    return _saved(call, call, filled, schedule)


def _wanted(call: Call, old: Subscription | None, filled: Filled, when: Schedule) -> Subscription:
    limit = whole_number(filled.picked(LIMIT), MAX_LIMIT)
    return replace(
        subscribed(call, old, _same_weeks(when, old), limit),
        when_nothing_new=WhenNothingNew(filled.picked(EMPTY)),
        explores=EXPLORE in filled.ticked(EXPLORE),
    )


def _saved(call: Call, opened: Call, filled: Filled, schedule: Schedule) -> View:
    """Writes the subscription of `call.of`, in a form that was opened as `opened`."""
    with call.store.writing() as connection:
        old = subscriptions.get(connection, call.of, hold=True)
        is_as_opened = _opened_on(connection, opened, filled.about) == filled.about
        if is_as_opened:
            new = _wanted(call, old, filled, schedule)
            subscriptions.put(connection, new)
    if not is_as_opened:
        return _changed_meanwhile(opened, filled, old)
    return _done(call, filled.about, old, new)


def _undone(call: Call, filled: Filled) -> View:
    """Does what the commands do that were offered to have the former digest back."""
    try:
        call = resumed(call, filled.about)
        if filled.about.kind == DIRECT:
            call = replace(call, of=call.by)
        for line in filled.about.key.splitlines():
            name, rest = first_word(line)
            act = _UNDOING.get(first_word(rest)[0] if name == "digest" else name)
            if act is None:
                raise UserError(TOO_OLD)
            act(replace(call, text=rest))
    except UserError as error:
        # There is no field under which it could stand.
        return telling(TITLE, str(error))
    known = known_subscription(call)
    return telling(TITLE, f"As before: {_terms(known)}" if known else TOO_OLD)


def _channel(call: Call) -> str:
    """The id of the channel that the form is opened in or about; empty where there is none."""
    if call.of.is_channel:
        return call.of.id
    return call.place.id if call.place.is_channel else ""


def _opened_on(connection: Connection, call: Call, about: About) -> About:
    """With the fingerprint of all subscriptions that the form may change."""
    channel = _channel(call)
    possible = [call.by, *([Subscriber(call.by.workspace, channel)] if channel else [])]
    prints = [subscriptions.fingerprint(subscriptions.get(connection, one)) for one in possible]
    return about.model_copy(update={"fingerprint": " ".join(prints)})


def _form_of(call: Call, known: Subscription | None, channel: str) -> SubscriptionForm:
    zone = _zone(call, known)
    schedule = known.schedule if known else parse_schedule(["weekdays"], zone, call.now.date())
    words = typed(schedule).split()
    rule = schedule.rule
    cadence, days, monthly = words[0], words[1:-1], ""
    if isinstance(rule, Weekly):
        days = [day for day in days if not day[:1].isdigit()]
        if rule.weeks == 1 and rule.days in (EVERY_DAY, WORKING_DAYS):
            cadence, days = ("daily" if rule.days == EVERY_DAY else "weekdays"), []
    else:
        days, monthly = [], " ".join(days)
    return SubscriptionForm(
        cadence=cadence,
        days=days,
        monthly=monthly,
        at=f"{schedule.at:%H:%M}",
        limit=str(known.limit if known else DEFAULT_LIMIT),
        empty=known.when_nothing_new if known else WhenNothingNew.ARCHIVE,
        explores=bool(known and known.explores),
        most=MAX_LIMIT,
        zone=zone,
        where=(HERE if call.of.is_channel else DIRECT) if channel else "",
        channel=channel,
    )


def _zone(call: Call, known: Subscription | None) -> str:
    """A person's own; a channel keeps the one it has."""
    is_kept = known is not None and (call.of.is_channel or not known.follows_zone)
    return known.schedule.zone if known is not None and is_kept else call.zone()


def _read(call: Call, filled: Filled, zone: str) -> Schedule:
    """The schedule in the fields, once `_errors` finds nothing wrong with them."""
    cadence, days, monthly = filled.picked(CADENCE), filled.ticked(DAYS), filled.picked(MONTHLY)
    # A menu cannot be emptied again: a day of the month says nothing beside the other cadences.
    chosen = monthly.split() if cadence == "monthly" else days
    return parse_schedule([cadence, *chosen, filled.picked(TIME)], zone, local_date(call.now, zone))


def _errors(filled: Filled) -> dict[str, str]:
    """What is wrong, by field."""
    cadence, days = filled.picked(CADENCE), filled.ticked(DAYS)
    errors: dict[str, str] = {}
    if cadence in _WITH_DAYS and not days:
        errors[DAYS] = "Choose at least one day."
    if cadence not in _WITH_DAYS and days:
        errors[DAYS] = "Chosen days go with every week or every second week: or untick them."
    if cadence == "monthly" and not filled.picked(MONTHLY):
        errors[MONTHLY] = "Choose a day of the month."
    if whole_number(filled.picked(LIMIT), MAX_LIMIT) is None:
        errors[LIMIT] = f"A digest holds 1 to {MAX_LIMIT} papers."
    if filled.picked(EMPTY) not in set(WhenNothingNew):
        errors[EMPTY] = "Choose one of these."
    return errors


def _same_weeks(schedule: Schedule, old: Subscription | None) -> Schedule:
    """A fortnightly schedule keeps the weeks it had."""
    rule, before = schedule.rule, old.schedule.rule if old else None
    if isinstance(rule, Weekly) and isinstance(before, Weekly) and rule.weeks == before.weeks:
        return replace(schedule, rule=replace(rule, start=before.start))
    return schedule


def _submit(known: Subscription | None) -> str:
    return "Save" if known else "Subscribe"


def _done(call: Call, about: About, old: Subscription | None, new: Subscription) -> View:
    """What is set now; where it was otherwise before, with an Undo."""
    undo = _undoing(old, new) if old is not None else []
    now = f"{_terms(new)} The next digest comes on {local_text(new.next_due, new.schedule.zone)}."
    if old is None or not undo:
        return telling(TITLE, now)
    where = HERE if call.of.is_channel else DIRECT
    carried = About(form=about.form, kind=where, key="\n".join(undo))
    lines = [call.line(*first_word(line)) for line in undo]
    return changed_view(now, _terms(old), lines, carried.write())


def _undoing(old: Subscription, new: Subscription) -> list[str]:
    """The commands that make of the new one the old one again, without ``/papers``."""
    lines = []
    if (typed(old.schedule), old.limit) != (typed(new.schedule), new.limit):
        lines.append(f"subscribe {typed(old.schedule)} {papers_text(old.limit)}")
    if old.when_nothing_new is not new.when_nothing_new:
        lines.append(f"digest empty {old.when_nothing_new}")
    if old.explores != new.explores:
        lines.append(f"digest explore {'on' if old.explores else 'off'}")
    return [*lines, *(["pause"] if old.state is SubscriptionState.PAUSED else [])]


def _terms(known: Subscription) -> str:
    paused = ", paused" if known.state is SubscriptionState.PAUSED else ""
    return f"Up to {papers_text(known.limit)} {describe(known.schedule)}{paused}."


def _changed_meanwhile(call: Call, filled: Filled, known: Subscription | None) -> View:
    """The form with all that was put into it, and what saving it again would undo."""
    now = f"It is now: {_terms(known)}" if known else "There is none now."
    warning = f"Your digest changed meanwhile, in another place. {now} Save again to overwrite."
    return _filled_again(call, filled, known, warning)


def _filled_again(call: Call, filled: Filled, known: Subscription | None, warning: str) -> View:
    """The form with all that was put into it, opened on what is known now."""
    with call.store.reading() as connection:
        about = _opened_on(connection, call, filled.about)
    form = SubscriptionForm(
        cadence=filled.picked(CADENCE),
        days=filled.ticked(DAYS),
        monthly=filled.picked(MONTHLY),
        at=filled.picked(TIME),
        limit=filled.picked(LIMIT),
        empty=filled.picked(EMPTY),
        explores=EXPLORE in filled.ticked(EXPLORE),
        most=MAX_LIMIT,
        zone=_zone(call, known),
        where=filled.picked(WHERE),
        channel=_channel(call),
        warning=warning,
    )
    return subscription_form(form, about.write(), _submit(known))
