"""Modals of the local Slack: triggers, fields, answers, stacks, hashes."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.demo import NoSuchChoice, NotFilled
from tests.demo_lab import Lab, connected_lab, error_of, modal, plain

JSON = dict[str, Any]


@pytest.fixture
def lab() -> Iterator[Lab]:
    with connected_lab() as lab:
        yield lab


def test_a_modal_opens_is_checked_and_sent(lab: Lab) -> None:
    """What is required must be filled; errors stand under fields; what was typed stays."""

    @lab.app.command("/edit")
    def edit(ack: Ack, client: WebClient, body: JSON) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal())

    @lab.app.view("edit")
    def edited(ack: Ack, client: WebClient, body: JSON, view: JSON) -> None:
        values = view["state"]["values"]
        if values["words"]["typed"]["value"] == "bad":
            ack(response_action="errors", errors={"words": "Not that."})
            return
        ack()
        days = [one["value"] for one in values["days"]["ticked"]["selected_options"]]
        client.chat_postMessage(channel=body["user"]["id"], text=" ".join(days))

    opened = lab.ada.types("/edit").modal
    assert opened is not None
    with pytest.raises(NotFilled, match="required"):
        lab.ada.submits(opened)
    with pytest.raises(NotFilled, match="between 0 and 20"):
        lab.ada.submits(opened, {"words": {"typed": "x" * 21}})
    with pytest.raises(NoSuchChoice):
        lab.ada.submits(opened, {"words": {"other": "x"}})
    refused = lab.ada.submits(opened, {"words": {"typed": "bad"}})
    assert refused.errors == {"words": "Not that."}
    assert refused.modal is not None
    assert refused.modal.state["words"]["typed"]["value"] == "bad"
    done = lab.ada.submits(
        opened, {"words": {"typed": "good"}, "days": {"ticked": ["friday", "Monday"]}}
    )
    assert [m.text for m in done] == ["friday monday"]
    assert (done.modal, done.errors) == (None, {})


ANSWERS: list[tuple[JSON, list[str]]] = [
    ({"response_action": "push", "view": modal("Second")}, ["Edit", "Second"]),
    ({"response_action": "update", "view": modal("Other")}, ["Other"]),
    ({"response_action": "clear"}, []),
    ({}, []),
]


@pytest.mark.parametrize(("answer", "titles"), ANSWERS)
def test_an_answer_to_a_modal_is_obeyed(lab: Lab, answer: JSON, titles: list[str]) -> None:
    """push, update, clear, and nothing."""
    lab.app.view("edit")(lambda ack: ack(answer) if answer else ack())
    seen = lab.ada.submits(lab.open_modal(), {"words": {"typed": "x"}})
    assert [view.title for view in lab.team.state.modals[lab.ada.id]] == titles
    assert seen.errors == {}


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "Not that."}},
        {"response_action": "update", "view": modal("x" * 25)},
        {"response_action": "jump"},
    ],
)
def test_an_answer_that_slack_cannot_obey_is_trouble(lab: Lab, answer: JSON) -> None:
    """The modal stays, and the person hears that something went wrong."""
    lab.app.view("edit")(lambda ack: ack(answer))
    seen = lab.ada.submits(lab.open_modal(), {"words": {"typed": "x"}})
    assert "trouble connecting" in seen.errors[""]
    assert seen.modal is not None


def test_a_modal_is_closed_and_the_bot_hears_of_it_if_it_asked(lab: Lab) -> None:
    """view_closed."""
    closed: list[str] = []

    @lab.app.view_closed("edit")
    def heard(ack: Ack, view: JSON) -> None:
        ack()
        closed.append(view["id"])

    lab.ada.closes(lab.open_modal())
    assert closed == []
    opened = lab.open_modal(notify_on_close=True)
    assert lab.ada.closes(opened).modal is None
    assert lab.slack.wait_for(lambda: closed == [opened.id])


def test_one_acts_only_on_what_is_open(lab: Lab) -> None:
    """A modal that was closed, and a field that is sent with the whole."""
    opened = lab.open_modal()
    with pytest.raises(NoSuchChoice, match="use `fills`"):
        lab.ada.presses(opened, "typed", "x")
    lab.ada.closes(opened)
    with pytest.raises(NoSuchChoice, match="no view 'Edit' open"):
        lab.ada.submits(opened)


def test_a_trigger_lives_three_seconds_and_works_once(lab: Lab) -> None:
    """A view that is refused does not use it up."""
    client = lab.bot.client
    trigger = lab.trigger()
    too_long = modal("x" * 25)
    assert error_of(lambda: client.views_open(trigger_id=trigger, view=too_long)) == (
        "invalid_arguments"
    )
    client.views_open(trigger_id=trigger, view=modal())
    assert error_of(lambda: client.views_open(trigger_id=trigger, view=modal())) == (
        "exchanged_trigger_id"
    )
    late = lab.trigger()
    lab.now[0] += 3.1
    assert error_of(lambda: client.views_open(trigger_id=late, view=modal())) == (
        "expired_trigger_id"
    )
    assert error_of(lambda: client.views_open(trigger_id="1.2.3", view=modal())) == (
        "invalid_trigger_id"
    )


def test_modals_stack_three_high(lab: Lab) -> None:
    """The fourth is refused; ids tell what is below."""
    client = lab.bot.client
    first = lab.open_modal()
    second = client.views_push(trigger_id=lab.trigger(), view=modal("2"))["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (first.id, first.id)
    client.views_push(trigger_id=lab.trigger(), view=modal("3"))
    refusal = error_of(lambda: client.views_push(trigger_id=lab.trigger(), view=modal("4")))
    assert refusal == "push_limit_reached"


def test_an_update_under_an_old_hash_is_a_conflict(lab: Lab) -> None:
    """What was typed stays where block and action are the same."""
    client = lab.bot.client
    opened = lab.open_modal()
    lab.ada.fills(opened, {"words": {"typed": "mine"}})
    client.views_update(view_id=opened.id, hash=opened.hash, view=modal("New"))
    assert lab.ada.modal is not None
    assert lab.ada.modal.title == "New"
    assert lab.ada.modal.state["words"]["typed"]["value"] == "mine"
    conflict = error_of(
        lambda: client.views_update(view_id=opened.id, hash=opened.hash, view=modal("Newer"))
    )
    unknown = error_of(lambda: client.views_update(view_id="V1", view=modal()))
    assert (conflict, unknown) == ("hash_conflict", "not_found")


def test_an_external_id_is_unique_while_its_view_is_open(lab: Lab) -> None:
    """And finds the view."""
    lab.open_modal(external_id="mine")
    client = lab.bot.client
    client.views_update(external_id="mine", view=modal("Found", external_id="mine"))
    assert lab.ada.modal is not None
    assert lab.ada.modal.title == "Found"
    bobs = lab.trigger(lab.bob)
    again = error_of(lambda: client.views_open(trigger_id=bobs, view=modal(external_id="mine")))
    assert again == "duplicate_external_id"


def where(**other: Any) -> JSON:
    """A form with a field for a conversation."""
    select = {"type": "conversations_select", "action_id": "chosen"} | other
    block = {"type": "input", "block_id": "where", "label": plain("Where"), "element": select}
    return modal(blocks=[block])


def test_a_chosen_conversation_comes_with_an_address(lab: Lab) -> None:
    """By which a message gets there though the app is no member; only if the field asks for it."""
    away = lab.team.add_channel("away", members=[lab.ada], bot_is_member=False)
    lab.app.view("edit")(lambda ack: ack())
    for is_asked in (False, True):
        lab.bot.client.views_open(
            trigger_id=lab.trigger(), view=where(response_url_enabled=is_asked)
        )
        assert lab.ada.modal is not None
        lab.ada.submits(lab.ada.modal, {"where": {"chosen": away.id}})
        given = lab.bot.bodies[-1]["response_urls"]
        assert len(given) == is_asked
    held = lab.bot.bodies[-1]["view"]["state"]["values"]["where"]["chosen"]
    assert held == {"type": "conversations_select", "selected_conversation": away.id}
    (address,) = given
    assert (address["block_id"], address["action_id"]) == ("where", "chosen")
    assert address["channel_id"] == away.id
    assert WebhookClient(address["response_url"]).send(text="hers").status_code == 200
    WebhookClient(address["response_url"]).send(text="for all", response_type="in_channel")
    assert [m.only_for for m in lab.team.messages(away)] == [lab.ada.id, None]


def test_one_chooses_among_the_conversations_that_one_sees(lab: Lab) -> None:
    """A private channel of others is not offered, nor what the filter leaves out."""
    secret = lab.team.add_channel("secret", members=[lab.bob], is_private=True)
    club = lab.team.add_channel("club", members=[lab.ada], is_private=True)
    lab.bot.client.views_open(
        trigger_id=lab.trigger(), view=where(filter={"include": ["public", "private"]})
    )
    opened = lab.ada.modal
    assert opened is not None
    for hidden in (secret.id, lab.ada.direct.id, "C404"):
        with pytest.raises(NoSuchChoice, match="does not offer"):
            lab.ada.fills(opened, {"where": {"chosen": hidden}})
    for shown in (club.id, lab.general.id):
        lab.ada.fills(opened, {"where": {"chosen": shown}})
