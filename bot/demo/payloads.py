"""What Slack sends to an app, exactly as it sends it: commands, interactions and events. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.demo.controls import Control, State
from bot.demo.links import links_to, shared
from bot.demo.messages import Message
from bot.demo.messages import to_json as message_json
from bot.demo.views import View
from bot.demo.views import to_json as view_json
from bot.demo.world import Conversation, User, Workspace

JSON = dict[str, Any]
# The old way to prove that a request is Slack's; it is in every payload still.
VERIFICATION = "local-verification"
# What is told when the app is gone: nobody has authorised it any more.
LEAVING = ("app_uninstalled", "tokens_revoked", "team_access_revoked")
PRIVATE = {"private": "privategroup"}


def command(
    app_id: str, team: Workspace, person: User, channel: Conversation, line: str
) -> dict[str, str]:
    """A slash command, the form's fields but response_url and trigger_id."""
    name, _, text = line.partition(" ")
    fields = {
        "token": VERIFICATION,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": PRIVATE.get(channel.kind, channel.name),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text.strip(),
        "api_app_id": app_id,
        "is_enterprise_install": str(team.is_org_wide).lower(),
    }
    if team.enterprise_id:
        fields |= {"enterprise_id": team.enterprise_id, "enterprise_name": team.name}
    return fields


def interaction(kind: str, app_id: str, team: Workspace, person: User) -> JSON:
    """What every interaction carries: who, where, and for which app.

    Somebody of another workspace presses in the one of the app, and sends modals from their own.
    """
    own = person.team_id or team.id
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": own}
    at = {"id": team.id, "domain": team.domain}
    if kind in ("view_submission", "view_closed") and team.is_external(person):
        at = {"id": own, "domain": own.lower()}
    enterprise = {"id": team.enterprise_id, "name": team.name} if team.enterprise_id else None
    return {
        "type": kind,
        "user": user,
        "api_app_id": app_id,
        "token": VERIFICATION,
        "team": None if team.is_org_wide else at,
        "enterprise": enterprise,
        "is_enterprise_install": team.is_org_wide,
    }


def on_message(channel: Conversation, message: Message, state: State, block_id: str = "") -> JSON:
    """Where an action happened, if in a message. The text of an ephemeral one is not sent.

    `block_id` tells whether it was in the message itself or under one of its links.
    """
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.is_ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    unfurled = message.attachment_of(block_id)
    if unfurled is not None:
        shown = {"is_app_unfurl": True, "app_unfurl_url": unfurled["from_url"]}
        container |= {"type": "message_attachment", "attachment_id": unfurled["id"]} | shown
    told: JSON = {
        "container": container,
        "channel": {"id": channel.id, "name": PRIVATE.get(channel.kind, channel.name)},
        "state": {"values": state},
    }
    if unfurled is not None:
        told |= {"app_unfurl": unfurled, "is_app_unfurl": True}
    return told if message.is_ephemeral else told | {"message": message_json(message)}


def on_view(app_id: str, bot_id: str, view: View) -> JSON:
    """Where an action happened, if in a view."""
    shown = view_json(view, app_id, bot_id)
    return {"container": {"type": "view", "view_id": view.id}, "view": shown}


def action(control: Control, held: JSON, action_ts: str) -> JSON:
    """One action of a block_actions payload; `held` is what was chosen or typed."""
    known: JSON = {
        "action_id": control.action_id,
        "block_id": control.block_id,
        "type": control.type,
        "action_ts": action_ts,
    }
    told = (key for key in ("text", "value", "placeholder") if key in control.element)
    known |= {key: control.element[key] for key in told}
    return known | held


def event(app_id: str, team: Workspace, event_id: str, now: float, inner: JSON) -> JSON:
    """An event in its envelope."""
    authorization = {
        "enterprise_id": team.enterprise_id,
        "team_id": None if team.is_org_wide else team.id,
        "user_id": team.bot.id,
        "is_bot": True,
        "is_enterprise_install": team.is_org_wide,
    }
    is_gone = inner["type"] in LEAVING
    channel = team.conversations.get(str(inner.get("channel")))
    is_shared = channel is not None and team.is_shared(channel)
    source = {"team_id": team.id, "enterprise_id": team.enterprise_id}
    if is_gone and team.is_org_wide:
        source["team_id"] = team.enterprise_id
    actor = team.users.get(str(inner.get("user")))
    if actor is not None and team.is_external(actor) and inner["type"] != "app_mention":
        # What somebody of elsewhere does comes from there; only mentions come from the app's.
        source = {"team_id": actor.team_id, "enterprise_id": None}
    if is_shared:
        source["context_team_id"] = team.id
    return source | {
        "token": VERIFICATION,
        "api_app_id": app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(now),
        "authorizations": [] if is_gone else [authorization],
        "is_ext_shared_channel": is_shared,
    }


def on_shortcut(channel: Conversation, message: Message) -> JSON:
    """The message that a shortcut was used on."""
    return {
        "channel": {"id": channel.id, "name": PRIVATE.get(channel.kind, channel.name)},
        "message_ts": message.ts,
        "message": message_json(message),
    }


# The kind of a conversation -> the scope that lets the app hear it, and its name in events.
HEARING = {
    "im": ("im:history", "im"),
    "channel": ("channels:history", "channel"),
    "private": ("groups:history", "group"),
}


@dataclass(frozen=True, slots=True)
class Ears:
    """What an app may hear of: its token's scopes, and the domains whose links it asks for."""

    scopes: Collection[str]
    link_domains: Collection[str]


def heard(team: Workspace, ears: Ears, channel: Conversation, message: Message) -> list[JSON]:
    """The events that the app gets when a person writes a message."""
    if team.bot.id not in channel.members:
        return []
    scopes, author = ears.scopes, team.users[message.user]
    said = {
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "channel": channel.id,
        "team": author.team_id or team.id,
        "event_ts": message.ts,
    }
    if message.thread_ts:
        said["thread_ts"] = message.thread_ts
    # A mention is told as of the app's own workspace, with that of its author beside it.
    mention: JSON = said | {"type": "app_mention", "team": team.id}
    if team.is_external(author):
        mention |= {"user_team": author.team_id, "source_team": author.team_id}
    events: list[JSON] = []
    mentioned = f"<@{team.bot.id}>" in message.text and channel.kind != "im"
    if mentioned and "app_mentions:read" in scopes:
        events.append(mention)
    scope, name = HEARING[channel.kind]
    if scope in scopes:
        events.append({"type": "message", "channel_type": name} | said)
    links = links_to(message.text, ears.link_domains)
    if links and "links:read" in scopes:
        events.append(shared(message.user, links, channel.id, message.ts))
    return events
