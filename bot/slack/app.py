"""The Bolt app: who is let in, which listeners there are, and the two ways of reaching it."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.client import Identity
from bot.parts import Parts
from bot.slack import messages
from bot.slack.requests import Body, on_error
from bot.web import WebApp

EVENTS_PATH = "/slack/events"
# Bolt's own five threads are few when a digest keeps some of them waiting for Slack.
THREADS = 16


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
    messages.register(app, parts)
    app.error(on_error)
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
