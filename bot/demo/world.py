"""The state of a Slack: workspaces, people, conversations, tokens, and a journal of what changed.

It knows no HTTP and no bot. Everything here is read and changed while holding `World.changed`.
"""

import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.demo.controls import NoSuchChoice
from bot.demo.grants import Grants
from bot.demo.messages import Message
from bot.demo.tickets import Hook, Trigger
from bot.demo.views import View

JSON = dict[str, Any]
Clock = Callable[[], float]
Kind = Literal["channel", "private", "im"]
ChangeKind = Literal["posted", "updated", "deleted", "modal", "home"]

SLACKBOT = "USLACKBOT"


@dataclass(slots=True)
class User:
    """A member of a workspace: a person, the bot, or Slackbot.

    `team_id` is the workspace of somebody who is in another one only by a channel that both share.
    """

    id: str
    name: str
    real_name: str
    tz: str
    is_bot: bool = False
    is_admin: bool = False
    deleted: bool = False
    team_id: str = ""

    def offset(self, now: float) -> int:
        """Seconds east of UTC at `now`, daylight saving included."""
        delta = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(self.tz)).utcoffset()
        return int(delta.total_seconds()) if delta else 0


@dataclass(slots=True)
class Conversation:
    """A public or private channel, or a direct message between one person and the bot."""

    id: str
    name: str
    kind: Kind
    members: set[str]
    is_archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    last_micros: int = 0

    def next_ts(self, now: float) -> str:
        """A timestamp later than every other of this conversation, even if the clock went back."""
        self.last_micros = max(round(now * 1_000_000), self.last_micros + 1)
        return f"{self.last_micros // 1_000_000}.{self.last_micros % 1_000_000:06d}"

    def sees(self, message: Message) -> frozenset[str]:
        """The members to whom a message of this conversation is shown."""
        return frozenset({message.only_for} if message.only_for else self.members)


@dataclass(frozen=True, slots=True)
class Token:
    """What a token may do; `refusal` is the error code that every call with it gets.

    `team_id` is a workspace's, or that of an enterprise, for all of whose workspaces it is good.
    It `ends` at an instant of this Slack's clock, or never.
    """

    value: str
    kind: Literal["bot", "app"]
    team_id: str
    scopes: frozenset[str]
    refusal: str = ""
    ends: float | None = None


