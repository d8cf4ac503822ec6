"""Which conversations a select offers to whom, and the addresses that come with what was chosen."""

from collections.abc import Iterable
from typing import Any

from bot.demo.world import Conversation, Workspace

JSON = dict[str, Any]
# What a filter calls the kinds of conversations there are here.
KINDS = {"public": "channel", "private": "private", "im": "im"}
SELECTS = ("conversations_select", "channels_select")


def seen_by(team: Workspace, user_id: str) -> list[Conversation]:
    """The conversations that a person knows of: public channels, and those they are a member of."""
    every = team.conversations.values()
    return [c for c in every if c.kind == "channel" or user_id in c.members]


def offered(element: JSON, seen: Iterable[Conversation]) -> list[Conversation]:
    """Those that a select of conversations offers, of the ones that its reader knows of."""
    wanted = list((element.get("filter") or {}).get("include") or KINDS)
    if str(element.get("type")).endswith("channels_select"):
        wanted = ["public"]
    kinds = {KINDS.get(name) for name in wanted}
    return [c for c in seen if c.kind in kinds and not c.is_archived]
