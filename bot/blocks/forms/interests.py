"""The form in which somebody edits what they follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import Block, Option
from slack_sdk.models.views import View

from bot.blocks.message import context, section
from bot.blocks.modals import (
    OPTIONS,
    modal,
    option,
    several_field,
    sought_field,
    text_field,
)
from bot.blocks.text import mrkdwn

EDIT_INTERESTS = "interests_form"
TITLE = "Your interests"

WORDS, MUTED = "words_", "muted_"
"""Prefixes: a profile may need several fields, of 3,000 characters each."""

AUTHORS, ORGANISATIONS, AREAS = "authors", "organisations", "areas"
UNLIKE, UNDISLIKE, UNLEARN, RELEARN = "unlike", "undislike", "unlearn", "relearn"

_SOUGHT = {
    AUTHORS: ("Authors", "Type a name"),
    ORGANISATIONS: ("Organisations", "Type a university or a company"),
    AREAS: ("Areas", "Type an area, such as cs.CL"),
}
_SEVERAL = {
    UNLIKE: ("Papers you liked", "Choose those to forget; nothing more is learned from them."),
    UNDISLIKE: ("Papers you disliked", "Choose those to forget."),
    UNLEARN: (
        "Words learned from the papers you liked",
        "Choose those to forget: they count no more, whatever you like.",
    ),
    RELEARN: ("Words you had me forget", "Choose those to learn again."),
}
_HINT = "One a line, or with commas. Put ×2 or x2 behind one to make it count double."
_MUTED_HINT = "Papers about these are never shown. Also author:NAME, area:cs.RO, org:NAME."


@dataclass(frozen=True, slots=True)
class InterestsForm:
    """What stands in the fields.

    `words` and `muted` are one text a field, `sought` the values chosen in the fields that
    suggest, `several` the choices of those that offer some: a value and a label each, of which the
    first hundred are shown. `channel` is the id of the channel that it is about, `warning` what has
    to be said first.
    """

    words: Sequence[str]
    muted: Sequence[str]
    sought: Mapping[str, Sequence[str]]
    several: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    channel: str = ""
    warning: str = ""


def interests_form(form: InterestsForm, metadata: str) -> View:
    """The modal."""
    blocks: list[Block] = []
    if form.warning:
        blocks.append(section(f"*{mrkdwn(form.warning, 2_800)}*"))
    if form.channel:
        blocks.append(context(f"What <#{form.channel}> follows"))
    blocks += lines_fields(WORDS, "Words and phrases", form.words, "vector search ×2", _HINT)
    for key, (label, example) in _SOUGHT.items():
        chosen = [sought_option(value) for value in form.sought.get(key, ())]
        blocks.append(sought_field(key, label, chosen, example))
    blocks += lines_fields(MUTED, "Muted", form.muted, "robotics", _MUTED_HINT)
    for key, (label, hint) in _SEVERAL.items():
        if offered := form.several.get(key):
            options = [option(value, shown) for value, shown in offered[:OPTIONS]]
            if len(offered) > OPTIONS:
                label = f"{label} (the latest {OPTIONS} of {len(offered):,})"
            blocks.append(several_field(key, label, options, hint))
    return modal(TITLE, blocks, EDIT_INTERESTS, metadata, "Save")


def sought_option(value: str) -> Option:
    """A name that is suggested or chosen; its value is at most 75 characters."""
    return option(value, value.replace('"', ""))


def lines_fields(
    prefix: str, label: str, texts: Sequence[str], example: str = "", hint: str = ""
) -> list[Block]:
    """A field for each of the texts; their ids begin with `prefix`."""
    several = len(texts) > 1
    return [
        text_field(
            f"{prefix}{number}",
            f"{label} ({number + 1} of {len(texts)})" if several else label,
            text,
            example,
            hint if number == 0 else "",
        )
        for number, text in enumerate(texts)
    ]
