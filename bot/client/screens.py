"""What people have open in Slack: modals, which change under a hash, and the Home tab."""

import time
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.models.views import View

from bot.client.refusals import SlackRefusal, call
from bot.seats import left

CHANGED_SINCE = "hash_conflict"
_CLOSED = frozenset({"not_found", "view_not_found"})
_ARRIVES_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""How long to wait, again and again, for what an acknowledgement has brought to be there."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One state of a view that Slack shows: its id, and a hash that every change renews.

    One that comes with an acknowledgement has neither yet: it is known by a `name` of ours, which
    is its `external_id`.
    """

    id: str
    hash: str
    name: str = ""


def open_view(client: WebClient, trigger: str, view: View) -> Screen:
    """Opens a modal for the person whose act, within the last three seconds, gave the trigger."""
    answer, _ = call(client, "views.open", {"trigger_id": trigger, "view": view.to_dict()})
    return _screen(answer)


def update_view(client: WebClient, screen: Screen, view: View) -> Screen | None:
    """Gives an open modal other content; None when the person has closed it.

    Raises SlackRefusal with the code CHANGED_SINCE when it is not in that state any more; an empty
    hash changes it all the same.
    """
    which = {"external_id": screen.name} if screen.name else {"view_id": screen.id}
    asked: dict[str, Any] = which | {"view": view.to_dict()}
    asked |= {"hash": screen.hash} if screen.hash else {}
    # An answer may be faster than the acknowledgement that brings the modal.
    for pause in (*(_ARRIVES_SECONDS if screen.name else ()), None):
        try:
            return _screen(call(client, "views.update", asked)[0])
        except SlackRefusal as refusal:
            if refusal.code not in _CLOSED:
                raise
            if pause is not None:
                with left():
                    time.sleep(pause)
    return None


def publish_home(client: WebClient, person: str, view: View, since: str = "") -> Screen:
    """Gives somebody's Home tab its content; `since` is the hash that it must still have."""
    asked: dict[str, Any] = {"user_id": person, "view": view.to_dict()}
    asked |= {"hash": since} if since else {}
    answer, _ = call(client, "views.publish", asked)
    return _screen(answer)


def _screen(answer: dict[str, Any]) -> Screen:
    return Screen(str(answer["view"]["id"]), str(answer["view"]["hash"]))
