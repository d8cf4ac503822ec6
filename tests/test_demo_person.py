"""People acting on the local Slack, with a tiny real Bolt app behind signed HTTP."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_bolt import Ack, Respond
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.demo import NoSuchChoice
from tests.demo_lab import CHOICES, Lab, connected_lab, options, plain

JSON = dict[str, Any]


@pytest.fixture
def lab() -> Iterator[Lab]:
    with connected_lab() as lab:
        yield lab


def test_a_command_reaches_the_bot_as_slack_sends_it(lab: Lab) -> None:
    """All the fields of the form, and the answer only for the one who asked."""
    lab.on_papers(text="found")
    seen = lab.ada.types("/papers speech  translation ", lab.general)
    assert [(m.text, m.only_for) for m in seen] == [("found", lab.ada.id)]
    assert lab.bob.sees(lab.general) == []
    (body,) = lab.bot.bodies
    told = {key: body[key] for key in ("command", "text", "channel_name", "user_name", "team_id")}
    assert told == {
        "command": "/papers",
        "text": "speech  translation",
        "channel_name": "general",
        "user_name": "ada.lovelace",
        "team_id": lab.team.id,
    }
    (delivery,) = lab.slack.deliveries
    assert delivery.ok
    assert delivery.seconds < 3


def test_many_people_at_once_each_see_their_own_answer(lab: Lab) -> None:
    """Nobody waits until the others are served."""

    @lab.app.command("/papers")
    def papers(ack: Ack, respond: Respond, command: JSON) -> None:
        ack()
        respond(command["text"])

    people = [lab.team.add_person(f"Person {n}") for n in range(20)]
    with ThreadPoolExecutor(20) as pool:
        seen = list(pool.map(lambda person: person.types(f"/papers {person.id}"), people))
    assert [[m.text for m in one] for one in seen] == [[person.id] for person in people]


def test_an_acknowledgement_may_be_the_answer(lab: Lab) -> None:
    """Text, or blocks, or for everybody."""

    @lab.app.command("/papers")
    def papers(ack: Ack, command: JSON) -> None:
        ack(text="for all", response_type="in_channel") if command["text"] else ack("for you")

    (only,) = lab.ada.types("/papers", lab.general)
    (everybody,) = lab.ada.types("/papers share", lab.general)
    assert (only.text, only.only_for) == ("for you", lab.ada.id)
    assert (everybody.text, everybody.only_for) == ("for all", None)


def test_slackbot_tells_when_a_command_fails(lab: Lab) -> None:
    """No listener, an answer that breaks limits, no answer in three seconds."""

    @lab.app.command("/bad")
    def bad(ack: Ack) -> None:
        ack(text="a", blocks=[{"type": "header"}])

    (unknown,) = lab.ada.types("/nothing")
    (broken,) = lab.ada.types("/bad")
    assert unknown.text == '/nothing failed with the error "dispatch_failed"'
    assert "invalid_command_response" in broken.text
    assert "invalid_blocks" in broken.text


def test_a_late_acknowledgement_is_a_failure(lab: Lab) -> None:
    """Slack does not wait."""
    lab.slack.ack_seconds = 0.1
    lab.slack.connect(lab.team, lab.url)

    @lab.app.command("/papers")
    def papers(ack: Ack) -> None:
        time.sleep(0.3)
        ack("late")

    (told,) = lab.ada.types("/papers")
    assert told.text == '/papers failed with the error "operation_timeout"'
    assert not lab.slack.deliveries[-1].ok


def test_pressing_sends_the_action_and_what_it_was_pressed_on(lab: Lab) -> None:
    """A button's value, an overflow's and a select's option; by id, label or index."""
    lab.on_papers(text="choose", blocks=CHOICES)
    for name in ("go", "more", "day"):

        @lab.app.action(name)
        def pressed(ack: Ack, respond: Respond, action: JSON) -> None:
            ack()
            chosen = action.get("value") or action["selected_option"]["value"]
            respond(f"{action['action_id']} {chosen}", replace_original=False)

    (message,) = lab.ada.types("/papers", lab.general)
    assert next((c.type, c.label) for c in message.controls) == ("button", "go")
    assert lab.ada.presses(message, "go")[0].text == "go 7"
    assert lab.ada.presses(message, "more", "hide")[0].text == "more hide"
    assert lab.ada.presses(message, 2, "Friday")[0].text == "day friday"
    body = lab.bot.bodies[-1]
    assert body["container"]["is_ephemeral"]
    assert "message" not in body
    assert body["state"]["values"]["row"]["day"]["selected_option"]["value"] == "friday"


def test_one_presses_only_what_is_there(lab: Lab) -> None:
    """A button that is gone, a choice that is none, somebody else's ephemeral message."""
    lab.on_papers(text="choose", blocks=CHOICES)
    (message,) = lab.ada.types("/papers", lab.general)
    with pytest.raises(NoSuchChoice, match="no control 'buy'"):
        lab.ada.presses(message, "buy")
    with pytest.raises(NoSuchChoice, match="no option 'sell'"):
        lab.ada.presses(message, "more", "sell")
    with pytest.raises(NoSuchChoice, match="Bob sees no message"):
        lab.bob.presses(message, "go")


