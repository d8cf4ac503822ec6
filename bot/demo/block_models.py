"""What slack_sdk's models of blocks and elements refuse, or have no name for."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block, BlockElement

from bot.demo.parts import OPAQUE, Part, walk

JSON = dict[str, Any]

_NAMES: dict[tuple[bool, str], frozenset[str]] = {}
"""The properties of each kind, and whether it is one of block or of element."""


def model_complaints(block: JSON, at: str) -> Iterator[str]:
    """What is wrong with a block of a known kind; each ends with a JSON pointer."""
    try:
        model = Block.parse(block)
        if model is not None:
            _validate(model)
    except SlackObjectFormationError as refusal:
        yield f"{refusal} [json-pointer:{at}]"
    except (TypeError, AttributeError, KeyError, ValueError) as misfit:
        yield f"failed to match all allowed schemas: {misfit} [json-pointer:{at}]"
    else:
        if block["type"] not in OPAQUE:
            yield from _unknown_properties(block, at)


def _validate(model: JsonObject) -> None:
    """As the model's own `to_dict`, which looks for its validators each time anew, and writes.

    Raises what that raises.
    """
    kind = type(model)
    if kind.to_dict is not JsonObject.to_dict:
        model.to_dict()
        return
    for check in _checks(kind):
        check(model)
    for name in model.attributes:
        value = getattr(model, name, None)
        for each in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(each, JsonObject):
                _validate(each)


@cache
def _checks(kind: type[JsonObject]) -> list[Callable[[JsonObject], None]]:
    of_kind: Iterator[Any] = (getattr(kind, name, None) for name in dir(kind))
    return [check for check in of_kind if hasattr(check, "validator")]


def _unknown_properties(block: JSON, at: str) -> Iterator[str]:
    """What the models of a block and of its elements have no name for."""
    for part in walk(Part(at, block["type"], "", "blocks", block)):
        if part.key not in ("blocks", "elements", "element", "accessory") or part.is_text:
            continue
        for key in sorted(set(part.json) - _names(part)):
            yield f"invalid additional property: {key} [json-pointer:{part.pointer}]"


def _names(part: Part) -> frozenset[str]:
    """The properties that the model of a block or an element has, for all of its kind."""
    kind = (part.key == "blocks", part.kind)
    if kind not in _NAMES:
        model = Block.parse(part.json) if part.key == "blocks" else BlockElement.parse(part.json)
        if model is None:
            return frozenset()
        _NAMES[kind] = frozenset(model.attributes)
    return _NAMES[kind]
