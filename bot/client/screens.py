"""What people have open in Slack: modals, which change under a hash, and the Home tab."""

from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.models.views import View

from bot.client.refusals import SlackRefusal, call

CHANGED_SINCE = "hash_conflict"
_CLOSED = frozenset({"not_found", "view_not_found"})


@dataclass(frozen=True, slots=True)
class Screen:
    """One state of a view that Slack shows: its id, and a hash that every change renews."""

    id: str
    hash: str


def open_view(client: WebClient, trigger: str, view: View) -> Screen:
    """Opens a modal for the person whose act, within the last three seconds, gave the trigger."""
    answer, _ = call(client, "views.open", {"trigger_id": trigger, "view": view.to_dict()})
    return _screen(answer)


def update_view(client: WebClient, screen: Screen, view: View) -> Screen | None:
    """Gives an open modal other content; None when the person has closed it.

    Raises SlackRefusal with the code CHANGED_SINCE when it is not in that state any more; an empty
    hash changes it all the same.
    """
    asked: dict[str, Any] = {"view_id": screen.id, "view": view.to_dict()}
    asked |= {"hash": screen.hash} if screen.hash else {}
    try:
        answer, _ = call(client, "views.update", asked)
    except SlackRefusal as refusal:
        if refusal.code in _CLOSED:
            return None
        raise
    return _screen(answer)


def publish_home(client: WebClient, person: str, view: View, since: str = "") -> Screen:
    """Gives somebody's Home tab its content; `since` is the hash that it must still have."""
    asked: dict[str, Any] = {"user_id": person, "view": view.to_dict()}
    asked |= {"hash": since} if since else {}
    answer, _ = call(client, "views.publish", asked)
    return _screen(answer)


def _screen(answer: dict[str, Any]) -> Screen:
    return Screen(str(answer["view"]["id"]), str(answer["view"]["hash"]))
