"""The bot as it is started and stopped: its doors, its heartbeat, and a real process."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from threading import Event, Thread

import pytest
from pydantic import SecretStr

from bot.client import SlackBusy
from bot.demo import LocalSlack, Team
from bot.demo.socket_mode import SocketMode
from bot.digests import Wish, compose_now, shelf_of
from bot.errors import SettingsError, StoreError
from bot.jobs import start_heartbeat
from bot.models import DeliveryState
from bot.store import Store, outbox
from bot.web import WebServer
from tests.conftest import Lab, connected

WATERMARK = "/papers watermark"


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(wait=20) as local:
        yield local


# Doors


def test_it_answers_over_http(lab: Lab) -> None:
    """Signed requests to the port that it says."""
    assert lab.bot.reachable == f"at http://127.0.0.1:{lab.bot.port}/slack/events"
    assert "Stable Signature" in lab.ada.types(WATERMARK)[-1].text


def test_what_is_not_signed_is_refused(lab: Lab) -> None:
    """Nobody else can speak for Slack."""
    assert lab.bot.port is not None
    assert answer(lab.bot.port, "POST", "/slack/events", b"command=/papers&text=help") == 401
    assert answer(lab.bot.port, "GET", "/", b"") == 404


def test_socket_mode_comes_first_and_answers(slack: LocalSlack, database: str) -> None:
    """With an app token there is no port, whatever else is set, and the same answers."""
    with (
        SocketMode(slack) as link,
        connected(slack, database, app_token=SecretStr(slack.app_token)) as lab,
    ):
        slack.connect(lab.team, link)
        assert link.wait_for_bot()
        assert (lab.bot.port, lab.bot.reachable) == (None, "in Socket Mode")
        assert "Stable Signature" in lab.ada.types(WATERMARK)[-1].text


def test_a_port_in_use_is_said_in_one_line(slack: LocalSlack, database: str) -> None:
    """And what was opened before is closed again."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(SettingsError, match=f"Cannot listen on 127.0.0.1:{port} .*in use"),
            connected(slack, database, port=port),
        ):
            pass
    with connected(slack, database, port=port) as lab:
        assert lab.bot.port == port


@pytest.mark.parametrize("host", ["*", "no.invalid", "999.1.1.1", "203.0.113.1"])
def test_a_host_that_is_none_of_ours(host: str) -> None:
    """One line that names the settings."""
    with pytest.raises(SettingsError, match="PAPERWIRE_HOST and PAPERWIRE_PORT"):
        WebServer(lambda _environment, _start: [], host, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "::1"])
def test_the_web_server_stops_at_once(host: str) -> None:
    """Also while somebody keeps a connection open; afterwards the port is free again."""
    server = WebServer(hello, host, 0)
    kept = HTTPConnection("::1" if ":" in host else "127.0.0.1", server.port, timeout=5)
    kept.request("GET", "/")
    assert kept.getresponse().read() == b"hello"
    began = time.monotonic()
    server.close()
    assert time.monotonic() - began < 0.5
    WebServer(hello, host, server.port).close()
    kept.close()


def test_a_request_under_way_is_answered_before_the_stop() -> None:
    """A stop cuts nobody off."""
    begun = Event()

    def slow(environment: object, start: Callable[..., object]) -> list[bytes]:
        begun.set()
        time.sleep(0.3)
        return hello(environment, start)

    server = WebServer(slow, "127.0.0.1", 0)
    statuses: list[int] = []
    caller = Thread(target=lambda: statuses.append(answer(server.port, "GET", "/", b"")))
    caller.start()
    begun.wait(5)
    server.close()
    caller.join()
    assert statuses == [200]


# Starting


def test_a_second_start_on_the_same_file_is_refused(lab: Lab) -> None:
    """One sentence says what to do; the first bot goes on."""
    assert lab.parts.store.file is not None
    url = f"sqlite:///{lab.parts.store.file}"
    with (
        pytest.raises(StoreError, match=r"Another Paperwire runs on the database .* PostgreSQL"),
        connected(lab.slack, url),
    ):
        pass
    assert "Stable Signature" in lab.ada.types(WATERMARK)[-1].text


