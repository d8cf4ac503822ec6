"""views.*: modals opened by a trigger, changed under a hash, and Home tabs."""

from typing import Any

from bot.demo.calls import Call
from bot.demo.methods.table import Method
from bot.demo.refusals import Refused
from bot.demo.stack import find_view, open_modal, publish_home, push_modal
from bot.demo.stack import update_view as change_view
from bot.demo.views import View, to_json

JSON = dict[str, Any]


def open_view(call: Call) -> JSON:
    """Opens a modal for the person whose action gave the trigger."""
    given = _given(call)
    user_id = _whose_trigger(call)
    opened = open_modal(call.world, call.team, user_id, given)
    _use_trigger(call)
    return _told(call, opened)


def push_view(call: Call) -> JSON:
    """Puts a modal on top of the person's open one."""
    given = _given(call)
    user_id = _whose_trigger(call)
    pushed = push_modal(call.world, call.team, user_id, given)
    _use_trigger(call)
    return _told(call, pushed)


def update_view(call: Call) -> JSON:
    """Changes an open modal, unless it has changed since `hash`."""
    given = _given(call)
    view = find_view(call.team, call.text("view_id"), call.text("external_id"))
    _refuse_stale(call, view)
    return _told(call, change_view(call.world, call.team, view, given))


def publish_view(call: Call) -> JSON:
    """Sets a person's Home tab, unless it has changed since `hash`."""
    given = _given(call)
    user_id = call.needed("user_id")
    person = call.team.users.get(user_id)
    if person is None or person.deleted or person.is_bot:
        raise Refused("invalid_arguments", ["unknown user [json-pointer:/user_id]"])
    before = call.team.homes.get(user_id)
    if before:
        _refuse_stale(call, before)
    return _told(call, publish_home(call.world, call.team, user_id, given))


def _given(call: Call) -> JSON:
    view = call.structure("view", "invalid_arguments")
    if not isinstance(view, dict):
        raise Refused("invalid_arguments", ["missing required field: view"])
    return view


def _whose_trigger(call: Call) -> str:
    """The person who may be shown a modal now. A refused view does not use the trigger up."""
    trigger = call.world.triggers.get(call.needed("trigger_id"))
    if trigger is None or trigger.team_id != call.team.id:
        raise Refused("invalid_trigger_id")
    refusal = trigger.refusal(call.now)
    if refusal:
        raise Refused(refusal)
    return trigger.user_id


def _use_trigger(call: Call) -> None:
    call.world.triggers[call.text("trigger_id")].is_used = True


def _refuse_stale(call: Call, view: View) -> None:
    known = call.text("hash")
    if known and known != view.hash:
        raise Refused("hash_conflict")


def _told(call: Call, view: View) -> JSON:
    return {"view": to_json(view, call.world.app_id, call.team.bot_id)}


VIEWS = (
    Method("views.open", open_view),
    Method("views.push", push_view),
    Method("views.update", update_view),
    Method("views.publish", publish_view),
)
