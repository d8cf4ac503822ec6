"""Text for Slack: escaped, cut to a length, and without the power to do anything but be read."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

MAX_URL = 200

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Slack takes these for formatting at the edge of a word only.
_FORMAT_AT_EDGE = re.compile(r"(?<!\w)[*_~`]|[*_~`](?!\w)")
_ZERO_WIDTH_SPACE = "\u200b"


def plain(text: str, limit: int) -> str:
    """Text of one line for a field without formatting (a header, a button)."""
    line = " ".join("".join(_visible(c) for c in text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def mrkdwn(text: str, limit: int) -> str:
    """Text of one line that Slack shows as it is; at most `limit` characters with its escapes."""
    line = plain(text, limit)
    while len(safe := _escaped(line)) > limit:
        line = line[: -(len(safe) - limit) // 6 - 2].rstrip() + "…"
    return safe


def code(text: str, limit: int) -> str:
    """Something to type, in Slack's fixed-width letters."""
    return f"`{mrkdwn(text.replace('`', 'ˋ'), limit)}`"


def link(url: str | None, text: str, limit: int) -> str:
    """The text in bold, as a link where there is an address that Slack can take."""
    label = mrkdwn(text, limit)
    target = _address(url) if url else None
    return f"*<{target}|{label}>*" if target else f"*{label}*"


def _address(url: str) -> str | None:
    """The address with everything quoted that could end the link; None if it is not for the web."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    safe = quote(parts.geturl(), safe=":/?#[]@!$'()*+,;=%~-._")
    return safe + "" if len(safe) <= MAX_URL else None


def _escaped(text: str) -> str:
    safe = "".join(_ESCAPES.get(c, c) for c in text)
    return _FORMAT_AT_EDGE.sub(lambda found: _ZERO_WIDTH_SPACE + found[0], safe)


def _visible(character: str) -> str:
    """The character; a space for what moves, hides or reverses other text."""
    # Cc control, Cf format (bidirectional overrides and zero widths), Cs lone surrogates.
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character != "\u200d":
        return " "
    return character