def test_two_bots_on_one_server_share_the_work(slack: LocalSlack, postgres_url: str) -> None:
    """Both answer, and a digest that is due comes once."""
    with ExitStack() as bots:
        lab = bots.enter_context(connected(slack, postgres_url))
        token = SecretStr(lab.team.bot_token)
        second = bots.enter_context(connected(slack, postgres_url, bot_token=token))
        lab.ada.types("/papers interests add watermark")
        lab.ada.types("/papers subscribe daily 09:00")
        for each in (lab, second):
            each.clock.passes(hours=2)
        threads = [Thread(target=each.parts.tick) for each in (lab, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        slack.connect(lab.team, f"http://127.0.0.1:{second.bot.port}/slack/events")
        assert "Stable Signature" in lab.ada.types(WATERMARK)[-1].text
        assert len(lab.digests(lab.ada)) == 1


@pytest.mark.parametrize("was_posted", [True, False])
def test_what_an_earlier_start_left_half_way(
    slack: LocalSlack, store: Store, database: str, was_posted: bool
) -> None:
    """It is looked for soon after the next start, and never sent twice."""
    with connected(slack, database) as lab:
        lab.ada.types("/papers interests add watermark")
        if was_posted:
            lab.team.grant("im:history")
            slack.fail("chat.postMessage", taken=True, cut=True)
            lab.ada.types("/papers digest now")
        else:
            compose_and_take(store, lab)
    token = SecretStr(lab.team.bot_token)
    with connected(slack, database, bot_token=token) as again:
        assert again.parts.deliver() == 0
        with store.writing() as connection:
            outbox.release_all(connection)
        again.parts.deliver()
    assert len(lab.digests(lab.ada)) == 1
    with store.reading() as connection:
        assert outbox.count_by_state(connection) == {DeliveryState.SENT: 1}


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ({"bot_token"}, "SLACK_BOT_TOKEN"),
        ({"signing_secret"}, "SLACK_SIGNING_SECRET"),
        ({"bot_token", "signing_secret"}, "SLACK_BOT_TOKEN and SLACK_APP_TOKEN"),
    ],
)
def test_a_missing_value_is_named(
    slack: LocalSlack, database: str, missing: set[str], named: str
) -> None:
    """All that is missing in one line, with the way to do without."""
    with (
        pytest.raises(SettingsError, match=f"Not set: .*{named}.*paperwire demo"),
        connected(slack, database, **dict.fromkeys(missing)),
    ):
        pass


def test_a_token_that_slack_does_not_know(slack: LocalSlack, database: str) -> None:
    """It is said with what to do, and never with the token."""
    with (
        pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN .* copy it again") as refused,
        connected(slack, database, bot_token=SecretStr("xoxb-wrong")),
    ):
        pass
    assert "xoxb" not in str(refused.value)


def test_an_app_token_that_slack_does_not_know(slack: LocalSlack, database: str) -> None:
    """The same for Socket Mode's, which is told from the other."""
    with (
        pytest.raises(SettingsError, match="does not know SLACK_APP_TOKEN: copy it again"),
        connected(slack, database, app_token=SecretStr("xapp-wrong")),
    ):
        pass


def test_an_app_token_that_opens_nothing(slack: LocalSlack, database: str) -> None:
    """Both are named: the token, and the scope that was not ticked when it was made."""
    slack.add_workspace("Other")
    slack.limit_app_token("authorizations:read")
    with (
        pytest.raises(SettingsError, match="SLACK_APP_TOKEN lacks the scope connections:write"),
        connected(slack, database, app_token=SecretStr(slack.app_token)),
    ):
        pass


def test_a_slack_that_cannot_be_reached(slack: LocalSlack, database: str) -> None:
    """The start fails with the reason."""
    with (
        pytest.raises(SlackBusy, match=r"cannot be reached \(Connection refused\)"),
        connected(slack, database, api_url="http://127.0.0.1:9/api/"),
    ):
        pass


def test_a_database_that_cannot_be_used(slack: LocalSlack) -> None:
    """The start fails before Slack hears of it."""
    with (
        pytest.raises(StoreError, match="does its folder exist"),
        connected(slack, "sqlite:////nowhere/paperwire.db"),
    ):
        pass
    assert slack.calls == []


# The heartbeat


