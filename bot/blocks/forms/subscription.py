"""The form in which somebody says when digests come, and what is in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, Option, PlainTextObject, TimePickerElement
from slack_sdk.models.views import View

from bot.blocks.message import context, section
from bot.blocks.modals import field, grouped_field, modal, one_field, option, ticked_field
from bot.blocks.text import code, mrkdwn

EDIT_SUBSCRIPTION = "subscription_form"
TITLE = "Your digest"

CADENCE, DAYS, MONTHLY, TIME = "cadence", "days", "monthly", "time"
LIMIT, WHERE, EMPTY, EXPLORE = "limit", "where", "empty", "explore"
HERE, DIRECT = "here", "direct"

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CADENCES = {
    "daily": "Every day",
    "weekdays": "Monday to Friday",
    "weekly": "Every week, on chosen days",
    "fortnightly": "Every second week, on chosen days",
    "monthly": "Once a month",
}
_NTHS = ("first", "second", "third", "fourth", "last")
_EMPTY = {
    "archive": "One older paper that I have not seen",
    "say": "A sentence that says so",
    "silent": "Nothing",
}


@dataclass(frozen=True, slots=True)
class SubscriptionForm:
    """What stands in the fields, as their values.

    `monthly` is ``15`` or ``first monday``; `where` is HERE or DIRECT, empty where there is no
    choice; `channel` is the id of the one meant by HERE. `warning` has to be said first, `notes`
    stand below it. `most` is how many papers a digest holds at most.
    """

    cadence: str
    days: Sequence[str]
    monthly: str
    at: str
    limit: str
    empty: str
    explores: bool
    most: int
    zone: str = ""
    where: str = ""
    channel: str = ""
    warning: str = ""
    notes: Sequence[str] = ()


def subscription_form(form: SubscriptionForm, metadata: str, submit: str = "Save") -> View:
    """The modal."""
    blocks: list[Block] = []
    if form.warning:
        blocks.append(section(f"*{mrkdwn(form.warning, 2_800)}*"))
    blocks += [context(mrkdwn(note, 600)) for note in form.notes]
    if form.where and form.channel:
        blocks.append(context(f"This channel is <#{form.channel}>"))
        places = [option(DIRECT, "Direct messages to me"), option(HERE, "This channel")]
        blocks.append(one_field(WHERE, "Where", places, form.where, radio=True))
    blocks.append(one_field(CADENCE, "How often", _options(_CADENCES), form.cadence))
    days = [option(name[:3].lower(), name) for name in _DAY_NAMES]
    hint = "For every week and every second week."
    blocks.append(ticked_field(DAYS, "Days of the week", days, form.days, hint))
    blocks.append(_monthly(form.monthly))
    blocks.append(_time(form))
    numbers = [option(str(number), str(number)) for number in range(1, form.most + 1)]
    blocks.append(one_field(LIMIT, "Papers at most", numbers, form.limit))
    empty = _options(_EMPTY)
    blocks.append(one_field(EMPTY, "When nothing new is relevant", empty, form.empty, radio=True))
    beyond = [option(EXPLORE, "One paper just beyond my interests")]
    ticked = [EXPLORE] if form.explores else []
    blocks.append(ticked_field(EXPLORE, "Exploration", beyond, ticked))
    return modal(TITLE, blocks, EDIT_SUBSCRIPTION, metadata, submit)


def changed_view(now: str, before: str, typed: Sequence[str], metadata: str) -> View:
    """What was saved, and how to have back what was there before: sent, or typed."""
    lines = "\n".join(code(line, 150) for line in typed)
    blocks = [section(mrkdwn(now, 1_000)), section(f"Before: {mrkdwn(before, 1_000)}\n{lines}")]
    view = modal(TITLE, blocks, EDIT_SUBSCRIPTION, metadata, "Undo")
    # "Cancel" would sound as if nothing was saved yet.
    view.close = PlainTextObject(text="Done")
    return view


def _options(known: dict[str, str]) -> list[Option]:
    return [option(value, label) for value, label in known.items()]


def _monthly(chosen: str) -> Block:
    numbers = [option(str(day), f"Day {day}") for day in range(1, 31)]
    numbers.append(option("31", "The last day"))
    weekdays = [
        option(f"{nth} {day.lower()}", f"The {nth} {day}") for nth in _NTHS for day in _DAY_NAMES
    ]
    groups: dict[str, Sequence[Option]] = {"A day": numbers, "A day of the week": weekdays}
    return grouped_field(MONTHLY, "Day of the month", groups, chosen, "For once a month.")


def _time(form: SubscriptionForm) -> Block:
    element = TimePickerElement(
        action_id=TIME,
        initial_time=form.at or None,
        placeholder=PlainTextObject(text="Choose a time"),
    )
    hint = f"In the time zone {form.zone}." if form.zone else ""
    return field(TIME, "Time", element, hint, needed=True)
