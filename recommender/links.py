"""Addresses of papers, so that one typed in full finds its paper."""

import re

from recommender.facets import Facet, Rule
from recommender.identity import written_id

_START = re.compile(r"(?:https?://)?(?:www\.)?", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def link_of(address: str) -> str:
    """What an address stands for: an id in one of its usual spellings, or where it leads.

    Neither http nor https, "www.", a slash at the end nor a place on the page tell papers apart;
    nor does the case of the host.
    """
    bare = address.strip()
    host, slash, rest = _START.sub("", bare, count=1).partition("/")
    return written_id(bare) or f"{host.lower()}{slash}{rest}".partition("#")[0].rstrip("/")


RULE = Rule(
    lambda paper: paper.urls, link_of, lambda link: (link,), lambda link: [(link,)], str.__eq__
)
"""How the addresses of a paper become a facet of it."""


def linked(links: Facet, text: str) -> str:
    """The link that a text is, if it is a paper's: an address or an id; else nothing."""
    wanted = text.strip()
    known = link_of(wanted) if _ADDRESS.fullmatch(wanted) or written_id(wanted) else ""
    return known if known and len(links.filed(RULE, known)) else ""
