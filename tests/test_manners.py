"""Manners towards Slack that no other test looks at: handshakes, and how answers are sent."""

import http.client
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import Clock, SignatureVerifier

from bot.demo import LocalSlack, Message
from bot.slack.app import EVENTS_PATH
from tests.conftest import Lab, connected
from tests.test_manifest import LINES

HOSTILE = "<!channel> <@U1> <https://evil.example|here> & *x*"


PINGS = ("<!channel>", "<!here>", "<!everyone>", "<@U1>", "<https://evil.example|")


def read(message: Message) -> str:
    """All of a message that Slack reads as markup: plain texts it shows as they are."""
    return "\n".join([message.text, *marked_up(list(message.blocks))])


def marked_up(part: Any) -> Iterator[str]:
    """The texts of Slack's markup in some blocks, however deep."""
    if isinstance(part, dict) and part.get("type") == "mrkdwn":
        yield part["text"]
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from marked_up(inner)


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here."""
    path = tmp_path_factory.mktemp("manners") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(burst=None) as slack, connected(slack, f"sqlite:///{path}") as lab:
        lab.team.grant("app_mentions:read", "im:history")
        yield lab


def post(lab: Lab, body: str, content_type: str) -> tuple[int, str]:
    """Sends what Slack sends outside of any workspace, signed; status and body of the answer."""
    stamp = str(int(time.time()))
    verifier = SignatureVerifier(lab.team.signing_secret, Clock())
    signature = verifier.generate_signature(timestamp=stamp, body=body)
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature or "",
    }
    connection = http.client.HTTPConnection("127.0.0.1", lab.bot.port, timeout=5)
    try:
        connection.request("POST", EVENTS_PATH, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_the_address_of_events_is_confirmed(lab: Lab) -> None:
    """Slack asks for its challenge back before it sends events there."""
    asked = json.dumps({"type": "url_verification", "challenge": "c0ffee", "token": "t"})
    status, body = post(lab, asked, "application/json")
    assert status == 200
    assert "c0ffee" in body


def test_a_check_of_the_certificate_is_answered(lab: Lab) -> None:
    """Slack asks now and then whether the address of commands is still there."""
    asked = urlencode({"ssl_check": "1", "token": "t"})
    assert post(lab, asked, "application/x-www-form-urlencoded")[0] == 200


@pytest.mark.parametrize("line", [*LINES, HOSTILE, f"interests add {HOSTILE}"])
def test_a_command_is_answered_with_manners(lab: Lab, line: str) -> None:
    """For one person, by few uses of the address for it, with a text, and unfurling nothing.

    What somebody typed pings nobody.
    """
    person = lab.team.add_person("Ada", tz="Europe/Paris")
    channel = lab.team.add_channel("lab", members=[person])
    before = len(lab.slack.calls)
    seen = person.types(f"/papers {line}", channel)
    calls = lab.slack.calls[before:]
    answers = [call for call in calls if call.method == "response_url"]
    assert len(answers) <= 2
    assert all(call.arguments["text"] for call in answers)
    assert all(call.arguments["unfurl_links"] is False for call in answers)
    assert all(call.arguments["response_type"] == "ephemeral" for call in answers)
    posted = [call for call in calls if call.method == "chat.postMessage"]
    assert all(call.arguments["unfurl_media"] is False for call in posted)
    assert seen or person.modal
    assert [ping for ping in PINGS for message in seen if ping in read(message)] == []


@pytest.mark.parametrize("text", [HOSTILE, "&lt;!channel&gt; watermark", "&lt;@U1&gt;"])
def test_what_is_written_to_the_bot_pings_nobody(lab: Lab, text: str) -> None:
    """Neither in direct messages nor in the thread under a mention."""
    person = lab.team.add_person("Ada")
    general = lab.team.add_channel("general", members=[person])
    person.says(text)
    person.says(f"<@{lab.team.bot.id}> {text}", general)
    for place in (person.direct, general):
        assert lab.slack.wait_for(
            lambda place=place: [m for m in lab.team.messages(place) if m.bot_id]  # type: ignore[misc]
        )
        (answer,) = [m for m in lab.team.messages(place) if m.bot_id]
        assert [ping for ping in PINGS if ping in read(answer)] == []
