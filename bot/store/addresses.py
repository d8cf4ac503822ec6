"""Where else papers stand: the DOIs and links of each, beside the one that is its id.

By them papers are found, but they are no evidence of what is one work: see `identities`.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import unquote

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.store.tables import addresses
from recommender import Paper, contradict, written_id

# https://aclanthology.org/faq/: the Anthology's papers have the DOI 10.18653/v1/ and their id,
# such as 2023.acl-long.1 and, in the older style, P19-1001.
_ACL = re.compile(
    r"https?://(?:www\.)?(?:aclanthology\.org|aclanthology\.info/papers|aclweb\.org/anthology)/"
    r"(\d{4}\.[a-z0-9]+-[a-z0-9]+\.\d+|[A-Z]\d{2}-\d{4,5})(?:v\d+)?(?:\.pdf|\.bib)?/?(?:[?#].*)?",
    re.IGNORECASE,
)
_ACL_DOI = "doi:10.18653/v1/"
_MAX_KEY = 255
# SQLite takes at most 32,766 values in one statement.
_BATCH = 5_000

_AT = (
    select(addresses.c.key, addresses.c.paper)
    .where(addresses.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(addresses.c.paper.desc())
)


def key(link: str) -> str | None:
    """What all links to one paper's page have in common: an id as papers have it, or None.

    Known are arXiv, DOIs and the ACL Anthology, whose pages count as their DOIs.
    """
    written = link.strip()
    if acl := _ACL.fullmatch(written):
        return _ACL_DOI + acl[1].lower()
    if written.lower().startswith(("https://", "http://")):
        written = unquote(re.split("[?#]", written)[0])
    found = written_id(written)
    return found if found and len(found) <= _MAX_KEY else None


def put(connection: Connection, changed: Iterable[Paper]) -> None:
    """Remembers the links of papers, in place of those they had; none to papers they cite."""
    known = {paper.id: set(_keys(paper)) for paper in changed}
    ids = list(known)
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        connection.execute(delete(addresses).where(addresses.c.paper.in_(batch)))
    rows = [
        {"key": other, "paper": paper} for paper, keys in known.items() for other in keys - {paper}
    ]
    if rows:
        connection.execute(insert(addresses), rows)


def _keys(paper: Paper) -> Iterator[str]:
    """Of the links of a paper those that may be to itself: a second arXiv id is none."""
    for url in paper.urls:
        known = key(url)
        if known is not None and not contradict({paper.id}, {known}):
            yield known


def find(connection: Connection, keys: Collection[str]) -> dict[str, str]:
    """The ids of the papers that stand at those keys besides their own; of several, the first."""
    rows = connection.execute(_AT, {"keys": list(keys)})
    return {row.key: row.paper for row in rows}