def test_the_heart_beats_at_once_and_again() -> None:
    """A beat that fails does not stop the next one."""
    beats: list[int] = []

    def beat() -> None:
        beats.append(1)
        raise ZeroDivisionError

    stop = start_heartbeat(beat, seconds=0.05)
    wait_until(lambda: len(beats) >= 3)
    stop()
    count = len(beats)
    time.sleep(0.15)
    assert len(beats) == count


def test_a_long_beat_is_alone() -> None:
    """The next one waits for the one that is still going on, and a stop waits for it too."""
    at_once: list[int] = []
    going = 0

    def beat() -> None:
        nonlocal going
        going += 1
        at_once.append(going)
        time.sleep(0.2)
        going -= 1

    stop = start_heartbeat(beat, seconds=0.05)
    wait_until(lambda: len(at_once) >= 2)
    stop()
    assert (set(at_once), going) == ({1}, 0)


# A real process


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
def test_a_real_process_over_http_ends_with_0(
    slack: LocalSlack, database: str, number: signal.Signals
) -> None:
    """It says where it is, answers, and a signal ends it without an error."""
    team = slack.add_workspace("Lab")
    ada = team.add_person("Ada")
    port = free_port()
    secret = {"SLACK_SIGNING_SECRET": team.signing_secret, "PAPERWIRE_PORT": str(port)}
    with started(team, database, secret) as process:
        assert f"running for Lab, at http://127.0.0.1:{port}/slack/events" in first_line(process)
        slack.connect(team, f"http://127.0.0.1:{port}/slack/events")
        assert "Stable Signature" in ada.types(WATERMARK)[-1].text
        process.send_signal(number)
        status, errors = ended(process)
    assert status == 0
    assert "ERROR" not in errors
    assert "Traceback" not in errors


@pytest.mark.slow
def test_a_real_process_in_socket_mode_ends_with_0(slack: LocalSlack, database: str) -> None:
    """The same through a socket."""
    team = slack.add_workspace("Lab")
    ada = team.add_person("Ada")
    with (
        SocketMode(slack) as link,
        started(team, database, {"SLACK_APP_TOKEN": team.app_token}) as process,
    ):
        assert "running for Lab, in Socket Mode" in first_line(process)
        assert link.wait_for_bot()
        slack.connect(team, link)
        assert "Stable Signature" in ada.types(WATERMARK)[-1].text
        process.terminate()
        status, errors = ended(process)
    assert status == 0
    assert "ERROR" not in errors
    assert "Traceback" not in errors


@pytest.mark.slow
def test_a_real_process_with_a_wrong_app_token_ends_with_1(
    slack: LocalSlack, database: str
) -> None:
    """It does not hang, and says one line."""
    team = slack.add_workspace("Lab")
    with started(team, database, {"SLACK_APP_TOKEN": "xapp-wrong"}) as process:
        status, errors = ended(process)
    assert status == 1
    assert errors.splitlines()[-1].startswith("paperwire: Slack does not know SLACK_APP_TOKEN")
    assert "Traceback" not in errors


@contextmanager
def started(
    team: Team, database: str, settings: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """`paperwire run` as a process of its own."""
    known = {
        "SLACK_API_URL": team.slack.url,
        "SLACK_BOT_TOKEN": team.bot_token,
        "PAPERWIRE_DATABASE_URL": database,
    }
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "PAPERWIRE_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        env=bare | known | dict(settings) | {"PAPERWIRE_LOG_LEVEL": "WARNING"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit status, and what was written to standard error."""
    _, errors = process.communicate(timeout=20)
    return process.returncode, errors


def compose_and_take(store: Store, lab: Lab) -> None:
    """Leaves a delivery as a process leaves it that dies before it posts."""
    wish = Wish(lab.who(lab.ada), 5, lab.clock(), asked_for=True)
    compose_now(store, shelf_of(lab.parts.library), wish, lab.clock())
    with store.writing() as connection:
        assert outbox.take(connection, lab.clock())


def hello(_environment: object, start: Callable[..., object]) -> list[bytes]:
    start("200 OK", [("Content-Length", "5")])
    return [b"hello"]


def answer(port: int, method: str, path: str, body: bytes) -> int:
    """The status that comes back."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, body)
    status = connection.getresponse().status
    connection.close()
    return status


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def wait_until(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.01)
