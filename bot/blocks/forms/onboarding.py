"""Telling the bot what one reads: pasting papers, and choosing from what they have in common."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Choices:
    """What was recognised, and what it suggests; everything is ticked at first.

    `terms` and `authors` are at most ten, of at most 75 characters each. `missing` are the words
    for which there is no paper, `more` how many lines were not looked at.
    """

    papers: Sequence[Paper]
    missing: Sequence[str]
    more: int
    terms: Sequence[str]
    authors: Sequence[str]
    topics: str = ""


def paste_form() -> View:
    """The first modal."""
    papers = text_field(
        PASTED,
        "Papers that you like",
        example="arxiv.org/abs/2401.08281\nSimple and Effective Unsupervised Speech Translation",
        hint="Titles one a line, links or ids of arXiv, DOIs, or the text of a BibTeX file; "
        "3,000 characters at a time.",
    )
    topics = text_field(
        TOPICS,
        "Or words",
        example="speech translation, vector search",
        hint="What you read about: one a line, or with commas. Also author:NAME, area:cs.CL.",
    )
    intro = section("Paste a few papers, and I find what they have in common.")
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
        terms = [option(term, term) for term in choices.terms]
        blocks.append(_all_ticked(TERMS, "What they have in common: follow", terms))
    if choices.authors:
        names = [option(name, name) for name in choices.authors]
        blocks.append(_all_ticked(AUTHORS, "Who wrote several: follow", names))
    blocks.append(text_field(TOPICS, "More to follow", choices.topics, "vector search ×2"))
    return modal(TITLE, blocks, CHOOSE, metadata, "Follow these")


def facts_line(paper: Paper) -> str:
    """The facts as plain text."""
    named = [", ".join(paper.authors[:2]), str(paper.published.year) if paper.published else ""]
    return " · ".join(filter(None, named))


def _all_ticked(key: str, label: str, options: Sequence[Option]) -> Block:
    return ticked_field(key, label, options, [one.value for one in options])


def _not_found(choices: Choices) -> Iterator[str]:
    if choices.missing:
        named = "\n".join(f"• {mrkdwn(each, 150)}" for each in choices.missing[:_MISSING])
        rest = len(choices.missing) - _MISSING
        yield f"Not in the library yet:\n{named}" + (f"\n…and {rest} more" if rest > 0 else "")
    if choices.more > 0:
        yield f"{choices.more} more were not looked at: paste them another time."
