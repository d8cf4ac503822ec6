"""A workspace as tests and the demo handle it: its people, channels, token and messages."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.demo import links
from bot.demo.delivery import Delivery
from bot.demo.messages import Message
from bot.demo.person import Person
from bot.demo.world import Conversation, Kind, User, Workspace

if TYPE_CHECKING:
    from bot.demo.local import LocalSlack

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Team:
    """One workspace. Everything it returns is a state at that moment."""

    slack: "LocalSlack"
    state: Workspace

    @property
    def id(self) -> str:
        """T…"""
        return self.state.id

    @property
    def bot_token(self) -> str:
        """xoxb-…"""
        return self.state.bot_token

    @property
    def app_token(self) -> str:
        """xapp-…, the same in every workspace."""
        return self.slack.app_token

    @property
    def signing_secret(self) -> str:
        """What requests to the bot are signed with, the same in every workspace."""
        return self.slack.signing_secret

    @property
    def bot(self) -> User:
        """The bot's user."""
        return self.state.bot

    @property
    def people(self) -> list[Person]:
        """Everybody but bots and people of elsewhere, in the order in which they were added."""
        ours = [user for user in self.state.users.values() if not self.state.is_external(user)]
        return [Person(self.slack, self.state, user) for user in ours if not user.is_bot]

    @property
    def channels(self) -> list[Conversation]:
        """Public and private channels, in the order in which they were added."""
        return [c for c in self.state.conversations.values() if c.kind != "im"]

    def add_person(self, name: str, *, tz: str = "UTC", is_admin: bool = False) -> Person:
        """Adds a member, with an IANA time zone."""
        world = self.slack.world
        with world.changed:
            handle = name.lower().replace(" ", ".")
            user = User(world.new_id("U"), handle, name, tz, is_admin=is_admin, team_id=self.id)
            self.state.users[user.id] = user
        return Person(self.slack, self.state, user)

    def add_channel(
        self,
        name: str,
        *,
        members: Collection[Person] = (),
        bot_is_member: bool = True,
        is_private: bool = False,
    ) -> Conversation:
        """Adds a channel with these members, and the bot unless told otherwise."""
        world = self.slack.world
        ids = {person.id for person in members} | ({self.bot.id} if bot_is_member else set())
        with world.changed:
            kind: Kind = "private" if is_private else "channel"
            channel = Conversation(world.new_id("C"), name, kind, ids)
            self.state.conversations[channel.id] = channel
        return channel

    def connects(self, channel: Conversation, person: Person) -> Person:
        """Lets somebody of another workspace into a channel (Slack Connect); them as they act here.

        The app's commands and shortcuts are not theirs; its messages, and mentioning it, are.
        """
        with self.slack.world.changed:
            self.state.users[person.id] = person.user
            channel.members.add(person.id)
        return Person(self.slack, self.state, person.user)

    def messages(self, channel: Conversation) -> list[Message]:
        """What stands in a conversation, oldest first, ephemeral messages too."""
        with self.slack.world.changed:
            return list(channel.messages.values())

    def direct_messages(self, person: Person) -> list[Message]:
        """What stands in the direct messages between a person and the bot, oldest first."""
        direct = self.state.direct(person.id)
        return self.messages(direct) if direct else []

    def announces(self, inner: JSON) -> Delivery:
        """Sends the bot an event about the workspace, such as `{"type": "app_uninstalled"}`."""
        return self.slack.tell(self.state, inner)

    def previews(self, person: Person, text: str, wait: float = 2.0) -> JSON:
        """What the bot shows under the links of a message that somebody is still writing."""
        world = self.slack.world
        found = links.links_to(links.written(text), world.link_domains)
        if not found or "links:read" not in world.tokens[self.bot_token].scopes:
            return {}
        unfurl_id = world.new_id("Unfurl")
        self.announces(links.composed(person.id, found, unfurl_id))
        self.slack.wait_for(lambda: unfurl_id in self.state.previews, wait)
        return self.state.previews.get(unfurl_id, {})

    def uninstalls(self, *events: str) -> list[Delivery]:
        """Takes the app out: its tokens are dead from now on, and the bot is told, in this order.

        Where it is installed for a whole enterprise, it is taken out of all of that.
        """
        world = self.slack.world
        with world.changed:
            place = world.tokens[self.bot_token].team_id
            for token in [token for token in world.tokens.values() if token.team_id == place]:
                if token.kind == "bot":
                    world.tokens[token.value] = replace(token, refusal="account_inactive")
        told: JSON = {"tokens": {"oauth": [], "bot": [self.bot.id]}}
        return [
            self.announces({"type": event} | (told if event == "tokens_revoked" else {}))
            for event in events or ("tokens_revoked", "app_uninstalled")
        ]

    def grant(self, *scopes: str) -> None:
        """Gives the bot token further scopes."""
        self._change_token(added=scopes)

    def revoke(self, error: str = "token_revoked") -> None:
        """From now on every call with the bot token gets this error, e.g. account_inactive."""
        self._change_token(error=error)

    def _change_token(self, *, added: Collection[str] = (), error: str = "") -> None:
        world = self.slack.world
        with world.changed:
            token = world.tokens[self.bot_token]
            changed = replace(token, scopes=token.scopes | set(added), refusal=error)
            world.tokens[self.bot_token] = changed