@dataclass(slots=True)
class Workspace:
    """A Slack team with the app installed, seen from inside."""

    id: str
    name: str
    domain: str
    bot: User
    bot_id: str
    bot_token: str
    enterprise_id: str | None = None
    is_org_wide: bool = False
    users: dict[str, User] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    previews: dict[str, JSON] = field(default_factory=dict)

    def is_external(self, user: User) -> bool:
        """Whether somebody is here by a shared channel alone."""
        return user.team_id not in ("", self.id)

    def is_shared(self, conversation: Conversation) -> bool:
        """Whether people of another workspace are in a conversation."""
        members = (self.users[one] for one in conversation.members if one in self.users)
        return any(map(self.is_external, members))

    def direct(self, user_id: str) -> Conversation | None:
        """The direct messages between a person and the bot, if there are any."""
        wanted = {user_id, self.bot.id}
        ims = (c for c in self.conversations.values() if c.kind == "im")
        return next((c for c in ims if c.members == wanted), None)

    def views(self) -> Iterator[View]:
        """Every view that somebody has open: all levels of modals, and Home tabs."""
        for stack in self.modals.values():
            yield from stack
        yield from self.homes.values()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became different for the people in `audience`.

    `subject` is a view's id, or a message's timestamp in `channel`.
    """

    kind: ChangeKind
    team_id: str
    audience: frozenset[str]
    subject: str
    channel: str = ""


class World:
    """All workspaces that have installed the one app of this Slack.

    Ids and timestamps come from counters and the clock, so that a run can be repeated exactly.
    `changed` is notified after every change, and guards everything. `link_domains` are those whose
    links the app has asked to hear of.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.changed = threading.Condition(threading.RLock())
        self.app_id = "A0000000001"
        self.grants = Grants("1111.2222", f"client-secret-{self.app_id}")
        self.workspaces: dict[str, Workspace] = {}
        self.tokens: dict[str, Token] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.journal: list[Change] = []
        self.url = ""
        self.socket_url = ""
        self.link_domains: frozenset[str] = frozenset()
        self._counters: dict[str, int] = {}

    def count(self, name: str) -> int:
        """1, 2, 3… for each name."""
        self._counters[name] = self._counters.get(name, 0) + 1
        return self._counters[name]

    def new_id(self, prefix: str) -> str:
        """An id as Slack writes them: a letter for the kind, then ten characters."""
        return f"{prefix}{self.count(prefix):010d}"

    def install(self, name: str, scopes: Collection[str], enterprise_id: str | None) -> Workspace:
        """Makes a workspace with the app in it: bot user, bot token, Slackbot."""
        team_id = self.new_id("T")
        bot = User(self.new_id("U"), "paperwire", "Paperwire", "UTC", is_bot=True)
        token = self.new_token(team_id, scopes, ends=False)
        team = Workspace(
            id=team_id,
            name=name,
            domain="".join(c for c in name.lower() if c.isalnum()) or team_id.lower(),
            bot=bot,
            bot_id=self.new_id("B"),
            bot_token=token.value,
            enterprise_id=enterprise_id,
        )
        slackbot = User(SLACKBOT, "slackbot", "Slackbot", "UTC", is_bot=True)
        team.users = {bot.id: bot, slackbot.id: slackbot}
        self.workspaces[team_id] = team
        return team

    def new_token(self, place: str, scopes: Collection[str], *, ends: bool = True) -> Token:
        """A token of the app for a workspace or an enterprise, that ends where tokens do."""
        number, life = self.count("bot token"), self.grants.token_seconds if ends else None
        value = f"{'xoxe.' if life is not None else ''}xoxb-{place}-{number}-{number:024x}"
        end = self.clock() + life if life is not None else None
        self.tokens[value] = Token(value, "bot", place, frozenset(scopes), ends=end)
        return self.tokens[value]

    def scopes_of(self, team: Workspace) -> frozenset[str]:
        """What the app may do in a workspace."""
        token = self.tokens.get(team.bot_token)
        return token.scopes if token is not None and not token.refusal else frozenset()

    def open_direct(self, team: Workspace, user_id: str) -> Conversation:
        """The direct messages between a person and the bot, made at the first use."""
        known = team.direct(user_id)
        if known:
            return known
        made = Conversation(self.new_id("D"), "directmessage", "im", {user_id, team.bot.id})
        team.conversations[made.id] = made
        return made

    def hand_trigger(self, team: Workspace, user_id: str) -> str:
        """A trigger id for a modal, good for three seconds."""
        with self.changed:
            now, number = self.clock(), self.count("trigger")
            trigger_id = f"{number}.{int(now)}.{number:032x}"
            self.triggers[trigger_id] = Trigger(trigger_id, team.id, user_id, now)
        return trigger_id

    def hand_hook(
        self, kind: str, team: Workspace, user_id: str, channel: str, source_ts: str | None = None
    ) -> Hook:
        """A response URL for one person's command or press; `kind` begins its path.

        Raises `NoSuchChoice` for what Slack does not offer to people of another workspace.
        """
        if kind in ("commands", "app") and team.is_external(team.users[user_id]):
            raise NoSuchChoice("the app is not in the workspace of whoever wants to use it")
        with self.changed:
            number = self.count("hook")
            path = f"/{kind}/{team.id}/{number}/{number:024x}"
            hook = Hook(path, team.id, user_id, channel, self.clock(), source_ts)
            self.hooks[path] = hook
        return hook

    def record(self, change: Change) -> None:
        """Writes down a change, and wakes everybody who waits for one."""
        self.journal.append(change)
        self.changed.notify_all()

    def put(self, team: Workspace, message: Message, *, edited: bool = False) -> Message:
        """Stores a message in its conversation, in place of an earlier state of it."""
        conversation = team.conversations[message.channel]
        conversation.messages[message.ts] = message
        kind: ChangeKind = "updated" if edited else "posted"
        audience = conversation.sees(message)
        self.record(Change(kind, team.id, audience, message.ts, message.channel))
        return message

    def take_away(self, team: Workspace, message: Message) -> None:
        """Removes a message for everybody who saw it."""
        conversation = team.conversations[message.channel]
        del conversation.messages[message.ts]
        audience = conversation.sees(message)
        self.record(Change("deleted", team.id, audience, message.ts, message.channel))

    def record_view(self, view: View) -> None:
        """Writes down that a person's modal or Home tab changed."""
        kind: ChangeKind = "home" if view.type == "home" else "modal"
        self.record(Change(kind, view.team_id, frozenset({view.user_id}), view.id))
