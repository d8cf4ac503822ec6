"""The Bolt app: who is let in, which listeners there are, and the two ways of reaching it."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from bot.parts import Parts
from bot.seats import Seat
from bot.slack import (
    admission,
    belonging,
    events,
    home,
    install,
    leftovers,
    messages,
    shapes,
    shortcuts,
    submissions,
    views,
)
from bot.slack.requests import Body, on_error
from bot.slack.workspaces import Workspaces
from bot.web import WebApp

EVENTS_PATH = "/slack/events"
# Bolt's own five threads are few when a digest keeps some of them waiting for Slack.
THREADS = 16

_UNREADABLE = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What Bolt raises for bodies that are not as Slack's; errors of listeners do not come so far."""


class Listening(ThreadPoolExecutor):
    """The threads in which listeners work, and how much they have to do."""

    def __init__(self) -> None:
        super().__init__(THREADS, thread_name_prefix="listener")
        self._counting, self.under_way = Lock(), 0
        self._seat = Seat()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As every executor has it; what waits for Slack keeps nobody else from working."""
        self._count(1)
        work = super().submit(self._seated, fn, *args, **kwargs)
        work.add_done_callback(lambda _: self._count(-1))
        return work

    def _seated(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        with self._seat.taken():
            return fn(*args, **kwargs)

    def _count(self, more: int) -> None:
        with self._counting:
            self.under_way += more


@dataclass(frozen=True, slots=True)
class Entrance:
    """Who is let in, and with what: `client` carries no token where many workspaces are served.

    Without a signing secret only Socket Mode can be served; with a flow the app can be installed.
    """

    client: WebClient
    served: Workspaces
    signing_secret: str | None = None
    flow: install.Flow | None = None


def make_app(parts: Parts, entrance: Entrance) -> App:
    """The Bolt app with every listener."""
    app = _Doorway(
        client=entrance.client,
        authorize=admission.LetIn(entrance.served),
        oauth_flow=entrance.flow,
        signing_secret=entrance.signing_secret,
        request_verification_enabled=entrance.signing_secret is not None,
        token_verification_enabled=False,
        listener_executor=Listening(),
        logger=logging.getLogger("slack_bolt"),
    )
    admission.register(app)
    shapes.register(app)
    belonging.register(app, parts.store)
    # Bolt tries its listeners one after the other, and commands come most often.
    messages.register_commands(app, parts)
    install.register(app, parts, entrance.served)
    events.register(app, parts)
    shortcuts.register(app, parts)
    home.register(app, parts)
    views.register(app, parts)
    submissions.register(app, parts)
    messages.register(app, parts)
    leftovers.register(app)
    app.error(on_error)
    return app


def under_way(app: App) -> int:
    """How many requests are acknowledged or let in, and not done with."""
    executor = app.listener_runner.listener_executor
    return executor.under_way if isinstance(executor, Listening) else 0


def socket_mode(app: App, app_token: str) -> SocketModeHandler:
    """A connection to Slack that needs no public address; `connect()` and `close()` it."""
    return SocketModeHandler(app, app_token)


def web_app(app: App) -> WebApp:
    """The WSGI application for Slack's requests, which come to EVENTS_PATH.

    An app that can be installed has its pages beside it, and there is nothing else.
    """
    handler = SlackRequestHandler(app, path=EVENTS_PATH)
    paths = {EVENTS_PATH}
    if isinstance(app.oauth_flow, install.Flow):
        paths |= {install.INSTALL_PATH, install.REDIRECT_PATH}

    def route(environ: Body, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] not in paths:
            return _refused(start_response, "404 Not Found")
        try:
            return handler(environ, start_response)
        except _UNREADABLE:
            # Whoever sent it: it is read before its signature is.
            return _refused(start_response, "400 Bad Request")

    return route


def _refused(start_response: Callable[..., Any], status: str) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain")])
    return [f"{status[4:].lower()}\n".encode()]


class _Doorway(App):
    """Bolt's app, which lets a few requests in at once, whichever way they come."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._seat = Seat()

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """As Bolt has it."""
        with self._seat.taken():
            return super().dispatch(req)
