"""Slack's markup (mrkdwn) as HTML.

What stands between angle brackets and in backticks is set aside first, so that no formatting
reaches into it; the rest is formatted from the outside in, and its leaves are escaped.
"""

import re
from collections.abc import Callable
from functools import partial
from itertools import groupby

from bot.demo.page.markup import Html, join, tag, text
from bot.demo.page.reader import SCHEMES, Reader, link

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_ASIDE = re.compile(r"`([^`\n]+)`|<([^<>\n]+)>")
_BARE = re.compile(r"\bhttps?://[^\s<>\ue000\ue001]*[^\s<>.,;:!?)\]}'\"\ue000\ue001]")
_PLACE = re.compile(r"\ue000(\d+)\ue001")
_FORMATS = tuple(
    (re.compile(rf"(?<![\w{sign}]){sign}(?![\s{sign}])([^{sign}\n]+)(?<!\s){sign}(?!\w)"), name)
    for sign, name in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
)
_QUOTE = re.compile(r"(?:&gt;|>) ?")
QUOTE = ("&gt;", ">")
BULLETS = ("•", "◦", "▪")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
EMOJI = {
    "+1": "👍",
    "-1": "👎",
    "thumbsup": "👍",
    "thumbsdown": "👎",
    "bookmark": "🔖",
    "bulb": "💡",
    "books": "📚",
    "eyes": "👀",
    "sparkles": "✨",
    "star": "⭐",
    "tada": "🎉",
    "wave": "👋",
    "warning": "⚠️",
    "white_check_mark": "✅",
    "x": "❌",
}
_EMOJI = re.compile(r":([a-z0-9_+\-]+):")


def unescaped(words: str) -> str:
    """The characters that Slack's three escapes stand for."""
    for escaped, character in _ENTITIES:
        words = words.replace(escaped, character)
    return words


def emoji(words: str) -> str:
    """The words with the names of the commonest emoji turned into them."""
    return _EMOJI.sub(lambda found: EMOJI.get(found[1], found[0]), words)


def mrkdwn(words: str, reader: Reader, *, verbatim: bool = False) -> Html:
    """A text as Slack shows it; `verbatim` leaves bare addresses as words."""
    parts = _FENCE.split(words)
    pieces: list[str] = []
    for number, part in enumerate(parts):
        if number % 2:
            pieces.append(tag("pre", unescaped(part)))
        elif part.strip("\n"):
            between = part.strip("\n") if len(parts) > 1 else part
            pieces.append(_lines(between, reader, verbatim))
    return join(*pieces)


def _lines(words: str, reader: Reader, verbatim: bool) -> Html:
    """Lines: those of a quote stand together, the others as they are."""
    pieces: list[Html] = []
    for is_quote, group in groupby(words.split("\n"), lambda line: line.startswith(QUOTE)):
        lines = [_QUOTE.sub("", line, count=1) if is_quote else line for line in group]
        shown = _listed([_inline(line, reader, verbatim) for line in lines])
        pieces.append(tag("blockquote", shown) if is_quote else shown)
    return join(*pieces)


def _listed(lines: list[Html]) -> Html:
    """Lines one under the other; those that begin with a bullet hang from it."""
    pieces: list[Html] = []
    was_line = False
    for line in lines:
        bullet, _, rest = line.partition(" ")
        is_item = bullet in BULLETS
        if is_item:
            pieces.append(tag("div", tag("span", bullet), tag("div", Html(rest)), class_="item"))
        else:
            pieces += [tag("br"), line] if was_line else [line]
        was_line = not is_item
    return join(*pieces)


def _inline(words: str, reader: Reader, verbatim: bool) -> Html:
    aside: list[Html] = []

    def set_aside(found: re.Match[str]) -> str:
        is_code = found[1] is not None
        piece = tag("code", unescaped(found[1])) if is_code else _special(found[2], reader)
        return _put(aside, piece)

    words = _ASIDE.sub(set_aside, words.replace("\ue000", "").replace("\ue001", ""))
    if not verbatim:
        words = _BARE.sub(lambda found: _put(aside, link(unescaped(found[0]), "")), words)
    return _formatted(words, aside)


def _formatted(words: str, aside: list[Html]) -> Html:
    """Bold, italic and struck text, one inside the other in whatever order."""
    for pattern, name in _FORMATS:
        words = pattern.sub(partial(_marked, name, aside), words)
    pieces = _PLACE.split(words)
    return join(*(aside[int(p)] if n % 2 else emoji(unescaped(p)) for n, p in enumerate(pieces)))


def _marked(name: str, aside: list[Html], found: re.Match[str]) -> str:
    return _put(aside, tag(name, _formatted(found[1], aside)))


def _put(aside: list[Html], piece: Html) -> str:
    """Sets a finished piece aside; what stands for it meanwhile."""
    aside.append(piece)
    return f"\ue000{len(aside) - 1}\ue001"


def _special(inside: str, reader: Reader) -> Html:
    """What stands between angle brackets: a mention, a date, a link; else words."""
    target, _, label = inside.partition("|")
    named = _MENTIONS.get(target[:1])
    if named:
        return named(reader, target[1:], unescaped(label))
    url = unescaped(target)
    if url.partition(":")[0].lower() in SCHEMES:
        return link(url, emoji(unescaped(label)) or url.removeprefix("mailto:"))
    return text(unescaped(label or f"<{inside}>"))


def _command(reader: Reader, target: str, label: str) -> Html:
    """`<!here>`, `<!date^…>` and their like."""
    name, *rest = target.split("^")
    if name == "date" and len(rest) >= 2 and re.fullmatch(r"\d{1,12}", rest[0]):
        words = text(reader.date(float(rest[0]), unescaped(rest[1])))
        return link(unescaped(rest[2]), words) if len(rest) > 2 else words
    return tag("span", label or f"@{name}", class_="mention")


_MENTIONS: dict[str, Callable[[Reader, str, str], Html]] = {
    "@": Reader.user,
    "#": Reader.channel,
    "!": _command,
}
