"""Slack's published limits on messages and views: what it would refuse, and with which error.

The judges are tables and slack_sdk's own models, never the bot's code.
"""

import json as json_format
import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.views import View

from bot.demo.block_limits import complaints, string_complaints, text_complaints
from bot.demo.parts import all_text
from bot.demo.refusals import Refused

JSON = dict[str, Any]

MESSAGE_BLOCKS = 50
MESSAGE_TEXT = 4_000
MESSAGE_BLOCK_TEXT = 10_000
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
METADATA_BYTES = 16_000

VIEW_KINDS = frozenset(
    {"section", "divider", "image", "actions", "context", "input", "header", "rich_text", "video"}
)
MESSAGE_KINDS = VIEW_KINDS | {"file", "markdown", "table", "call", "context_actions"}

VIEW_PROPERTIES = {"type", "title", "blocks", "close", "submit", "private_metadata", "callback_id"}
VIEW_PROPERTIES |= {"clear_on_close", "notify_on_close", "external_id", "submit_disabled"}
VIEW_STRINGS = {"private_metadata": 3_000, "callback_id": 255, "external_id": 255}
VIEW_TITLES = ("title", "submit", "close")
EVENT_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,254}")


def refuse_message(text: str, blocks: Any, attachments: Any) -> None:
    """Raises `Refused` for a message that Slack would not take."""
    if not text and not blocks and not attachments:
        raise Refused("no_text")
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        raise Refused("invalid_attachments")
    if len(text) > MESSAGE_TEXT:
        raise Refused("msg_too_long")
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    found = list(complaints(blocks, MESSAGE_KINDS, MESSAGE_BLOCKS, "/blocks"))
    if found:
        raise Refused("invalid_blocks", found)
    if all_text(blocks) > MESSAGE_BLOCK_TEXT:
        raise Refused("msg_blocks_too_long")


def refuse_metadata(metadata: Any) -> None:
    """Raises `Refused` for message metadata that Slack would not take."""
    if not isinstance(metadata, dict) or set(metadata) - {"event_type", "event_payload"}:
        raise Refused("invalid_metadata_format")
    event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(event_type, str) or not EVENT_TYPE.fullmatch(event_type):
        raise Refused("invalid_metadata_format")
    if not isinstance(payload, dict):
        raise Refused("invalid_metadata_format")
    if _bytes(metadata) > METADATA_BYTES:
        raise Refused("metadata_too_large")


def refuse_view(view: Any, *, kind: str) -> None:
    """Raises `Refused` for a view that Slack would not take where a `kind` is wanted."""
    if not isinstance(view, dict):
        raise Refused("invalid_arguments", ["must be an object [json-pointer:/view]"])
    if _bytes(view) > VIEW_BYTES:
        raise Refused("view_too_large")
    found = list(_view_complaints(view, kind))
    if found:
        raise Refused("invalid_arguments", found)


def _bytes(json: Any) -> int:
    return len(json_format.dumps(json).encode())


def _view_complaints(view: JSON, kind: str) -> Iterator[str]:
    if view.get("type") != kind:
        yield f"must be {kind} [json-pointer:/view/type]"
    for key in sorted(set(view) - VIEW_PROPERTIES):
        yield f"invalid additional property: {key} [json-pointer:/view]"
    for key, most in VIEW_STRINGS.items():
        yield from string_complaints(view.get(key, ""), most, f"/view/{key}")
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not blocks:
        yield "missing required field: blocks [json-pointer:/view]"
        return
    yield from _titles(view, blocks)
    yield from complaints(blocks, VIEW_KINDS, VIEW_BLOCKS, "/view/blocks")
    yield from _sdk_view(view)


def _titles(view: JSON, blocks: list[Any]) -> Iterator[str]:
    """What a modal must say above and below its blocks, and a Home tab must not."""
    is_modal = view.get("type") == "modal"
    has_input = any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
    needed = ["title"] if is_modal else []
    needed += ["submit"] if is_modal and has_input else []
    for key in VIEW_TITLES:
        value = view.get(key)
        if value is None and key in needed:
            yield f"missing required field: {key} [json-pointer:/view]"
        if value is not None and not is_modal:
            yield f"invalid additional property: {key} [json-pointer:/view]"
        if value is not None:
            yield from text_complaints(value, 24, True, f"/view/{key}")


def _sdk_view(view: JSON) -> Iterator[str]:
    """What slack_sdk's model of a view refuses."""
    try:
        View(**view).to_dict()
    except SlackObjectFormationError as refusal:
        yield f"{refusal} [json-pointer:/view]"
    except (TypeError, AttributeError, KeyError, ValueError) as misfit:
        yield f"failed to match all allowed schemas: {misfit} [json-pointer:/view]"
