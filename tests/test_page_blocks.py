"""Block Kit as HTML: every block and element that Slack takes, whatever its texts hold."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from bot.demo.controls import controls, first_state, identified
from bot.demo.page.blocks import blocks_html
from bot.demo.page.reader import Reader, is_web
from bot.demo.world import Conversation
from tests.browser.gallery import ACTIONS, FIELDS, TEXTS, element, field
from tests.demo_lab import button, options, plain
from tests.test_page_mrkdwn import HOSTILE, Seen

JSON = dict[str, Any]
PLACES = [
    Conversation("C1", "general", "channel", {"U1"}),
    Conversation("C2", "council", "private", {"U1"}),
    Conversation("D1", "directmessage", "im", {"U1", "U2"}),
]
READER = Reader(ZoneInfo("Europe/Paris"), 0.0, {"U1": "Ada"}, {"C1": "general"}, PLACES)
KEPT = ("type", "style", "initial_date", "initial_time", "unicode", "name")
TAGS = {
    "a",
    "article",
    "b",
    "blockquote",
    "br",
    "button",
    "code",
    "details",
    "div",
    "em",
    "h3",
    "hr",
}
TAGS |= {
    "input",
    "label",
    "li",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "s",
    "select",
    "small",
    "span",
}
TAGS |= {"strong", "summary", "table", "td", "textarea", "tr", "ul"}

CHOSEN, NINE = {"selected": None}, "2026-03-02T09:00"


def drawn(blocks: list[JSON]) -> Seen:
    """What a browser makes of these blocks."""
    known = identified(blocks, "b")
    return Seen(blocks_html(known, READER, first_state(controls(known), {})))


def filled(json: Any, words: str) -> Any:
    """The JSON with other words in all its places for words."""
    if isinstance(json, list):
        return [filled(item, words) for item in json]
    if isinstance(json, dict):
        kept = {key: value for key, value in json.items() if key in KEPT}
        return {key: filled(value, words) for key, value in json.items()} | kept
    return words if isinstance(json, str) else json


@given(HOSTILE)
def test_no_word_in_any_block_is_more_than_a_word(words: str) -> None:
    """Only our elements; no handler, no style, nothing loaded, and links to the web only."""
    words = words.replace("\r", "").replace("\0", "")
    seen = drawn(filled([*TEXTS, *ACTIONS, *FIELDS], words))
    for name, attributes in seen.elements:
        assert name in TAGS
        assert not any(key.startswith("on") or key in ("style", "src") for key in attributes)
        assert is_web(attributes.get("href") or "https://a.example")
        assert is_web(attributes.get("data-url") or "https://a.example")


def of_kind(seen: Seen, name: str) -> list[dict[str, str | None]]:
    return [attributes for tag, attributes in seen.elements if tag == name]


def test_everything_that_slack_takes_is_drawn() -> None:
    """No block and no element of the gallery is unknown to the page."""
    seen = drawn([*TEXTS, *ACTIONS, *FIELDS])
    assert not any(attributes.get("class") == "unknown" for _, attributes in seen.elements)


def test_what_is_not_known_is_named() -> None:
    """A block or an element of the future is not silently left out."""
    row = {"type": "actions", "elements": [{"type": "hologram", "action_id": "h"}]}
    words = " ".join(drawn([{"type": "carousel"}, row]).words)
    assert "carousel is not in this stand-in" in words
    assert "hologram: not in this stand-in" in words


@pytest.mark.parametrize(
    ("kind", "initial", "shown"),
    [
        ("plain_text_input", {"initial_value": 'a "b" <c>'}, ("input", {"value": 'a "b" <c>'})),
        ("number_input", {"initial_value": "7", "min_value": "1"}, ("input", {"min": "1"})),
        ("datepicker", {"initial_date": "2026-03-02"}, ("input", {"value": "2026-03-02"})),
        ("timepicker", {"initial_time": "09:00"}, ("input", {"value": "09:00"})),
        ("datetimepicker", {"initial_date_time": 1772438400}, ("input", {"value": NINE})),
        ("users_select", {"initial_user": "U1"}, ("option", CHOSEN | {"value": "U1"})),
        ("channels_select", {"initial_channel": "C1"}, ("option", CHOSEN | {"value": "C1"})),
        (
            "conversations_select",
            {"initial_conversation": "C2"},
            ("option", CHOSEN | {"value": "C2"}),
        ),
    ],
)
def test_fields_begin_with_their_first_values(
    kind: str, initial: JSON, shown: tuple[str, JSON]
) -> None:
    """What the app has put in is there, in the reader's own time."""
    name, wanted = shown
    found = of_kind(drawn([field("f", "F", element(kind, **initial))]), name)
    assert any(wanted.items() <= attributes.items() for attributes in found)


