"""Rates and faults of the local Slack, and what it writes down of each call."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.demo import LocalSlack, Rates
from bot.demo.refusals import Refused
from tests.demo_lab import NEW_YEAR, Office, error_of

JSON = dict[str, Any]


@pytest.fixture
def office() -> Iterator[Office]:
    with LocalSlack(clock=lambda: NEW_YEAR, burst=None) as slack:
        yield Office(slack, slack.add_workspace("Lab"))


def test_a_channel_takes_one_message_a_second_after_a_short_burst() -> None:
    """429 with Retry-After; time by the injected clock heals it; other channels go on."""
    now = [1_767_225_600.0]
    with LocalSlack(clock=lambda: now[0], burst=2) as slack:
        office = Office(slack, slack.add_workspace("Lab"))
        office.post()
        office.post()
        with pytest.raises(SlackApiError) as refused:
            office.post()
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "1"
        office.client.chat_postMessage(channel=office.ada.id, text="elsewhere")
        now[0] += 1
        office.post()
        assert [record.status for record in slack.calls] == [200, 200, 429, 200, 200]


def test_real_time_lifts_a_limit_too() -> None:
    """A bot that sleeps gets on, though the injected clock stands still."""
    rates = Rates(burst=1, messages_per_second=20)
    rates.take("channel", 0.0, None)
    with pytest.raises(Refused, match="ratelimited"):
        rates.take("channel", 0.0, None)
    time.sleep(0.06)
    rates.take("channel", 0.0, None)


def test_a_fault_before_slack_acts_posts_nothing(office: Office) -> None:
    """A 500, a code of choice, a 429, once each; then all is well."""
    office.slack.fail("chat.postMessage", status=500)
    office.slack.fail("chat.postMessage", error="is_archived")
    office.slack.fail("chat.postMessage", status=429, retry_after=7, skip=1)
    statuses = []
    for _ in range(3):
        with pytest.raises(SlackApiError) as refused:
            office.post()
        statuses.append((refused.value.response.status_code, refused.value.response["error"]))
        if len(statuses) == 2:
            office.post()
    assert statuses == [(500, "internal_error"), (200, "is_archived"), (429, "ratelimited")]
    office.post()
    assert len(office.team.messages(office.general)) == 2


@pytest.mark.parametrize(("taken", "posted"), [(False, 0), (True, 1)])
def test_a_connection_is_cut_before_or_after_slack_took_the_message(
    office: Office, taken: bool, posted: int
) -> None:
    """The client cannot tell; the channel can."""
    office.slack.fail("chat.postMessage", cut=True, taken=taken)
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        office.post()
    assert len(office.team.messages(office.general)) == posted
    assert (office.slack.calls[-1].status, office.slack.calls[-1].taken) == (0, taken)


def test_a_fault_can_concern_one_channel_and_go_on_until_healed(office: Office) -> None:
    """The rest of the workspace works meanwhile."""
    office.slack.fail("chat.postMessage", status=500, channel=office.general.id, times=None)
    for _ in range(2):
        assert error_of(office.post) == "internal_error"
    assert office.client.chat_postMessage(channel=office.ada.id, text="a")["ok"]
    office.slack.heal()
    office.post()


def test_a_delay_answers_late_but_truly(office: Office) -> None:
    """The client's own timeout decides."""
    office.slack.fail("chat.postMessage", delay=0.3)
    hurried = WebClient(office.team.bot_token, office.slack.url, timeout=0.05, retry_handlers=[])  # type: ignore[arg-type]
    with pytest.raises(TimeoutError):
        hurried.chat_postMessage(channel=office.general.id, text="a")
    assert office.slack.wait_for(lambda: office.team.messages(office.general))


def test_calls_are_recorded_without_tokens(office: Office) -> None:
    """Method, arguments, answer; a token in the body is left out."""
    office.post("hello")
    body = f"token={office.team.bot_token}&channel={office.general.id}&text=form".encode()
    with urllib.request.urlopen(f"{office.slack.url}chat.postMessage", body) as answer:
        assert answer.status == 200
    first, second = office.slack.calls_of("chat.postMessage")
    assert first.ok
    assert (first.arguments["text"], second.arguments["text"]) == ("hello", "form")
    assert office.team.bot_token not in repr([vars_of(first), vars_of(second)])


def vars_of(record: object) -> JSON:
    """The fields of a record with slots."""
    return {name: getattr(record, name) for name in record.__slots__}  # type: ignore[attr-defined]
