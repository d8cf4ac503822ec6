"""Links in messages: as Slack writes them, and what it tells the app whose domains they are.

Pure functions.
"""

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

JSON = dict[str, Any]

_BARE = re.compile(r"(?<![<|\w])https?://[^\s<>|]+")
_WRITTEN = re.compile(r"<(https?://[^<>|]+)(?:\|[^<>]*)?>")
COMPOSER = "composer"
HISTORY = "conversations_history"


def written(text: str) -> str:
    """The text with its bare links as Slack keeps them: escaped, between angle brackets."""
    return _BARE.sub(lambda found: f"<{_escaped(found[0])}>", text)


def links_to(text: str, domains: Collection[str]) -> list[JSON]:
    """The links of a message that lead to these domains or below, each once."""
    urls = dict.fromkeys(_unescaped(found[1]) for found in _WRITTEN.finditer(text))
    told = ((url, _domain(url, domains)) for url in urls)
    return [{"url": url, "domain": domain} for url, domain in told if domain]


def shared(user: str, links: list[JSON], channel: str, ts: str) -> JSON:
    """The event that links were posted."""
    return {
        "type": "link_shared",
        "user": user,
        "channel": channel,
        "message_ts": ts,
        "unfurl_id": f"{channel}.{ts}",
        "source": HISTORY,
        "is_bot_user_member": True,
        "links": links,
    }


def composed(user: str, links: list[JSON], unfurl_id: str) -> JSON:
    """The event that links stand in a message which is not sent yet."""
    return shared(user, links, "COMPOSER", unfurl_id) | {
        "unfurl_id": unfurl_id,
        "source": COMPOSER,
        "is_bot_user_member": False,
    }


def _domain(url: str, domains: Collection[str]) -> str:
    host = urlsplit(url).hostname or ""
    return next((one for one in domains if host == one or host.endswith(f".{one}")), "")


def _escaped(url: str) -> str:
    return url.replace("&amp;", "&").replace("&", "&amp;")


def _unescaped(url: str) -> str:
    return url.replace("&amp;", "&")
