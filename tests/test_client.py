"""Talking to Slack: what each answer, and each missing answer, means."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from slack_sdk import WebClient
from slack_sdk.models.blocks import DividerBlock

from bot import client as slack
from bot.client import Posted
from bot.demo import LocalSlack, Message, Person, Team
from bot.demo.world import Conversation
from bot.models import Subscriber

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
POST = "chat.postMessage"


@dataclass
class Desk:
    """A client of a local Slack with one person and one channel."""

    slack: LocalSlack
    team: Team
    ada: Person
    general: Conversation
    client: WebClient

    def post(self, to: str = "", delivery: str | None = "d1") -> Posted:
        channel = slack.conversation(self.client, to or self.general.id)
        return slack.post(self.client, channel, "Papers", [DividerBlock()], delivery)

    @property
    def standing(self) -> list[Message]:
        return self.team.messages(self.general)

    @property
    def tries(self) -> int:
        return len(self.slack.calls_of(POST))


@pytest.fixture
def desk() -> Iterator[Desk]:
    with LocalSlack(burst=None) as local:
        team = local.add_workspace("Lab")
        ada = team.add_person("Ada", tz="Europe/Paris")
        general = team.add_channel("general", members=[ada])
        yield Desk(local, team, ada, general, slack.make_client(team.bot_token, local.url))


# Posting


def test_a_post_carries_its_text_its_blocks_and_the_delivery(desk: Desk) -> None:
    """The id of the delivery is in the metadata; links are not unfolded."""
    posted = desk.post()
    (message,) = desk.standing
    assert (posted.channel, posted.ts) == (desk.general.id, message.ts)
    assert (message.text, message.blocks[0]["type"]) == ("Papers", "divider")
    assert message.metadata == {
        "event_type": "paperwire_digest",
        "event_payload": {"delivery": "d1"},
    }
    assert not message.unfurls


def test_a_post_that_is_no_delivery_has_no_metadata(desk: Desk) -> None:
    """Nothing marks a note to an owner as a digest."""
    desk.post(delivery=None)
    assert desk.standing[0].metadata is None


def test_a_post_to_a_person_goes_to_her_direct_messages(desk: Desk) -> None:
    """They are opened first."""
    posted = desk.post(desk.ada.id)
    assert posted.channel == desk.ada.direct.id
    assert [m.ts for m in desk.team.direct_messages(desk.ada)] == [posted.ts]


# Faults


def test_a_short_rate_limit_is_waited_out(desk: Desk) -> None:
    """The message is posted once, at the second try."""
    desk.slack.fail(POST, status=429, retry_after=0)
    desk.post()
    assert (len(desk.standing), desk.tries) == (1, 2)


def test_a_long_rate_limit_is_the_callers_to_wait(desk: Desk) -> None:
    """Nobody sleeps for minutes inside a call."""
    desk.slack.fail(POST, status=429, retry_after=120)
    began = time.monotonic()
    with pytest.raises(slack.SlackBusy, match="wait 120 seconds") as busy:
        desk.post()
    assert busy.value.retry_after == 120
    assert time.monotonic() - began < 2
    assert (len(desk.standing), desk.tries) == (0, 1)


def test_a_rate_limit_that_goes_on_is_given_up(desk: Desk) -> None:
    """Tries are counted, and the caller is told when to come back."""
    desk.slack.fail(POST, status=429, retry_after=0, times=None)
    with pytest.raises(slack.SlackBusy) as busy:
        desk.post()
    assert busy.value.retry_after == 1
    assert desk.tries == 1 + slack.RATE_LIMIT_RETRIES


def test_a_rate_limit_without_its_header_is_no_refusal(desk: Desk) -> None:
    """Slack's code alone says the same."""
    desk.slack.fail(POST, error="ratelimited")
    with pytest.raises(slack.SlackBusy):
        desk.post()


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize(
    "fault",
    [
        {"cut": True},
        {"status": 500},
        {"status": 503},
        {"error": "internal_error"},
        {"error": "fatal_error"},
    ],
)
def test_what_may_have_been_posted_is_never_posted_again(
    desk: Desk, fault: dict[str, object], taken: bool
) -> None:
    """One call and no more, whether or not Slack took the message before the answer was lost."""
    desk.slack.fail(POST, taken=taken, **fault)
    with pytest.raises(slack.SlackSilence):
        desk.post()
    assert desk.tries == 1
    assert len(desk.standing) == taken


def test_an_answer_that_does_not_come_is_silence(desk: Desk) -> None:
    """After the client's patience it is not known what was done."""
    desk.client.timeout = 1
    desk.slack.fail(POST, delay=1.5)
    with pytest.raises(slack.SlackSilence, match=r"did not answer .*: TimeoutError"):
        desk.post()
    desk.slack.wait_for(lambda: desk.tries)
    assert desk.tries == 1


@pytest.mark.parametrize("fault", [{"cut": True}, {"status": 500}])
def test_when_direct_messages_cannot_be_opened_nothing_was_posted(
    desk: Desk, fault: dict[str, object]
) -> None:
    """So it may be tried again."""
    desk.slack.fail("conversations.open", **fault)
    with pytest.raises(slack.SlackBusy, match=r"conversations\.open"):
        desk.post(desk.ada.id)
    assert desk.tries == 0


@pytest.mark.parametrize("code", [*slack.REMEDIES, *slack.WORKSPACE_OFF, "invalid_blocks"])
def test_a_refusal_keeps_its_code_and_is_a_sentence(desk: Desk, code: str) -> None:
    """Known codes say what to do; others name the method and the code."""
    desk.slack.fail(POST, error=code)
    with pytest.raises(slack.SlackRefusal) as refused:
        desk.post()
    assert refused.value.code == code
    sentence = str(refused.value)
    assert (code in sentence) == (code == "invalid_blocks")
    assert sentence.endswith(".")
    assert desk.tries == 1


