"""What the local Slack refuses, limit by limit; each case is one step over a limit that holds."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.limits import refuse_message, refuse_metadata, refuse_view
from bot.demo.refusals import Refused

JSON = dict[str, Any]


def plain(length: int) -> JSON:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int) -> JSON:
    return {"type": "mrkdwn", "text": "x" * length}


def section(length: int) -> JSON:
    return {"type": "section", "text": mrkdwn(length)}


def button(number: int = 0, **other: Any) -> JSON:
    return {"type": "button", "action_id": f"a{number}", "text": plain(4)} | other


def actions(*elements: JSON) -> JSON:
    return {"type": "actions", "elements": list(elements)}


def option(number: int = 0, **other: Any) -> JSON:
    return {"text": plain(4), "value": str(number)} | other


def menu(kind: str, count: int, **other: Any) -> JSON:
    known = {"type": kind, "action_id": "m", "options": [option(n) for n in range(count)]}
    return actions(known | other)


def field(element: JSON, **other: Any) -> JSON:
    return {"type": "input", "label": plain(4), "element": element} | other


def typed(**other: Any) -> JSON:
    return field({"type": "plain_text_input", "action_id": "t"} | other)


def confirm(**other: Any) -> JSON:
    return actions(button(confirm={"title": plain(4), "text": plain(4)} | other))


def image(**other: Any) -> JSON:
    return {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a"} | other


def modal(*blocks: JSON, **other: Any) -> JSON:
    shown = list(blocks) or [{"type": "divider"}]
    return {"type": "modal", "title": plain(4), "submit": plain(4), "blocks": shown} | other


def home(*blocks: JSON, **other: Any) -> JSON:
    return {"type": "home", "blocks": list(blocks)} | other


def code_of(refuse: Callable[[], object]) -> str:
    """The error code, or "taken"."""
    try:
        refuse()
    except Refused as refusal:
        return refusal.code
    return "taken"


# name: (blocks at the limit, blocks over it)
BLOCKS: dict[str, tuple[list[JSON], list[JSON]]] = {
    "blocks in a message": ([{"type": "divider"}] * 50, [{"type": "divider"}] * 51),
    "section text": ([section(3_000)], [section(3_001)]),
    "section fields": (
        [{"type": "section", "fields": [mrkdwn(1)] * 10}],
        [{"type": "section", "fields": [mrkdwn(1)] * 11}],
    ),
    "section field": (
        [{"type": "section", "fields": [mrkdwn(2_000)]}],
        [{"type": "section", "fields": [mrkdwn(2_001)]}],
    ),
    "header": ([{"type": "header", "text": plain(150)}], [{"type": "header", "text": plain(151)}]),
    "context elements": (
        [{"type": "context", "elements": [mrkdwn(1)] * 10}],
        [{"type": "context", "elements": [mrkdwn(1)] * 11}],
    ),
    "actions": (
        [actions(*[button(n) for n in range(25)])],
        [actions(*[button(n) for n in range(26)])],
    ),
    "button text": ([actions(button(text=plain(75)))], [actions(button(text=plain(76)))]),
    "button value": ([actions(button(value="x" * 2_000))], [actions(button(value="x" * 2_001))]),
    "button url": (
        [actions(button(url="https://e.org/".ljust(3_000, "x")))],
        [actions(button(url="https://e.org/".ljust(3_001, "x")))],
    ),
    "action_id": (
        [actions(button(action_id="x" * 255))],
        [actions(button(action_id="x" * 256))],
    ),
    "block_id": ([section(1) | {"block_id": "x" * 255}], [section(1) | {"block_id": "x" * 256}]),
    "overflow options": ([menu("overflow", 5)], [menu("overflow", 6)]),
    "select options": ([menu("static_select", 100)], [menu("static_select", 101)]),
    "checkboxes": ([menu("checkboxes", 10)], [menu("checkboxes", 11)]),
    "radio buttons": ([menu("radio_buttons", 10)], [menu("radio_buttons", 11)]),
    "option text": (
        [menu("overflow", 0, options=[option(text=plain(75))])],
        [menu("overflow", 0, options=[option(text=plain(76))])],
    ),
    "option value": (
        [menu("overflow", 0, options=[option(value="x" * 75)])],
        [menu("overflow", 0, options=[option(value="x" * 76)])],
    ),
    "option description": (
        [menu("overflow", 0, options=[option(description=plain(75))])],
        [menu("overflow", 0, options=[option(description=plain(76))])],
    ),
    "confirm title": ([confirm(title=plain(100))], [confirm(title=plain(101))]),
    "confirm text": ([confirm(text=plain(300))], [confirm(text=plain(301))]),
    "confirm button": ([confirm(confirm=plain(30))], [confirm(confirm=plain(31))]),
    "input label": ([typed() | {"label": plain(2_000)}], [typed() | {"label": plain(2_001)}]),
    "input hint": ([typed() | {"hint": plain(2_000)}], [typed() | {"hint": plain(2_001)}]),
    "placeholder": ([typed(placeholder=plain(150))], [typed(placeholder=plain(151))]),
    "input max_length": ([typed(max_length=3_000)], [typed(max_length=3_001)]),
    "alt text": ([image(alt_text="x" * 2_000)], [image(alt_text="x" * 2_001)]),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_each_limit_of_blocks_holds_and_is_not_stricter(name: str) -> None:
    """The largest allowed is taken; one more is invalid_blocks, and the answer says where."""
    allowed, over = BLOCKS[name]
    assert code_of(lambda: refuse_message("", allowed, [])) == "taken"
    with pytest.raises(Refused, match="json-pointer:/blocks") as refusal:
        refuse_message("", over, [])
    assert refusal.value.code == "invalid_blocks"


WRONG: dict[str, list[Any]] = {
    "no object": ["text"],
    "no type": [{}],
    "unknown type": [{"type": "carousel of ponies"}],
    "a type that is a list": [{"type": []}],
    "section without text": [{"type": "section"}],
    "section with an empty text": [{"type": "section", "text": mrkdwn(0)}],
    "section with a bare string": [{"type": "section", "text": "bare"}],
    "text without type": [{"type": "section", "text": {"text": "a"}}],
    "mrkdwn with emoji": [{"type": "section", "text": mrkdwn(1) | {"emoji": True}}],
    "plain_text with verbatim": [{"type": "header", "text": plain(1) | {"verbatim": True}}],
    "header in mrkdwn": [{"type": "header", "text": mrkdwn(1)}],
    "button in mrkdwn": [actions(button(text=mrkdwn(1)))],
    "button without text": [actions({"type": "button", "action_id": "a"})],
    "button of no known style": [actions(button(style="loud"))],
    "button with an empty action_id": [actions(button(action_id=""))],
    "button with an unknown property": [actions(button(colour="red"))],
    "button with a number as value": [actions(button(value=1))],
    "button with half a URL": [actions(button(url="example"))],
    "block with an unknown property": [{"type": "divider", "colour": "red"}],
    "empty actions": [actions()],
    "actions of text": [actions(mrkdwn(1))],
    "actions with typing": [actions({"type": "plain_text_input", "action_id": "t"})],
    "context with a button": [{"type": "context", "elements": [button()]}],
    "input with a button": [field(button())],
    "input with an overflow": [field(menu("overflow", 1)["elements"][0])],
    "empty overflow": [menu("overflow", 0)],
    "select without options": [actions({"type": "static_select", "action_id": "s"})],
    "mrkdwn in a menu": [menu("overflow", 0, options=[option(text=mrkdwn(1))])],
    "a first choice that is no option": [menu("static_select", 2, initial_option=option(7))],
    "a picture without alt text": [{"type": "image", "image_url": "https://example.org/a.png"}],
    "a picture of nothing": [{"type": "image", "alt_text": "a"}],
    "a date that is none": [actions({"type": "datepicker", "action_id": "d", "initial_date": "?"})],
    "one action_id twice": [actions(button(1), button(1))],
    "one block_id twice": [section(1) | {"block_id": "b"}, section(1) | {"block_id": "b"}],
    "options that are a number": [menu("static_select", 0, options=5)],
    "an address asked for outside a form": [
        actions(
            {"type": "conversations_select", "action_id": "c", "response_url_enabled": True},
        )
    ],
    "elements that are an object": [{"type": "actions", "elements": {}}],
}


@pytest.mark.parametrize("name", WRONG)
def test_malformed_blocks_are_refused(name: str) -> None:
    """Slack's schema is strict; so is this one."""
    assert code_of(lambda: refuse_message("", WRONG[name], [])) == "invalid_blocks"


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    """Action ids are unique in their block only."""
    refuse_message("", [actions(button(1)), actions(button(1))], [])


