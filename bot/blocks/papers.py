"""Papers in Slack: a page of matches, one paper in full, a digest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    SectionBlock,
)

from bot.blocks.message import (
    MAX_FALLBACK,
    Message,
    context,
    divider,
    fit,
    header,
    note,
    section,
)
from bot.blocks.text import link, mrkdwn
from bot.blocks.views import SEPARATOR, View, ViewKind
from recommender import Match, Paper, Reason

# Slack takes 10,000 characters of text a message: ten papers of these sizes stay below.
MAX_TITLE = 200
MAX_FACTS = 170
MAX_INTEREST = 60
MAX_ABSTRACT = 2_600
SHOWN_AUTHORS = 3

SAVE, UNSAVE, SIMILAR, MORE, MENU = (
    "paper_save",
    "paper_unsave",
    "paper_similar",
    "papers_more",
    "paper_menu",
)
PAPER_BLOCK = "paper"
WHY, SHARE, ABSTRACT = "why", "share", "abstract"


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of papers: what stands in it, and what is known of the reader.

    `saved` are ids. `notes` are lines of Slack's markup under the title, `footer` one below.
    `labels` say of some ids why they are here, in a few words. `more` is the offset of the next
    page, if there is one.
    """

    title: str
    matches: Sequence[Match]
    view: View
    saved: Collection[str] = ()
    notes: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    more: int | None = None
    footer: str = ""


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
    return Message(_fallback(page.title, [match.paper for match in page.matches]), blocks)


def paper_blocks(match: Match, number: int, page: Listing) -> list[Block]:
    """A paper in a listing: title, facts, why it is here, and what to do with it."""
    paper = match.paper
    text = f"{number}. {link(address(paper), paper.title, MAX_TITLE)}\n{facts(paper)}"
    blocks: list[Block] = [
        SectionBlock(
            text=MarkdownTextObject(text=text, verbatim=True),
            accessory=_menu(page.view),
            block_id=SEPARATOR.join((PAPER_BLOCK, str(number), paper.id)),
        )
    ]
    label = page.labels.get(paper.id, "")
    why_here = " · ".join(filter(None, (label, because(match) if match.reasons else "")))
    if why_here:
        blocks.append(context(why_here))
    buttons = _buttons(paper, paper.id in page.saved)
    blocks.append(ActionsBlock(elements=buttons, block_id=page.view.encode(number)))
    return blocks


def full_paper(paper: Paper, is_saved: bool) -> Message:
    """One paper with its abstract, where to find it, and where it was found."""
    view = View(ViewKind.SHOW, paper.id)
    blocks: list[Block] = [
        section(f"{link(address(paper), paper.title, 500)}\n{facts(paper, 1_000, authors=50)}"),
        section(mrkdwn(paper.abstract, MAX_ABSTRACT) or "_No abstract is known._"),
    ]
    if paper.urls:
        blocks.append(context("\n".join(link(url, url, 300) for url in paper.urls[:5])))
    blocks.append(context(mrkdwn(f"id {paper.id} · from {', '.join(paper.sources)}", 600)))
    buttons = _buttons(paper, is_saved)
    blocks.append(ActionsBlock(elements=buttons, block_id=view.encode(1)))
    return Message(_fallback("", [paper]), blocks)


def shared_paper(paper: Paper, by: str) -> Message:
    """A paper for everybody in a channel, and who put it there."""
    blocks: list[Block] = [
        context(f"<@{by}> shared a paper"),
        section(f"{link(address(paper), paper.title, 500)}\n{facts(paper, 400)}"),
        section(mrkdwn(paper.abstract, 600) or "_No abstract is known._"),
    ]
    return Message(_fallback("A paper for you", [paper]), blocks)


def why(match: Match | None, paper: Paper) -> Message:
    """What in somebody's profile a paper answers, heaviest first."""
    title = link(address(paper), paper.title, MAX_TITLE)
    if match is None or not match.reasons:
        return note(title, "None of your interests matches it.")
    return note(title, *(f"• {_reason(reason, match.score)}" for reason in match.reasons))


def paper_of(block_id: str) -> str | None:
    """The id of the paper whose menu stands in that block; None when it is no such block."""
    kind, _, rest = block_id.partition(SEPARATOR)
    number, found, paper = rest.partition(SEPARATOR)
    return paper if kind == PAPER_BLOCK and number.isdecimal() and found and paper else None


def because(match: Match) -> str:
    """Why a paper is here, in one line: each reason's part of the score in percent."""
    parts = [
        f"{mrkdwn(reason.interest, MAX_INTEREST)} {_percent(reason, match.score)}"
        for reason in match.reasons[:3]
    ]
    rest = len(match.reasons) - len(parts)
    return "Matches " + " · ".join(parts) + (f" · and {rest} more" if rest > 0 else "")


def facts(paper: Paper, limit: int = MAX_FACTS, authors: int = SHOWN_AUTHORS) -> str:
    """Authors · date · area · venue · whether there is code; what is unknown is left out."""
    names = list(paper.authors[:authors])
    cut = paper.more_authors or len(paper.authors) > authors
    known = [
        ", ".join(names) + (" et al." if cut and names else ""),
        f"{paper.published.day} {paper.published:%b %Y}" if paper.published else "",
        paper.area or "",
        paper.venue or "",
        "code" if paper.has_code else "",
    ]
    return mrkdwn(" · ".join(filter(None, known)), limit)


def address(paper: Paper) -> str | None:
    """Where a reader finds the paper: arXiv, the DOI's resolver, else the first known address."""
    scheme, _, rest = paper.id.partition(":")
    if scheme == "arxiv":
        return f"https://arxiv.org/abs/{rest}"
    if scheme == "doi":
        return f"https://doi.org/{rest}"
    return paper.urls[0] if paper.urls else None


def _buttons(paper: Paper, is_saved: bool) -> list[InteractiveElement]:
    save = ("Saved ✓", UNSAVE) if is_saved else ("Save", SAVE)
    return [
        ButtonElement(text=save[0], action_id=save[1], value=paper.id),
        ButtonElement(text="More like this", action_id=SIMILAR, value=paper.id),
    ]


def _menu(view: View) -> OverflowMenuElement:
    options = [
        Option(value=ABSTRACT, label="Abstract"),
        Option(value=WHY, label="Why this paper?"),
    ]
    if view.kind is not ViewKind.DIGEST:
        options.append(Option(value=SHARE, label="Share in this channel"))
    return OverflowMenuElement(action_id=MENU, options=options)


def _reason(reason: Reason, score: float) -> str:
    words = mrkdwn(", ".join(reason.terms[:12]), 200)
    percent = _percent(reason, score)
    return f"*{mrkdwn(reason.interest, 80)}* {percent}" + (f": {words}" if words else "")


def _percent(reason: Reason, score: float) -> str:
    return f"{round(100 * reason.share / score)} %"


def _fallback(title: str, papers: Sequence[Paper]) -> str:
    lines = [mrkdwn(title, 200)] if title else []
    lines += [f"• {mrkdwn(paper.title, 200)}" for paper in papers]
    return "\n".join(fit(lines, MAX_FALLBACK))
