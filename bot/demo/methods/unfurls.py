"""chat.unfurl: what the bot shows under links that people have written."""

from dataclasses import replace
from typing import Any
from zlib import crc32

from bot.demo.calls import Call
from bot.demo.controls import identified
from bot.demo.limits import refuse_message
from bot.demo.links import COMPOSER, HISTORY, links_to
from bot.demo.messages import Message
from bot.demo.methods.table import Method
from bot.demo.refusals import Refused

JSON = dict[str, Any]


def unfurl(call: Call) -> JSON:
    """Shows blocks under the links of a message; again, they replace those shown before."""
    unfurls = call.structure("unfurls", "invalid_unfurls_format")
    if not unfurls:
        raise Refused("missing_unfurls")
    if not isinstance(unfurls, dict) or not all(isinstance(u, dict) for u in unfurls.values()):
        raise Refused("invalid_unfurls_format")
    for each in unfurls.values():
        refuse_message("", each.get("blocks") or [], [each])
    if call.text("source") == COMPOSER:
        call.team.previews[call.needed("unfurl_id")] = unfurls
        return {}
    message = _message(call)
    known = {link["url"] for link in links_to(message.text, call.world.link_domains)}
    if not set(unfurls) <= known:
        raise Refused("cannot_unfurl_url")
    shown = {a["from_url"]: a for a in message.attachments if a.get("is_app_unfurl")}
    shown |= {url: _attachment(url, each) for url, each in unfurls.items()}
    numbered = [a | {"id": number} for number, a in enumerate(shown.values(), 1)]
    call.world.put(call.team, replace(message, attachments=numbered), edited=True)
    return {}


def _message(call: Call) -> Message:
    channel, ts = call.text("channel"), call.text("ts")
    if call.text("unfurl_id"):
        if call.text("source") != HISTORY:
            raise Refused("invalid_source")
        channel, _, ts = call.text("unfurl_id").partition(".")
    conversation = call.team.conversations.get(channel)
    if conversation is None:
        raise Refused("cannot_find_channel")
    message = conversation.messages.get(ts)
    if message is None:
        raise Refused("cannot_find_message")
    return message


def _attachment(url: str, given: JSON) -> JSON:
    blocks = identified(given.get("blocks") or [], f"{crc32(url.encode())}-")
    return {"from_url": url, "app_unfurl_url": url, "is_app_unfurl": True, "blocks": blocks}


UNFURLS = (Method("chat.unfurl", unfurl, ("links:write",), per_minute=50),)
