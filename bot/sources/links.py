"""The links in an abstract: code, project pages, papers on arXiv."""

import re
from urllib.parse import urlsplit

_ARXIV_ID = r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}"
_PAIRS = {")": "(", "]": "[", "}": "{", "’": "‘", "”": "“"}
_CLOSING = ".,;:!?…'\"*_~’”)]}"
_CODE_HOSTS = (
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "huggingface.co",
)
_HOSTS = "|".join(map(re.escape, _CODE_HOSTS))
_LINK = re.compile(
    r"(?P<url>https?://(?:(?!https?://)[^\s<>\"“”{}|\\^`])+)"
    rf"|(?<![\w./@-])(?P<bare>(?:www\.)?(?:(?:{_HOSTS}|arxiv\.org)/|[\w-]+\.(?:github|gitlab)\.io\b)"
    r"(?:(?!https?://)[^\s<>\"“”{}|\\^`])*)"
    rf"|\barXiv(?:\s?:\s?|\s|\s?preprint\s|\.)(?:arXiv:)?(?P<arxiv>{_ARXIV_ID})(?:v\d+)?(?![\d/])",
    re.IGNORECASE,
)
_ARXIV_PATH = re.compile(rf"/(?:abs|pdf|html)/({_ARXIV_ID})(?:v\d+)?(?:\.pdf)?/?", re.IGNORECASE)
_NO_REPOSITORY = frozenset({"about", "blog", "docs", "join", "papers", "posts", "topics"})


def links_in(text: str) -> tuple[str, ...]:
    """The links of a text in its order, each once, as complete addresses.

    Sentence marks and brackets behind a link are not part of it. Papers on arXiv, as ids or as
    links, are "https://arxiv.org/abs/ID" without version.
    """
    found = map(_address, _LINK.finditer(text))
    return tuple(dict.fromkeys(address for address in found if _has_host(address)))


def is_code(url: str) -> bool:
    """Whether the link is one to a repository on a site that hosts code."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    path = [part for part in parts.path.split("/") if part]
    is_known = host in _CODE_HOSTS or host.startswith("gitlab.")
    return is_known and len(path) > 1 and path[0] not in _NO_REPOSITORY


def _address(found: re.Match[str]) -> str:
    if found["arxiv"]:
        return f"https://arxiv.org/abs/{found['arxiv']}"
    url = _trimmed(found["url"] or f"https://{found['bare']}")
    parts = _split(url)
    paper = _ARXIV_PATH.fullmatch(parts[1]) if parts[0].endswith("arxiv.org") else None
    return f"https://arxiv.org/abs/{paper[1]}" if paper else url


def _trimmed(url: str) -> str:
    """Without what the sentence put behind it; a bracket that the link itself opens stays."""
    while url and url[-1] in _CLOSING:
        opening = _PAIRS.get(url[-1])
        if opening and url.count(opening) >= url.count(url[-1]):
            break
        url = url[:-1]
    return url


def _split(url: str) -> tuple[str, str]:
    """Host and path; empty for what is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.hostname or "", parts.path


def _has_host(url: str) -> bool:
    return "." in _split(url)[0]
