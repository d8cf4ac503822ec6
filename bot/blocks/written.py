"""Blocks as the JSON that goes to Slack: what slack_sdk's own `to_dict` gives, and much sooner."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block, Option


@dataclass(frozen=True, slots=True)
class _Kind:
    """What all models of a class have in common: their validators, and the attributes to write.

    `writes_itself` where the class has a `to_dict` of its own.
    """

    checks: tuple[Callable[[JsonObject], None], ...]
    attributes: tuple[str, ...]
    writes_itself: bool


_KINDS: dict[type[JsonObject], _Kind] = {}
_PLAIN = frozenset({str, bool, int})


def as_json(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """The blocks as JSON. Raises SlackObjectFormationError where one breaks a limit of Slack's.

    `to_dict` looks at every attribute of every model for what may be a validator, again and again:
    of the 10 ms of a search on a busy machine, that was more than 4.
    """
    return [_json(block) for block in blocks]


def _json(model: JsonObject) -> Any:
    kind = _KINDS.get(type(model)) or _looked_at(model)
    for check in kind.checks:
        check(model)
    if type(model) is Option:
        return _option(model)
    if kind.writes_itself:
        return model.to_dict()
    written = {}
    for name in kind.attributes:
        value = getattr(model, name, None)
        # Nothing, "" and [] are left out; False, which equals 0, is not.
        if value or value == 0:
            written[name] = value if type(value) in _PLAIN else _value(value)
    return written


def _option(option: Option) -> Any:
    """An option of a label and nothing else; others write themselves."""
    if option.label is None or option.description is not None or option.url is not None:
        return option.to_dict()
    text = {"type": "plain_text", "text": option.label, "emoji": True}
    return {"text": text, "value": option.value}


def _value(value: Any) -> Any:
    if type(value) in (list, tuple):
        return [_value(each) for each in value]
    # To ask whether it is a JsonObject takes far longer.
    return _json(value) if hasattr(value, "validate_json") else value


def _looked_at(model: JsonObject) -> _Kind:
    kind = type(model)
    of_kind: Iterator[Any] = (getattr(kind, name, None) for name in dir(kind))
    checks = tuple(check for check in of_kind if hasattr(check, "validator"))
    writes_itself = kind.to_dict is not JsonObject.to_dict
    _KINDS[kind] = _Kind(checks, tuple(sorted(model.attributes)), writes_itself)
    return _KINDS[kind]
