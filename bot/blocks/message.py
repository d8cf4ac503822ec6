"""A message as Slack gets it, and the smallest pieces of one."""

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
MAX_HEADER = 150


@dataclass(frozen=True, slots=True)
class Message:
    """Blocks, and the text that notifications and screen readers get instead."""

    text: str
    blocks: list[Block]


def note(*lines: str) -> Message:
    """Lines of plain words from the bot; what they quote is already escaped."""
    text = "\n".join(lines)
    return Message(text[:MAX_FALLBACK], [section(text)])


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