def test_refusals_as_slack_itself_makes_them(desk: Desk) -> None:
    """Unknown channels, channels without the bot, unknown people, archived channels."""
    secret = desk.team.add_channel("secret", is_private=True, bot_is_member=False)
    outside = desk.team.add_channel("outside", bot_is_member=False)
    desk.general.is_archived = True
    expected = {
        "C0": "channel_not_found",
        secret.id: "channel_not_found",
        outside.id: "not_in_channel",
        desk.general.id: "is_archived",
        "U0": "user_not_found",
    }
    assert {to: code_of(partial(desk.post, to)) for to in expected} == expected


def test_a_revoked_token(desk: Desk) -> None:
    """The code tells that the whole workspace is off."""
    desk.team.revoke("token_revoked")
    code = code_of(desk.post)
    assert code in slack.WORKSPACE_OFF


# Networks


@pytest.mark.parametrize("place", ["http://127.0.0.1:{port}/api/", "http://slack.invalid/api/"])
def test_a_slack_that_cannot_be_reached_has_not_posted(place: str) -> None:
    """No connection, no message: it may be tried again, also without any retry inside."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = slack.make_client("xoxb-1", place.format(port=taken.getsockname()[1]))
        with pytest.raises(slack.SlackBusy, match="cannot be reached"):
            slack.post(client, "C1", "Papers", [])


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        (200, {}, "<html>Sign in to the guest network</html>", slack.SlackSilence),
        (200, {}, "", slack.SlackSilence),
        (200, {}, "[]", slack.SlackSilence),
        (404, {}, "<html>No such page</html>", slack.SlackSilence),
        (502, {}, "<html>Bad gateway</html>", slack.SlackSilence),
        (429, {"Retry-After": "soon"}, '{"ok": false}', slack.SlackBusy),
        (429, {}, "slow down", slack.SlackBusy),
    ],
)
def test_answers_that_are_not_slacks(
    status: int, headers: dict[str, str], body: str, kind: type[slack.SlackError]
) -> None:
    """A proxy's page does not tell what became of the message; it is never taken for a refusal."""
    with answering(status, headers, body) as place:
        with pytest.raises(kind) as error:
            slack.post(slack.make_client("xoxb-1", place.url), "C1", "Papers", [])
        assert len(str(error.value)) < 100
    assert len(place.requests) == 1


def test_a_failure_never_names_the_token(desk: Desk) -> None:
    """Whatever goes wrong, its text has no secret in it."""
    for fault in ({"cut": True}, {"status": 500}, {"error": "invalid_auth"}):
        desk.slack.fail(POST, **fault)
        with pytest.raises(slack.SlackError) as error:
            desk.post()
        assert desk.team.bot_token not in f"{error.value!r} {error.value}"


# Who is who


def test_who_the_token_is(desk: Desk) -> None:
    """The workspace, the bot's user, and the scopes of the token."""
    who = slack.identity(desk.client)
    assert (who.workspace, who.workspace_name, who.user) == (
        desk.team.id,
        "Lab",
        desk.team.bot.id,
    )
    assert who.scopes >= {"chat:write", "users:read"}


def test_somebodys_name_and_zone(desk: Desk) -> None:
    """As Slack has them, with the time at which they were asked for."""
    who = Subscriber(desk.team.id, desk.ada.id)
    known = slack.person(desk.client, who, NOW)
    assert (known.workspace, known.id, known.zone) == (desk.team.id, desk.ada.id, "Europe/Paris")
    assert known.name
    assert known.refreshed_at == NOW


@pytest.mark.parametrize("zone", ["null", '"Mars/Phobos"', '""'])
def test_a_zone_that_nobody_knows_is_utc(zone: str) -> None:
    """Slack's data may be newer than ours, or empty."""
    body = f'{{"ok": true, "user": {{"id": "U1", "name": "ada", "tz": {zone}}}}}'
    with answering(200, {}, body) as place:
        client = slack.make_client("xoxb-1", place.url)
        assert slack.person(client, Subscriber("T1", "U1"), NOW).zone == "UTC"


def test_people_are_asked_for_as_slack_reads_it() -> None:
    """Methods that only read take no JSON: Slack would not see whom we ask for."""
    body = '{"ok": true, "user": {"id": "U1"}}'
    with answering(200, {}, body) as place:
        slack.person(slack.make_client("xoxb-1", place.url), Subscriber("T1", "U1"), NOW)
    assert place.requests == ["/api/users.info user=U1"]


def test_a_client_is_for_its_own_workspace(desk: Desk) -> None:
    """Another workspace is refused before anything is sent."""
    client_of = slack.only(desk.team.id, desk.client)
    assert client_of(desk.team.id) is desk.client
    with pytest.raises(slack.SlackBusy, match="not the bot of workspace T9"):
        client_of("T9")
    assert desk.slack.calls == []


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(slack.SlackRefusal) as refused:
        call()
    return refused.value.code


@dataclass
class Place:
    """A web server that answers everything alike; what it was asked for."""

    url: str
    requests: list[str] = field(default_factory=list)


@contextmanager
def answering(status: int, headers: dict[str, str], body: str) -> Iterator[Place]:
    """A web server that is no Slack."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            place.requests.append(f"{self.path} {asked.decode()}")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the screen."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        place = Place(f"http://127.0.0.1:{server.server_port}/api/")
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield place
        finally:
            server.shutdown()
            thread.join()
