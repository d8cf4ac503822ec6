"""What a command is given, and the shape of the table it stands in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from bot.blocks import Message
from bot.client import Posted
from bot.errors import UserError
from bot.library import Library
from bot.models import Subscriber
from bot.store import Store

SLASH = "/papers"
HERE = "here"
"""Behind a command's name: it is about the channel, not about the person."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in Slack somebody acts: a conversation's id, empty where there is none (Home)."""

    id: str = ""

    @property
    def is_channel(self) -> bool:
        """Whether others are there, too: Slack's ids of direct messages begin with D."""
        return self.id[:1] in {"C", "G"}


@dataclass(frozen=True, slots=True)
class Outlet:
    """How others in Slack are reached, where an answer to one person is not enough.

    `post` takes a channel, and the message in whose thread to post, if any. `name` is what to write
    behind an @ to mean the bot; the others raise SlackError. The last two take an address that came
    with a request, and need no membership: to post for all there, and to delete what was pressed.
    """

    post: Callable[[str, str | None, Message], Posted]
    permalink: Callable[[Posted], str]
    take_away: Callable[[Posted], None]
    name: Callable[[], str]
    post_at: Callable[[str, Message], None]
    take_away_at: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody's words, and what is needed to do as they say.

    `by` is the person, `of` is whose interests and digests they speak of: their own, or after the
    word ``here`` those of the channel they are in. `zone` asks Slack for the person's time zone,
    `is_admin` whether they look after the workspace; `deliver` sends what the outbox holds,
    `outlet` reaches others.
    """

    by: Subscriber
    of: Subscriber
    text: str
    place: Place
    store: Store
    library: Library
    now: datetime
    zone: Callable[[], str]
    is_admin: Callable[[], bool]
    deliver: Callable[[], object]
    outlet: Outlet

    def say(self, you: str, channel: str) -> str:
        """Words about a person, or about a channel."""
        return channel if self.of.is_channel else you

    def line(self, name: str, rest: str = "") -> str:
        """What to type for a command that is about the same person or channel."""
        return " ".join(filter(None, (SLASH, name, self.say("", HERE), rest)))


@dataclass(frozen=True, slots=True)
class Command:
    """One row of a table of commands: routing, help and documentation at once.

    `usage` is what follows the name; `run` gets the call with only the words after the name.
    `is_for_channels` lets the word ``here`` follow the name, too.
    """

    name: str
    usage: str
    summary: str
    run: Callable[[Call], Message]
    is_for_channels: bool = False


def first_word(text: str) -> tuple[str, str]:
    """The first word in lower case, and the rest as it was typed."""
    word, rest = [*text.split(None, 1), "", ""][:2]
    return word.lower(), rest.strip()


def whole_number(text: str, most: int) -> int | None:
    """The number from 1 to `most` that a text is, or None."""
    is_short = text.isdecimal() and len(text) <= 6
    return int(text) if is_short and 1 <= int(text) <= most else None


def named(table: Sequence[Command], name: str) -> Command | None:
    """The row of that name."""
    return next((command for command in table if command.name == name), None)


def nearest(table: Sequence[Command], word: str, likeness: float = 0.75) -> str | None:
    """The name that somebody may have meant; `likeness` is difflib's ratio, 0 to 1."""
    near = get_close_matches(word.lower(), [command.name for command in table], 1, likeness)
    return near[0] if near else None


def unknown(head: str, table: Sequence[Command], word: str) -> UserError:
    """Says that the command `head` has none called `word`, and which it has."""
    # No search words stand here, so a guess may be bolder than for the first word.
    near = nearest(table, word, 0.5)
    known = ", ".join(command.name for command in table)
    hint = f"Did you mean {SLASH} {head} {near}?" if near else f"It is one of {known}."
    return UserError(f"There is no “{head} {word[:40]}”. {hint}")
