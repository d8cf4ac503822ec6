"""The form that shares a paper in a channel of one's choice, and what is said then."""

from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConversationFilter,
    ConversationSelectElement,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.blocks.message import section
from bot.blocks.modals import field, modal
from bot.blocks.papers import MAX_COMMENT, address, facts
from bot.blocks.text import link
from recommender import Paper

TITLE = "Share a paper"
SHARE_PAPER = "share_paper"
CHANNEL, COMMENT = "share_channel", "share_comment"
TAKE_BACK_HERE = "share_take_back"


@dataclass(frozen=True, slots=True)
class ShareForm:
    """What stands in the form; `warning` is in Slack's markup, and may ask a question."""

    paper: Paper
    channel: str = ""
    comment: str = ""
    warning: str = ""
    submit: str = "Share"


def share_form(form: ShareForm, metadata: str) -> View:
    """The form: a channel that the person sees, and a comment."""
    title = f"{link(address(form.paper), form.paper.title, 500)}\n{facts(form.paper, 600)}"
    blocks: list[Block] = [
        *([section(form.warning)] if form.warning else []),
        section(title),
        field(CHANNEL, "Channel", _channels(form.channel), needed=True),
        field(COMMENT, "Comment", _comment(form.comment)),
    ]
    return modal(TITLE, blocks, SHARE_PAPER, metadata, form.submit)


def shared_view(text: str, metadata: str, share: str = "") -> View:
    """What became of it, in Slack's markup; a `share` can be taken back here."""
    blocks: list[Block] = [section(text)]
    if share:
        button = ButtonElement(text="Take it back", action_id=TAKE_BACK_HERE, value=share)
        blocks.append(ActionsBlock(elements=[button]))
    return modal(TITLE, blocks, metadata=metadata)


def _channels(chosen: str) -> ConversationSelectElement:
    return ConversationSelectElement(
        action_id=CHANNEL,
        placeholder=PlainTextObject(text="Choose a channel"),
        initial_conversation=chosen or None,
        filter=ConversationFilter(include=["public", "private"]),
        # With what is sent comes an address that takes a message where the bot is no member.
        response_url_enabled=True,
    )


def _comment(typed: str) -> PlainTextInputElement:
    return PlainTextInputElement(
        action_id=COMMENT,
        multiline=True,
        initial_value=typed[:MAX_COMMENT] or None,
        placeholder=PlainTextObject(text="What the others should know about it"),
        max_length=MAX_COMMENT,
    )
