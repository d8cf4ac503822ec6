"""Listeners: what Slack sends, to commands and back. The only importer of slack_bolt."""

import logging
import re
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import Ack, App, BoltResponse, Respond
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import commands
from bot.blocks import Message, sentence
from bot.blocks.papers import MENU, MORE, SAVE, SIMILAR, UNSAVE
from bot.client import Identity, is_admin
from bot.commands import Call, presses
from bot.commands.presses import Press, Reply
from bot.errors import PaperwireError, UserError
from bot.models import Subscriber
from bot.parts import Parts
from bot.web import WebApp

logger = logging.getLogger(__name__)

EVENTS_PATH = "/slack/events"
# Bolt's own five threads are few when a digest keeps some of them waiting for Slack.
THREADS = 16

_ANY = re.compile("")
Body = dict[str, Any]


def make_app(
    parts: Parts, client: WebClient, identity: Identity, signing_secret: str | None
) -> App:
    """The Bolt app with every listener; without a signing secret it serves Socket Mode only."""
    app = App(
        client=client,
        # Bolt takes None for «not installed here»; its types do not say so.
        authorize=_authorizer(client, identity),  # type: ignore[arg-type]
        signing_secret=signing_secret,
        request_verification_enabled=signing_secret is not None,
        token_verification_enabled=False,
        listener_executor=ThreadPoolExecutor(THREADS, thread_name_prefix="listener"),
        logger=logging.getLogger("slack_bolt"),
    )
    app.command(commands.SLASH, middleware=[_acknowledge])(_command_listener(parts))
    for action_id, press in PRESSES.items():
        app.action(action_id, middleware=[_acknowledge])(_press_listener(parts, press))
    # The first listener that fits gets a request: this one what no other takes.
    app.action(_ANY, middleware=[_acknowledge])(_press_listener(parts, presses.retired))
    app.error(_on_error)
    return app


def socket_mode(app: App, app_token: str) -> SocketModeHandler:
    """A connection to Slack that needs no public address; `connect()` and `close()` it."""
    return SocketModeHandler(app, app_token)


def web_app(app: App) -> WebApp:
    """The WSGI application for Slack's requests, which come to EVENTS_PATH and nowhere else."""
    handler = SlackRequestHandler(app, path=EVENTS_PATH)

    def route(environ: Body, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == EVENTS_PATH:
            return handler(environ, start_response)
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not found\n"]

    return route


PRESSES: dict[str, Callable[[Call, Press], Reply]] = {
    SAVE: presses.save,
    UNSAVE: presses.unsave,
    SIMILAR: presses.similar,
    MORE: presses.more,
    MENU: presses.menu,
}
"""What each control does, by its `action_id`."""


def _authorizer(client: WebClient, identity: Identity) -> Callable[..., AuthorizeResult | None]:
    """Lets requests of the token's own workspace in, and no others.

    Bolt would ask Slack at the first request, and would turn to an OAuth of its own as soon as
    the environment holds SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.
    """

    def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        if team_id != identity.workspace:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=identity.user,
            bot_token=client.token,
        )

    return authorize


def _acknowledge(ack: Ack, next: Callable[[], None]) -> None:
    """Answers Slack in the request's own thread, however long the listeners' queue is."""
    ack()
    next()


def _command_listener(parts: Parts) -> Callable[..., None]:
    def on_command(body: Body, respond: Respond) -> None:
        call = _call(parts, body["team_id"], body["user_id"], body.get("text") or "")
        try:
            message = commands.answer(call)
        except UserError as error:
            message = sentence(str(error))
        _respond(respond, Reply(message))

    return on_command


def _press_listener(parts: Parts, press: Callable[[Call, Press], Reply]) -> Callable[..., None]:
    def on_press(body: Body, action: Body, respond: Respond) -> None:
        call = _call(parts, body["team"]["id"], body["user"]["id"], "")
        try:
            reply = press(call, _press(body, action))
        except UserError as error:
            reply = Reply(sentence(str(error)))
        _respond(respond, reply)

    return on_press


def _call(parts: Parts, workspace: str, user: str, text: str) -> Call:
    by = Subscriber(workspace, user)
    return Call(
        by=by,
        text=text,
        store=parts.store,
        library=parts.library,
        now=parts.clock(),
        zone=lambda: parts.zone_of(by),
        deliver=parts.deliver,
        is_admin=lambda: is_admin(parts.clients(workspace), by),
    )


def _press(body: Body, action: Body) -> Press:
    option = action.get("selected_option") or {}
    channel = body.get("channel") or body.get("container", {}).get("channel_id") or ""
    return Press(
        block=str(action.get("block_id", "")),
        value=str(option.get("value") or action.get("value") or ""),
        channel=str(channel["id"] if isinstance(channel, dict) else channel),
    )


def _respond(respond: Respond, reply: Reply) -> None:
    """Raises PaperwireError when Slack does not take the answer."""
    answer = respond(
        text=reply.message.text,
        blocks=reply.message.blocks,
        response_type="in_channel" if reply.is_public else "ephemeral",
        replace_original=reply.replaces,
        unfurl_links=False,
        unfurl_media=False,
    )
    if answer.status_code != 200:
        raise PaperwireError(f"Slack did not take an answer: HTTP {answer.status_code}.")


def _on_error(error: Exception, body: Body, respond: Respond) -> BoltResponse:
    """Logs once, with the traceback, and gives the person a reference to it."""
    reference = uuid.uuid4().hex[:8]
    team = body.get("team_id") or (body.get("team") or {}).get("id")
    logger.error(
        "listener failed, reference %s", reference, exc_info=error, extra={"workspace": team}
    )
    if respond.response_url:
        text = f"Something went wrong here, and I have written it down. (Reference {reference})"
        _respond(respond, Reply(sentence(text)))
    return BoltResponse(status=200)


__all__ = ["EVENTS_PATH", "PRESSES", "Message", "make_app", "socket_mode", "web_app"]
