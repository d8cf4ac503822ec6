"""What the tests of the local Slack share: a small workspace, and a tiny real Bolt app in it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.demo import LocalSlack, Person, Team, View
from bot.demo.world import Conversation

JSON = dict[str, Any]
NEW_YEAR = 1_767_225_600.0
SCOPES = ("chat:write", "commands", "im:write", "users:read", "app_mentions:read", "im:history")


def error_of(call: Callable[[], object]) -> str:
    """The error code that a call is refused with."""
    with pytest.raises(SlackApiError) as refused:
        call()
    return str(refused.value.response["error"])


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def button(name: str, **other: Any) -> JSON:
    return {"type": "button", "action_id": name, "text": plain(name), "value": "7"} | other


def options(*names: str) -> list[JSON]:
    return [{"text": plain(name.title()), "value": name} for name in names]


OVERFLOW = {"type": "overflow", "action_id": "more", "options": options("why", "hide")}
SELECT = {"type": "static_select", "action_id": "day", "options": options("monday", "friday")}
CHOICES = [{"type": "actions", "block_id": "row", "elements": [button("go"), OVERFLOW, SELECT]}]
FIELDS = [
    {
        "type": "input",
        "block_id": "words",
        "label": plain("Words"),
        "element": {"type": "plain_text_input", "action_id": "typed", "max_length": 20},
    },
    {
        "type": "input",
        "block_id": "days",
        "optional": True,
        "label": plain("Days"),
        "element": {
            "type": "checkboxes",
            "action_id": "ticked",
            "options": options("monday", "friday"),
        },
    },
]


def modal(title: str = "Edit", **other: Any) -> JSON:
    known = {"type": "modal", "callback_id": "edit", "title": plain(title)}
    return known | {"submit": plain("Save"), "blocks": FIELDS} | other


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    # Five connections that wait are few when twenty people type at once.
    request_queue_size = 128


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the screen."""


class Bot:
    """A Bolt app whose behaviour each test sets; `bodies` keeps what it was sent."""

    def __init__(self, slack: LocalSlack, team: Team) -> None:
        self.slack = slack
        self.bodies: list[JSON] = []
        self.client = WebClient(team.bot_token, slack.url, retry_handlers=[])
        self.pool = ThreadPoolExecutor(8)
        self.app = App(
            client=self.client,
            signing_secret=team.signing_secret,
            listener_executor=self.pool,
        )
        self.app.use(self._keep)

    def _keep(self, body: JSON, next: Callable[[], None]) -> None:
        self.bodies.append(body)
        next()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The request URL, while it is served."""
        handler = SlackRequestHandler(self.app)
        server = make_server("127.0.0.1", 0, handler, _Threads, _Silent)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/slack/events"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            self.pool.shutdown()


class Office:
    """A workspace with one person and one channel, and a client with its token; no bot."""

    def __init__(self, slack: LocalSlack, team: Team) -> None:
        self.slack, self.team = slack, team
        self.ada: Person = team.add_person("Ada", tz="Europe/London")
        self.general: Conversation = team.add_channel("general", members=[self.ada])
        self.client = self.client_for(team.bot_token)

    def client_for(self, token: str | None) -> WebClient:
        return WebClient(token=token, base_url=self.slack.url, retry_handlers=[])

    def post(self, text: str = "hello", **other: Any) -> str:
        """Posts to the channel; the timestamp."""
        told = self.client.chat_postMessage(channel=self.general.id, text=text, **other)
        return str(told["ts"])


class Lab:
    """Ada in a workspace with a channel and a bot."""

    def __init__(self, slack: LocalSlack, now: list[float]) -> None:
        self.slack, self.now = slack, now
        self.url = ""
        self.team = slack.add_workspace("Lab", scopes=SCOPES)
        self.ada: Person = self.team.add_person("Ada Lovelace", tz="Europe/London")
        self.bob: Person = self.team.add_person("Bob")
        self.general: Conversation = self.team.add_channel("general", members=[self.ada, self.bob])
        self.bot = Bot(slack, self.team)
        self.app = self.bot.app

    def trigger(self, person: Person | None = None) -> str:
        """A trigger id, as the bot gets with an interaction."""
        return self.slack.world.hand_trigger(self.team.state, (person or self.ada).id)

    def open_modal(self, **other: Any) -> View:
        """Opens a modal for Ada."""
        self.bot.client.views_open(trigger_id=self.trigger(), view=modal(**other))
        opened = self.ada.modal
        assert opened is not None
        return opened

    def on_papers(self, **answer: Any) -> None:
        """The bot acknowledges /papers, and answers this by its response_url."""

        @self.app.command("/papers")
        def papers(ack: Ack, respond: Respond) -> None:
            ack()
            respond(**answer)


@contextmanager
def connected_lab() -> Iterator[Lab]:
    """Ada's workspace with its bot listening, at New Year until a test moves the clock."""
    now = [NEW_YEAR]
    slack = LocalSlack(clock=lambda: now[0], retry_delays=(0.01, 0.01, 0.01), wait=2.0)
    with slack:
        lab = Lab(slack, now)
        with lab.bot.serving() as url:
            lab.url = url
            slack.connect(lab.team, url)
            yield lab
