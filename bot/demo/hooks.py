"""Answers to a command or a press: by response_url, or in the acknowledgement of a command."""

from dataclasses import replace
from typing import Any

from bot.demo.controls import identified
from bot.demo.limits import refuse_message, refuse_metadata
from bot.demo.messages import Message
from bot.demo.refusals import Refused
from bot.demo.tickets import Hook
from bot.demo.world import Workspace, World

JSON = dict[str, Any]
BAD_REQUEST, NOT_FOUND = 400, 404


def use_hook(world: World, path: str, payload: Any) -> None:
    """Carries out what was posted to a response_url; raises `Refused` as Slack would refuse."""
    hook = world.hooks.get(path)
    if hook is None:
        raise Refused("no_service")
    refusal = hook.refusal(world.clock())
    if refusal:
        raise Refused(refusal)
    if not isinstance(payload, dict):
        raise Refused("invalid_payload")
    respond(world, hook, payload, via="response_url")
    hook.uses += 1


def status_of(refusal: Refused) -> int:
    """The HTTP status with which a response_url refuses."""
    return NOT_FOUND if refusal.code in ("no_service", "expired_url", "used_url") else BAD_REQUEST


def respond(world: World, hook: Hook, payload: JSON, *, via: str) -> Message | None:
    """Shows, replaces or removes a message where the hook was given; None if it was removed."""
    team = world.workspaces[hook.team_id]
    original = team.conversations[hook.channel].messages.get(hook.source_ts or "")
    if payload.get("delete_original") is True and original:
        world.take_away(team, original)
        return None
    if payload.get("replace_original") is True and original:
        return world.put(team, _replaced(world, team, hook, original, payload), edited=True)
    ts = team.conversations[hook.channel].next_ts(world.clock())
    return world.put(team, _answer(team, hook, ts, payload, via))


def _replaced(
    world: World, team: Workspace, hook: Hook, original: Message, payload: JSON
) -> Message:
    draft = _answer(team, hook, original.ts, payload, original.via)
    return replace(
        draft,
        only_for=original.only_for,
        thread_ts=original.thread_ts,
        metadata=draft.metadata or original.metadata,
        edited=f"{world.clock():.6f}",
    )


def _answer(team: Workspace, hook: Hook, ts: str, payload: JSON, via: str) -> Message:
    text = payload.get("text") or ""
    blocks = payload.get("blocks") or []
    attachments = payload.get("attachments") or []
    thread_ts = payload.get("thread_ts") or None
    if not isinstance(text, str) or not isinstance(thread_ts, str | None):
        raise Refused("invalid_payload")
    refuse_message(text, blocks, attachments)
    if payload.get("metadata") is not None:
        refuse_metadata(payload["metadata"])
    return Message(
        channel=hook.channel,
        ts=ts,
        user=team.bot.id,
        bot_id=team.bot_id,
        text=text,
        blocks=identified(blocks, f"{ts[-6:]}-"),
        attachments=attachments,
        metadata=payload.get("metadata"),
        thread_ts=thread_ts,
        only_for=None if payload.get("response_type") == "in_channel" else hook.user_id,
        unfurls=payload.get("unfurl_links") is not False,
        via=via,
    )
