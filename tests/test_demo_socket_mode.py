"""The local Slack over Socket Mode, with slack_sdk's own client in a real Bolt app."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.demo import LocalSlack, Person, Team
from bot.demo.socket_mode import SocketMode

JSON = dict[str, Any]
SCOPES = ("chat:write", "commands", "im:write", "im:history")


class Lab:
    """Ada, and a bot that is connected by a socket."""

    def __init__(self, slack: LocalSlack, socket: SocketMode) -> None:
        self.slack, self.socket = slack, socket
        self.team: Team = slack.add_workspace("Lab", scopes=SCOPES)
        self.ada: Person = self.team.add_person("Ada")
        self.app = App(client=WebClient(self.team.bot_token, slack.url))
        self.app.command("/papers")(self.papers)
        self.app.event("message")(lambda event, say: say(f"heard {event['text']}"))
        self.app.event("app_home_opened")(self.fails)
        self.attempts: list[object] = []

    def papers(self, ack: Ack, respond: Respond, command: JSON) -> None:
        """Acknowledges with words, then answers."""
        ack("working")
        respond(f"found {command['text']}")

    def fails(self, request: Any) -> None:
        """Cannot acknowledge at once."""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with LocalSlack(retry_delays=(0.01,)) as slack, SocketMode(slack) as socket:
        lab = Lab(slack, socket)
        handler = SocketModeHandler(lab.app, lab.team.app_token, ping_interval=1)
        handler.client.connect()
        assert socket.wait_for_bot()
        slack.connect(lab.team, socket)
        yield lab
        handler.client.auto_reconnect_enabled = False
        handler.client.default_auto_reconnect_enabled = False
        socket.drop()
        slack.wait_for(lambda: not handler.client.is_connected())
        handler.client.close()


def test_a_command_is_acknowledged_and_answered(lab: Lab) -> None:
    """The acknowledgement's payload is the first answer, the response_url the second."""
    seen = lab.ada.types("/papers schöne Übersetzung")
    assert {m.text for m in seen} == {"working", "found schöne Übersetzung"}


def test_an_event_arrives(lab: Lab) -> None:
    """Direct messages, because of the scope."""
    assert [m.text for m in lab.ada.says("hello")] == ["heard hello"]
    assert lab.slack.deliveries[-1].route == "events_api"


def test_a_dropped_connection_is_opened_anew(lab: Lab) -> None:
    """Slack drops connections now and then; the client comes back by itself."""
    lab.socket.drop()
    assert lab.socket.wait_for_bot()
    assert {m.text for m in lab.ada.types("/papers again")} == {"working", "found again"}


def test_only_the_app_token_opens_a_connection(lab: Lab) -> None:
    """A bot token is of the wrong kind."""
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        lab.app.client.apps_connections_open(app_token=lab.team.bot_token)


def test_an_app_token_without_the_scope_opens_none() -> None:
    """Slack says which scope it is; a token that is none is not known."""
    with LocalSlack() as slack, SocketMode(slack):
        slack.add_workspace("Lab")
        slack.limit_app_token("authorizations:read")
        client = WebClient(base_url=slack.url)
        with pytest.raises(SlackApiError) as refused:
            client.apps_connections_open(app_token=slack.app_token)
        told = refused.value.response
        assert (told["error"], told["needed"]) == ("missing_scope", "connections:write")
        assert told["provided"] == "authorizations:read"
        with pytest.raises(SlackApiError, match="invalid_auth"):
            client.apps_connections_open(app_token="xapp-wrong")


def test_without_a_socket_server_there_is_no_connection() -> None:
    """Socket Mode is off, and payloads find nobody."""
    with LocalSlack() as slack:
        team = slack.add_workspace("Lab")
        with pytest.raises(SlackApiError, match="internal_error"):
            WebClient(base_url=slack.url).apps_connections_open(app_token=team.app_token)
        with SocketMode(slack) as socket:
            slack.connect(team, socket)
            (told,) = team.add_person("Ada").types("/papers")
        assert "dispatch_failed" in told.text
