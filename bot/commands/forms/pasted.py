"""Papers as people paste them: titles, links, ids, a BibTeX file. What is meant, and what is here.

BibTeX is read tolerantly: whatever looks like an entry with a title, a DOI or an arXiv id.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.commands.calls import Call
from bot.commands.said import links
from bot.sources.latex import readable
from bot.store import addresses
from recommender import Index, Paper, QueryError
from recommender.text import fold_words, tokens

MAX_PASTED = 100
"""So many lines or entries are looked at; the others are counted."""

_ENTRY = re.compile(r"@\s*(\w{1,40})\s*[{(]")
_NO_PAPER = frozenset({"string", "comment", "preamble"})
_FIELD = re.compile(r"(?<![\w-])(title|doi|eprint|url|archiveprefix)\s*=\s*", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•–—]\s|\[\d{1,3}\]\s?|\(?\d{1,3}[.)]\s)\s*")
_MOST_WORDS = 60
_OF_TITLE, _OF_LINE, _FEWEST = 0.8, 0.9, 4


@dataclass(frozen=True, slots=True)
class Pasted:
    """One paper that somebody means: the keys it may stand at, its title, and the words pasted."""

    said: str
    keys: Sequence[str] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The papers that were meant, each once; the words for which there is none, and how many
    more were not looked at."""

    papers: tuple[Paper, ...]
    missing: tuple[str, ...]
    more: int = 0


def recognised(call: Call, text: str) -> Recognised:
    """The papers in the corpus that a pasted text means."""
    meant = list(pasted(text))
    looked_at = meant[:MAX_PASTED]
    keys = {key: None for each in looked_at for key in each.keys}
    by_key = call.library.papers(keys)
    papers: dict[str, Paper] = {}
    missing = []
    for each in looked_at:
        found = next((by_key[key] for key in each.keys if key in by_key), None)
        found = found or (titled(call.library.index, each.title) if each.title else None)
        if found is not None:
            papers.setdefault(found.id, found)
        else:
            missing.append(each.said)
    return Recognised(tuple(papers.values()), tuple(missing), len(meant) - len(looked_at))


def pasted(text: str) -> Iterator[Pasted]:
    """What each entry of a BibTeX file, or each line of any other text, means."""
    entries = list(_ENTRY.finditer(text))
    if not entries:
        yield from filter(None, map(_line, text.splitlines()))
        return
    yield from filter(None, map(_line, text[: entries[0].start()].splitlines()))
    ends = [*(entry.start() for entry in entries[1:]), len(text)]
    for entry, end in zip(entries, ends, strict=True):
        if entry[1].lower() not in _NO_PAPER and (meant := _entry(text[entry.end() : end])):
            yield meant


def titled(index: Index, line: str) -> Paper | None:
    """The paper that a line names: it has nearly all words of the title, or is most of it."""
    same = index.twins(Paper("line", line))
    if same:
        return index.get(same[0])
    asked = set(tokens(line))
    try:
        matches = index.search(" ".join(fold_words(line)[:_MOST_WORDS]), limit=3, explain=False)
    except QueryError:
        return None
    for match in matches:
        title = set(tokens(match.paper.title))
        common = len(title & asked)
        is_whole = len(title) > 1 and common >= _OF_TITLE * len(title)
        if is_whole or (len(asked) >= _FEWEST and common >= _OF_LINE * len(asked)):
            return match.paper
    return None


def _line(line: str) -> Pasted | None:
    said = " ".join(_BULLET.sub("", line).split())
    if not said:
        return None
    keys = tuple(filter(None, map(addresses.key, links(said))))
    return Pasted(said, keys, "" if keys else said)


def _entry(body: str) -> Pasted | None:
    fields: dict[str, str] = {}
    for found in _FIELD.finditer(body):
        fields.setdefault(found[1].lower(), _value(body, found.end()))
    title = " ".join(readable(fields.get("title", "")).translate({123: None, 125: None}).split())
    written = [f"doi:{fields.get('doi', '')}", f"arxiv:{fields.get('eprint', '')}"]
    written += [fields.get("doi", ""), fields.get("eprint", ""), fields.get("url", "")]
    keys = tuple(dict.fromkeys(key for each in written if (key := addresses.key(each.strip()))))
    said = title or next(iter(keys), "")
    return Pasted(said, keys, title) if said else None


def _value(body: str, at: int) -> str:
    """The value of a field: between braces that match, between quotes, or up to a comma."""
    opening = body[at : at + 1]
    if opening == '"':
        end = body.find('"', at + 1)
        return body[at + 1 : end if end > 0 else None]
    if opening != "{":
        return re.split(r"[,\n}]", body[at:], maxsplit=1)[0].strip()
    depth = 0
    for place in range(at, len(body)):
        depth += {"{": 1, "}": -1}.get(body[place], 0)
        if depth == 0:
            return body[at + 1 : place]
    return body[at + 1 :]
