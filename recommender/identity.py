"""Which work a paper is: stable ids, and how people write them."""

import hashlib
import re

from recommender.text import fold

_ARXIV = r"(?:[0-9]{4}\.[0-9]{4,5}|[a-z][a-z-]*(?:\.[a-z]{2})?/[0-9]{7})"
_SUBJECT_CLASS = re.compile(r"\.[a-z]{2}/")
_ARXIV_ID = re.compile(
    r"(?:(?:https?://)?(?:[a-z]+\.)?arxiv\.org/(?:abs|pdf|html|format)/|arxiv:)?"
    rf"({_ARXIV})(?:v[0-9]+)?(?:\.pdf)?/?(?:[?#].*)?",
    re.IGNORECASE,
)
_DOI_ID = re.compile(
    r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE
)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({_ARXIV})(?:v[0-9]+)?", re.IGNORECASE)
_TITLE_ID = re.compile("title:[0-9a-f]{16}", re.IGNORECASE)
_NO_KEY = re.compile(r"[^\w+#]|_")


def title_key(title: str) -> str:
    """What titles of one work have in common whatever the case, accents, spaces and hyphens.

    A title of nothing but symbols is its own key.
    """
    folded = fold(title)
    return _NO_KEY.sub("", folded) or " ".join(folded.split())


def paper_id(title: str, arxiv: str | None = None, doi: str | None = None) -> str:
    """The id of a paper: "arxiv:2401.08281" without version, else "doi:10.…", else "title:" and
    16 hexadecimal digits of its folded title.

    `arxiv` and `doi` may be written as people do, with prefix or as a URL; what is no such id
    is passed over.
    """
    for written, prefix in ((arxiv, "arxiv:"), (doi, "arxiv:"), (doi, "doi:")):
        known = written_id(prefix + written.strip()) if written else None
        known = known or (written_id(written.strip()) if written else None)
        if known and known.startswith(prefix):
            return known
    return title_id(title)


def title_id(title: str, author: str = "") -> str:
    """The id of a paper of which nothing is known but its title.

    With the first author for one whose title another work has already.
    """
    text = title_key(title) + ("\n" + title_key(author) if author else "")
    return "title:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def written_id(written: str) -> str | None:
    """The id that `written` stands for in one of its usual spellings, or None.

    Known are arXiv ids, old and new, with or without "arxiv:", as URLs, with a version; DOIs
    likewise (arXiv's own DOIs are arXiv ids); and "title:…" as `paper_id` makes it.
    """
    if written.isalpha():
        return None
    if arxiv := _ARXIV_ID.fullmatch(written) or _ARXIV_DOI.fullmatch(_without_doi(written)):
        # "math.GT/0309136" and "math/0309136" are one paper.
        return "arxiv:" + _SUBJECT_CLASS.sub("/", arxiv[1].lower())
    if doi := _DOI_ID.fullmatch(written):
        return "doi:" + doi[1].rstrip(".,;").lower()
    return written.lower() if _TITLE_ID.fullmatch(written) else None


def _without_doi(written: str) -> str:
    found = _DOI_ID.fullmatch(written)
    return found[1] if found else ""
