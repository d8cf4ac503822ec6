"""A conversation with the bot in the terminal: what Slack would show, and its buttons by number.

It speaks to the bot over the local Slack and signed HTTP only, as Slack does.
"""

import html
import re
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo import Control, Message, NoSuchChoice, Person
from bot.demo.stage import Clock, Parts, Start, staged

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

WIDTH = 98
"""How many columns a line of a message has, beside its frame."""

DIGEST_SECONDS = 10

_LINK = re.compile(r"<([^|>]+)\|([^>]*)>")
_MENTION = re.compile(r"<[@#]([^|>]+)>")
_STRONG = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")
_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")


def converse(start: Start) -> None:
    """Starts the local Slack and the bot, plays the opening scene, and hands the keyboard over.

    Without a terminal it reads its lines from standard input, to the end.
    """
    with staged(start, Clock()) as stage:
        person = stage.team.add_person("Ada", tz="Europe/Paris")
        _talk(Conversation(person, stage.parts, stage.clock))


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
            return self.screen(self.person.types(line))
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
        words = _choices(message.controls[index])
        if words and choice not in words:
            return ["Choose one: " + ", ".join(f"{number} {word}" for word in words)]
        try:
            seen = self.person.presses(message, index, words.get(choice or ""))
        except NoSuchChoice:
            return ["That button is gone: the message has changed since."]
        return self._dialogue() or self.screen(seen)

    def _dialogue(self) -> list[str]:
        """What the modal says that has just been opened, if there is one; then it is closed."""
        view = self.person.modal
        if view is None:
            return []
        self.person.closes(view)
        lines = [part for block in view.blocks for line in _text(block) for part in _wrapped(line)]
        return [f"┌─ {harmless(view.title)} (a dialogue, only to be read here)", *lines, "└─"]

    def _move_on(self) -> list[str]:
        """Moves the clock to the next time at which a digest is due, and shows it."""
        due = self.parts.next_due()
        if due is None:
            return ["No digest is due at any time: /papers subscribe sets one up."]
        before = len(self._direct())
        self.clock.move_to(due)
        self.parts.tick()
        # The bot's own heartbeat may have been faster, and be sending it just now.
        self.person.slack.wait_for(lambda: len(self._direct()) > before, DIGEST_SECONDS)
        zone = self.person.user.tz
        local = self.clock.now().astimezone(ZoneInfo(zone))
        return [f"It is {local:%A %d %B, %H:%M} ({zone}).", *self.screen(self._direct()[before:])]

    def _direct(self) -> list[Message]:
        return self.person.sees(self.person.direct)

    def screen(self, messages: Iterable[Message]) -> list[str]:
        """The lines that show these messages; their controls can be pressed from now on."""
        pressable, self.shown = self.shown, []
        lines: list[str] = []
        for message in messages:
            lines += self._message(message)
        # An answer without buttons leaves those above it to be pressed.
        self.shown = self.shown or pressable
        return lines or ["(Slack shows nothing new.)"]

    def _message(self, message: Message) -> Iterator[str]:
        team = self.person.team
        place = team.conversations[message.channel]
        seen_by = "in your direct messages" if place.kind == "im" else f"for all in {place.name}"
        if message.only_for:
            seen_by = "only visible to you"
        yield f"┌─ {team.users[message.user].real_name}, {seen_by}"
        places = {id(control.element): i for i, control in enumerate(message.controls)}
        numbers: list[str] = []
        for block in message.blocks or [_paragraph(message.text)]:
            for line in _text(block):
                yield from _wrapped(line)
            # A paper's menu is read with its buttons, which come below.
            numbers += self._numbers(block, message, places)
            if numbers and block["type"] == "actions":
                yield from _wrapped("   ".join(numbers))
                numbers = []
        yield from _wrapped("   ".join(numbers))
        yield "└─"

    def _numbers(
        self, block: dict[str, Any], message: Message, places: dict[int, int]
    ) -> Iterator[str]:
        for element in (block.get("accessory"), *block.get("elements", [])):
            if isinstance(element, dict) and id(element) in places:
                yield self._number(message, places[id(element)])

    def _number(self, message: Message, index: int) -> str:
        self.shown.append((message, index))
        return f"[{len(self.shown)} {_label(message.controls[index])}]"


def readable(text: str) -> str:
    """Slack's markup as a terminal shows it: links behind their words, no signs of formatting."""
    text = _LINK.sub(lambda found: f"{found[2]} ({found[1]})", text)
    text = _MENTION.sub(r"@\1", text)
    text = _STRONG.sub(r"\1", text)
    return harmless(html.unescape(text))


def harmless(text: str) -> str:
    """The text without what could move the cursor, colour the screen or reverse other text."""
    text = _ESCAPE_SEQUENCE.sub("", text)
    # Cc control, Cf format (bidirectional overrides), Cs lone surrogates; lines stay lines.
    hidden = {"Cc", "Cf", "Cs"}
    return "".join(c for c in text if c in "\n\u200d" or unicodedata.category(c) not in hidden)


def _label(control: Control) -> str:
    return "/".join(_choices(control)) or harmless(control.label)


def _choices(control: Control) -> dict[str, str]:
    """What to type for each option: the first word that it is called by, and what it stands for."""
    return {_first_word(str(o["text"]["text"])): str(o["value"]) for o in control.options}


def _first_word(label: str) -> str:
    return (harmless(label).lower().split() or ["?"])[0].strip(".…:?!")


def _text(block: dict[str, Any]) -> Iterator[str]:
    """The lines that a block says."""
    if block["type"] == "divider":
        yield "───"
    texts = block["elements"] if block["type"] == "context" else [block.get("text")]
    for text in texts:
        if text:
            yield from readable(text["text"]).split("\n")


def _wrapped(line: str) -> list[str]:
    """The line in the frame, on as many lines as it needs; addresses stay in one piece."""
    rest = " " * (len(line) - len(line.lstrip(" •0123456789."))) if line[:1].isdigit() else "  "
    lines = textwrap.wrap(
        line,
        WIDTH,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
        drop_whitespace=True,
    )
    return [f"│ {one}" for one in lines]


def _paragraph(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _talk(conversation: Conversation) -> None:
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
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
