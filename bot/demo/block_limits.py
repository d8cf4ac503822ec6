"""Slack's published limits on blocks: pure, from JSON to a list of complaints.

The judges are the tables here and slack_sdk's own models. Where sources disagree the stricter
limit stands. Lengths count characters, as Slack does. A complaint ends with the JSON pointer to
what is wrong.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.demo.block_models import model_complaints
from bot.demo.parts import Part, kind_of, walk

JSON = dict[str, Any]

_SELECTS = frozenset({"static_select", "external_select", "users_select", "conversations_select"})
_SELECTS |= {"channels_select"}
_MULTI = frozenset(f"multi_{select}" for select in _SELECTS)
_PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
_CHOICES = _SELECTS | _MULTI | _PICKERS | {"checkboxes", "radio_buttons"}
_TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
_TYPED |= {"rich_text_input", "file_input"}

# Where which elements may stand: (owner, key) -> kinds.
PLACES = {
    ("section", "accessory"): _CHOICES | {"button", "overflow", "image", "workflow_button"},
    ("actions", "elements"): (_CHOICES | {"button", "overflow", "workflow_button"}),
    ("context", "elements"): frozenset({"image", "plain_text", "mrkdwn"}),
    ("input", "element"): _CHOICES | _TYPED,
}
# (owner, key) -> most characters, and whether only plain_text will do.
TEXTS = {
    ("section", "text"): (3_000, False),
    ("section", "fields"): (2_000, False),
    ("header", "text"): (150, True),
    ("image", "title"): (2_000, True),
    ("input", "label"): (2_000, True),
    ("input", "hint"): (2_000, True),
    ("button", "text"): (75, True),
    ("option", "text"): (75, False),
    ("option", "description"): (75, False),
    ("option_group", "label"): (75, True),
    ("confirm", "title"): (100, True),
    ("confirm", "text"): (300, False),
    ("confirm", "confirm"): (30, True),
    ("confirm", "deny"): (30, True),
}
# (kind, key) -> most characters of a plain string.
STRINGS = {
    ("button", "value"): 2_000,
    ("button", "url"): 3_000,
    ("button", "accessibility_label"): 75,
    ("option", "value"): 75,
    ("option", "url"): 3_000,
    ("image", "image_url"): 3_000,
    ("image", "alt_text"): 2_000,
    ("plain_text_input", "initial_value"): 3_000,
}
# (kind, key) -> least and most of a number.
NUMBERS = {
    ("plain_text_input", "min_length"): (0, 3_000),
    ("plain_text_input", "max_length"): (1, 3_000),
}
# (kind, key) -> fewest and most items of a list.
LISTS = {
    ("section", "fields"): (1, 10),
    ("context", "elements"): (1, 10),
    ("actions", "elements"): (1, 25),
    ("overflow", "options"): (1, 5),
    ("checkboxes", "options"): (1, 10),
    ("radio_buttons", "options"): (1, 10),
    ("static_select", "options"): (1, 100),
    ("static_select", "option_groups"): (1, 100),
    ("multi_static_select", "options"): (1, 100),
    ("multi_static_select", "option_groups"): (1, 100),
    ("option_group", "options"): (1, 100),
}
REQUIRED = {
    "header": ("text",),
    "context": ("elements",),
    "actions": ("elements",),
    "input": ("label", "element"),
    "image": ("alt_text",),
    "button": ("text",),
    "overflow": ("options",),
    "checkboxes": ("options",),
    "radio_buttons": ("options",),
    "option": ("text", "value"),
    "option_group": ("label", "options"),
    "confirm": ("title", "text"),
}
PROPERTIES = {
    "plain_text": {"type", "text", "emoji"},
    "mrkdwn": {"type", "text", "verbatim"},
    "option": {"text", "value", "description", "url"},
    "option_group": {"label", "options"},
    "confirm": {"title", "text", "confirm", "deny", "style"},
}
URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def complaints(blocks: list[Any], kinds: frozenset[str], most: int, at: str) -> Iterator[str]:
    """What Slack would not take in these blocks, where only `kinds` may stand, `most` of them."""
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:{at}]"
    for number, block in enumerate(blocks):
        found = list(_block(block, kinds, f"{at}/{number}"))
        yield from found or model_complaints(block, f"{at}/{number}")
    yield from _repeated(blocks, at)


def _block(block: Any, kinds: frozenset[str], at: str) -> Iterator[str]:
    if not isinstance(block, dict):
        yield f"must be an object [json-pointer:{at}]"
        return
    kind = kind_of(block)
    if kind not in kinds:
        yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        return
    if kind == "section" and not block.get("text") and not block.get("fields"):
        yield f"missing required field: text [json-pointer:{at}]"
    for part in walk(Part(at, kind, "", "blocks", block)):
        yield from _part(part)


def _part(part: Part) -> Iterator[str]:
    """Everything that is wrong with one piece, not with what is inside it."""
    if not isinstance(part.json, dict):
        yield f"must be an object [json-pointer:{part.pointer}]"
        return
    allowed = PLACES.get((part.owner, part.key))
    if allowed is not None and part.kind not in allowed:
        yield f"unsupported type: {part.kind} [json-pointer:{part.pointer}/type]"
        return
    if part.is_text:
        most, plain = TEXTS.get((part.owner, part.key), (3_000, False))
        most, plain = (150, True) if part.key == "placeholder" else (most, plain)
        yield from text_complaints(part.json, most, plain, part.pointer)
        return
    yield from _required(part)
    yield from _strings(part)
    yield from _lists(part)
    yield from _options(part)


def text_complaints(json: Any, most: int, plain: bool, at: str) -> Iterator[str]:
    """What is wrong with a text object of at most `most` characters."""
    if not isinstance(json, dict) or json.get("type") not in ("plain_text", "mrkdwn"):
        yield f"must be a text object [json-pointer:{at}]"
        return
    if plain and json["type"] != "plain_text":
        yield f"must be plain_text [json-pointer:{at}/type]"
    for key in sorted(set(json) - PROPERTIES[json["type"]]):
        yield f"invalid additional property: {key} [json-pointer:{at}]"
    text = json.get("text")
    if not isinstance(text, str) or not text:
        yield f"must be more than 0 characters [json-pointer:{at}/text]"
        return
    yield from string_complaints(text, most, f"{at}/text")


def string_complaints(value: Any, most: int, at: str) -> Iterator[str]:
    """What is wrong with a plain string of at most `most` characters."""
    if not isinstance(value, str):
        yield f"must be a string [json-pointer:{at}]"
    elif len(value) > most:
        yield f"must be less than {most + 1} characters [json-pointer:{at}]"


def _required(part: Part) -> Iterator[str]:
    if part.kind == "image" and not (part.json.get("image_url") or part.json.get("slack_file")):
        yield f"missing required field: image_url [json-pointer:{part.pointer}]"
    if part.json.get("response_url_enabled") and part.owner != "input":
        yield f"invalid additional property: response_url_enabled [json-pointer:{part.pointer}]"
    for key in REQUIRED.get(part.kind, ()):
        if part.json.get(key) in (None, ""):
            yield f"missing required field: {key} [json-pointer:{part.pointer}]"
    for key in sorted(set(part.json) - PROPERTIES.get(part.kind, set(part.json))):
        yield f"invalid additional property: {key} [json-pointer:{part.pointer}]"


def _strings(part: Part) -> Iterator[str]:
    for key, value in part.json.items():
        at = f"{part.pointer}/{key}"
        if key in ("block_id", "action_id"):
            yield from string_complaints(value, 255, at)
            if value == "":
                yield f"must be more than 0 characters [json-pointer:{at}]"
        elif (part.kind, key) in STRINGS:
            yield from string_complaints(value, STRINGS[part.kind, key], at)
        least, most = NUMBERS.get((part.kind, key), (0, 0))
        if most and not (type(value) is int and least <= value <= most):
            yield f"must be an integer from {least} to {most} [json-pointer:{at}]"
        if key in ("url", "image_url") and not URL.fullmatch(str(value)):
            yield f"must be a valid URL [json-pointer:{at}]"


def _lists(part: Part) -> Iterator[str]:
    for key, value in part.json.items():
        fewest, most = LISTS.get((part.kind, key), (0, 0))
        at = f"{part.pointer}/{key}"
        if not most:
            continue
        if not isinstance(value, list):
            yield f"must be an array [json-pointer:{at}]"
        elif len(value) > most:
            yield f"no more than {most} items allowed [json-pointer:{at}]"
        elif len(value) < fewest:
            yield f"must have at least {fewest} items [json-pointer:{at}]"


def _options(part: Part) -> Iterator[str]:
    """What is chosen at first is one of the options; only those in the open may be mrkdwn."""
    options = _items(part.json, "options")
    for group in _items(part.json, "option_groups"):
        options += _items(group, "options")
    first = part.json.get("initial_option")
    chosen = _items(part.json, "initial_options") + ([first] if first else [])
    if options and any(one not in options for one in chosen):
        yield f"must be one of the provided options [json-pointer:{part.pointer}]"
    texts = [option.get("text") for option in options if isinstance(option, dict)]
    in_the_open = part.kind in ("checkboxes", "radio_buttons", "option_group")
    if not in_the_open and any(kind_of(text) == "mrkdwn" for text in texts):
        yield f"options must be plain_text [json-pointer:{part.pointer}]"


def _items(json: Any, key: str) -> list[Any]:
    """A list under a key; empty for anything else."""
    value = json.get(key) if isinstance(json, dict) else None
    return list(value) if isinstance(value, list) else []


def _repeated(blocks: list[Any], at: str) -> Iterator[str]:
    """Block ids are unique in a surface, action ids in a block."""
    yield from _twice(blocks, "block_id", at)
    for number, block in enumerate(blocks):
        if isinstance(block, dict) and isinstance(block.get("elements"), list):
            yield from _twice(block["elements"], "action_id", f"{at}/{number}/elements")


def _twice(items: list[Any], key: str, at: str) -> Iterator[str]:
    ids = [item[key] for item in items if isinstance(item, dict) and key in item]
    for value, times in Counter(map(str, ids)).items():
        if times > 1:
            yield f"{key} `{value}` already exists [json-pointer:{at}]"
