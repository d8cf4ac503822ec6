"""BibTeX files: `file:library.bib`, as reference managers write them."""

import logging
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import NormalizeFieldKeys
from bibtexparser.model import DuplicateBlockKeyBlock, Entry, ParsingFailedBlock

from bot.errors import SourceError
from bot.sources.files import text_in
from bot.sources.latex import readable, without_accent_macros
from bot.sources.people import turned
from bot.sources.records import Found, Problem, Record
from recommender import Paper, paper_id, written_id

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_BRACES = re.compile(r"(?<!\\)[{}]")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ARXIV_NUMBER = re.compile(r"(?:arxiv:)?([a-z-]+/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?", re.IGNORECASE)

Fields = Mapping[str, str]

# It prints its own complaints; ours are in the run's record.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


def read_bibtex(path: Path) -> Iterator[Record]:
    """The entries of a file. Raises SourceError when it cannot be read."""
    yield from parse_bibtex(text_in(path), f"file:{path.name}")


def parse_bibtex(text: str, source: str) -> Iterator[Record]:
    """The entries of a BibTeX database, in its order; what cannot be read is a problem."""
    stack = [NormalizeFieldKeys()]
    library = parse_string(text, parse_stack=stack)
    if text.strip() and not (library.entries or library.strings or library.failed_blocks):
        raise SourceError(f"{source} is no BibTeX.")
    strings = {each.key.lower(): _bare(str(each.value)) for each in library.strings}
    strings |= {month: month for month in _MONTHS if month not in strings}
    parents: dict[str, Fields] = {}
    for block in library.blocks:
        entry = block.ignore_error_block if isinstance(block, DuplicateBlockKeyBlock) else block
        if isinstance(entry, Entry):
            parents.setdefault(entry.key.lower(), _fields(entry, strings))
    for block in library.blocks:
        entry = block.ignore_error_block if isinstance(block, DuplicateBlockKeyBlock) else block
        line = (block.start_line or 0) + 1
        if isinstance(entry, Entry):
            yield _record(_inherited(_fields(entry, strings), parents), entry, line, source)
        elif isinstance(block, ParsingFailedBlock):
            yield Problem(source, line, "the entry is not closed, or otherwise no BibTeX")


def _fields(entry: Entry, strings: Mapping[str, str]) -> Fields:
    return {field.key.lower(): _value(str(field.value), strings) for field in entry.fields}


def _value(written: str, strings: Mapping[str, str]) -> str:
    """A value with its abbreviations in full: `jml # " A"` is "Journal of ML A"."""
    pieces, depth, quoted, start = [], 0, False, 0
    for at, sign in enumerate(written):
        depth += (sign == "{") - (sign == "}")
        quoted ^= sign == '"' and depth == 0
        if sign == "#" and depth == 0 and not quoted:
            pieces.append(written[start:at])
            start = at + 1
    pieces.append(written[start:])
    whole = (piece.strip() for piece in pieces)
    return "".join(strings.get(each.lower(), _bare(each)) for each in whole)


def _bare(written: str) -> str:
    """Without the braces or quotes around the whole."""
    text = written.strip()
    is_closed = len(text) > 1 and (text[0], text[-1]) in {("{", "}"), ('"', '"')}
    return text[1:-1] if is_closed else text


def _inherited(fields: Fields, parents: Mapping[str, Fields]) -> Fields:
    """With what the entry it refers to says for both; a proceedings' title is a booktitle."""
    parent = parents.get(fields.get("crossref", "").strip().lower(), {})
    given = {k: v for k, v in parent.items() if k not in {"title", "author", "doi", "abstract"}}
    title = {"booktitle": parent["title"]} if "title" in parent else {}
    return title | given | dict(fields)


def _record(fields: Fields, entry: Entry, line: int, source: str) -> Record:
    title = _plain(fields.get("title", ""))[:2_000]
    if entry.entry_type.lower() == "proceedings":
        return Problem(source, line, f"“{entry.key[:40]}” is a volume, and no paper")
    if not title:
        return Problem(source, line, f"“{entry.key[:40]}” has no title")
    names = _people(fields.get("author", ""))
    authors = [_name(each) for each in names if each.lower() != "others"]
    arxiv, doi = _arxiv(fields), written_id(fields.get("doi", "").strip())
    urls = (" ".join(fields.get("url", "").replace("\\", "").split()),)
    paper = Paper(
        id=paper_id(title, arxiv, doi),
        title=title,
        abstract=_plain(fields.get("abstract", ""))[:50_000],
        authors=tuple(filter(None, authors)),
        more_authors=any(each.lower() == "others" for each in names),
        area=fields.get("primaryclass", "").strip() or None,
        published=_day(fields),
        venue=_plain(fields.get("journal") or fields.get("booktitle") or "")[:500] or None,
        urls=tuple(each for each in urls if "://" in each and len(each) <= 1_000),
        sources=(source,),
    )
    return Found(paper, frozenset(filter(None, [arxiv, doi])))


def _arxiv(fields: Fields) -> str | None:
    """The arXiv id in `eprint`, or in the words of a journal such as "arXiv:2401.08281"."""
    kind = fields.get("archiveprefix", fields.get("eprinttype", "")).strip().lower()
    eprint = fields.get("eprint", "").strip()
    places = [eprint] if kind in {"", "arxiv"} else []
    places += [w for k in ("journal", "url", "note") for w in fields.get(k, "").split()]
    for place in places:
        written = place.strip("{}.,;()")
        if _ARXIV_NUMBER.fullmatch(written) or "arxiv.org/" in written.lower():
            known = written_id(written)
            if known and known.startswith("arxiv:"):
                return known
    return None


def _people(written: str) -> list[str]:
    """The names between one "and" and the next; an "and" in braces is part of a name."""
    names: list[list[str]] = [[]]
    depth = 0
    for word in written.split():
        if depth == 0 and word.lower() == "and":
            names.append([])
            continue
        depth += word.count("{") - word.count("}")
        names[-1].append(word)
    return [" ".join(words) for words in names if words]


def _name(written: str) -> str:
    """ "{CERN}" is a group, "Müller, Hans" a person: as people read either."""
    name = _plain(written)[:1_000]
    return name if written.startswith("{") and written.endswith("}") else turned(name)


def _plain(written: str) -> str:
    """Text as people read it: accents, no braces, one line."""
    text = readable(without_accent_macros(" ".join(written.split())))
    text = _BRACES.sub("", text).replace("~", " ").replace("\\&", "&")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _day(fields: Fields) -> date | None:
    """The day, where the entry has one: a year alone is none."""
    found = _DAY.fullmatch(fields.get("date", "").strip())
    parts = found.groups() if found else (fields.get("year", ""), _month(fields), fields.get("day"))
    try:
        day = date(*(int(part or "") for part in parts))
    except ValueError:
        return None
    return day if 1450 <= day.year <= 2199 else None


def _month(fields: Fields) -> str:
    written = fields.get("month", "").strip().lower()
    return str(_MONTHS.index(written[:3]) + 1) if written[:3] in _MONTHS else written
