"""A message as it stands in a conversation: who, when, what, and what can be done with it."""

from dataclasses import dataclass
from typing import Any

from bot.demo.controls import State, first_state
from bot.demo.manifest import Manifest
from bot.demo.messages import Message
from bot.demo.page.blocks import blocks_html
from bot.demo.page.markup import Html, join, tag
from bot.demo.page.mrkdwn import mrkdwn
from bot.demo.page.reader import Reader, link
from bot.demo.person import Person
from bot.demo.world import User

JSON = dict[str, Any]
TOGETHER_SECONDS = 300
ONLY_YOU = "Only visible to you"


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a message: who reads it, its thread, the one above, the app's shortcuts."""

    person: Person
    reader: Reader
    manifest: Manifest
    before: Message | None = None
    replies: int = 0


def day_line(day: str) -> Html:
    """The line between two days."""
    return tag("p", tag("span", day), class_="day", role="separator")


def message_html(message: Message, frame: Frame) -> Html:
    """One message."""
    author = frame.person.team.users[message.user]
    follows = _goes_on(frame.before, message)
    lines = [
        tag("p", f"{ONLY_YOU}", class_="only") if message.is_ephemeral else "",
        "" if follows else _byline(author, message, frame.reader),
        tag("div", _content(message, frame.reader), class_="body"),
        _thread_line(message, frame.replies),
    ]
    kinds = ["message", "ephemeral" * message.is_ephemeral, "follows" * follows]
    return tag(
        "article",
        "" if follows else avatar(author),
        tag("div", *lines, class_="lines"),
        "" if message.is_ephemeral else _tools(message, frame.manifest),
        class_=" ".join(filter(None, kinds)),
        data_ts=message.ts,
    )


def avatar(user: User) -> Html:
    """A square with the first letter of a name; the app has a sign of its own."""
    letter = "P" if user.is_bot else user.real_name[:1].upper()
    kind = "bot" if user.is_bot else f"tint-{sum(user.id.encode()) % 4}"
    return tag("span", letter, class_=f"avatar {kind}", aria_hidden="true")


def _goes_on(before: Message | None, message: Message) -> bool:
    """The same author goes on speaking, soon after."""
    if before is None or before.user != message.user or message.is_ephemeral:
        return False
    is_soon = float(message.ts) - float(before.ts) < TOGETHER_SECONDS
    return is_soon and not before.is_ephemeral and not message.blocks and not before.blocks


def _byline(author: User, message: Message, reader: Reader) -> Html:
    app = tag("small", "app", class_="app") if author.is_bot else ""
    edited = tag("small", "(edited)") if message.edited and not author.is_bot else ""
    time = reader.stamp(float(message.ts))
    return tag("p", tag("b", author.real_name), app, time, edited, class_="byline")


def _content(message: Message, reader: Reader) -> Html:
    state = first_state(message.controls, {})
    shown = blocks_html(message.blocks, reader, state, message.ts) if message.blocks else ""
    words = shown or tag("div", mrkdwn(message.text, reader))
    return join(words, *(_attachment(each, reader, state) for each in message.attachments))


def _attachment(json: JSON, reader: Reader, state: State) -> Html:
    """What hangs from a message: blocks, or a title with a text."""
    if json.get("blocks"):
        inside = blocks_html(json["blocks"], reader, state)
    else:
        title, url = str(json.get("title") or ""), str(json.get("title_link") or "")
        words = str(json.get("text") or json.get("fallback") or "")
        head = tag("div", tag("b", link(url, title))) if title else ""
        inside = join(head, tag("div", mrkdwn(words, reader)))
    return tag("div", inside, class_="attachment")


def _thread_line(message: Message, replies: int) -> Html | str:
    if not replies:
        return ""
    words = f"{replies} {'reply' if replies == 1 else 'replies'}"
    return tag("button", words, type="button", class_="replies", data_thread=message.ts)


def _tools(message: Message, manifest: Manifest) -> Html:
    """What stands in the corner of a message: its thread, and the app's shortcuts."""
    reply = tag("button", "Reply", type="button", data_thread=message.thread_ts or message.ts)
    items = [
        tag("button", s.name, type="button", role="menuitem", data_shortcut=s.callback_id)
        for s in manifest.shortcuts
        if s.type == "message"
    ]
    menu = tag(
        "details",
        tag("summary", "⋮", aria_label="Message shortcuts"),
        tag("span", *items, role="menu", class_="menu"),
        data_menu=True,
    )
    return tag("div", reply, menu if items else "", class_="tools")
