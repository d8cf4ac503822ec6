"""The controls under a paper: what they are called, and what they carry.

A button says what is wanted, never "the other way round", so that a second press of an old message
does nothing twice. Its value is the paper's id; the block it stands in names the view.
"""

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    SectionBlock,
)

from bot.blocks.views import SEPARATOR, View, ViewKind
from bot.models import Marks
from recommender import Paper

LIKE, UNLIKE = "paper_like", "paper_unlike"
DISLIKE, UNDISLIKE = "paper_dislike", "paper_undislike"
SAVE, UNSAVE = "paper_save", "paper_unsave"
HIDE, UNHIDE = "paper_hide", "paper_unhide"
SHOW, MORE, MENU = "paper_show", "papers_more", "paper_menu"
SHARE_AGAIN, TAKE_BACK = "paper_share_again", "paper_take_back"

WHY, SIMILAR, BIBTEX, SHARE, SHARE_TO = "why", "similar", "bibtex", "share", "share_to"
"""Choices of the menu; the others are actions that buttons have, too."""

PAPER_BLOCK = "paper"
MAX_VALUE = 75
"""What Slack takes as the value of a menu's choice."""


def titled(text: str, paper: Paper, number: int, menu: OverflowMenuElement) -> SectionBlock:
    """The paper's title and facts, with its menu beside it."""
    return SectionBlock(
        text=MarkdownTextObject(text=text, verbatim=True),
        accessory=menu,
        block_id=SEPARATOR.join((PAPER_BLOCK, str(number), paper.id)),
    )


def paper_of(block_id: str) -> str | None:
    """The id of the paper whose menu stands in that block; None when it is no such block."""
    kind, _, rest = block_id.partition(SEPARATOR)
    number, found, paper = rest.partition(SEPARATOR)
    return paper if kind == PAPER_BLOCK and number.isdecimal() and found and paper else None


def buttons(paper: Paper, marks: Marks, block_id: str) -> ActionsBlock:
    """What to do with a paper; each button shows what the reader has done already."""
    shown = [
        _either(paper, ("👍 Liked", UNLIKE), ("👍", LIKE), paper.id in marks.liked),
        _either(
            paper, ("👎 Less like this", UNDISLIKE), ("👎", DISLIKE), paper.id in marks.disliked
        ),
        _either(paper, ("Saved ✓", UNSAVE), ("Save", SAVE), paper.id in marks.saved),
    ]
    # Where the abstract stands already there is nothing to show.
    view = View.decode(block_id)
    if view is None or view.kind is not ViewKind.SHOW:
        shown.append(ButtonElement(text="Abstract", action_id=SHOW, value=paper.id))
    return ActionsBlock(elements=shown, block_id=block_id)


def menu(
    paper: Paper, marks: Marks, view: View, *, shares: bool = False, share: str = ""
) -> OverflowMenuElement:
    """What else may be done, which is as much as Slack takes in a menu.

    `shares` where there is a channel to share it in, `share` the id of the share that it stands in.
    """
    sharing = Option(value=SHARE_TO, label="Share to a channel…")
    if share:
        value = _with_view(TAKE_BACK, View(ViewKind.TOLD, share))
        sharing = Option(value=value, label="Take it back")
    elif shares:
        sharing = Option(value=SHARE, label="Share in this channel")
    is_hidden = paper.id in marks.hidden
    label, choice = ("Show again", UNHIDE) if is_hidden else ("Hide", HIDE)
    options = [
        Option(value=WHY, label="Why this paper?"),
        Option(value=SIMILAR, label="More like this"),
        Option(value=BIBTEX, label="BibTeX"),
        sharing,
        Option(value=_with_view(choice, view), label=label),
    ]
    return OverflowMenuElement(action_id=MENU, options=options)


def chosen(value: str) -> tuple[str, View | None]:
    """What was chosen from a menu, and the view that its message shows, if it is told."""
    choice, _, view = value.partition(SEPARATOR)
    return choice, View.decode(view)


def _with_view(choice: str, view: View) -> str:
    """The choice and the view, where both fit: the menu's own block has no room for the view."""
    both = f"{choice}{SEPARATOR}{view.encode(0)}"
    return both if len(both) <= MAX_VALUE else choice


def _either(
    paper: Paper, done: tuple[str, str], not_done: tuple[str, str], is_done: bool
) -> ButtonElement:
    label, action = done if is_done else not_done
    return ButtonElement(
        text=label, action_id=action, value=paper.id, accessibility_label=_SPOKEN.get(action)
    )


_SPOKEN = {LIKE: "More papers like this", DISLIKE: "Fewer papers like this"}
"""What a screen reader says instead of the name of a picture."""
