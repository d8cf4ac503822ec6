"""Slack Connect in the local Slack: what the app hears of people of another workspace."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk.errors import SlackApiError

from bot.demo import NoSuchChoice, Person
from bot.demo.stack import open_modal
from tests.demo_lab import Lab, button, connected_lab, modal

JSON = dict[str, Any]
URL = "https://arxiv.org/abs/1"


@pytest.fixture
def lab() -> Iterator[Lab]:
    with connected_lab() as lab:
        lab.slack.listens_for_links("arxiv.org")
        lab.team.grant("links:read", "app_mentions:read", "channels:history", "users:read")
        yield lab


@pytest.fixture
def guest(lab: Lab) -> Person:
    """Somebody of another workspace, as they act in the channel."""
    away = lab.slack.add_workspace("Away", installed=False)
    eve = away.add_person("Eve", tz="Asia/Tokyo", is_admin=True)
    return lab.team.connects(lab.general, eve)


def test_a_press_is_told_as_of_the_apps_workspace(lab: Lab, guest: Person) -> None:
    """With the workspace of whoever pressed beside their name."""
    lab.app.action("keep")(lambda ack: ack())
    blocks = [{"type": "actions", "elements": [button("keep")]}]
    lab.bot.client.chat_postMessage(channel=lab.general.id, text="hello", blocks=blocks)
    guest.presses(lab.team.messages(lab.general)[-1], "keep", wait=0)
    body = lab.bot.bodies[-1]
    assert body["team"]["id"] == lab.team.id
    assert body["user"]["team_id"] == guest.user.team_id != lab.team.id


def test_a_modal_that_is_sent_is_told_as_of_the_senders(lab: Lab, guest: Person) -> None:
    """Only the modal says where the app is."""

    @lab.app.view("edit")
    def sent(ack: Ack) -> None:
        ack()

    with lab.slack.world.changed:
        view = open_modal(lab.slack.world, lab.team.state, guest.id, modal(callback_id="edit"))
    guest.submits(view, {"words": {"typed": "x"}}, wait=0)
    body = lab.bot.bodies[-1]
    assert body["team"]["id"] == body["user"]["team_id"] == guest.user.team_id
    assert body["view"]["app_installed_team_id"] == lab.team.id


def test_what_is_said_is_told_as_of_its_author(lab: Lab, guest: Person) -> None:
    """But a mention as of the app's workspace; both name the app's in their authorization."""
    for event in ("message", "app_mention", "link_shared"):
        lab.app.event(event)(lambda: None)
    guest.says(f"<@{lab.team.bot.id}> {URL}", lab.general, wait=0)
    told = {body["event"]["type"]: body for body in lab.bot.bodies if "event" in body}
    own = guest.user.team_id
    assert {name: body["team_id"] for name, body in told.items()} == {
        "app_mention": lab.team.id,
        "message": own,
        "link_shared": own,
    }
    assert told["app_mention"]["event"]["team"] == lab.team.id
    assert told["app_mention"]["event"]["user_team"] == own
    assert told["message"]["event"]["team"] == own
    assert {body["authorizations"][0]["team_id"] for body in told.values()} == {lab.team.id}
    assert all(body["is_ext_shared_channel"] for body in told.values())


def test_elsewhere_nothing_is_shared(lab: Lab, guest: Person) -> None:
    """A channel without people of another workspace is like every other."""
    lab.app.event("message")(lambda: None)
    other = lab.team.add_channel("ours", members=[lab.ada])
    lab.ada.says("hello", other, wait=0)
    body = lab.bot.bodies[-1]
    assert (body["team_id"], body["is_ext_shared_channel"]) == (lab.team.id, False)
    assert guest.id not in other.members


def test_people_of_elsewhere_are_known_but_not_listed(lab: Lab, guest: Person) -> None:
    """users.info tells of what workspace they are; the app's commands are not offered to them."""
    known = lab.bot.client.users_info(user=guest.id)["user"]
    assert (known["team_id"], known["is_stranger"]) == (guest.user.team_id, False)
    assert guest.id not in {person.id for person in lab.team.people}
    with pytest.raises(NoSuchChoice):
        guest.types("/papers", lab.general)
    with pytest.raises(SlackApiError):
        lab.bot.client.users_info(user="U404")
