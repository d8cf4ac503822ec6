"""Telling the bot what one reads: pasting papers, and choosing from what they have in common."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from slack_sdk.models.blocks import Block, Option
from slack_sdk.models.views import View

from bot.blocks.message import context, section
from bot.blocks.modals import CHECKBOXES, modal, option, text_field, ticked_field
from bot.blocks.text import mrkdwn
from recommender import Paper

PASTE, CHOOSE = "onboarding_paste", "onboarding_choose"
TITLE = "What you read"
PASTED, TOPICS, FOUND, TERMS, AUTHORS = "pasted", "topics", "found_", "terms", "names"
_MISSING = 10


class Term(NamedTuple):
    """A word or phrase to follow, and whether it is ticked at first."""

    text: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What was recognised, and what it suggests; all but some terms are ticked at first.

    `terms` and `authors` are at most ten, of at most 75 characters each. `missing` are the words
    for which there is no paper, `more` how many lines were not looked at.
    """

    papers: Sequence[Paper]
    missing: Sequence[str]
    more: int
    terms: Sequence[Term]
    authors: Sequence[str]
    topics: str = ""


def paste_form(example: str) -> View:
    """The first modal; the example is pasted as it stands, empty where no paper is known."""
    papers = text_field(
        PASTED,
        "Papers that you like",
        example=example,
        hint="Titles one a line, links or ids of arXiv, DOIs, or the text of a BibTeX file; "
        "3,000 characters at a time.",
    )
    topics = text_field(
        TOPICS,
        "Or words",
        example="speech translation, vector search",
        hint="What you read about: one a line, or with commas. Also author:NAME, area:cs.CL.",
    )
    intro = section(
        "Paste a few papers, and I find what they are about."
        if example
        else "The library has no papers yet. Write words, and I bring you the papers that come."
    )
    return modal(TITLE, [intro, papers, topics], PASTE, submit="Next")


def choose_form(choices: Choices, metadata: str) -> View:
    """The second modal."""
    blocks: list[Block] = []
    found = [
        option(str(number), paper.title, facts_line(paper))
        for number, paper in enumerate(choices.papers)
    ]
    for start in range(0, len(found), CHECKBOXES):
        label = "More of them" if start else "Papers that you like"
        some = found[start : start + CHECKBOXES]
        blocks.append(_all_ticked(f"{FOUND}{start}", label, some))
    blocks += [context(line) for line in _not_found(choices)]
    if choices.terms:
        blocks.append(_terms(choices))
    if choices.authors:
        names = [option(name, name) for name in choices.authors]
        blocks.append(_all_ticked(AUTHORS, "Who wrote several: follow", names))
    blocks.append(text_field(TOPICS, "More to follow", choices.topics, "vector search ×2"))
    return modal(TITLE, blocks, CHOOSE, metadata, "Follow these")


def facts_line(paper: Paper) -> str:
    """The facts as plain text."""
    named = [", ".join(paper.authors[:2]), str(paper.published.year) if paper.published else ""]
    return " · ".join(filter(None, named))


def _terms(choices: Choices) -> Block:
    several = len(choices.papers) > 1
    label = "What they are about: follow" if several else "What it is about: follow"
    ticked = [term.text for term in choices.terms if term.is_ticked]
    hint = "Ticked is what several of them have in common." if ticked else ""
    options = [option(term.text, term.text) for term in choices.terms]
    return ticked_field(TERMS, label, options, ticked, hint)


def _all_ticked(key: str, label: str, options: Sequence[Option]) -> Block:
    return ticked_field(key, label, options, [one.value for one in options])


def _not_found(choices: Choices) -> Iterator[str]:
    if choices.missing:
        named = "\n".join(f"• {mrkdwn(each, 150)}" for each in choices.missing[:_MISSING])
        rest = len(choices.missing) - _MISSING
        yield f"Not in the library yet:\n{named}" + (f"\n…and {rest} more" if rest > 0 else "")
    if choices.more > 0:
        yield f"{choices.more} more were not looked at: paste them another time."
