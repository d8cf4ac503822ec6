"""A paper under a link that somebody has posted: what it is, in a few lines, and Save."""

import re

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.blocks.message import section
from bot.blocks.papers import SAVE, address, facts
from bot.blocks.text import link, mrkdwn, plain
from recommender import Paper

MAX_SENTENCE = 300
MAX_TITLE = 300

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[$\\]*[A-Z0-9])")
_LAST_WORD = re.compile(r"([^\W\d_](?:[\w.-]*\w)?)\.$")
_ABBREVIATED = re.compile(
    r"al|approx|ca|cf|ch|dept|dr|e\.g|eqs?|et|figs?|i\.e|incl|jr|mrs?|ms|nos?|pp|prof|refs?|resp|"
    r"sec[st]?|secs|st|tab|vol|vs|w\.r\.t",
    re.IGNORECASE,
)


def unfurled(paper: Paper) -> list[Block]:
    """What stands under a link to the paper: nobody's own marks, for everybody sees it."""
    told = f"{link(address(paper), paper.title, MAX_TITLE)}\n{facts(paper)}"
    begins = mrkdwn(first_sentence(paper.abstract), MAX_SENTENCE)
    save = ButtonElement(text="Save", action_id=SAVE, value=paper.id)
    return [section(f"{told}\n{begins}" if begins else told), ActionsBlock(elements=[save])]


def unfurled_title(paper: Paper) -> str:
    """The same in one line, for where a link is only hinted at."""
    return plain(paper.title, 150)


def first_sentence(text: str) -> str:
    """A text up to the end of its first sentence; all of it where none ends before.

    A point behind an abbreviation, an initial or within a number ends none.
    """
    line = " ".join(text.split())
    for end in _END.finditer(line):
        if not _is_abbreviated(line[: end.end()]):
            return line[: end.end()]
    return line


def _is_abbreviated(text: str) -> bool:
    last = _LAST_WORD.search(text)
    if last is None:
        return False
    # "J. Smith", "the U.S. Census"
    is_initial = all(len(part) == 1 for part in last[1].split("."))
    return is_initial or _ABBREVIATED.fullmatch(last[1]) is not None
