"""chat.*: messages posted, changed and taken away by the bot."""

from dataclasses import replace
from typing import Any

from bot.demo.calls import Call
from bot.demo.controls import identified
from bot.demo.limits import refuse_message, refuse_metadata
from bot.demo.messages import Message, to_json
from bot.demo.methods.table import Method
from bot.demo.refusals import Refused
from bot.demo.world import Conversation

JSON = dict[str, Any]


def post_message(call: Call) -> JSON:
    """Posts to a conversation, or to a person's direct messages when `channel` is a user id."""
    conversation = _destination(call)
    if conversation.is_archived:
        raise Refused("is_archived")
    if not call.is_in(conversation) and "chat:write.public" not in call.token.scopes:
        raise Refused("not_in_channel")
    message = _draft(call, conversation, "chat.postMessage")
    call.world.put(call.team, message)
    return {"channel": conversation.id, "ts": message.ts, "message": _shown(message)}


def post_ephemeral(call: Call) -> JSON:
    """Posts what one person alone sees, until it is gone."""
    conversation = call.conversation()
    person = call.user()
    if conversation.is_archived:
        raise Refused("is_archived")
    if not call.is_in(conversation):
        raise Refused("not_in_channel")
    if person.id not in conversation.members:
        raise Refused("user_not_in_channel")
    draft = _draft(call, conversation, "chat.postEphemeral")
    message = replace(draft, only_for=person.id, metadata=None)
    call.world.put(call.team, message)
    return {"message_ts": message.ts}


def update(call: Call) -> JSON:
    """Changes a message of the bot's; blocks go when only text comes, metadata stays."""
    conversation = call.conversation()
    before = call.own_message(conversation, "cant_update_message")
    if conversation.is_archived:
        raise Refused("is_archived")
    draft = _draft(call, conversation, before.via, before)
    message = replace(draft, thread_ts=before.thread_ts, edited=_edit_ts(call))
    call.world.put(call.team, message, edited=True)
    told = {"channel": conversation.id, "ts": message.ts, "text": message.text}
    return told | {"message": _shown(message)}


def delete(call: Call) -> JSON:
    """Takes a message of the bot's away."""
    conversation = call.conversation()
    message = call.own_message(conversation, "cant_delete_message")
    call.world.take_away(call.team, message)
    return {"channel": conversation.id, "ts": message.ts}


def get_permalink(call: Call) -> JSON:
    """A link to a message."""
    conversation = call.conversation()
    ts = call.needed("message_ts")
    if ts not in conversation.messages or conversation.messages[ts].is_ephemeral:
        raise Refused("message_not_found")
    link = f"https://{call.team.domain}.slack.com/archives/{conversation.id}/p{ts.replace('.', '')}"
    return {"channel": conversation.id, "permalink": link}


def _destination(call: Call) -> Conversation:
    channel = call.text("channel")
    user = call.team.users.get(channel)
    if user is None:
        return call.conversation()
    if user.deleted:
        raise Refused("user_not_found")
    return call.world.open_direct(call.team, user.id)


def _draft(call: Call, to: Conversation, via: str, before: Message | None = None) -> Message:
    """The message that the arguments describe, within the limits; not yet stored."""
    text = call.text("text")
    blocks = call.structure("blocks", "invalid_blocks_format") or []
    attachments = call.structure("attachments", "invalid_attachments") or []
    refuse_message(text, blocks, attachments)
    metadata = call.structure("metadata", "invalid_metadata_format")
    if metadata is not None:
        refuse_metadata(metadata)
    elif before is not None:
        metadata = before.metadata
    ts = before.ts if before else to.next_ts(call.now)
    return Message(
        channel=to.id,
        ts=ts,
        user=call.team.bot.id,
        bot_id=call.team.bot_id,
        text=text,
        blocks=identified(blocks, f"{ts[-6:]}-"),
        attachments=attachments,
        metadata=metadata,
        thread_ts=_thread(call, to),
        unfurls=str(call.arguments.get("unfurl_links", "true")).lower() not in ("0", "false"),
        via=via,
    )


def _thread(call: Call, to: Conversation) -> str | None:
    thread_ts = call.text("thread_ts") or None
    if thread_ts and thread_ts not in to.messages:
        raise Refused("thread_not_found")
    return thread_ts


def _edit_ts(call: Call) -> str:
    return f"{call.now:.6f}"


def _shown(message: Message) -> JSON:
    shown = to_json(message)
    return shown | ({"metadata": message.metadata} if message.metadata else {})


CHAT = (
    Method("chat.postMessage", post_message, ("chat:write",), per_minute=None),
    Method("chat.postEphemeral", post_ephemeral, ("chat:write",)),
    Method("chat.update", update, ("chat:write",), per_minute=50),
    Method("chat.delete", delete, ("chat:write",), per_minute=50),
    Method("chat.getPermalink", get_permalink),
)
