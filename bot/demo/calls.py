"""One call of a method: who calls, with which arguments, and what came of it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.demo.messages import Message
from bot.demo.refusals import Refused
from bot.demo.world import Conversation, Token, User, Workspace, World

JSON = dict[str, Any]
TRUE = frozenset({"1", "true"})


@dataclass(frozen=True, slots=True)
class Call:
    """A call that came through authentication; methods read everything from here.

    Arguments are as they came: text from a form, values from JSON. The readers below check them
    and refuse with `invalid_arguments` what has the wrong type.
    """

    world: World
    token: Token
    arguments: Mapping[str, Any]

    @property
    def team(self) -> Workspace:
        """The workspace that the token belongs to; of an enterprise's, the one that is meant."""
        known = self.world.workspaces.get(self.token.team_id)
        if known is not None:
            return known
        teams = self.world.workspaces.values()
        ours = [team for team in teams if team.enterprise_id == self.token.team_id]
        return next(filter(self._is_meant, ours), ours[0])

    def _is_meant(self, team: Workspace) -> bool:
        """Whether an argument names somebody or something of a workspace."""
        named = {str(self.arguments.get(name)) for name in ("channel", "user", "users", "user_id")}
        trigger = self.world.triggers.get(str(self.arguments.get("trigger_id")))
        views = {view.id for view in team.views()}
        own = {view.given.get("external_id") for view in team.views()} - {None}
        return (
            bool(named & (team.users.keys() | team.conversations.keys()))
            or (trigger is not None and trigger.team_id == team.id)
            or self.arguments.get("view_id") in views
            or self.arguments.get("external_id") in own
        )

    @property
    def now(self) -> float:
        """Seconds since 1970, by this Slack's clock."""
        return self.world.clock()

    def text(self, name: str) -> str:
        """A text argument; empty when it is missing."""
        value = self.arguments.get(name)
        if value is None:
            return ""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise Refused("invalid_arguments", [f"must be a string [json-pointer:/{name}]"])
        return value

    def needed(self, name: str) -> str:
        """A text argument that must be there."""
        value = self.text(name)
        if not value:
            raise Refused("invalid_arguments", [f"missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        """A boolean argument; false when it is missing."""
        return str(self.arguments.get(name, "")).lower() in TRUE

    def number(self, name: str, default: int) -> int:
        """A whole number, or the default when it is missing."""
        value = self.text(name)
        if value and not (value.isdecimal() and len(value) < 10):
            raise Refused("invalid_arguments", [f"must be an integer [json-pointer:/{name}]"])
        return int(value) if value else default

    def structure(self, name: str, refusal: str) -> Any:
        """A list or object: JSON text in a form, itself in a JSON body; None when missing."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except (ValueError, RecursionError) as broken:
            raise Refused(refusal) from broken

    def user(self, name: str = "user") -> User:
        """The member of the workspace that an argument names."""
        found = self.team.users.get(self.needed(name))
        if found is None:
            raise Refused("user_not_found")
        return found

    def conversation(self, name: str = "channel") -> Conversation:
        """The conversation that an argument names and the bot can know about."""
        found = self.team.conversations.get(self.text(name))
        if found is None or (found.kind != "channel" and not self.is_in(found)):
            raise Refused("channel_not_found")
        return found

    def is_in(self, conversation: Conversation) -> bool:
        """The bot is a member."""
        return self.team.bot.id in conversation.members

    def need_scope(self, *any_of: str) -> None:
        """Refuses unless the token has one of the scopes."""
        if any_of and not self.token.scopes.intersection(any_of):
            raise missing_scope(any_of, self.token.scopes)

    def own_message(self, conversation: Conversation, refusal: str) -> Message:
        """A message of the bot's that everybody in the conversation sees."""
        message = conversation.messages.get(self.needed("ts"))
        if message is None or message.is_ephemeral:
            raise Refused("message_not_found")
        if message.user != self.team.bot.id:
            raise Refused(refusal)
        return message


@dataclass(frozen=True, slots=True)
class Record:
    """A call that this Slack received, tokens left out: for tests, and for whoever watches.

    `status` is the HTTP status; 0 when the connection was cut on purpose. `taken` says whether
    Slack carried it out (an injected fault may come after that).
    """

    method: str
    arguments: Mapping[str, Any] = field(repr=False)
    answer: Mapping[str, Any] = field(repr=False)
    status: int
    at: float
    team_id: str = ""
    taken: bool = True

    @property
    def ok(self) -> bool:
        """Slack took it and said so."""
        return self.status == 200 and bool(self.answer.get("ok"))

    @property
    def error(self) -> str:
        """Slack's error code, if it refused."""
        return str(self.answer.get("error", ""))


def missing_scope(needed: Collection[str], provided: Collection[str]) -> Refused:
    """The refusal for a token without the scope."""
    told = {"needed": ",".join(needed), "provided": ",".join(sorted(provided))}
    return Refused("missing_scope", extra=told)
