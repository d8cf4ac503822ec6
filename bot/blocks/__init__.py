"""What the bot looks like in Slack: models to Block Kit. Pure; sends nothing, looks nothing up."""

from bot.blocks.message import Message, note, sentence
from bot.blocks.text import code, mrkdwn

__all__ = ["Message", "code", "mrkdwn", "note", "sentence"]