def test_a_press_can_replace_or_remove_its_message(lab: Lab) -> None:
    """By response_url, also where the message is ephemeral."""
    lab.on_papers(text="choose", blocks=CHOICES)

    @lab.app.action("go")
    def pressed(ack: Ack, respond: Respond, body: JSON) -> None:
        ack()
        respond(text="changed", blocks=CHOICES, replace_original=True)

    @lab.app.action("more")
    def removed(ack: Ack, respond: Respond) -> None:
        ack()
        respond(delete_original=True)

    (message,) = lab.ada.types("/papers", lab.general)
    (changed,) = lab.ada.presses(message, "go")
    assert (changed.ts, changed.text, changed.only_for) == (message.ts, "changed", lab.ada.id)
    assert lab.ada.presses(changed, "more", "why") == []
    assert lab.ada.sees(lab.general) == []


def test_a_response_url_works_five_times_in_half_an_hour(lab: Lab) -> None:
    """The sixth use is refused, and so is one that comes too late, and one for nothing known."""
    results: list[tuple[int, str]] = []

    def answering(times: int) -> None:
        for _ in range(times):
            told = WebhookClient(lab.bot.bodies[-1]["response_url"]).send(text="more")
            results.append((told.status_code, told.body))

    lab.on_papers(text="first")
    lab.ada.types("/papers", lab.general)
    answering(5)
    assert [status for status, _ in results] == [200] * 4 + [404]
    assert "used_url" in results[-1][1]
    lab.ada.types("/papers", lab.general)
    lab.now[0] += 30 * 60 + 1
    answering(1)
    assert "expired_url" in results[-1][1]


def test_home_is_published_and_its_buttons_work(lab: Lab) -> None:
    """The view travels with the next visit and with each press."""

    @lab.app.event("app_home_opened")
    def opened(event: JSON, client: WebClient) -> None:
        visits = "again" if "view" in event else "first"
        blocks = [{"type": "header", "text": plain(visits)}, *CHOICES]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @lab.app.action("day")
    def chosen(ack: Ack, body: JSON, client: WebClient) -> None:
        ack()
        day = body["view"]["state"]["values"]["row"]["day"]["selected_option"]["value"]
        client.chat_postMessage(channel=body["user"]["id"], text=day)

    home = lab.ada.opens_home().home
    assert home is not None
    assert home.blocks[0]["text"]["text"] == "first"
    again = lab.ada.opens_home().home
    assert again is not None
    assert again.blocks[0]["text"]["text"] == "again"
    assert again.hash != home.hash
    assert [m.text for m in lab.ada.presses(again, "day", "monday")] == ["monday"]
    assert lab.bob.home is None


def test_the_bot_hears_what_its_scopes_allow(lab: Lab) -> None:
    """Mentions and direct messages, not the rest of a channel."""
    lab.app.event("app_mention")(lambda event, say: say("mentioned"))
    lab.app.event("message")(lambda event, say: say(f"heard in {event['channel_type']}"))
    assert [m.text for m in lab.ada.says("hello all", lab.general)] == []
    mention = f"<@{lab.team.bot.id}> hello"
    assert [m.text for m in lab.ada.says(mention, lab.general)] == ["mentioned"]
    assert [m.text for m in lab.ada.says("hello")] == ["heard in im"]


def test_an_event_is_tried_again_three_times_with_the_same_id(lab: Lab) -> None:
    """Each time the headers say which attempt it is; a repeated delivery is the very same."""
    seen = lab.ada.opens_home()
    attempts = [(d.attempt, d.ack.status) for d in lab.slack.deliveries]
    assert attempts == [(0, 404), (1, 404), (2, 404), (3, 404)]
    assert len({d.payload["event_id"] for d in lab.slack.deliveries}) == 1
    assert seen.errors
    again = lab.slack.repeat(lab.team, lab.slack.deliveries[0])
    assert again.payload == lab.slack.deliveries[0].payload


def test_a_forged_request_is_not_taken(lab: Lab) -> None:
    """The bot checks the signature that this Slack makes."""
    lab.slack.signing_secret = "other"
    lab.slack.connect(lab.team, lab.url)
    lab.on_papers(text="found")
    lab.ada.types("/papers")
    assert lab.slack.deliveries[-1].ack.status == 401


def test_shortcuts_and_external_menus(lab: Lab) -> None:
    """A message shortcut carries the message; a menu's options come from the bot."""

    @lab.app.shortcut("related")
    def related(ack: Ack, respond: Respond, shortcut: JSON) -> None:
        ack()
        respond(f"related to {shortcut['message']['text']}")

    @lab.app.options("word")
    def suggest(ack: Ack, payload: JSON) -> None:
        ack(options=options(payload["value"] + "ing", payload["value"] + "er"))

    lab.ada.says("a paper", lab.general)
    said = lab.ada.sees(lab.general)[0]
    assert [m.text for m in lab.ada.uses_shortcut("related", said)] == ["related to a paper"]
    menu = {"type": "external_select", "action_id": "word", "min_query_length": 2}
    opened = lab.open_modal(blocks=[{"type": "actions", "elements": [menu]}])
    assert [o["value"] for o in lab.ada.looks_up(opened, "word", "learn")] == [
        "learning",
        "learner",
    ]


def test_nobody_listens(lab: Lab) -> None:
    """A bot that is down is a failure, not an exception."""
    lab.slack.connect(lab.team, "http://127.0.0.1:9/slack/events")
    (told,) = lab.ada.types("/papers")
    assert "dispatch_failed" in told.text