@pytest.mark.parametrize(
    ("select", "offered"),
    [
        (element("channels_select"), ["C1"]),
        (element("conversations_select"), ["C1", "C2", "D1"]),
        (element("conversations_select", filter={"include": ["private"]}), ["C2"]),
        (element("conversations_select", filter={"include": ["public", "im"]}), ["C1", "D1"]),
    ],
)
def test_a_select_offers_the_conversations_it_is_to(select: JSON, offered: list[str]) -> None:
    """As its kind and its filter say."""
    found = of_kind(drawn([field("f", "F", select)]), "option")
    assert [option["value"] for option in found if option["value"]] == offered


@pytest.mark.parametrize(
    "kind", ["static_select", "multi_static_select", "radio_buttons", "checkboxes"]
)
def test_first_choices_are_chosen(kind: str) -> None:
    """Options that the app has chosen are marked, and no others."""
    days = options("monday", "friday")
    is_one = kind in ("static_select", "radio_buttons")
    first = {"initial_option": days[1]} if is_one else {"initial_options": [days[1]]}
    seen = drawn([field("f", "F", element(kind, options=days, **first))])
    marked = [a["value"] for _, a in seen.elements if "selected" in a or "checked" in a]
    assert marked == ["friday"]


def test_only_what_is_sent_at_once_says_so() -> None:
    """Fields of a modal wait for it, unless they are dispatched; everything else acts at once."""
    typed = element("plain_text_input")
    sent = field("a", "A", typed) | {"dispatch_action": True}
    row = {"type": "actions", "elements": [button("go")]}
    found = of_kind(drawn([field("b", "B", typed), sent, row]), "span")
    told = ["data-sent" in a for a in found if "data-kind" in a]
    assert told == [False, True, True]


def test_a_button_leads_to_the_web_only() -> None:
    """An address goes with the button, unless it is none of the web."""
    web, script = button("a", url="https://a.example"), button("b", url="javascript:alert(1)")
    row = {"type": "actions", "elements": [web, script]}
    assert [a.get("data-url") for a in of_kind(drawn([row]), "button")] == [
        "https://a.example",
        None,
    ]


def test_choices_of_two_messages_are_apart() -> None:
    """The same radio buttons in two messages are two groups."""
    row = {"type": "actions", "elements": [element("radio_buttons", options=options("a"))]}
    known = identified([row], "b")
    state = first_state(controls(known), {})
    shown = [Seen(blocks_html(known, READER, state, ts)) for ts in ("1.1", "2.2")]
    names = {attributes["name"] for seen in shown for attributes in of_kind(seen, "input")}
    assert len(names) == 2


def test_other_blocks_say_what_they_hold() -> None:
    """Videos, tables, markdown and files are read, not played."""
    video = {"type": "video", "title": plain("Talk"), "title_url": "https://a.example/v"}
    cells = [[{"type": "raw_text", "text": "k1"}, {"type": "raw_text", "text": "1.2"}]]
    blocks: list[JSON] = [
        video,
        {"type": "table", "rows": cells},
        {"type": "markdown", "text": "*m*"},
    ]
    seen = drawn(blocks)
    assert [a["href"] for a in of_kind(seen, "a")] == ["https://a.example/v"]
    assert {"Talk", "k1", "1.2", "m"} <= set(seen.words)
