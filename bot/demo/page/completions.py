"""What the composer can complete: the commands of the manifest, and the bot's own words in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from bot.demo.manifest import Manifest, SlashCommand

JSON = dict[str, str]


class Row(Protocol):
    """One command of a bot's table of commands."""

    @property
    def name(self) -> str:
        """The word to type."""

    @property
    def usage(self) -> str:
        """What follows it."""

    @property
    def summary(self) -> str:
        """What it does."""


Tables = Mapping[str, Sequence[Row]]
"""Tables of commands: under "" the first words, under one of these the words that follow it."""


def completions(manifest: Manifest, bot: str, tables: Tables) -> list[JSON]:
    """Every completion: the words, what may follow them, and what they do."""
    found: list[JSON] = []
    for slash in manifest.commands:
        usage, does = slash.usage_hint, slash.description
        found.append({"words": slash.command, "usage": usage, "does": does})
        found += _inner(slash, tables)
    invite = {"words": f"/invite @{bot}", "usage": "", "does": "lets it post in this channel"}
    return [*found, invite]


def _inner(slash: SlashCommand, tables: Tables) -> Iterator[JSON]:
    for row in tables.get("", ()):
        for each in tables.get(row.name, (row,)):
            name = each.name if each is row else f"{row.name} {each.name}"
            yield {"words": f"{slash.command} {name}", "usage": each.usage, "does": each.summary}
