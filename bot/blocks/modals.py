"""Modals: their frame, and the fields that people fill in.

A field's block and action have the same id, by which what was typed stays when the modal changes.
"""

from collections.abc import Iterable, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    ExternalDataMultiSelectElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    OptionGroup,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.blocks.message import MAX_SECTION, Message, section
from bot.blocks.text import mrkdwn, plain

OPEN_INTERESTS, OPEN_SUBSCRIPTION = "open_interests", "open_subscription"
"""Buttons in messages that open a modal."""

MAX_TYPED = 3_000
MAX_OPTION = 75
MAX_TITLE = 24
CHECKBOXES = 10
OPTIONS = 100


def modal(
    title: str, blocks: Sequence[Block], callback: str = "", metadata: str = "", submit: str = ""
) -> View:
    """A modal; `callback` names what its submission does, `metadata` what it is about."""
    return View(
        type="modal",
        title=PlainTextObject(text=plain(title, MAX_TITLE) or "Paperwire"),
        blocks=list(blocks),
        callback_id=callback or None,
        private_metadata=metadata or None,
        submit=PlainTextObject(text=submit) if submit else None,
        close=PlainTextObject(text="Cancel" if submit else "Close"),
    )


def loading(title: str, name: str = "") -> View:
    """What stands in a modal until there is more to say; `name` is its `external_id`."""
    view = modal(title, [section("One moment…")])
    view.external_id = name or None
    return view


def telling(title: str, text: str) -> View:
    """A modal with one sentence, which may quote anything."""
    return modal(title, [section(mrkdwn(text, MAX_SECTION) or "…")])


def offer(text: str, label: str, action: str, value: str = "") -> Message:
    """A message with a button that opens a modal; the text is in Slack's markup."""
    button = ButtonElement(text=label, action_id=action, value=value or None)
    return Message(text, [section(text), ActionsBlock(elements=[button])])


def option(value: str, label: str, about: str = "") -> Option:
    """Something to choose; the label may be anybody's words."""
    described = PlainTextObject(text=plain(about, MAX_OPTION)) if plain(about, MAX_OPTION) else None
    shown = PlainTextObject(text=plain(label, MAX_OPTION) or "…")
    return Option(value=value, text=shown, description=described)


def field(
    key: str, label: str, element: InputInteractiveElement, hint: str = "", needed: bool = False
) -> InputBlock:
    """A field with a label above and, perhaps, a hint below."""
    return InputBlock(
        block_id=key,
        label=PlainTextObject(text=label),
        element=element,
        hint=PlainTextObject(text=hint) if hint else None,
        optional=not needed,
    )


def text_field(
    key: str, label: str, value: str = "", example: str = "", hint: str = ""
) -> InputBlock:
    """Lines to type."""
    element = PlainTextInputElement(
        action_id=key,
        multiline=True,
        initial_value=value[:MAX_TYPED] or None,
        placeholder=PlainTextObject(text=example[:150]) if example else None,
        max_length=MAX_TYPED,
    )
    return field(key, label, element, hint)


def sought_field(key: str, label: str, chosen: Sequence[Option], example: str) -> InputBlock:
    """Several of what the bot suggests while people type."""
    element = ExternalDataMultiSelectElement(
        action_id=key,
        placeholder=PlainTextObject(text=example),
        min_query_length=2,
        initial_options=list(chosen[:OPTIONS]) or None,
    )
    return field(key, label, element)


def several_field(
    key: str, label: str, options: Sequence[Option], hint: str = "", example: str = "Choose"
) -> InputBlock:
    """Several of up to a hundred."""
    element = StaticMultiSelectElement(
        action_id=key,
        placeholder=PlainTextObject(text=example),
        options=list(options[:OPTIONS]),
    )
    return field(key, label, element, hint)


def ticked_field(
    key: str, label: str, options: Sequence[Option], ticked: Iterable[str] = (), hint: str = ""
) -> InputBlock:
    """Up to ten to tick; `ticked` are values."""
    wanted = set(ticked)
    initial = [one for one in options if one.value in wanted]
    element = CheckboxesElement(
        action_id=key, options=list(options), initial_options=initial or None
    )
    return field(key, label, element, hint)


def one_field(
    key: str, label: str, options: Sequence[Option], chosen: str, radio: bool = False
) -> InputBlock:
    """One of several: a menu, or up to ten side by side."""
    initial = next((one for one in options if one.value == chosen), None)
    element: InputInteractiveElement
    if radio:
        element = RadioButtonsElement(action_id=key, options=options, initial_option=initial)
    else:
        element = StaticSelectElement(
            action_id=key,
            placeholder=PlainTextObject(text="Choose"),
            options=options,
            initial_option=initial,
        )
    return field(key, label, element, needed=initial is not None)


def grouped_field(
    key: str, label: str, groups: dict[str, Sequence[Option]], chosen: str, hint: str = ""
) -> InputBlock:
    """One of several that stand in groups under a heading."""
    every = [one for options in groups.values() for one in options]
    element = StaticSelectElement(
        action_id=key,
        placeholder=PlainTextObject(text="Choose"),
        option_groups=[OptionGroup(label=name, options=list(g)) for name, g in groups.items()],
        initial_option=next((one for one in every if one.value == chosen), None),
    )
    return field(key, label, element, hint)
