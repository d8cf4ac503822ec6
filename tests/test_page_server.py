"""The page's server: for its own page on this machine, and for nobody else."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.demo.manifest import Manifest, NoManifest, SlashCommand, manifest_of, read_manifest
from bot.demo.page.server import FILES, HEADERS, PageServer, Site
from bot.demo.page.session import Session
from bot.demo.page.show import PortTaken, serving
from bot.demo.server import NotLoopback
from tests.demo_lab import Lab, connected_lab

JSON = dict[str, Any]
MANIFEST = Manifest(commands=(SlashCommand(command="/papers"),))


@pytest.fixture
def lab() -> Iterator[Lab]:
    """Ada's workspace with a tiny app."""
    with connected_lab() as lab:
        yield lab


@pytest.fixture
def site(lab: Lab) -> Site:
    return Site([], Session(lab.slack, lab.team, MANIFEST, lambda _: None))


@pytest.fixture
def port(site: Site) -> Iterator[int]:
    """Where the page is served."""
    with serving(site) as address:
        yield int(address.rpartition(":")[2])


def asked(port: int, path: str, body: object = None, **headers: str) -> tuple[int, str]:
    """The status and the body of an answer; `Host` is the true one unless it is given."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    method = "GET" if body is None else "POST"
    sent = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    connection.request(method, path, sent, named)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_the_page_carries_its_token_and_a_strict_policy(site: Site, port: int) -> None:
    """The page may run its own scripts only; its token is in it, and new at every start."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/")
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    policy = answer.headers["Content-Security-Policy"]
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert policy == HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert site.token in text
    assert Site([], site.session).token != site.token


@pytest.mark.parametrize("path", FILES)
def test_its_files_are_served(port: int, path: str) -> None:
    """Every file in the table is there."""
    assert asked(port, path)[0] == 200


def test_the_page_loads_nothing_from_elsewhere_and_has_no_inline_script() -> None:
    """No address of the web, no style and no handler in an attribute, in any of its files."""
    folder = Path(__file__).parent.parent / "bot/demo/page/static"
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert re.findall(r"https?://|@import|url\(", text) == []
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?! type=\"module\" src=\"/)|<style|\sstyle=|\son\w+=", index) == []
    assert {f"/{path.name}" for path in folder.iterdir()} == {*FILES, "/index.html"}


@pytest.mark.parametrize(
    "path", ["/page.py", "/../session.py", "/static/page.js", "/%2e%2e/x", "/x"]
)
def test_nothing_else_is_served(site: Site, port: int, path: str) -> None:
    """Only names in the table are read."""
    assert asked(port, path, X_Page_Token=site.token)[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1.evil.example:8765"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
def test_a_foreign_page_reaches_nothing(site: Site, port: int, headers: dict[str, str]) -> None:
    """A name pointed at this machine, or another page's request, is refused with the token too."""
    act = {"kind": "say", "person": "", "text": "hello"}
    form = {"Content-Type": "application/json", "X-Page-Token": site.token}
    assert asked(port, "/", **headers)[0] == 403
    assert asked(port, "/screen", X_Page_Token=site.token, **headers)[0] == 403
    assert asked(port, "/act", act, **form, **headers)[0] == 403
    assert asked(port, "/act", act, **form)[0] == 200


@pytest.mark.parametrize("path", ["/screen", "/completions"])
def test_nobody_reads_without_the_token(site: Site, port: int, path: str) -> None:
    """What stands on the screen is for the page that was given the token."""
    assert asked(port, path)[0] == 403
    assert asked(port, path, X_Page_Token="guess")[0] == 403
    assert asked(port, path, X_Page_Token=site.token)[0] == 200


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 400),
        (b"not json", "application/json", 400),
        (b'{"kind": "eval", "person": ""}', "application/json", 400),
        (b'{"kind": "say", "person": "", "more": 1}', "application/json", 400),
        (
            b'{"kind": "say", "person": "", "text": "' + b"x" * 5_000 + b'"}',
            "application/json",
            400,
        ),
        (b"x" * 300_001, "application/json", 413),
        (b'{"kind": "say", "person": ""}', "text/plain", 415),
        (b"kind=say", "application/x-www-form-urlencoded", 415),
    ],
)
def test_only_acts_are_taken(site: Site, port: int, body: bytes, kind: str, status: int) -> None:
    """Whatever is no act in JSON is refused, and nothing happens."""
    before = site.session.version
    told = asked(port, "/act", body, Content_Type=kind, X_Page_Token=site.token)
    assert told[0] == status
    assert site.session.version == before


def test_a_change_ends_the_wait_for_it(lab: Lab, site: Site, port: int) -> None:
    """Whoever has the newest version is answered when it is not the newest any more."""
    version = json.loads(asked(port, "/screen", X_Page_Token=site.token)[1])["version"]
    answers: list[JSON] = []
    path = f"/screen?version={version}&place={lab.general.id}"

    def wait() -> None:
        answers.append(json.loads(asked(port, path, X_Page_Token=site.token)[1]))

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.05)
    assert answers == []
    lab.bot.client.chat_postMessage(channel=lab.general.id, text="news")
    waiting.join(10)
    assert "news" in answers[0]["messages"][-1][1]


def test_the_end_lets_everybody_go(site: Site) -> None:
    """Closing does not wait for those who wait for a change."""
    with serving(site) as address:
        port = int(address.rpartition(":")[2])
        path = f"/screen?version={site.session.version}"
        waiting = threading.Thread(
            target=asked, args=(port, path), kwargs={"X_Page_Token": site.token}
        )
        waiting.start()
        time.sleep(0.05)
        began = time.monotonic()
    waiting.join(5)
    assert not waiting.is_alive()
    assert time.monotonic() - began < 5


def test_it_listens_on_this_machine_only(site: Site) -> None:
    """Another address than loopback is refused before anything listens."""
    with pytest.raises(NotLoopback):
        PageServer(site, 0, "0.0.0.0")


def test_a_taken_port_is_one_sentence(
    site: Site, port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one who starts it is told which port, and which option helps."""
    with pytest.raises(PortTaken, match=f"127.0.0.1:{port}.*--port"), serving(site, port):
        pass
    assert main(["demo", "--port", str(port)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_demo_serves_the_page_until_it_is_stopped(tmp_path: Path) -> None:
    """As a process it prints where the page is, serves it, ends with 0, and leaves nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    assert process.stdout is not None
    try:
        assert process.stdout.readline().endswith(f"http://127.0.0.1:{port}\n")
        assert "A local stand-in for Slack" in asked(port, "/")[1]
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        process.stdout.close()
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_is_read_as_slack_reads_it(tmp_path: Path) -> None:
    """Commands, shortcuts, scopes, events and the Home tab; what is missing is empty."""
    own = read_manifest()
    assert [command.command for command in own.commands] == ["/papers"]
    assert {"commands", "chat:write"} <= set(own.scopes)
    shortcut = {"name": "Related", "type": "message", "callback_id": "r", "description": "d"}
    features = {"shortcuts": [shortcut], "app_home": {"home_tab_enabled": True}}
    events = {"event_subscriptions": {"bot_events": ["app_home_opened"]}}
    read = manifest_of({"features": features, "settings": events})
    assert (read.has_home, read.events, read.shortcuts[0].name) == (
        True,
        ("app_home_opened",),
        "Related",
    )
    assert manifest_of({}) == Manifest()
    broken = tmp_path / "manifest.json"
    for text in ("no json", "[]", '{"features": {"shortcuts": [1]}}'):
        broken.write_text(text)
        with pytest.raises(NoManifest, match=r"manifest\.json cannot be read"):
            read_manifest(broken)
