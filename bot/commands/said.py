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


# Behind a word, unless it is but a part of one, such as "hi" of "hi-fi" and "Hi-C".
_END = r"(?![\w'’-])[\s,;:.!?]*"
_POLITE = re.compile(
    r"(?:(?:hi(?! (?:res|fi|c)\b)|hello(?! world)|hey|hallo|hola|bonjour"
    r"|good (?:morning|afternoon|evening|day))(?: there)?"
    r"|@?paperwire|please|pls|kindly|(?:can|could|would|will) you)" + _END,
    re.IGNORECASE,
)
_PAPERS = "papers|articles|publications|preprints"
_ON = "on|about|regarding|concerning|related to|relating to|dealing with"
_ASKING = re.compile(
    r"(?:(?:find|show|get|give|bring|send|recommend|suggest) me|tell me about|search (?:me|for)"
    r"|find|look (?:up|for)|(?:i(?:['’]m| am) )?(?:looking|searching) for"
    r"|i (?:need|want)|i(?:['’]d| would) (?:like|love)(?: to (?:see|read|find|have))?"
    r"|(?:do you (?:have|know)|have you got|(?:is|are) there)"
    r"(?= (?:any|some|papers|articles|anything|something)\b)"
    r"|(?:(?:the|some|any|all|more|new|newest|recent|latest|good|interesting|relevant) ){0,4}"
    rf"(?:(?:paper|article|literature|research|work|studies|anything|something|{_PAPERS}) (?:{_ON})"
    rf"|(?:{_PAPERS})(?: (?:for|in))?))" + _END,
    re.IGNORECASE,
)
_ASKED = re.compile(
    rf"(?:^|\s)(?:please|pls|thanks|thank you|for me|@?paperwire)$"
    rf"|(?<!for)(?<!of)(?<!from)(?<!the)(?<!scientific)(?<!research)(?<!academic)\s(?:{_PAPERS})$",
    re.IGNORECASE,
)
_LONGEST_ASKED = 30


def politely(text: str) -> str:
    """What somebody says behind a greeting, "please" and the bot's name; empty if no more."""
    return _without(_POLITE, text.strip())


def asks_for_papers(text: str) -> bool:
    """Whether it begins with words such as "show me" or "papers on", behind which no command is."""
    return _ASKING.match(politely(text)) is not None


def asked_for(text: str) -> str:
    """What papers are to be about, without the words of asking for them; empty if no more.

    "Show me the latest papers on speech, please" asks for "speech".
    """
    about = politely(text)
    while (less := politely(_without(_ASKING, about))) != about:
        about = less
    while found := _ASKED.search(ended := about.rstrip(" \n,;.!?"), len(ended) - _LONGEST_ASKED):
        about = ended[: found.start()]
    return ended if about != text.strip() else about


def _without(beginning: re.Pattern[str], text: str) -> str:
    """The text without all that matches at its beginning."""
    while found := beginning.match(text):
        text = text[found.end() :]
    return text


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
