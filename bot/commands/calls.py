"""What a command is given, and the shape of the table it stands in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from bot.blocks import Message
from bot.errors import UserError
from bot.library import Library
from bot.models import Subscriber
from bot.store import Store

SLASH = "/papers"


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody's words, and what is needed to do as they say.

    `zone` asks Slack for the person's time zone; `deliver` sends what the outbox holds; `is_admin`
    asks Slack whether the person may change what concerns everybody.
    """

    by: Subscriber
    text: str
    store: Store
    library: Library
    now: datetime
    zone: Callable[[], str]
    deliver: Callable[[], object]
    is_admin: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Command:
    """One row of a table of commands: routing, help and documentation at once.

    `usage` is what follows the name; `run` gets the call with only the words after the name.
    """

    name: str
    usage: str
    summary: str
    run: Callable[[Call], Message]


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
