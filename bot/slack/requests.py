"""Slack's requests as calls, and the answers that follow their acknowledgement."""

import json
import logging
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, NoReturn

from slack_bolt import Ack, BoltResponse, Respond
from slack_sdk import WebClient

from bot import client as slack
from bot.blocks import Message, sentence
from bot.blocks.written import as_json
from bot.commands import Call
from bot.commands.calls import Outlet, Place
from bot.commands.presses import Press, Reply
from bot.errors import PaperwireError
from bot.models import Subscriber
from bot.parts import Parts

logger = logging.getLogger(__name__)

Body = dict[str, Any]


def acknowledge(ack: Ack, next: Callable[[], None]) -> None:
    """Answers Slack in the request's own thread, however long the listeners' queue is."""
    ack()
    next()


def call_of(parts: Parts, who: Subscriber, text: str = "", channel: str = "") -> Call:
    """A call of somebody, in a channel or nowhere in particular (`channel` is empty)."""
    return Call(
        by=who,
        of=who,
        text=text,
        place=Place(channel),
        store=parts.store,
        library=parts.library,
        now=parts.clock(),
        zone=lambda: parts.zone_of(who),
        is_admin=lambda: parts.is_admin(who),
        deliver=parts.deliver,
        outlet=outlet_of(parts, who.workspace),
    )


class TooEarly(RuntimeError):
    """Slack was to be asked something while it waits for an acknowledgement: a fault of ours."""


def early_call(parts: Parts, who: Subscriber) -> Call:
    """A call of somebody while Slack waits for the acknowledgement, three seconds at most.

    It cannot ask Slack anything: the time zone is the one that is known, and whatever else would
    ask raises TooEarly.
    """

    def too_early(*_: object) -> NoReturn:
        raise TooEarly("Slack cannot be asked before it has its acknowledgement.")

    return replace(
        call_of(parts, who),
        zone=lambda: parts.known_zone(who),
        is_admin=too_early,
        deliver=too_early,
        outlet=Outlet(*[too_early] * 6),
    )


def outlet_of(parts: Parts, workspace: str) -> Outlet:
    """How the bot reaches others in a workspace; nothing is asked before it is used."""

    def post(channel: str, thread: str | None, message: Message) -> slack.Posted:
        client = parts.clients(workspace)
        return slack.reply(client, channel, thread, message.text, message.blocks)

    return Outlet(
        post,
        lambda posted: slack.permalink(parts.clients(workspace), posted),
        lambda posted: slack.take_away(parts.clients(workspace), posted),
        lambda: parts.name_in(workspace),
        lambda address, message: slack.post_at(address, message.text, message.blocks),
        slack.take_away_at,
    )


def who_acts(body: Body) -> Subscriber:
    """The person who pressed, chose or submitted."""
    # An action in a workspace of an enterprise names the workspace with the person.
    team = (body.get("team") or {}).get("id") or body["user"].get("team_id") or ""
    return Subscriber(team, body["user"]["id"])


def press_of(body: Body, action: Body) -> Press:
    """What was pressed, and where it stands."""
    option = action.get("selected_option") or {}
    container = body.get("container") or {}
    channel = body.get("channel") or container.get("channel_id") or ""
    value = str(option.get("value") or action.get("value") or "")
    return Press(
        block=str(action.get("block_id", "")),
        value=value,
        channel=str(channel["id"] if isinstance(channel, dict) else channel),
        is_ephemeral=container.get("is_ephemeral") is True,
        address=str(body.get("response_url") or ""),
        is_offered=_offers(body.get("message"), value),
    )


def _offers(shown: object, value: str) -> bool:
    """Whether a control in that part of a message carries the value."""
    if isinstance(shown, list):
        return any(_offers(each, value) for each in shown)
    if not isinstance(shown, dict):
        return False
    return shown.get("value") == value or any(_offers(each, value) for each in shown.values())


def answer(respond: Respond, reply: Reply) -> None:
    """Answers where the request says; nothing where it does not, as from a tab of an older bot.

    Raises Unanswerable when Slack takes none, PaperwireError when it does not take this one.
    """
    if not respond.response_url:
        return
    answered = {
        "text": reply.message.text,
        "blocks": as_json(reply.message.blocks),
        "response_type": "ephemeral",
        "replace_original": reply.replaces,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    slack.answer(respond.response_url, answered)


def on_error(
    error: Exception, body: Body, respond: Respond, client: WebClient, ack: Ack
) -> BoltResponse:
    """Logs once, and gives the person a reference to it.

    What Slack did not do is told in a line; everything else is a fault of ours, with its traceback.
    An event that is not acknowledged yet is told again.
    """
    reference = uuid.uuid4().hex[:8]
    about = {"workspace": body.get("team_id") or (body.get("team") or {}).get("id")}
    if isinstance(error, slack.SlackError):
        logger.warning("not done, reference %s: %s", reference, error, extra=about)
    else:
        logger.error("listener failed, reference %s", reference, exc_info=error, extra=about)
    if body.get("type") == "event_callback" and ack.response is None:
        return BoltResponse(status=503)
    if body.get("type") == "view_submission":
        # Any other answer would close the modal, and with it what was typed is lost.
        errors = field_errors(body["view"], apology(reference).text)
        return BoltResponse(
            status=200, body=json.dumps(errors), headers={"Content-Type": "application/json"}
        )
    if not isinstance(error, slack.Unanswerable):
        with suppress(PaperwireError):
            _apologise(body, respond, client, apology(reference))
    return BoltResponse(status=200)


def _apologise(body: Body, respond: Respond, client: WebClient, message: Message) -> None:
    """Raises PaperwireError when Slack does not take that either."""
    if respond.response_url:
        answer(respond, Reply(message))
    elif event := _said(body):
        slack.whisper(client, event["channel"], event["user"], message.text, message.blocks)


def field_errors(view: Body, text: str) -> Body:
    """The answer to a modal that puts a sentence under its first field, and keeps the rest."""
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    return {"response_action": "errors", "errors": {fields[0]: text}} if fields else {}


def _said(body: Body) -> Body | None:
    """What somebody said to the bot, if that is what the request tells."""
    event: Body = body.get("event") or {}
    return event if event.get("type") in {"message", "app_mention"} else None


def apology(reference: str) -> Message:
    """What somebody is told when something broke here."""
    return sentence(
        f"Something went wrong here, and I have written it down. (Reference {reference})"
    )
