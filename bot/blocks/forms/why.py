"""Why a paper is here: what each interest contributed, and where the paper says it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.views import View

from bot.blocks.message import MAX_SECTION, context, divider, header, section
from bot.blocks.modals import modal
from bot.blocks.papers import address, facts
from bot.blocks.text import link, mrkdwn, percent
from recommender import Paper
from recommender.text import tokens

TITLE = "Why this paper?"
MUTE, UNMUTE, FOLLOW, UNFOLLOW = "why_mute", "why_unmute", "why_follow", "why_unfollow"
UNLIKE, LIKE = "why_unlike", "why_like"

MAX_SHARES, MAX_NAMES = 10, 12
_MAX_SENTENCE = 500
_WORD = re.compile(r"[^\W_](?:[\w+#]|['’-](?=\w))*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\W_a-z])")
_LABELS = {
    MUTE: "Mute",
    UNMUTE: "Muted ✓ Undo",
    FOLLOW: "Follow",
    UNFOLLOW: "Following ✓ Undo",
    UNLIKE: "Liked ✓ Undo",
    LIKE: "👍",
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one interest contributed: a percentage, None for a muted one, which contributes nothing.

    `words` are the matching ones as the paper spells them. `action` and `value` are those of its
    button; there is none without an action. `said` stands in place of the share.
    """

    label: str
    percent: int | None
    words: Sequence[str]
    action: str = ""
    value: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """An author, area or organisation of the paper, and its button."""

    label: str
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class Why:
    """All that is said of one paper; `channel` is what the channel's interests contributed."""

    paper: Paper
    own: Sequence[Contribution]
    channel: Sequence[Contribution] = ()
    names: Sequence[Name] = ()
    warning: str = ""


def why_view(why: Why, metadata: str) -> View:
    """The modal."""
    paper = why.paper
    title = link(address(paper), paper.title, 500)
    blocks: list[Block] = [section(f"{title}\n{facts(paper, 600)}")]
    if why.warning:
        blocks.append(section(f"*{mrkdwn(why.warning, 600)}*"))
    if why.own:
        blocks += [_contribution(paper, each) for each in why.own[:MAX_SHARES]]
        blocks += _rest(len(why.own) - MAX_SHARES)
    else:
        blocks.append(section("None of your interests matches it."))
    if why.channel:
        blocks += [divider(), header("What this channel follows")]
        blocks += [_contribution(paper, each) for each in why.channel[:MAX_SHARES]]
        blocks += _rest(len(why.channel) - MAX_SHARES)
    if why.names:
        blocks += [divider(), header("Follow")]
        blocks += [
            _with_button(mrkdwn(each.label, 200), each.action, each.value)
            for each in why.names[:MAX_NAMES]
        ]
    return modal(TITLE, blocks, metadata=metadata)


def in_sentence(text: str, words: Sequence[str]) -> str:
    """The first sentence that has one of the words, in Slack's markup with all of them in bold.

    Other forms of the words count as they do in a search. Empty where no sentence has any.
    """
    wanted = {term for word in words for term in tokens(word)}
    for sentence in _SENTENCE_END.split(text) if wanted else ():
        found = [span for span in _WORD.finditer(sentence) if wanted & set(tokens(span[0]))]
        if found:
            return _bold(sentence, found)
    return ""


def _contribution(paper: Paper, each: Contribution) -> Block:
    share = "muted" if each.percent is None else percent(each.percent)
    text = f"*{mrkdwn(each.label, 200)}* · {each.said or share}"
    said = in_sentence(paper.abstract, each.words) or in_sentence(paper.title, each.words)
    said = said or mrkdwn(", ".join(each.words), 300)
    text += f"\n{said}" if said else ""
    return _with_button(text, each.action, each.value) if each.action else section(text)


def _with_button(text: str, action: str, value: str) -> SectionBlock:
    button = ButtonElement(
        text=PlainTextObject(text=_LABELS[action], emoji=True), action_id=action, value=value
    )
    shown = MarkdownTextObject(text=text[:MAX_SECTION] or "…", verbatim=True)
    return SectionBlock(text=shown, accessory=button)


def _rest(number: int) -> list[Block]:
    return [context(f"…and {number} more")] if number > 0 else []


def _bold(sentence: str, found: Sequence[re.Match[str]]) -> str:
    """As much of the sentence as there is room for, with the first match in it."""
    start = max(0, found[0].start() - _MAX_SENTENCE // 2) if len(sentence) > _MAX_SENTENCE else 0
    stop = start + _MAX_SENTENCE
    parts, end = ["…" if start else ""], start
    for span in found:
        if span.end() <= stop:
            parts += [_plain(sentence[end : span.start()]), f"*{mrkdwn(span[0], 200)}*"]
            end = span.end()
    return "".join([*parts, _plain(sentence[end:stop]), "…" if len(sentence) > stop else ""])


def _plain(part: str) -> str:
    """Text that mrkdwn does not rob of the spaces around it."""
    before = " " if part[:1].isspace() else ""
    after = " " if part.strip() and part[-1:].isspace() else ""
    return f"{before}{mrkdwn(part, 1_500)}{after}"
