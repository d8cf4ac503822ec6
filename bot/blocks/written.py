"""Blocks as the JSON that goes to Slack: what slack_sdk's own `to_dict` gives, and much sooner."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block, Option


def as_json(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """The blocks as JSON. Raises SlackObjectFormationError where one breaks a limit of Slack's.

    `to_dict` looks at every attribute of every object for what may be a check, again and again: of
    the 9 ms that a search took, it was more than 4.
    """
    return [_json(block) for block in blocks]


def _json(model: JsonObject) -> Any:
    kind = type(model)
    for check in _checks(kind):
        getattr(model, check)()
    if isinstance(model, Option):
        return _option(model)
    if kind.to_dict is not JsonObject.to_dict:
        return model.to_dict()
    held = ((name, getattr(model, name, None)) for name in _attributes(kind, model))
    return {name: _value(value) for name, value in held if _is_there(value)}


def _option(option: Option) -> Any:
    """An option of a label and nothing else; others write themselves."""
    if option.label is None or option.description is not None or option.url is not None:
        return option.to_dict()
    text = {"type": "plain_text", "text": option.label, "emoji": True}
    return {"text": text, "value": option.value}


def _value(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    return _json(value) if isinstance(value, JsonObject) else value


def _is_there(value: Any) -> bool:
    return value is not None and (not hasattr(value, "__len__") or len(value) > 0)


@cache
def _checks(kind: type[JsonObject]) -> tuple[str, ...]:
    """The names of a model's validators."""
    return tuple(name for name in dir(kind) if hasattr(getattr(kind, name, None), "validator"))


# The attributes are those of the class, whichever model they are asked of.
_KNOWN: dict[type[JsonObject], tuple[str, ...]] = {}


def _attributes(kind: type[JsonObject], model: JsonObject) -> Iterable[str]:
    if kind not in _KNOWN:
        _KNOWN[kind] = tuple(sorted(model.attributes))
    return _KNOWN[kind]
