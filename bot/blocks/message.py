"""A message as Slack gets it, and the smallest pieces of one."""

from collections.abc import Iterable
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from bot.blocks.text import mrkdwn, plain

MAX_FALLBACK = 2_900
MAX_SECTION = 2_900
# Slack takes 10,000 characters of text a message.
MAX_SECTIONS = 3
MAX_HEADER = 150


@dataclass(frozen=True, slots=True)
class Message:
    """Blocks, and the text that notifications and screen readers get instead."""

    text: str
    blocks: list[Block]


def note(*lines: str) -> Message:
    """Lines of plain words from the bot; what they quote is already escaped.

    Lines that are too many for a message are left out at the end, and counted there.
    """
    parts: list[str] = []
    left = list(lines)
    while left and len(parts) < MAX_SECTIONS:
        # The last section keeps room for saying how many are left out.
        fitting = fit(left, MAX_SECTION - 40)
        parts.append("\n".join(fitting))
        left = left[len(fitting) :]
    if left:
        parts[-1] += f"\n…and {len(left)} more"
    return Message(parts[0][:MAX_FALLBACK], [section(part) for part in parts])


def fit(lines: Iterable[str], limit: int) -> list[str]:
    """The first lines that come to at most `limit` characters together; always the first one."""
    fitting: list[str] = []
    for line in lines:
        if fitting and sum(map(len, fitting)) + len(fitting) + len(line) > limit:
            break
        fitting.append(line)
    return fitting


def sentence(text: str) -> Message:
    """One sentence that may quote anything: it is escaped here."""
    return note(mrkdwn(text, MAX_SECTION))


def section(text: str) -> SectionBlock:
    """A paragraph of Slack's markup, in which bare names and addresses stay as they are."""
    return SectionBlock(text=MarkdownTextObject(text=text[:MAX_SECTION], verbatim=True))


def context(text: str, block_id: str | None = None) -> ContextBlock:
    """A line in small type."""
    element = MarkdownTextObject(text=text[:MAX_SECTION], verbatim=True)
    return ContextBlock(elements=[element], block_id=block_id)


def header(text: str) -> HeaderBlock:
    """A heading."""
    return HeaderBlock(text=PlainTextObject(text=plain(text, MAX_HEADER), emoji=True))


def divider() -> DividerBlock:
    """A line across."""
    return DividerBlock()
