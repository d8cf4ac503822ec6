"""A view (a modal or a Home tab) as Slack keeps it, and a person's stack of modals."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.demo.controls import Control, State, controls, first_state, identified

JSON = dict[str, Any]
MOST_VIEWS = 3


@dataclass(frozen=True, slots=True)
class View:
    """One state of a view; an update makes a new one with the same id and another hash.

    `given` is what the app sent, with the ids of blocks and actions filled in.
    """

    id: str
    hash: str
    team_id: str
    user_id: str
    given: JSON = field(repr=False)
    state: State = field(default_factory=dict, repr=False)
    root_id: str = ""
    previous_id: str | None = None

    @property
    def type(self) -> str:
        """modal or home."""
        return str(self.given["type"])

    @property
    def callback_id(self) -> str:
        """The name that the app gave it."""
        return str(self.given.get("callback_id", ""))

    @property
    def title(self) -> str:
        """What stands above a modal; empty for a Home tab."""
        return str(self.given.get("title", {}).get("text", ""))

    @property
    def private_metadata(self) -> str:
        """What the app keeps with it."""
        return str(self.given.get("private_metadata", ""))

    @property
    def blocks(self) -> list[JSON]:
        """Its content."""
        return list(self.given["blocks"])

    @property
    def controls(self) -> list[Control]:
        """What can be pressed, chosen or typed into, in reading order."""
        return controls(self.blocks)

    def with_content(self, given: JSON, new_hash: str) -> "View":
        """The view after an update: what was typed stays where block and action are the same."""
        known = given | {"blocks": identified(given["blocks"], f"{self.id[-4:]}-")}
        state = first_state(controls(known["blocks"]), self.state)
        return replace(self, given=known, state=state, hash=new_hash)

    def with_values(self, values: Mapping[str, Mapping[str, JSON]]) -> "View":
        """The view after a person has typed or chosen something; the hash stays."""
        state = {block: dict(held) for block, held in self.state.items()}
        for block_id, held in values.items():
            state.setdefault(block_id, {}).update(held)
        return replace(self, state=state)


def to_json(view: View, app_id: str, bot_id: str) -> JSON:
    """The view as methods answer it and payloads carry it."""
    return {
        "id": view.id,
        "team_id": view.team_id,
        "app_id": app_id,
        "app_installed_team_id": view.team_id,
        "bot_id": bot_id,
        "callback_id": "",
        "external_id": "",
        "private_metadata": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        "title": {"type": "plain_text", "text": "View Title"},
        **view.given,
        "hash": view.hash,
        "root_view_id": view.root_id or view.id,
        "previous_view_id": view.previous_id,
        "state": {"values": view.state},
    }
