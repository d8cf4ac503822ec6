"""What of Slack's requests is read here, and in which shape; others are let pass unread.

Slack signs what it sends, but not that it is as its documentation says, and much of it was typed or
kept by people. Whatever lies behind this may rely on these shapes.
"""

import logging
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from slack_bolt import App, BoltResponse

logger = logging.getLogger(__name__)

JSON = dict[str, Any]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)


class _Named(_Shape):
    id: str = Field(min_length=1)


class _Command(_Shape):
    team_id: str = Field(min_length=1)
    user_id: str = Field(min_length=1)
    text: str | None = None
    channel_id: str | None = None
    trigger_id: str


class _Person(_Named):
    team_id: str | None = None


class _Team(_Shape):
    id: str | None = None


class _Option(_Shape):
    value: str | None = None


class _Action(_Shape):
    action_id: str
    block_id: str = ""
    value: str | None = None
    selected_option: _Option | None = None


class _Container(_Shape):
    channel_id: str | None = None


class _Words(_Shape):
    text: str | None = None


class _Block(_Shape):
    type: str
    block_id: str = ""


class _State(_Shape):
    values: dict[str, dict[str, JSON]] = Field(default_factory=dict)


class _View(_Shape):
    id: str = ""
    hash: str = ""
    private_metadata: str | None = None
    callback_id: str | None = None
    app_installed_team_id: str | None = None
    title: _Words | None = None
    blocks: list[_Block] = Field(default_factory=list)
    state: _State | None = None


class _Interaction(_Shape):
    user: _Person
    team: _Team | None = None
    channel: _Named | None = None
    container: _Container | None = None
    view: _View | None = None


class _Actions(_Interaction):
    trigger_id: str
    actions: list[_Action] = Field(min_length=1)


class _Sent(_View):
    blocks: list[_Block]


class _Address(_Shape):
    channel_id: str
    response_url: str


class _Submission(_Interaction):
    view: _Sent
    response_urls: list[_Address] | None = None


class _Suggestion(_Interaction):
    action_id: str
    value: str | None = None


class _Shortcut(_Interaction):
    channel: _Named
    message: _Words


class _Event(_Shape):
    """An event that nothing is read of."""


class _Said(_Event):
    """A message; one that nobody has said, such as a deletion, has no `user`."""

    channel: str = Field(min_length=1)
    ts: str
    user: str | None = None
    text: str | None = None
    subtype: str | None = None
    thread_ts: str | None = None


class _Link(_Shape):
    url: str


class _Linked(_Event):
    channel: str
    message_ts: str
    links: list[_Link]
    unfurl_id: str | None = None
    source: str | None = None


class _Opened(_Event):
    user: str = Field(min_length=1)
    tab: str | None = None


class _Revoked(_Event):
    tokens: dict[str, list[str] | None] | None = None


class _Left(_Event):
    team_ids: list[str] | None = None


_INTERACTIONS: dict[str, type[_Interaction]] = {
    "block_actions": _Actions,
    "view_submission": _Submission,
    "view_closed": _Submission,
    "block_suggestion": _Suggestion,
    "message_action": _Shortcut,
}
_EVENTS: dict[str, type[_Event]] = {
    "message": _Said,
    "app_mention": _Said,
    "link_shared": _Linked,
    "app_home_opened": _Opened,
    "tokens_revoked": _Revoked,
    "team_access_revoked": _Left,
}


class _Authorization(_Shape):
    team_id: str | None = None


class _Told(_Shape):
    """The envelope of an event."""

    team_id: str = Field(min_length=1)
    context_team_id: str | None = None
    authorizations: list[_Authorization] | None = None
    event_id: str = Field(min_length=1, max_length=64)
    event_time: int = 0


def register(app: App) -> None:
    """Adds the look at every request. Register it before all others."""
    app.use(_read)


def _read(body: JSON, next: Callable[[], BoltResponse]) -> BoltResponse:
    """Lets on what has its shape; the rest is acknowledged, so that Slack does not repeat it."""
    try:
        check(body)
    except ValidationError as error:
        fields = sorted({".".join(map(str, each["loc"])) for each in error.errors()})
        kind = str(body.get("type") or "command")[:80]
        logger.warning("nothing is done about a %s: unexpected %s", kind, ", ".join(fields)[:500])
        return BoltResponse(status=200)
    return next()


def is_known_act(body: JSON) -> bool:
    """Whether it is a command or an interaction whose shape is looked at here."""
    kind = body.get("type")
    return "command" in body or (isinstance(kind, str) and kind in _INTERACTIONS)


def check(body: JSON) -> None:
    """Raises pydantic's ValidationError for a request that is not as Slack says."""
    kind = body.get("type")
    if kind == "event_callback":
        _Told.model_validate(body)
        event = body.get("event")
        name = event.get("type") if isinstance(event, dict) else None
        _EVENTS.get(str(name), _Event).model_validate(event)
    elif "command" in body:
        _Command.model_validate(body)
    elif isinstance(kind, str) and kind in _INTERACTIONS:
        _INTERACTIONS[kind].model_validate(body)
