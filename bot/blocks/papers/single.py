"""One paper: in full, as BibTeX, shared in a channel, explained, and what was done with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    PlainTextObject,
    SectionBlock,
)

from bot.blocks.bibtex import bibtex
from bot.blocks.message import Message, context, note, section
from bot.blocks.papers.controls import SHARE_AGAIN, buttons, menu, titled
from bot.blocks.papers.listing import MAX_TITLE, fallback, said
from bot.blocks.papers.words import address, each_reason, facts
from bot.blocks.text import code_block, link, mrkdwn, plain_lines
from bot.blocks.views import View, ViewKind
from bot.models import Marks, Share
from recommender import Match, Paper

MAX_ABSTRACT = 2_600
MAX_COMMENT = 1_000
_NO_ABSTRACT = "_No abstract is known._"
_BEHIND_ALL = 9_999
"""The place of what is no paper of the page, so that its block is nobody else's."""


@dataclass(frozen=True, slots=True)
class Undo:
    """The button that undoes what was told: its label, its action, and what its view names."""

    label: str
    action: str
    key: str = ""


def full_paper(paper: Paper, marks: Marks, *, shares: bool = False) -> Message:
    """One paper with its abstract, where to find it, and where it was found."""
    view = View(ViewKind.SHOW, paper.id)
    title = f"{link(address(paper), paper.title, 500)}\n{facts(paper, 1_000, authors=50)}"
    blocks: list[Block] = [
        titled(title, paper, 1, menu(paper, marks, view, shares=shares)),
        section(mrkdwn(paper.abstract, MAX_ABSTRACT) or _NO_ABSTRACT),
    ]
    if paper.urls:
        blocks.append(context("\n".join(link(url, url, 300) for url in paper.urls[:5])))
    blocks.append(context(mrkdwn(f"id {paper.id} · from {', '.join(paper.sources)}", 600)))
    if done := said(paper, marks):
        blocks.append(context(done))
    blocks.append(buttons(paper, marks, view.encode(1)))
    return Message(fallback("", [paper]), blocks)


def bibtex_page(paper: Paper) -> Message:
    """The paper as an entry to copy."""
    return note(link(address(paper), paper.title, MAX_TITLE), code_block(bibtex(paper)))


def shared_paper(paper: Paper, share: Share, comment: str = "", *, has_thread: bool) -> Message:
    """A paper for everybody in a channel, and who put it there, with what they say of it.

    The abstract is in it where no thread is to hold it (`thread_of`).
    """
    view = View(ViewKind.SHARED, paper.id)
    title = f"{link(address(paper), paper.title, 500)}\n{facts(paper, 400)}"
    thread = " · discuss it in the thread" if has_thread else ""
    shared = f"<@{share.person}> shared a paper"
    blocks: list[Block] = [context(f"{shared}{thread}")]
    if said := plain_lines(comment, MAX_COMMENT):
        # Plain text mentions nobody, links nowhere, and knows no markup.
        blocks.append(SectionBlock(text=PlainTextObject(text=said, emoji=True)))
    blocks.append(titled(title, paper, 1, menu(paper, Marks(), view, share=share.id)))
    if not has_thread:
        blocks.append(section(mrkdwn(paper.abstract, 600) or _NO_ABSTRACT))
    blocks.append(buttons(paper, Marks(), view.encode(1)))
    # Notifications and screen readers hear of who shared it, and what they say, too.
    heard = f"{shared}: {mrkdwn(said, MAX_COMMENT)}" if said else shared
    return Message(f"{heard}\n{fallback('', [paper])}", blocks)


def thread_of(paper: Paper) -> Message:
    """What opens the thread under a shared paper: its abstract, and where to read it."""
    abstract = mrkdwn(paper.abstract, MAX_ABSTRACT)
    blocks: list[Block] = [section(abstract or _NO_ABSTRACT)]
    if paper.urls:
        blocks.append(context("\n".join(link(url, url, 300) for url in paper.urls[:5])))
    return Message(abstract or _NO_ABSTRACT, blocks)


def why(
    match: Match | None, paper: Paper, titles: Mapping[str, str] | None = None, done: str = ""
) -> Message:
    """What in somebody's profile a paper answers, heaviest first.

    `titles` are those of liked papers by id; `done` is what the person has said of this one.
    """
    title = link(address(paper), paper.title, MAX_TITLE)
    first = [title, *([done] if done else [])]
    if match is None or not match.reasons:
        return note(*first, "None of your interests matches it.")
    return note(*first, *(f"• {line}" for line in each_reason(match, titles or {})))


def told(text: str, paper: Paper, undo: Undo, view: View | None = None) -> Message:
    """A word on what was done with a paper, and the button that undoes it.

    `view` is that of a page on top of which it stands.
    """
    shown = view or View(ViewKind.TOLD, undo.key or paper.id)
    button = ButtonElement(text=undo.label, action_id=undo.action, value=paper.id)
    row = ActionsBlock(elements=[button], block_id=shown.encode(_BEHIND_ALL))
    return Message(text, [section(text), row])


def asked_again(text: str, paper: Paper, seen: str) -> Message:
    """Asks before a paper is posted once more; `seen` names how it was posted before."""
    return told(text, paper, Undo("Share it again", SHARE_AGAIN, seen))
