"""A message as Slack keeps it and gives it back. Rendering what it looks like is not done here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.demo.controls import Control, controls

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One state of a message; an edit makes a new one with the same `ts`.

    `only_for` is the person who alone sees it (an ephemeral message), else None. `via` is how it
    came: a method's name, "response_url", "ack", "typed" or "slackbot".
    """

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: Sequence[JSON] = ()
    attachments: Sequence[JSON] = ()
    metadata: JSON | None = None
    thread_ts: str | None = None
    bot_id: str | None = None
    only_for: str | None = None
    edited: str | None = None
    unfurls: bool = True
    via: str = ""

    @property
    def is_ephemeral(self) -> bool:
        """Only one person sees it, and no method reads or changes it."""
        return self.only_for is not None

    @property
    def controls(self) -> list[Control]:
        """What can be pressed or chosen in it and under its links, in reading order."""
        unfurled = [block for each in self.attachments for block in each.get("blocks", [])]
        return controls([*self.blocks, *unfurled])

    def attachment_of(self, block_id: str) -> JSON | None:
        """What an app shows under a link, if the block is part of it."""
        held = (a for a in self.attachments if a.get("is_app_unfurl"))
        return next((a for a in held if block_id in {b["block_id"] for b in a["blocks"]}), None)


def to_json(message: Message, replies: Iterable[Message] = ()) -> JSON:
    """The message as conversations.history and payloads carry it, without its metadata."""
    known: JSON = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    if message.bot_id:
        known["bot_id"] = message.bot_id
    if message.thread_ts:
        known["thread_ts"] = message.thread_ts
    if message.blocks:
        known["blocks"] = list(message.blocks)
    if message.attachments:
        known["attachments"] = list(message.attachments)
    if message.edited:
        known["edited"] = {"user": message.user, "ts": message.edited}
    return known | _thread(message, list(replies))


def _thread(message: Message, replies: list[Message]) -> JSON:
    """What a parent tells about its thread."""
    if not replies:
        return {}
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "latest_reply": max(reply.ts for reply in replies),
        "reply_users": sorted({reply.user for reply in replies}),
    }
