"""conversations.*: which there are, who is in them, and what was said."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.demo.calls import Call
from bot.demo.messages import Message, to_json
from bot.demo.methods.table import Method
from bot.demo.refusals import Refused
from bot.demo.world import Conversation

JSON = dict[str, Any]

# The kind of a conversation -> the first word of the scopes that concern it.
SCOPE_WORDS = {"channel": "channels", "private": "groups", "im": "im"}
MOST_MESSAGES = 999


def open_conversation(call: Call) -> JSON:
    """The direct messages with a person."""
    users = [user for user in call.text("users").split(",") if user]
    if call.text("channel"):
        return {"channel": {"id": call.conversation().id}}
    if len(users) != 1:
        raise Refused("invalid_arguments" if users else "users_list_not_supplied")
    person = call.team.users.get(users[0])
    if person is None:
        raise Refused("user_not_found")
    if person.deleted:
        raise Refused("user_disabled")
    known = call.team.direct(person.id)
    opened = call.world.open_direct(call.team, person.id)
    told = {"already_open": True, "no_op": True} if known else {}
    return {"channel": {"id": opened.id}} | told


def info(call: Call) -> JSON:
    """What a conversation is."""
    conversation = call.conversation()
    _need(call, conversation, "read")
    return {"channel": _described(call, conversation)}


def members(call: Call) -> JSON:
    """Who is in a conversation."""
    conversation = call.conversation()
    _need(call, conversation, "read")
    return {"members": sorted(conversation.members), "response_metadata": {"next_cursor": ""}}


def listing(call: Call) -> JSON:
    """The conversations that the bot can know about."""
    wanted = [kind.strip() for kind in (call.text("types") or "public_channel").split(",")]
    names = {"public_channel": "channel", "private_channel": "private", "im": "im"}
    kinds = {names[kind] for kind in wanted if kind in names}
    for kind in sorted(kinds):
        call.need_scope(f"{SCOPE_WORDS[kind]}:read")
    known = call.team.conversations.values()
    seen = [c for c in known if c.kind in kinds and (c.kind == "channel" or call.is_in(c))]
    shown = [_described(call, c) for c in seen]
    return {"channels": shown, "response_metadata": {"next_cursor": ""}}


def history(call: Call) -> JSON:
    """The messages of a conversation that are in no thread, newest first."""
    conversation = _readable(call)
    found = [m for m in conversation.messages.values() if m.thread_ts in (None, m.ts)]
    return _page(call, conversation, _within(call, found)[::-1])


def replies(call: Call) -> JSON:
    """A message and its thread, oldest first."""
    conversation = _readable(call)
    parent = call.needed("ts")
    if parent not in conversation.messages:
        raise Refused("thread_not_found")
    found = [m for m in conversation.messages.values() if parent in (m.ts, m.thread_ts)]
    return _page(call, conversation, _within(call, found))


def _readable(call: Call) -> Conversation:
    conversation = call.conversation()
    _need(call, conversation, "history")
    if not call.is_in(conversation):
        raise Refused("not_in_channel")
    return conversation


def _need(call: Call, conversation: Conversation, right: str) -> None:
    call.need_scope(f"{SCOPE_WORDS[conversation.kind]}:{right}")


def _within(call: Call, found: Sequence[Message]) -> list[Message]:
    """The lasting messages between `oldest` and `latest`, oldest first."""
    oldest, latest = _time(call, "oldest", "0"), _time(call, "latest", "9" * 12)
    lasting = [(Decimal(m.ts), m) for m in found if not m.is_ephemeral]
    edges = (oldest, latest) if call.flag("inclusive") else ()
    lasting.sort(key=lambda dated: dated[0])
    return [m for ts, m in lasting if oldest < ts < latest or ts in edges]


def _time(call: Call, name: str, default: str) -> Decimal:
    try:
        time = Decimal(call.text(name) or default)
    except InvalidOperation as broken:
        raise Refused(f"invalid_ts_{name}") from broken
    if not time.is_finite():
        raise Refused(f"invalid_ts_{name}")
    return time


def _page(call: Call, conversation: Conversation, found: list[Message]) -> JSON:
    most = min(max(call.number("limit", 100), 1), MOST_MESSAGES)
    start = call.number("cursor", 0)
    rest = start + most < len(found)
    shown = [_shown(call, conversation, m) for m in found[start : start + most]]
    cursor = str(start + most) if rest else ""
    return {"messages": shown, "has_more": rest, "response_metadata": {"next_cursor": cursor}}


def _shown(call: Call, conversation: Conversation, message: Message) -> JSON:
    answers = [m for m in conversation.messages.values() if m.thread_ts == message.ts]
    lasting = [m for m in answers if not m.is_ephemeral and m.ts != message.ts]
    shown = to_json(message, lasting)
    with_metadata = call.flag("include_all_metadata") and message.metadata
    return shown | ({"metadata": message.metadata} if with_metadata else {})


def _described(call: Call, conversation: Conversation) -> JSON:
    told: JSON = {
        "id": conversation.id,
        "is_channel": conversation.kind == "channel",
        "is_group": conversation.kind == "private",
        "is_im": conversation.kind == "im",
        "is_private": conversation.kind != "channel",
        "is_archived": conversation.is_archived,
        "is_member": call.is_in(conversation),
        "num_members": len(conversation.members),
        "context_team_id": call.team.id,
    }
    if conversation.kind == "im":
        return told | {"user": next(iter(conversation.members - {call.team.bot.id}))}
    return told | {"name": conversation.name}


READ = tuple(f"{word}:read" for word in SCOPE_WORDS.values())
HISTORY = tuple(f"{word}:history" for word in SCOPE_WORDS.values())
CONVERSATIONS = (
    Method("conversations.open", open_conversation, ("im:write",), per_minute=50),
    Method("conversations.info", info, READ, per_minute=50),
    Method("conversations.members", members, READ),
    Method("conversations.list", listing, READ, per_minute=20),
    Method("conversations.history", history, HISTORY, per_minute=50),
    Method("conversations.replies", replies, HISTORY, per_minute=50),
)
