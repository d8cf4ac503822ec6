"""Walks Block Kit JSON: every block, element, option, dialogue and text, and where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]

TEXTS = ("text", "label", "hint", "placeholder", "title", "description", "deny", "submit", "close")
OPTION_LISTS = ("options", "initial_options")
# These hold their own formats, which only slack_sdk's models check.
OPAQUE = frozenset({"rich_text", "table", "video", "file", "call", "markdown", "rich_text_input"})


@dataclass(frozen=True, slots=True)
class Part:
    """One piece: its JSON pointer, what it is, what holds it under which key, and its JSON.

    `kind` is the piece's `type`, or option, option_group or confirm, which carry none.
    """

    pointer: str
    kind: str
    owner: str
    key: str
    json: Any

    @property
    def is_text(self) -> bool:
        """It is a text object (or stands where only one may stand)."""
        return self.kind in ("plain_text", "mrkdwn", "text")


def kind_of(json: Any, default: str = "unknown") -> str:
    """The `type` of a piece, or the default where it carries none."""
    kind = json.get("type") if isinstance(json, dict) else None
    return kind if isinstance(kind, str) else default


def walk(part: Part) -> Iterator[Part]:
    """The piece and everything inside it."""
    yield part
    if not isinstance(part.json, dict) or part.kind in OPAQUE or part.is_text:
        return
    for key, value in part.json.items():
        for pointer, inner in _spread(f"{part.pointer}/{key}", value):
            kind = _kind_under(part, key, inner)
            if kind:
                yield from walk(Part(pointer, kind, part.kind, key, inner))


def _spread(pointer: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The value itself, or the items of a list, each with its pointer."""
    if isinstance(value, list):
        yield from ((f"{pointer}/{number}", item) for number, item in enumerate(value))
    else:
        yield pointer, value


def _kind_under(part: Part, key: str, inner: Any) -> str:
    """What stands under a key; empty for plain values such as a URL."""
    if key == "confirm" and part.kind != "confirm":
        return "confirm"
    if key in TEXTS or key == "fields" or key == "confirm":
        return kind_of(inner, "text")
    if key in OPTION_LISTS or key == "initial_option":
        return "option"
    if key == "option_groups":
        return "option_group"
    return kind_of(inner) if key in ("elements", "element", "accessory") else ""


def all_text(json: Any) -> int:
    """How many characters of text there are in some JSON, in whatever block."""
    if isinstance(json, list):
        return sum(all_text(item) for item in json)
    if not isinstance(json, dict):
        return 0
    own = json.get("text")
    length = len(own) if isinstance(own, str) else 0
    return length + sum(all_text(value) for value in json.values())
