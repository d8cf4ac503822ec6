"""A list of papers in a modal, such as those somebody saved: a page at a time."""

from collections.abc import Collection, Sequence
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
BACK, ON = "shelf_back", "shelf_on"
PAGE = 20


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of papers; `saved` are ids, `offset` the place of the first, `total` of all.

    `gone` is a paper that was just taken off the list. `empty` is said where there is none.
    """

    title: str
    papers: Sequence[Paper]
    saved: Collection[str]
    offset: int
    total: int
    gone: Paper | None = None
    empty: str = ""


def shelf_view(shelf: Shelf, metadata: str) -> View:
    """The modal."""
    blocks: list[Block] = []
    if shelf.gone is not None:
        blocks.append(
            SectionBlock(
                text=MarkdownTextObject(
                    text=f"“{mrkdwn(shelf.gone.title, 300)}” is off your list.", verbatim=True
                ),
                accessory=ButtonElement(text="Undo", action_id=KEEP, value=shelf.gone.id),
            )
        )
    blocks += [
        _paper(paper, number, paper.id in shelf.saved)
        for number, paper in enumerate(shelf.papers, shelf.offset + 1)
    ]
    if not shelf.papers:
        blocks.append(section(mrkdwn(shelf.empty, 300) or "There is nothing here."))
    blocks += _turning(shelf)
    return modal(shelf.title, blocks, metadata=metadata)


def _paper(paper: Paper, number: int, is_saved: bool) -> Block:
    text = f"{number}. {link(address(paper), paper.title, 500)}\n{facts(paper, 400)}"
    label, action = ("Saved ✓", DROP) if is_saved else ("Save", KEEP)
    return SectionBlock(
        text=MarkdownTextObject(text=text, verbatim=True),
        accessory=ButtonElement(text=label, action_id=action, value=paper.id),
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
