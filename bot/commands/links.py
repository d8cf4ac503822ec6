"""The papers that a text names: by links to arXiv, DOIs and the ACL Anthology, or by their ids."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.commands.said import links
from bot.library import Library
from bot.store import addresses
from recommender import Paper
from recommender.text import fold_words


@dataclass(frozen=True, slots=True)
class Named:
    """The papers that a text names, in its order, each once.

    `unknown` counts those that are not known here; `is_all` says that the text holds nothing else.
    """

    papers: tuple[Paper, ...]
    unknown: int
    is_all: bool


def papers_in(library: Library, text: str) -> Named:
    """The papers that a message of Slack's names."""
    keys = {link: addresses.key(link) for link in links(text)}
    wanted = dict.fromkeys(filter(None, keys.values()))
    found = library.papers(wanted)
    papers = {paper.id: paper for key in wanted if (paper := found.get(key))}
    is_all = not any(fold_words(link) for link, key in keys.items() if key is None)
    return Named(tuple(papers.values()), sum(key not in found for key in wanted), is_all)


def papers_at(library: Library, urls: Iterable[str]) -> dict[str, Paper]:
    """The papers at those addresses, by address; other addresses are left out."""
    keys = {url: key for url in urls if (key := addresses.key(url))}
    found = library.papers(keys.values())
    return {url: found[key] for url, key in keys.items() if key in found}