MESSAGES = [
    ("", [], "no_text"),
    ("x" * 4_000, [], "taken"),
    ("x" * 4_001, [], "msg_too_long"),
    ("x", {}, "invalid_blocks_format"),
    ("", [section(2_500)] * 4, "taken"),
    ("", [*[section(2_500)] * 4, section(1)], "msg_blocks_too_long"),
]


@pytest.mark.parametrize(("text", "blocks", "code"), MESSAGES)
def test_a_message_as_a_whole_has_limits(text: str, blocks: Any, code: str) -> None:
    """The text, and all text of the blocks together."""
    assert code_of(lambda: refuse_message(text, blocks, [])) == code


METADATA = [
    ({"event_type": "digest", "event_payload": {"id": "1"}}, "taken"),
    ({"event_type": "digest"}, "invalid_metadata_format"),
    ({"event_type": "two words", "event_payload": {}}, "invalid_metadata_format"),
    ({"event_type": "digest", "event_payload": {}, "more": 1}, "invalid_metadata_format"),
    ("digest", "invalid_metadata_format"),
    ({"event_type": "digest", "event_payload": {"id": "x" * 16_000}}, "metadata_too_large"),
]


@pytest.mark.parametrize(("metadata", "code"), METADATA)
def test_metadata_has_a_form_and_a_size(metadata: Any, code: str) -> None:
    """An event type and an object."""
    assert code_of(lambda: refuse_metadata(metadata)) == code


