"""What people write in Slack's messages, as the words that they mean. Pure."""

import re
from collections.abc import Iterator

MAX_PROSE = 600
"""Longer texts are about more than one thing; what they begin with says most of it."""

_MARKUP = re.compile(r"<([@#!][^<>|]*|[a-z][a-z0-9+.-]*:[^<>|]*)(?:\|([^<>]*))?>", re.IGNORECASE)
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_FENCED = re.compile(r"```.*?(?:```|$)", re.DOTALL)
_URL = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_MARKS = ".,:;!?…*_~`\"'“”‘’<>"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_EMOJI = re.compile(r"(?<!\w):[a-z0-9_+'-]+:(?!\w)")
_EDGE_MARKS = re.compile(r"(?<!\w)[*_~`]+|[*_~`]+(?!\w)")
# What the search language gives a meaning to; in prose it is punctuation.
_OPERATORS = re.compile(r'["“”„«»]|(?<!\S)[-–—•>]+|:')


def typed(text: str) -> str:
    """A message as it was typed: no people, links as they look, no escapes."""
    shown = _MARKUP.sub(lambda found: _shown(found[1], found[2] or ""), text)
    for escape, character in _ESCAPES:
        shown = shown.replace(escape, character)
    return shown.strip().strip("`").strip()


def prose(text: str) -> str:
    """The words of a message, for a search: without code, links, emoji and marks.

    Cut where a sentence or a word ends, at about `MAX_PROSE` characters.
    """
    words = typed(_FENCED.sub(" ", text))
    for noise in (_URL, _EMOJI, _EDGE_MARKS, _OPERATORS):
        words = noise.sub(" ", words)
    return _cut(" ".join(words.split()))


def links(text: str) -> Iterator[str]:
    """Whatever in a message may name a paper: addresses, and words that may be ids, in order."""
    unescaped = text.replace("&amp;", "&")
    apart = _MARKUP.sub(lambda f: " " if f[1][0] in "@#!" else f" {f[1]} ", unescaped)
    return map(_bare, apart.split())


def _shown(target: str, label: str) -> str:
    """What stands on the screen for Slack's ``<target|label>``; nothing for people."""
    if target[:1] == "@" or target[:8] == "!subteam":
        return " "
    if target[:1] in {"#", "!"}:
        return label.lstrip("@#") or " "
    return label or target.removeprefix("mailto:")


def _bare(word: str) -> str:
    """The word without what the sentence put around it; a bracket that it opens itself stays."""
    bare = word.lstrip("([{" + _MARKS).rstrip(_MARKS)
    while bare[-1:] and bare[-1] in _PAIRS and bare.count(bare[-1]) > bare.count(_PAIRS[bare[-1]]):
        bare = bare[:-1].rstrip(_MARKS)
    return bare


def _cut(text: str) -> str:
    if len(text) <= MAX_PROSE:
        return text
    begun = text[:MAX_PROSE]
    end = begun.rfind(". ")
    return begun[:end] if end > MAX_PROSE // 2 else begun.rpartition(" ")[0] or begun
