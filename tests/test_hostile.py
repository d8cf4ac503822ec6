"""Requests that are not as Slack says: nothing is done, nothing breaks, nobody sees a traceback."""

import http.client
import logging
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.blocks.forms.sharing import SHARE_PAPER, TAKE_BACK_HERE
from bot.demo import LocalSlack, payloads
from bot.demo.delivery import Delivery
from bot.slack.home import HOME_PRESSES
from bot.slack.messages import PRESSES
from bot.slack.submissions import SUBMISSIONS, SUGGESTIONS
from bot.slack.views import OPENERS, VIEW_PRESSES
from bot.store.tables import metadata
from tests.conftest import Lab, connected

JSON = dict[str, Any]

# What the bot writes down though nothing was asked of it: what it was told, and what time it is.
PASSING = {"events", "forms", "heartbeats", "homes", "people", "searches"}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 9),
    st.sampled_from(["", "x" * 5000, "\0", "search|0|0|x", "digest|0|1|x", '{"form":"x"}', "[[["]),
    st.lists(st.just("x"), max_size=1),
    st.dictionaries(st.sampled_from(["id", "value", "text", "values"]), st.just("x"), max_size=2),
)
ACTIONS = sorted(
    {*PRESSES, *OPENERS, *VIEW_PRESSES, *HOME_PRESSES, TAKE_BACK_HERE, "gone"} - {"home_forget"}
)
SENT = sorted({*SUBMISSIONS, SHARE_PAPER, "gone"})
OTHERS = st.sampled_from(
    [
        '{"form":"x","kind":"here","key":"subscribe daily"}',
        '{"form":"x","kind":"direct","key":"pause"}',
        '{"form":"x","kind":"restoring"}',
        '{"papers":["x"],"key":"C1","fingerprint":"x"}',
    ]
)
"""What forms of ours carry, of which nobody has opened one."""
SOUGHT = sorted({*SUGGESTIONS, "gone"})
EVENTS = ["app_mention", "message", "link_shared", "app_home_opened", "team_rename"]
OFTEN = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here, with something in it that could be changed."""
    path = tmp_path_factory.mktemp("hostile") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(burst=None) as slack, connected(slack, f"sqlite:///{path}") as lab:
        lab.ada.types("/papers interests add watermark")
        lab.ada.presses(lab.ada.types("/papers watermark")[-1], "paper_save")
        yield lab


def kept(lab: Lab) -> str:
    """All that lies in the database and is about somebody."""
    with lab.parts.store.reading() as connection:
        tables = [table for name, table in metadata.tables.items() if name not in PASSING]
        return repr([sorted(map(repr, connection.execute(select(each)))) for each in tables])


def sends(lab: Lab, kind: str, odd: JSON) -> Delivery:
    """Bob acts; `odd` is what the request holds beside what every one does."""
    common = payloads.interaction(kind, lab.slack.world.app_id, lab.team.state, lab.bob.user)
    common["trigger_id"] = "1.2.3"
    delivery = lab.slack.deliver(lab.team.state, "interactive", common | odd)
    assert lab.slack.await_bot(lab.team.state)
    return delivery


def is_let_pass(lab: Lab, sent: Delivery, caplog: pytest.LogCaptureFixture, before: str) -> bool:
    """Whether it was answered at once, changed nothing, and is no fault in the log."""
    faults = [record for record in caplog.records if record.levelno >= logging.ERROR]
    caplog.clear()
    # Bolt itself does not read some of them; a signature does not help them.
    return sent.ack.status in {200, 400} and not faults and kept(lab) == before


@OFTEN
@given(action=st.sampled_from(ACTIONS), odd=st.lists(ODD, min_size=7, max_size=7))
def test_odd_presses_do_nothing(
    lab: Lab, caplog: pytest.LogCaptureFixture, action: str, odd: list[Any]
) -> None:
    """Whatever a control carries, wherever it says to stand."""
    before = kept(lab)
    value, block, option, channel, container, view, about = odd
    press = {"action_id": action, "block_id": block, "value": value, "selected_option": option}
    places: list[JSON] = [
        {"channel": channel, "container": container},
        {"view": view},
        {"view": {"id": "V1", "private_metadata": about, "state": option, "blocks": []}},
    ]
    for place in places:
        sent = sends(lab, "block_actions", {"actions": [press], **place})
        assert is_let_pass(lab, sent, caplog, before)


@OFTEN
@given(
    form=st.sampled_from(SENT),
    about=ODD | OTHERS,
    odd=st.lists(ODD, min_size=4, max_size=4),
)
def test_odd_forms_do_nothing(
    lab: Lab, caplog: pytest.LogCaptureFixture, form: str, about: Any, odd: list[Any]
) -> None:
    """Whatever their fields hold, and whatever form they say they are."""
    before = kept(lab)
    state, held, blocks, addresses = odd
    for values in (state, {"values": held}, {"values": {"words_0": {"words_0": held}}}):
        view = {"id": "V1", "callback_id": form, "private_metadata": about, "state": values}
        given_with = {"view": view | {"blocks": blocks}, "response_urls": addresses}
        sent = sends(lab, "view_submission", given_with)
        assert is_let_pass(lab, sent, caplog, before)


@OFTEN
@given(field=st.sampled_from(SOUGHT), odd=ODD, message=ODD, channel=ODD)
def test_odd_words_and_messages_do_nothing(
    lab: Lab, caplog: pytest.LogCaptureFixture, field: str, odd: Any, message: Any, channel: Any
) -> None:
    """In a field that suggests, and under a shortcut."""
    before = kept(lab)
    sought = sends(lab, "block_suggestion", {"action_id": field, "block_id": "b", "value": odd})
    assert is_let_pass(lab, sought, caplog, before)
    for shown in (message, {"text": message}):
        used = {"callback_id": "find_related", "message": shown, "channel": channel}
        assert is_let_pass(lab, sends(lab, "message_action", used), caplog, before)


@OFTEN
@given(kind=st.sampled_from(EVENTS), odd=st.lists(ODD, min_size=5, max_size=5))
def test_odd_events_do_nothing(
    lab: Lab, caplog: pytest.LogCaptureFixture, kind: str, odd: list[Any]
) -> None:
    """Without a person, a channel, words or links, or with something else in their place."""
    before = kept(lab)
    user, channel, text, ts, links = odd
    said = {"user": user, "channel": channel, "text": text, "ts": ts, "links": links, "tab": "home"}
    known = {name: value for name, value in said.items() if value is not None}
    for event in ({"type": kind, **said}, {"type": kind, "channel_type": "im", **known}):
        told = payloads.event(
            lab.slack.world.app_id, lab.team.state, lab.slack.world.new_id("Ev"), time.time(), event
        )
        sent = lab.slack.deliver(lab.team.state, "events_api", told)
        assert lab.slack.await_bot(lab.team.state)
        assert is_let_pass(lab, sent, caplog, before)


@pytest.mark.parametrize("missing", ["text", "channel_id", "trigger_id", "user_id", "user_name"])
@pytest.mark.parametrize("line", ["help", "interests edit", "x" * 20_000])
def test_a_command_may_lack_what_slack_always_sends(
    lab: Lab, caplog: pytest.LogCaptureFixture, missing: str, line: str
) -> None:
    """What cannot be done without it is not done."""
    before = kept(lab)
    world = lab.slack.world
    fields = payloads.command(
        world.app_id, lab.team.state, lab.bob.user, lab.bob.direct, f"/papers {line}"
    )
    fields = {"trigger_id": "1.2.3", **fields}
    fields.pop(missing)
    sent = lab.slack.deliver(lab.team.state, "slash_commands", fields)
    assert lab.slack.await_bot(lab.team.state)
    assert is_let_pass(lab, sent, caplog, before)


def test_what_is_unexpected_is_named_without_its_words(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    """One line in the log, for whoever looks why nothing happens."""
    sends(lab, "block_actions", {"actions": [{"action_id": "paper_save", "value": ["secret"]}]})
    assert "unexpected actions.0.value" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("body", ['{"team": 7}', '{"user": [1]}', "[" * 100_000, "[]", "7"])
def test_what_nobody_signed_breaks_nothing(lab: Lab, body: str) -> None:
    """It is read before its signature is looked at: refused all the same, with a plain status."""
    connection = http.client.HTTPConnection("127.0.0.1", lab.bot.port or 0, timeout=10)
    connection.request("POST", "/slack/events", body, {"Content-Type": "application/json"})
    assert connection.getresponse().status in {400, 401}
    connection.close()
