"""The interactive elements of blocks: finding them, choosing in them, and what they then hold.

Pure functions over Block Kit JSON. A state is Slack's `{block_id: {action_id: {"type": …, …}}}`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]
State = dict[str, dict[str, JSON]]
Choice = str | Sequence[str] | None

# Element type -> the key under which it keeps what was chosen, and the key of its first value.
HOLDS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
PRESSED = frozenset({"button", "workflow_button", "icon_button"})
SEVERAL = frozenset(kind for kind, (key, _) in HOLDS.items() if key.endswith("s"))


class NoSuchChoice(LookupError):
    """A person tried to press or choose what is not there: the test or the screen is wrong."""


@dataclass(frozen=True, slots=True)
class Control:
    """One element that a person can act on, with the block it is in."""

    block_id: str
    action_id: str
    type: str
    label: str
    element: JSON = field(repr=False)
    is_input: bool = False
    is_optional: bool = True
    is_dispatched: bool = True

    @property
    def value(self) -> str:
        """What a button carries."""
        return str(self.element.get("value", ""))

    @property
    def options(self) -> list[JSON]:
        """What can be chosen, groups flattened; empty where anything may be typed."""
        groups = self.element.get("option_groups", [])
        return [*self.element.get("options", []), *(o for g in groups for o in g["options"])]

    @property
    def holds(self) -> bool:
        """It keeps a value in the state of its surface (a button and an overflow do not)."""
        return self.type in HOLDS

    def starts_with(self) -> JSON:
        """What the element holds before anybody touched it, as the state shows it."""
        key, first = HOLDS[self.type]
        return {"type": self.type, key: self.element.get(first, [] if key.endswith("s") else None)}

    def chosen(self, choice: Choice) -> JSON:
        """What the element holds after the choice: an option's value or label, or typed text."""
        key, _ = HOLDS[self.type]
        return {"type": self.type, key: self._held(key, choice)}

    def held(self, choice: Choice) -> JSON:
        """What an action on it tells: what was chosen or typed; nothing for a button."""
        if self.type == "overflow":
            if choice is None:
                raise NoSuchChoice(f"{self.action_id} needs a choice")
            return {"selected_option": self.option(str(choice))}
        key = HOLDS[self.type][0] if self.holds else ""
        return {key: self.chosen(choice)[key]} if key else {}

    def _held(self, key: str, choice: Choice) -> object:
        if choice is None or choice == "":
            return [] if self.type in SEVERAL else None
        if key == "selected_option":
            return self.option(str(choice))
        if key == "selected_options":
            return [self.option(one) for one in _several(choice)]
        if key == "selected_date_time":
            return int(str(choice))
        return list(_several(choice)) if self.type in SEVERAL else str(choice)

    def option(self, wanted: str) -> JSON:
        """The option with this value or this label, else the one at this index."""
        if self.type.endswith("external_select"):
            return {"text": {"type": "plain_text", "text": wanted}, "value": wanted}
        for option in self.options:
            if wanted in (option.get("value"), option["text"]["text"]):
                return option
        if wanted.isdigit() and int(wanted) < len(self.options):
            return self.options[int(wanted)]
        labels = [option["text"]["text"] for option in self.options]
        raise NoSuchChoice(f"{self.action_id} has no option {wanted!r}, only {labels}")


def _several(choice: Choice) -> Sequence[str]:
    return [choice] if isinstance(choice, str) else choice or []


def controls(blocks: Iterable[JSON]) -> list[Control]:
    """The controls of some blocks, in reading order."""
    return [control for block in blocks for control in _of_block(block)]


def _of_block(block: JSON) -> Iterator[Control]:
    match block["type"]:
        case "input":
            yield _control(block, block["element"], is_input=True)
        case "section" if block.get("accessory", {}).get("action_id"):
            yield _control(block, block["accessory"], is_input=False)
        case "actions":
            for element in block["elements"]:
                yield _control(block, element, is_input=False)


def _control(block: JSON, element: JSON, *, is_input: bool) -> Control:
    return Control(
        block_id=block.get("block_id", ""),
        action_id=element.get("action_id", ""),
        type=element.get("type", ""),
        label=_label(block, element),
        element=element,
        is_input=is_input,
        is_optional=bool(block.get("optional", not is_input)),
        is_dispatched=bool(block.get("dispatch_action", not is_input)),
    )


def _label(block: JSON, element: JSON) -> str:
    for text in (block.get("label"), element.get("text"), element.get("placeholder")):
        if isinstance(text, dict):
            return str(text.get("text", ""))
    return str(element.get("type", ""))


def pick(found: Sequence[Control], which: str | int) -> Control:
    """The control with this action id or label, or at this index; the first if several have it."""
    if isinstance(which, int):
        if which < len(found):
            return found[which]
    else:
        for control in found:
            if which in (control.action_id, control.label):
                return control
    raise NoSuchChoice(f"no control {which!r}, only {[c.action_id for c in found]}")


def first_state(found: Iterable[Control], kept: Mapping[str, Mapping[str, JSON]]) -> State:
    """What each element held before if it is still there, else its first value."""
    state: State = {}
    for control in found:
        if not control.holds:
            continue
        before = kept.get(control.block_id, {}).get(control.action_id)
        same = before is not None and before["type"] == control.type
        held = before if same and before else control.starts_with()
        state.setdefault(control.block_id, {})[control.action_id] = held
    return state


def identified(blocks: Iterable[JSON], prefix: str) -> list[JSON]:
    """The blocks with the block and action ids that Slack gives where the app gave none."""
    return [_identified(block, f"{prefix}{number}") for number, block in enumerate(blocks)]


def _identified(block: JSON, block_id: str) -> JSON:
    known: JSON = {"block_id": block_id} | block
    match known["type"]:
        case "actions":
            elements = enumerate(known["elements"])
            known["elements"] = [{"action_id": f"{block_id}-{n}"} | e for n, e in elements]
        case "input":
            known["element"] = {"action_id": f"{block_id}-0"} | known["element"]
        case "section" if known.get("accessory", {"type": "image"})["type"] != "image":
            known["accessory"] = {"action_id": f"{block_id}-0"} | known["accessory"]
    return known