VIEWS = {
    "100 blocks": (modal(*[{"type": "divider"}] * 100), "modal", "taken"),
    "101 blocks": (modal(*[{"type": "divider"}] * 101), "modal", "invalid_arguments"),
    "100 blocks at home": (home(*[{"type": "divider"}] * 100), "home", "taken"),
    "101 blocks at home": (home(*[{"type": "divider"}] * 101), "home", "invalid_arguments"),
    "no blocks": (home(), "home", "invalid_arguments"),
    "title of 24": (modal(title=plain(24)), "modal", "taken"),
    "title of 25": (modal(title=plain(25)), "modal", "invalid_arguments"),
    "submit of 25": (modal(submit=plain(25)), "modal", "invalid_arguments"),
    "close of 25": (modal(close=plain(25)), "modal", "invalid_arguments"),
    "no title": ({"type": "modal", "blocks": [section(1)]}, "modal", "invalid_arguments"),
    "a field and no submit": (modal(typed(), submit=None), "modal", "invalid_arguments"),
    "a home with a title": (home(section(1), title=plain(1)), "home", "invalid_arguments"),
    "metadata of 3000": (modal(private_metadata="x" * 3_000), "modal", "taken"),
    "metadata of 3001": (modal(private_metadata="x" * 3_001), "modal", "invalid_arguments"),
    "callback_id of 256": (modal(callback_id="x" * 256), "modal", "invalid_arguments"),
    "external_id of 256": (modal(external_id="x" * 256), "modal", "invalid_arguments"),
    "a home as a modal": (home(section(1)), "modal", "invalid_arguments"),
    "a view given back whole": (modal(id="V1", hash="1.a"), "modal", "invalid_arguments"),
    "a block for messages": (
        modal({"type": "markdown", "text": "a"}),
        "modal",
        "invalid_arguments",
    ),
    "more than 250 KB": (modal(*[section(2_990)] * 90), "modal", "view_too_large"),
    "no object": ("view", "modal", "invalid_arguments"),
}


@pytest.mark.parametrize("name", VIEWS)
def test_views_have_limits(name: str) -> None:
    """Modals and Home tabs, at and over their limits."""
    view, kind, code = VIEWS[name]
    assert code_of(lambda: refuse_view(view, kind=kind)) == code


KEYS = ["type", "text", "elements", "element", "accessory", "options", "option_groups", "label"]
KEYS += ["fields", "confirm", "value", "block_id", "action_id", "url", "initial_option", "title"]
KINDS = ["section", "actions", "context", "input", "image", "header", "rich_text", "markdown"]
KINDS += ["button", "overflow", "static_select", "checkboxes", "plain_text", "mrkdwn", "table"]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=25,
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda kind, rest: rest | {"type": kind},
            st.sampled_from(KINDS),
            st.dictionaries(st.sampled_from(KEYS), ANY_JSON),
        ),
        max_size=3,
    ),
)
def test_nothing_makes_the_judges_stumble(blocks: list[Any]) -> None:
    """Whatever JSON comes, the answer is taken or an error code, never another exception."""
    assert code_of(lambda: refuse_message("", blocks, []))
    assert code_of(lambda: refuse_view(modal(*blocks), kind="modal"))
