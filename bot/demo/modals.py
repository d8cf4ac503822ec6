"""What Slack itself does with a modal: checks its fields, and obeys the bot's answer to it."""

from collections.abc import Mapping
from typing import Any

from bot.demo.controls import Choice, Control, NoSuchChoice, State
from bot.demo.delivery import Delivery
from bot.demo.places import SELECTS, offered, seen_by
from bot.demo.refusals import Refused
from bot.demo.stack import clear_modals, close_modal, find_view, push_modal, update_view
from bot.demo.views import View
from bot.demo.world import Workspace, World

JSON = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"
MOST_TYPED = 3_000


class NotFilled(ValueError):
    """Slack would not let a modal go: a field is empty, too short or too long."""

    def __init__(self, control: Control, wrong: str) -> None:
        super().__init__(f"{control.label}: {wrong}")
        self.block_id, self.wrong = control.block_id, wrong


def chosen_values(team: Workspace, view: View, values: Mapping[str, Mapping[str, Choice]]) -> State:
    """Choices as the state of a view; raises `NoSuchChoice` for what is not in it."""
    known = {(c.block_id, c.action_id): c for c in view.controls if c.holds}
    state: State = {}
    for block_id, actions in values.items():
        for action_id, choice in actions.items():
            control = known.get((block_id, action_id))
            if control is None:
                raise NoSuchChoice(f"no field {block_id}/{action_id}, only {sorted(known)}")
            if choice and control.type in SELECTS:
                _check_offered(team, view, control, str(choice))
            state.setdefault(block_id, {})[action_id] = control.chosen(choice)
    return state


def _check_offered(team: Workspace, view: View, control: Control, choice: str) -> None:
    known = {c.id: c.name for c in offered(control.element, seen_by(team, view.user_id))}
    if choice not in known:
        raise NoSuchChoice(f"{control.action_id} does not offer {choice!r}, only {known}")


def hand_urls(world: World, team: Workspace, view: View) -> list[JSON]:
    """A response_url for each conversation chosen in a field that asks for one.

    A message comes there by it though the app is no member.
    """
    asking = [c for c in view.controls if c.is_input and c.element.get("response_url_enabled")]
    given = []
    for control in asking:
        held = view.state.get(control.block_id, {}).get(control.action_id, {})
        channel = held.get("selected_conversation") or held.get("selected_channel")
        if channel:
            hook = world.hand_hook("app", team, view.user_id, channel)
            ids = {"block_id": control.block_id, "action_id": control.action_id}
            urls = {"channel_id": channel, "response_url": f"{world.url}{hook.path}"}
            given.append(ids | urls)
    return given


def check_filled(view: View) -> None:
    """Raises `NotFilled` unless every field holds what it must."""
    for control in view.controls:
        if control.is_input and control.holds:
            _check_field(control, view.state.get(control.block_id, {}).get(control.action_id, {}))


def _check_field(control: Control, held: JSON) -> None:
    value = next((v for key, v in held.items() if key != "type"), None)
    if value in (None, "", []):
        if not control.is_optional:
            raise NotFilled(control, "please complete this required field")
        return
    if control.type == "plain_text_input":
        fewest = control.element.get("min_length", 0)
        most = control.element.get("max_length", MOST_TYPED)
        if not fewest <= len(str(value)) <= most:
            raise NotFilled(control, f"between {fewest} and {most} characters")


def apply_answer(
    world: World, team: Workspace, view: View, delivery: Delivery
) -> Mapping[str, str]:
    """Does to the modals what the bot answered to a submission.

    Returns the errors under fields by block id; under "" stands that Slack could make nothing of
    the answer, and why.
    """
    if not delivery.ok:
        return {"": TROUBLE}
    try:
        return _obeyed(world, team, find_view(team, view.id, ""), delivery.ack.body)
    except Refused as refusal:
        return {"": f"{TROUBLE} ({refusal})"}


def _obeyed(world: World, team: Workspace, view: View, body: JSON) -> Mapping[str, str]:
    match body.get("response_action"):
        case "errors":
            return _errors(view, body.get("errors"))
        case "clear":
            clear_modals(world, team, view)
        case "update":
            update_view(world, team, view, body.get("view") or {})
        case "push":
            push_modal(world, team, view.user_id, body.get("view") or {})
        case None:
            close_modal(world, team, view)
        case unknown:
            raise Refused("invalid_arguments", [f"unknown response_action {unknown}"])
    return {}


def _errors(view: View, errors: object) -> Mapping[str, str]:
    """The errors, if every one of them belongs to a field."""
    fields = {control.block_id for control in view.controls if control.is_input}
    if not isinstance(errors, dict) or not errors or not set(errors) <= fields:
        raise Refused("invalid_arguments", [f"errors must name input blocks: {sorted(fields)}"])
    return {str(block): str(text) for block, text in errors.items()}
