"""A page of papers: a search, a digest, a list; at most ten of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.blocks.message import MAX_FALLBACK, Message, context, divider, fit, header
from bot.blocks.papers.controls import MORE, buttons, menu, titled
from bot.blocks.papers.words import address, because, facts
from bot.blocks.text import link, mrkdwn
from bot.blocks.views import View, ViewKind
from bot.models import Marks
from recommender import Match, Paper

# Slack takes 10,000 characters of text a message: ten papers of these sizes stay below.
MAX_TITLE = 150


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of papers: what stands in it, and what is known of the reader.

    `marks` are the reader's. `notes` are lines of Slack's markup under the title, `footer` one
    below. `labels` say of some ids why they are here, in a few words; `titles` are those of liked
    papers that reasons name, by id. `more` is the offset of the next page, if there is one;
    `shares` says that there is a channel to share a paper in.
    """

    title: str
    matches: Sequence[Match]
    view: View
    marks: Marks = field(default_factory=Marks)
    notes: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    more: int | None = None
    footer: str = ""
    shares: bool = False


def listing(page: Listing) -> Message:
    """A page of matches under a heading."""
    blocks: list[Block] = [header(page.title), *(context(line) for line in page.notes)]
    for number, match in enumerate(page.matches, page.view.offset + 1):
        blocks += paper_blocks(match, number, page)
    if page.more is not None:
        button = ButtonElement(text="Show more", action_id=MORE, value=str(page.more))
        blocks.append(ActionsBlock(elements=[button], block_id=page.view.encode(0)))
    if page.footer:
        blocks += [divider(), context(page.footer)]
    return Message(fallback(page.title, [match.paper for match in page.matches]), blocks)


def paper_blocks(match: Match, number: int, page: Listing) -> list[Block]:
    """A paper in a listing: title, facts, why it is here, and what to do with it."""
    paper = match.paper
    text = f"{number}. {link(address(paper), paper.title, MAX_TITLE)}\n{facts(paper)}"
    choices = menu(paper, page.marks, page.view, shares=page.shares)
    blocks: list[Block] = [titled(text, paper, number, choices)]
    label = page.labels.get(paper.id, "")
    reason = because(match, page.titles) if match.reasons else ""
    done = said(paper, page.marks, is_saved_list=page.view.kind is ViewKind.SAVED)
    why_here = " · ".join(filter(None, (done, label, reason)))
    if why_here:
        blocks.append(context(why_here))
    return [*blocks, buttons(paper, page.marks, page.view.encode(number))]


def said(paper: Paper, marks: Marks, *, is_saved_list: bool = False) -> str:
    """What the reader has done with a paper, and how to undo it; empty for nothing."""
    if paper.id in marks.hidden:
        return "Hidden: “Show again” in its menu undoes that"
    words = [
        *(["liked"] if paper.id in marks.liked else []),
        *(["less like this"] if paper.id in marks.disliked else []),
        *(["saved"] if paper.id in marks.saved and not is_saved_list else []),
    ]
    done = " and ".join(words)
    return f"{done[:1].upper()}{done[1:]}: press again to undo" if done else ""


def fallback(title: str, papers: Sequence[Paper]) -> str:
    """What notifications and screen readers get: the titles."""
    lines = [mrkdwn(title, 200)] if title else []
    lines += [f"• {mrkdwn(paper.title, 200)}" for paper in papers]
    return "\n".join(fit(lines, MAX_FALLBACK))
