"""A paper as a BibTeX entry. What LaTeX gives a meaning is escaped; accents stay as UTF-8."""

import re
import unicodedata
from bisect import bisect
from itertools import accumulate
from urllib.parse import quote

from recommender import Paper
from recommender.text import fold_words, tokens

# Together below what a section of Slack's takes, as Slack counts: & is &amp; there.
MAX_TITLE = 700
MAX_AUTHORS = 900
MAX_NAME = 150
MAX_ADDRESS = 300

# BibTeX counts braces whether or not a backslash stands before them, so none may come out alone.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "`": r"\textasciigrave{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        **{character: f"\\{character}" for character in "$&%#_"},
    }
)
_ARXIV = "arxiv:"
_DOI = "doi:"


def bibtex(paper: Paper) -> str:
    """The entry; what is unknown is left out. Of many authors the last become "others"."""
    fields = {
        # The inner braces keep the capitals of names and acronyms.
        "title": f"{{{_escaped(paper.title, MAX_TITLE)}}}",
        "author": _authors(paper),
        "year": str(paper.published.year) if paper.published else "",
        # What kind of venue it is no source says: an article's journal is what all styles print.
        "journal": _escaped(paper.venue or "", MAX_NAME),
        **_ids(paper),
        "url": _address(paper),
    }
    kind = "article" if paper.venue else "misc"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key(paper)},", *lines, "}"])


def key(paper: Paper) -> str:
    """Who, when and what, such as `jegou2011product`; of ASCII letters and digits only."""
    name = paper.authors[0] if paper.authors else ""
    family, comma, _ = name.partition(",")
    names = [_ascii(word) for word in fold_words(family if comma else name)]
    # "the" and "of" say nothing: a search leaves them out, too.
    words = [_ascii(word) for word in fold_words(paper.title) if tokens(word)]
    title = next(filter(None, words), "")
    year = str(paper.published.year) if paper.published else ""
    first = "".join(names) if comma else next((word for word in reversed(names) if word), "")
    return f"{first[:40]}{year}{title[:40]}" or "paper"


def _ids(paper: Paper) -> dict[str, str]:
    if paper.id.startswith(_ARXIV):
        area = paper.area or ""
        return {
            "eprint": _raw(paper.id.removeprefix(_ARXIV)),
            "archivePrefix": "arXiv",
            # A bare "CL" is no class of arXiv's.
            "primaryClass": area if re.fullmatch(r"[a-z-]+(\.[A-Za-z-]+)?", area) else "",
        }
    return {"doi": _raw(paper.id.removeprefix(_DOI))} if paper.id.startswith(_DOI) else {}


def _address(paper: Paper) -> str:
    if paper.id.startswith(_ARXIV):
        return _raw(f"https://arxiv.org/abs/{paper.id.removeprefix(_ARXIV)}")
    if paper.id.startswith(_DOI):
        return _raw(f"https://doi.org/{paper.id.removeprefix(_DOI)}")
    known = map(_raw, paper.urls)
    return next((url for url in known if url.startswith(("http://", "https://"))), "")


def _authors(paper: Paper) -> str:
    names: list[str] = []
    for name in filter(None, map(_name, paper.authors)):
        if sum(map(_cost, names)) + 5 * len(names) + _cost(name) > MAX_AUTHORS:
            break
        names.append(name)
    is_cut = paper.more_authors or len(names) < sum(1 for name in paper.authors if name.strip())
    return " and ".join([*names, *(["others"] if is_cut and names else [])])


def _name(name: str) -> str:
    """The name; in braces where BibTeX would take it for several, or for one with parts."""
    escaped = _escaped(name, MAX_NAME)
    is_whole = re.search(r"\s(and|others)\s|,.*,", f" {escaped} ", re.IGNORECASE)
    return f"{{{escaped}}}" if is_whole else escaped


def _escaped(text: str, limit: int) -> str:
    """The text in one line as LaTeX reads it, cut where it would come to more than `limit`."""
    line = " ".join("".join(map(_visible, text)).split())
    pieces = [character.translate(_ESCAPES) for character in line]
    reached = list(accumulate(map(_cost, pieces)))
    if not reached or reached[-1] <= limit:
        return "".join(pieces)
    return "".join(pieces[: bisect(reached, limit - 1)]).rstrip() + "…"


def _raw(address: str) -> str:
    """An address or an id without what could end a field, for BibTeX prints it as it is.

    Empty where that is too long.
    """
    safe = quote(address.strip(), safe=":/?#[]@!$&'()*+,;=%~-._", errors="replace")
    return safe if _cost(safe) <= MAX_ADDRESS else ""


def _cost(text: str) -> int:
    return len(text) + 4 * text.count("&")


def _ascii(word: str) -> str:
    return "".join(character for character in word if character.isascii() and character.isalnum())


def _visible(character: str) -> str:
    return " " if unicodedata.category(character)[0] in {"C", "Z"} else character
