"""A conversation with the bot in the terminal: what Slack would show, and its buttons by number.

It speaks to the bot over the local Slack and signed HTTP only, as Slack does.
"""

import html
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from pydantic import SecretStr

from bot.demo import Control, LocalSlack, Message, Person
from bot.settings import Settings

INTRODUCTION = """\
Paperwire, with a stand-in for Slack on this machine: nothing leaves it, nothing is kept.
  /papers …   any command; /papers help lists them
  due         move the clock to the next digest that is due
  3           press button 3;  3 why  chooses from menu 3
  quit        the end
"""
SCENE = (
    "/papers speech translation",
    "/papers interests add speech translation, vector search, author:Hervé Jégou",
    "/papers subscribe weekdays 09:00 3 papers",
    "due",
)
"""What the demonstration types by itself before it is your turn."""

_LINK = re.compile(r"<([^|>]+)\|([^>]*)>")
_MENTION = re.compile(r"<[@#]([^|>]+)>")
_STRONG = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")


class Parts(Protocol):
    """What the terminal needs of a bot."""

    def tick(self) -> object:
        """Composes and delivers what is due."""


class Running(Protocol):
    """A bot that has been started."""

    @property
    def parts(self) -> Parts:
        """What it is made of."""

    @property
    def port(self) -> int | None:
        """Where it listens for Slack's requests."""


Start = Callable[[Settings, Callable[[], datetime]], AbstractContextManager[Running]]


@dataclass(slots=True)
class Clock:
    """Real time, moved ahead by as much as one likes."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The time of the demonstration, UTC."""
        return datetime.now(UTC) + self.ahead

    def timestamp(self) -> float:
        """The same in seconds since 1970."""
        return time.time() + self.ahead.total_seconds()


def converse(start: Start) -> None:
    """Starts the local Slack and the bot, plays the opening scene, and hands the keyboard over.

    Without a terminal it reads its lines from standard input, to the end.
    """
    clock = Clock()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="paperwire-demo-"))
        slack = stack.enter_context(LocalSlack(clock=clock.timestamp))
        team = slack.add_workspace("Demo Lab")
        person = team.add_person("Ada", tz="Europe/Paris")
        settings = Settings(
            bot_token=SecretStr(team.bot_token),
            app_token=None,
            signing_secret=SecretStr(team.signing_secret),
            api_url=slack.url,
            database_url=f"sqlite:///{Path(folder) / 'demo.db'}",
            host="127.0.0.1",
            port=0,
        )
        bot = stack.enter_context(start(settings, clock.now))
        slack.connect(team, f"http://127.0.0.1:{bot.port}/slack/events")
        _talk(Conversation(person, bot.parts, clock))


@dataclass(slots=True)
class Conversation:
    """One person in front of the local Slack; the controls last shown can be pressed by number."""

    person: Person
    parts: Parts
    clock: Clock
    shown: list[tuple[Message, int]] = field(default_factory=list)

    def say(self, line: str) -> list[str]:
        """What the screen shows after a line that the person typed."""
        if line.startswith("/"):
            return self._screen(self.person.types(line))
        if line.lower() == "due":
            return self._move_on()
        number, _, choice = line.partition(" ")
        if number.isdecimal():
            return self._press(int(number), choice.strip() or None)
        return ["Type /papers and some words, a button's number, due, or quit."]

    def _press(self, number: int, choice: str | None) -> list[str]:
        if not 1 <= number <= len(self.shown):
            return [f"There is no button {number}."]
        message, index = self.shown[number - 1]
        control = message.controls[index]
        if control.options and choice not in {str(o["value"]) for o in control.options}:
            values = ", ".join(f"{number} {option['value']}" for option in control.options)
            return [f"Choose one: {values}"]
        return self._screen(self.person.presses(message, index, choice))

    def _move_on(self) -> list[str]:
        """Moves the clock hour by hour until a digest comes, for eight days at most."""
        self.parts.tick()
        for _ in range(8 * 24):
            before = len(self.person.sees(self.person.direct))
            self.clock.ahead += timedelta(hours=1)
            self.parts.tick()
            new = self.person.sees(self.person.direct)[before:]
            if new:
                return [f"It is {self.clock.now():%A %H:%M} UTC.", *self._screen(new)]
        return ["No digest was due within eight days: /papers subscribe sets one up."]

    def _screen(self, messages: Iterable[Message]) -> list[str]:
        self.shown = []
        lines: list[str] = []
        for message in messages:
            lines += self._message(message)
        return lines or ["(Slack shows nothing new.)"]

    def _message(self, message: Message) -> Iterator[str]:
        seen_by = "only visible to you" if message.only_for else "for everybody here"
        yield f"┌─ Paperwire, {seen_by}"
        places = {id(control.element): i for i, control in enumerate(message.controls)}
        for block in message.blocks or [_paragraph(message.text)]:
            for line in self._block(block, message, places):
                yield f"│ {line}"
        yield "└─"

    def _block(
        self, block: dict[str, Any], message: Message, places: dict[int, int]
    ) -> Iterator[str]:
        if block["type"] == "divider":
            yield "───"
        if block["type"] == "context":
            for element in block["elements"]:
                yield from readable(element["text"]).splitlines()
        elif "text" in block:
            yield from readable(block["text"]["text"]).splitlines()
        pressed = [block.get("accessory"), *block.get("elements", [])]
        numbers = [
            self._number(message, places[id(element)])
            for element in pressed
            if isinstance(element, dict) and id(element) in places
        ]
        if numbers:
            yield "   ".join(numbers)

    def _number(self, message: Message, index: int) -> str:
        self.shown.append((message, index))
        return f"[{len(self.shown)} {_label(message.controls[index])}]"


def readable(text: str) -> str:
    """Slack's markup as a terminal shows it: links behind their words, no signs of formatting."""
    text = _LINK.sub(lambda found: f"{found[2]} ({found[1]})", text)
    text = _MENTION.sub(r"@\1", text)
    text = _STRONG.sub(r"\1", text)
    return html.unescape(text).replace("\u200b", "")


def _label(control: Control) -> str:
    return "/".join(str(o["value"]) for o in control.options) or control.label


def _paragraph(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _talk(conversation: Conversation) -> None:
    print(INTRODUCTION)
    for line in SCENE:
        print(f"you> {line}")
        _show(conversation.say(line))
    for line in _lines():
        if line.lower() in {"quit", "exit", "q"}:
            break
        if line:
            _show(conversation.say(line))


def _lines() -> Iterator[str]:
    """Lines from the keyboard, or from a pipe, which are repeated to be seen."""
    while True:
        try:
            line = input("you> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if not sys.stdin.isatty():
            print(line)
        yield line


def _show(lines: Iterable[str]) -> None:
    print("\n".join(lines), end="\n\n")
