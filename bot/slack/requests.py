"""Slack's requests as calls, and the answers that follow their acknowledgement."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, BoltResponse, Respond

from bot.blocks import Message, sentence
from bot.commands import Call
from bot.commands.calls import Place
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
    )


def who_acts(body: Body) -> Subscriber:
    """The person who pressed, chose or submitted."""
    # An action in a workspace of an enterprise names the workspace with the person.
    team = (body.get("team") or {}).get("id") or body["user"].get("team_id") or ""
    return Subscriber(team, body["user"]["id"])


def press_of(body: Body, action: Body) -> Press:
    """What was pressed, and where it stands."""
    option = action.get("selected_option") or {}
    channel = body.get("channel") or body.get("container", {}).get("channel_id") or ""
    return Press(
        block=str(action.get("block_id", "")),
        value=str(option.get("value") or action.get("value") or ""),
        channel=str(channel["id"] if isinstance(channel, dict) else channel),
    )


def answer(respond: Respond, reply: Reply) -> None:
    """Raises PaperwireError when Slack does not take the answer."""
    taken = respond(
        text=reply.message.text,
        blocks=reply.message.blocks,
        response_type="in_channel" if reply.is_public else "ephemeral",
        replace_original=reply.replaces,
        unfurl_links=False,
        unfurl_media=False,
    )
    if taken.status_code != 200:
        raise PaperwireError(f"Slack did not take an answer: HTTP {taken.status_code}.")


def on_error(error: Exception, body: Body, respond: Respond) -> BoltResponse:
    """Logs once, with the traceback, and gives the person a reference to it."""
    reference = uuid.uuid4().hex[:8]
    team = body.get("team_id") or (body.get("team") or {}).get("id")
    logger.error(
        "listener failed, reference %s", reference, exc_info=error, extra={"workspace": team}
    )
    if respond.response_url:
        answer(respond, Reply(apology(reference)))
    return BoltResponse(status=200)


def apology(reference: str) -> Message:
    """What somebody is told when something broke here."""
    return sentence(
        f"Something went wrong here, and I have written it down. (Reference {reference})"
    )
