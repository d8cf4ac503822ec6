"""`rich_text` blocks as HTML."""

from collections.abc import Callable
from typing import Any

from bot.demo.page.markup import Html, join, tag
from bot.demo.page.mrkdwn import EMOJI
from bot.demo.page.reader import Reader, link

JSON = dict[str, Any]
STYLES = {"bold": "strong", "italic": "em", "strike": "s", "code": "code", "underline": "u"}


def rich_text(block: JSON, reader: Reader) -> Html:
    """The block's sections, lists, quotes and code."""
    return join(*(_part(part, reader) for part in block.get("elements", [])))


def _part(part: JSON, reader: Reader) -> Html:
    if part.get("type") == "rich_text_list":
        items = (tag("li", _part(item, reader)) for item in part.get("elements", []))
        name = "ol" if part.get("style") == "ordered" else "ul"
        return tag(name, *items, class_=f"indent-{min(int(part.get('indent', 0)), 5)}")
    inside = join(*(_piece(piece, reader) for piece in part.get("elements", [])))
    names = {"rich_text_quote": "blockquote", "rich_text_preformatted": "pre"}
    return tag(names.get(str(part.get("type")), "div"), inside)


def _piece(piece: JSON, reader: Reader) -> Html:
    shown = _PIECES.get(str(piece.get("type")), _words)(piece, reader)
    for style, is_on in piece.get("style", {}).items():
        if is_on is True and style in STYLES:
            shown = tag(STYLES[style], shown)
    return shown


def _words(piece: JSON, _reader: Reader) -> Html:
    first, *rest = str(piece.get("text", piece.get("fallback", ""))).split("\n")
    return join(first, *(join(tag("br"), line) for line in rest))


def _date(piece: JSON, reader: Reader) -> Html:
    return join(reader.date(float(piece["timestamp"]), str(piece.get("format", "{date}"))))


def _emoji(piece: JSON, _reader: Reader) -> Html:
    name, code = str(piece.get("name", "")), str(piece.get("unicode", ""))
    try:
        return join("".join(chr(int(part, 16)) for part in code.split("-")))
    except ValueError:
        return join(EMOJI.get(name, f":{name}:"))


def _broadcast(piece: JSON, _reader: Reader) -> Html:
    name = piece.get("range") or piece.get("usergroup_id")
    return tag("span", f"@{name}", class_="mention")


_PIECES: dict[str, Callable[[JSON, Reader], Html]] = {
    "link": lambda piece, _: link(str(piece["url"]), str(piece.get("text") or piece["url"])),
    "user": lambda piece, reader: reader.user(str(piece["user_id"])),
    "channel": lambda piece, reader: reader.channel(str(piece["channel_id"])),
    "broadcast": _broadcast,
    "usergroup": _broadcast,
    "color": lambda piece, _: tag("code", str(piece.get("value", ""))),
    "date": _date,
    "emoji": _emoji,
}
