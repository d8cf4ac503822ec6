"""What a saved form took away from somebody's interests, and a way to have it back."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, PlainTextObject
from slack_sdk.models.views import View

from bot.blocks.forms.interests import EDIT_INTERESTS, TITLE, lines_fields
from bot.blocks.message import context, section
from bot.blocks.modals import modal
from bot.blocks.text import counted, mrkdwn

BACK, MUTED_BACK = "back_", "muted_back_"
"""Prefixes other than those of the form: what was typed into its fields must not stay."""

_NAMED = 20
_HINT = "Take out what is to stay away."


@dataclass(frozen=True, slots=True)
class Lost:
    """The names of what is gone and of what counts differently now, as they were before.

    `words` and `muted` are the same to be typed again, one text a field. `channel` is the id of the
    channel whose interests they were.
    """

    gone: Sequence[str]
    changed: Sequence[str]
    words: Sequence[str]
    muted: Sequence[str]
    channel: str = ""


def restoring_form(lost: Lost, metadata: str) -> View:
    """The modal that stands in place of the form, and is sent like it."""
    said = [
        _said(lost.gone, "is gone", "are gone"),
        _said(lost.changed, "is changed, and was", "are changed, and were"),
    ]
    blocks: list[Block] = [section("\n".join(["Saved.", *filter(None, said)]))]
    if lost.channel:
        blocks.append(context(f"What <#{lost.channel}> follows"))
    if any(lost.words):
        blocks += lines_fields(BACK, "To have it back", lost.words, hint=_HINT)
    if any(lost.muted):
        blocks += lines_fields(MUTED_BACK, "To mute it again", lost.muted, hint=_HINT)
    view = modal(TITLE, blocks, EDIT_INTERESTS, metadata, "Undo")
    # "Cancel" would sound as if nothing was saved yet.
    view.close = PlainTextObject(text="Done")
    return view


def _said(names: Sequence[str], one: str, several: str) -> str:
    if not names:
        return ""
    named = ", ".join(f"*{mrkdwn(name, 90)}*" for name in names[:_NAMED])
    more = len(names) - _NAMED
    rest = f" and {more} more" if more > 0 else ""
    return f"{counted(len(names), 'interest')} {one if len(names) == 1 else several}: {named}{rest}"
