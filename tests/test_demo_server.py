"""The local Slack against hostile input, at its edges, and at its end."""

import ast
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bot.demo
from bot.demo import LocalSlack, Team
from bot.demo.methods import METHODS
from bot.demo.server import LocalServer, NotLoopback

JSON = dict[str, Any]
FORM, STRUCTURED = "application/x-www-form-urlencoded", "application/json; charset=utf-8"


@pytest.fixture(scope="module")
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(burst=None) as slack:
        team = slack.add_workspace("Lab", scopes=sorted(every_scope()))
        team.add_channel("general", members=[team.add_person("Ada")])
        yield slack


@pytest.fixture(scope="module")
def team(slack: LocalSlack) -> Team:
    return slack.teams[0]


def every_scope() -> set[str]:
    return {scope for method in METHODS.values() for scope in method.scopes}


def post(
    slack: LocalSlack, path: str, body: bytes, kind: str = FORM, token: str = ""
) -> tuple[int, JSON]:
    """Status and answer of a post with these very bytes."""
    port = slack.server.server_address[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        headers = {"Content-Type": kind, "Authorization": f"Bearer {token}"}
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


CASES = {
    "broken JSON": (b"{", STRUCTURED, 200, "invalid_json"),
    "JSON too deep": (b"[" * 100_000, STRUCTURED, 200, "invalid_json"),
    "a list": (b"[]", STRUCTURED, 200, "json_not_object"),
    "not UTF-8": (b"text=\xff\xfe", FORM, 200, "invalid_charset"),
    "another format": (b"<xml/>", "text/xml", 200, "invalid_post_type"),
    "too much": (b"x" * 1_000_001, FORM, 413, "request_too_large"),
    "nothing": (b"", STRUCTURED, 200, "not_authed"),
}


@pytest.mark.parametrize("name", CASES)
def test_bodies_that_are_none(slack: LocalSlack, name: str) -> None:
    """Each gets a code of Slack's, never a traceback."""
    body, kind, status, error = CASES[name]
    assert post(slack, "/api/auth.test", body, kind) == (status, {"ok": False, "error": error})


@pytest.mark.parametrize("path", ["/", "/api", "/etc/passwd", "/api/../x"])
def test_paths_that_lead_nowhere(slack: LocalSlack, path: str) -> None:
    """Nothing but the API and response URLs is served."""
    _, answer = post(slack, path, b"")
    assert answer["error"] in ("not_found", "unknown_method")


def test_a_response_url_that_was_never_given(slack: LocalSlack) -> None:
    """Guessing is of no use."""
    status, answer = post(slack, "/commands/T1/2/3", b'{"text":"a"}', STRUCTURED)
    assert (status, answer["error"]) == (404, "no_service")


NAMES = ["channel", "user", "users", "text", "blocks", "attachments", "metadata", "ts", "view"]
NAMES += ["thread_ts", "trigger_id", "view_id", "user_id", "limit", "cursor", "oldest", "latest"]
NAMES += ["message_ts", "hash", "external_id", "response_type", "replace_original", "inclusive"]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(sorted(METHODS)),
    st.dictionaries(st.sampled_from(NAMES), ANY_JSON),
    st.booleans(),
)
def test_whatever_arguments_come_there_is_an_answer(
    slack: LocalSlack, team: Team, method: str, arguments: JSON, is_known: bool
) -> None:
    """A 200 with `ok` or an error code, whatever the types."""
    token = team.app_token if METHODS[method].caller == "app" else team.bot_token
    if is_known:
        arguments |= {"channel": team.channels[0].id, "user": team.people[0].id}
    body = json.dumps(arguments).encode()
    status, answer = post(slack, f"/api/{method}", body, STRUCTURED, token)
    assert status == 200
    assert answer["ok"] or answer["error"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(NAMES), ANY_JSON))
def test_whatever_is_posted_to_a_response_url_there_is_an_answer(
    slack: LocalSlack, team: Team, payload: JSON
) -> None:
    """200, 400 or 404."""
    hook = slack.world.hand_hook("commands", team.state, team.people[0].id, team.channels[0].id)
    port = slack.server.server_address[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", hook.path, json.dumps(payload), {"Content-Type": STRUCTURED})
    assert connection.getresponse().status in (200, 400)
    connection.close()


def test_a_client_that_hangs_up_harms_nobody(slack: LocalSlack) -> None:
    """Half a request, then silence; the next is answered."""
    port = slack.server.server_address[1]
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"POST /api/auth.test HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
    assert post(slack, "/api/auth.test", b"")[1]["error"] == "not_authed"


def test_it_knows_nothing_of_the_bot() -> None:
    """It can judge the bot because it shares no code with it."""
    room = Path(bot.demo.__file__).parent
    trees = [ast.parse(f.read_text()) for f in room.rglob("*.py") if f.name != "stage.py"]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    named = [n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)]
    named += [alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names]
    ours = [name for name in named if name.split(".")[0] in ("bot", "recommender")]
    assert [name for name in ours if not name.startswith("bot.demo")] == []


def test_it_stays_on_this_machine() -> None:
    """It neither listens nor talks elsewhere."""
    with LocalSlack() as slack:
        team = slack.add_workspace("Lab")
        for url in ("http://192.0.2.1/slack/events", "http://example.org/", "https:///x"):
            with pytest.raises(NotLoopback):
                slack.connect(team, url)
        with pytest.raises(NotLoopback):
            LocalServer(slack.api, host="0.0.0.0")


def test_nothing_is_left_when_it_is_closed() -> None:
    """No thread, and the port is free again."""
    before = threading.active_count()
    with LocalSlack() as slack:
        port = slack.server.server_address[1]
        assert post(slack, "/api/auth.test", b"")[0] == 200
    assert threading.active_count() == before
    with LocalSlack(port=port):
        pass


def test_closing_does_not_wait_for_a_planned_delay() -> None:
    """A delayed answer is given up, not waited for."""
    with LocalSlack() as slack:
        slack.fail("auth.test", delay=60)
        asking = threading.Thread(target=lambda: post(slack, "/api/auth.test", b""))
        asking.start()
        assert slack.wait_for(lambda: slack.api.underway)
    asking.join(2)
    assert not asking.is_alive()


def test_ids_and_timestamps_repeat_from_run_to_run() -> None:
    """Two runs of the same acts are the same."""

    def run() -> list[str]:
        with LocalSlack(clock=lambda: 1_767_225_600.0) as slack:
            team = slack.add_workspace("Lab")
            ada = team.add_person("Ada")
            channel = team.add_channel("general", members=[ada])
            ada.says("hello", channel)
            return [team.id, ada.id, channel.id, team.messages(channel)[0].ts, team.bot_token]

    assert run() == run()
