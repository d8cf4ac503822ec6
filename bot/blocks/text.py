"""Text for Slack: escaped, cut to a length, and without the power to do anything but be read."""

import re
import unicodedata
from collections.abc import Sequence
from math import floor
from urllib.parse import quote, urlsplit

MAX_URL = 200

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Slack takes these for formatting at the edge of a word only. There is no way to escape them: a
# mark that looks like it stands in its place.
_FORMAT_AT_EDGE = re.compile(r"(?<!\w)[*_~`]|[*_~`](?!\w)")
_LIKE = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}


def one_line(text: str) -> str:
    """Text in one line, without what moves, hides or reverses other text."""
    # What can be printed holds none of it, and most texts can: they are not looked at one by one.
    shown = text if text.isprintable() else "".join(map(_visible, text))
    return " ".join(shown.split())


def plain(text: str, limit: int) -> str:
    """Text of one line for a field without formatting (a header, a button)."""
    line = one_line(text)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def plain_lines(text: str, limit: int) -> str:
    """Text of several lines for a place without formatting."""
    lines = "\n".join(map(one_line, text.splitlines())).strip()
    return lines if len(lines) <= limit else lines[: limit - 1].rstrip() + "…"


def mrkdwn(text: str, limit: int) -> str:
    """Text of one line that Slack shows as it is; at most `limit` characters with its escapes."""
    return _FORMAT_AT_EDGE.sub(lambda found: _LIKE[found[0]], _fitting(text, limit))


def code(text: str, limit: int) -> str:
    """Something to type, in Slack's fixed-width letters: what is copied from it is `text`."""
    # Nothing but the backtick that ends it means anything inside.
    return f"`{_fitting(text.replace('`', 'ˋ'), limit)}`"


def code_block(text: str) -> str:
    """Lines to copy, in Slack's fixed-width letters: what is copied is `text`.

    A backtick becomes a mark that looks like it: three of them would end the block.
    """
    return f"```{text.replace('`', 'ˋ').translate(_ESCAPES)}```"


def link(url: str | None, text: str, limit: int) -> str:
    """The text in bold, as a link where there is an address that Slack can take."""
    label = mrkdwn(text, limit) or "(no title)"
    target = _address(url) if url else None
    return f"*<{target}|{label}>*" if target else f"*{label}*"


def counted(number: int, noun: str) -> str:
    """``1 paper``, ``3 papers``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def percents(shares: Sequence[float]) -> list[int]:
    """Each share in percent of all, rounded so that they add up to 100 where there are any.

    The largest remainders are rounded up: https://en.wikipedia.org/wiki/Largest_remainder_method
    """
    total = sum(shares)
    if not total:
        return [0] * len(shares)
    exact = [100 * share / total for share in shares]
    whole = [floor(each) for each in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: whole[at] - exact[at])
    for at in by_remainder[: 100 - sum(whole)]:
        whole[at] += 1
    return whole


def percent(number: int) -> str:
    """``7 %``; a share that is there is never nothing."""
    return f"{number} %" if number else "under 1 %"


def named_link(url: str, text: str) -> str:
    """The text as a link where Slack can take the address, else the text alone."""
    target = _address(url)
    return f"<{target}|{mrkdwn(text, 100)}>" if target else mrkdwn(text, 100)


def _address(url: str) -> str | None:
    """The address with everything quoted that could end the link; None if it is not for the web."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    safe = quote(parts.geturl(), safe=":/?#[]@!$&'()*+,;=%~-._", errors="replace")
    escaped = safe.translate(_ESCAPES)
    return escaped if len(escaped) <= MAX_URL else None


def _fitting(text: str, limit: int) -> str:
    line = plain(text, limit)
    while len(safe := line.translate(_ESCAPES)) > limit:
        line = line[: -(len(safe) - limit) // 6 - 2].rstrip() + "…"
    return safe


def _visible(character: str) -> str:
    """The character; a space for what moves, hides or reverses other text."""
    # Cc control, Cf format (bidirectional overrides and zero widths), Cs lone surrogates.
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character != "\u200d":
        return " "
    return character
