"""A list of papers in a modal, such as those somebody saved: a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    MarkdownTextObject,
    SectionBlock,
)
from slack_sdk.models.views import View

from bot.blocks.message import context, section
from bot.blocks.modals import modal
from bot.blocks.papers import address, facts
from bot.blocks.text import link, mrkdwn
from recommender import Paper

KEEP, DROP = "shelf_save", "shelf_unsave"
HIDE, UNHIDE = "shelf_hide", "shelf_unhide"
DISLIKE, UNDISLIKE = "shelf_dislike", "shelf_undislike"
BACK, ON = "shelf_back", "shelf_on"
PRESSES = (KEEP, DROP, HIDE, UNHIDE, DISLIKE, UNDISLIKE, BACK, ON)
PAGE = 20

_LABELS = {
    KEEP: "Save",
    DROP: "Saved ✓",
    UNHIDE: "Show again",
    UNDISLIKE: "Take 👎 back",
}


@dataclass(frozen=True, slots=True)
class Gone:
    """A paper that was just taken off the list, what is said of it, and the action that undoes."""

    paper: Paper
    text: str
    undo: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of papers; `offset` is the place of the first, `total` counts all.

    `actions` is what the button beside each does, by the papers' ids. `empty` is said where there
    is none.
    """

    title: str
    papers: Sequence[Paper]
    actions: Mapping[str, str]
    offset: int
    total: int
    gone: Gone | None = None
    empty: str = ""


def shelf_view(shelf: Shelf, metadata: str) -> View:
    """The modal."""
    blocks: list[Block] = [_gone(shelf.gone)] if shelf.gone is not None else []
    blocks += [
        _paper(paper, number, shelf.actions[paper.id])
        for number, paper in enumerate(shelf.papers, shelf.offset + 1)
    ]
    if not shelf.papers:
        blocks.append(section(mrkdwn(shelf.empty, 300) or "There is nothing here."))
    blocks += _turning(shelf)
    return modal(shelf.title, blocks, metadata=metadata)


def _gone(gone: Gone) -> Block:
    text = f"“{mrkdwn(gone.paper.title, 300)}” {gone.text}"
    return SectionBlock(
        text=MarkdownTextObject(text=text, verbatim=True),
        accessory=ButtonElement(text="Undo", action_id=gone.undo, value=gone.paper.id),
    )


def _paper(paper: Paper, number: int, action: str) -> Block:
    text = f"{number}. {link(address(paper), paper.title, 500)}\n{facts(paper, 400)}"
    return SectionBlock(
        text=MarkdownTextObject(text=text, verbatim=True),
        accessory=ButtonElement(text=_LABELS[action], action_id=action, value=paper.id),
    )


def _turning(shelf: Shelf) -> list[Block]:
    after = shelf.offset + PAGE
    buttons = []
    if shelf.offset > 0:
        before = max(0, shelf.offset - PAGE)
        buttons.append(ButtonElement(text="Newer", action_id=BACK, value=str(before)))
    if shelf.total > after:
        buttons.append(ButtonElement(text="Older", action_id=ON, value=str(after)))
    if not buttons:
        return []
    until = min(after, shelf.total)
    return [
        context(f"{shelf.offset + 1} to {until} of {shelf.total:,}"),
        ActionsBlock(elements=buttons),
    ]
