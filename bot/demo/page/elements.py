"""Block Kit's interactive elements as HTML: native controls, with the ids that an act needs."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.demo.controls import HOLDS, SEVERAL, State
from bot.demo.page.markup import Html, join, tag
from bot.demo.page.mrkdwn import emoji, mrkdwn
from bot.demo.page.reader import Reader, is_web

JSON = dict[str, Any]
TYPES = {
    "email_text_input": "email",
    "url_text_input": "url",
    "number_input": "number",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "datetime-local",
}
PEOPLE, PLACES = "users_select", ("conversations_select", "channels_select")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands: its block, who reads it, and what its surface holds.

    `surface` tells messages apart that have the same blocks; `is_sent` says that using it is told
    to the bot at once, not with the modal.
    """

    block_id: str
    reader: Reader
    state: State
    surface: str = ""
    label: str = ""
    is_sent: bool = True

    def held(self, element: JSON) -> Any:
        """What the element holds: an option, a list, a text; None when it is empty."""
        kind, action = str(element.get("type")), str(element.get("action_id"))
        key = HOLDS[kind][0]
        return self.state.get(self.block_id, {}).get(action, {}).get(key)


def words_of(json: Any) -> str:
    """The words of a text object, or none."""
    return emoji(str(json.get("text", ""))) if isinstance(json, dict) else ""


def rich(json: Any, reader: Reader) -> Html:
    """A text object, formatted if it is mrkdwn."""
    if isinstance(json, dict) and json.get("type") == "mrkdwn":
        return mrkdwn(str(json.get("text", "")), reader, verbatim=json.get("verbatim") is True)
    first, *rest = words_of(json).split("\n")
    return join(first, *(join(tag("br"), line) for line in rest))


def element(json: JSON, place: Place) -> Html:
    """One element in what carries its ids; one of an unknown kind is named."""
    kind = str(json.get("type"))
    draw = _ELEMENTS.get(kind)
    if draw is None:
        return tag("span", f"{kind}: not in this stand-in", class_="unknown")
    if kind == "image":
        return draw(json, place)
    wishes = json.get("dispatch_action_config", {}).get("trigger_actions_on", [])
    return tag(
        "span",
        draw(json, place),
        class_=f"control is-{kind.replace('_', '-')}",
        data_block=place.block_id,
        data_action=str(json.get("action_id", "")),
        data_kind=kind,
        data_sent=place.is_sent,
        data_each="on_character_entered" in wishes,
        data_confirm=_confirm(json),
        data_least=json.get("min_query_length") if kind.endswith("external_select") else None,
    )


def _confirm(json: JSON) -> str | None:
    asked = json.get("confirm")
    if not isinstance(asked, dict):
        return None
    words = {key: words_of(asked.get(key)) for key in ("title", "text", "confirm", "deny")}
    return json_text({**words, "style": str(asked.get("style", "primary"))})


def json_text(value: object) -> str:
    """JSON for a script to read from an attribute."""
    return json.dumps(value, ensure_ascii=False)


def image(json: JSON, _place: Place) -> Html:
    """What the picture shows, in words: nothing is loaded from elsewhere."""
    words = str(json.get("alt_text", ""))
    return tag("span", words, class_="picture", role="img", aria_label=words)


def _button(json: JSON, _place: Place) -> Html:
    url = str(json.get("url", ""))
    style = json.get("style") if json.get("style") in ("primary", "danger") else ""
    return tag(
        "button",
        words_of(json.get("text")),
        type="button",
        class_=f"button {style}".strip(),
        aria_label=json.get("accessibility_label"),
        data_url=url if is_web(url) else None,
    )


def _overflow(json: JSON, place: Place) -> Html:
    items = (
        tag(
            "button",
            words_of(option["text"]),
            type="button",
            role="menuitem",
            data_choice=str(option["value"]),
            data_url=option.get("url") if is_web(str(option.get("url", ""))) else None,
        )
        for option in json["options"]
    )
    return tag(
        "details",
        tag("summary", "⋯", aria_label="More actions", class_="button quiet"),
        tag("span", *items, role="menu", class_="menu"),
        data_menu=True,
    )


def _options(json: JSON) -> Iterator[tuple[str, list[JSON]]]:
    """Groups of options with their labels; one group without a label where there are none."""
    if json.get("options"):
        yield "", json["options"]
    for group in json.get("option_groups", []):
        yield words_of(group.get("label")), group["options"]


def _choices(json: JSON, place: Place) -> list[tuple[str, list[JSON]]]:
    """The options of any select but an external one: its own, or people, or channels."""
    kind = str(json["type"]).removeprefix("multi_")
    names: Mapping[str, str] = {}
    if kind == PEOPLE:
        names = {k: name for k, name in place.reader.users.items() if k != "USLACKBOT"}
    elif kind in PLACES:
        names = place.reader.offered(json)
    else:
        return list(_options(json))
    return [("", [{"text": {"text": name}, "value": value} for value, name in names.items()])]


def _values(json: JSON, place: Place) -> set[str]:
    held = place.held(json) or []
    several = held if isinstance(held, list) else [held]
    return {str(one["value"] if isinstance(one, dict) else one) for one in several}


def _select(json: JSON, place: Place) -> Html:
    chosen = _values(json, place)

    def shown(option: JSON) -> Html:
        value = str(option["value"])
        return tag("option", words_of(option["text"]), value=value, selected=value in chosen)

    groups: list[Html] = []
    for label, options in _choices(json, place):
        inner = [shown(option) for option in options]
        groups += [tag("optgroup", *inner, label=label)] if label else inner
    first = tag("option", words_of(json.get("placeholder")) or "Choose…", value="")
    return tag("select", first, *groups, aria_label=_name(json, place))


def _multi_select(json: JSON, place: Place) -> Html:
    """A field that folds out into boxes to tick."""
    chosen = _values(json, place)
    options = [o for _, group in _choices(json, place) for o in group]
    names = [words_of(o["text"]) for o in options if str(o["value"]) in chosen]
    empty = words_of(json.get("placeholder")) or "Choose…"
    boxes = _boxes({"options": options, "most": json.get("max_selected_items")}, place, chosen)
    return tag(
        "details",
        tag("summary", ", ".join(names) or empty, class_="field", data_empty=empty),
        tag("span", boxes, class_="menu"),
        data_menu=True,
        data_most=json.get("max_selected_items"),
    )


def _external(json: JSON, place: Place) -> Html:
    """A field in which one types, and what the bot suggests below it."""
    held = place.held(json) or []
    several = held if isinstance(held, list) else [held]
    chips = (
        tag(
            "button",
            words_of(option["text"]),
            type="button",
            class_="chip",
            data_value=str(option["value"]),
            aria_label=f"Remove {words_of(option['text'])}",
        )
        for option in several
    )
    return tag(
        "span",
        tag("span", *chips, class_="chips"),
        tag(
            "input",
            type="text",
            role="combobox",
            autocomplete="off",
            aria_expanded="false",
            aria_label=_name(json, place),
            placeholder=words_of(json.get("placeholder")) or "Type to search…",
        ),
        tag("span", role="listbox", class_="menu", hidden=True),
        class_="external",
        data_several=json["type"] in SEVERAL,
    )


def _box(option: JSON, place: Place, kind: str, name: str, is_on: bool) -> Html:
    about = option.get("description")
    return tag(
        "label",
        tag("input", type=kind, name=name, value=str(option["value"]), checked=is_on),
        tag(
            "span",
            rich(option["text"], place.reader),
            tag("small", rich(about, place.reader)) if about else "",
        ),
        class_="box",
    )


def _boxes(json: JSON, place: Place, chosen: set[str] | None = None) -> Html:
    chosen = _values(json, place) if chosen is None else chosen
    kind = "radio" if json.get("type") == "radio_buttons" else "checkbox"
    name = f"{place.surface}-{place.block_id}-{json.get('action_id', '')}"
    boxes = (_box(o, place, kind, name, str(o["value"]) in chosen) for o in json["options"])
    return tag(
        "span",
        *boxes,
        class_="boxes",
        role="radiogroup" if kind == "radio" else "group",
        aria_label=_name(json, place),
    )


def _typed(json: JSON, place: Place) -> Html:
    held = place.held(json)
    kind = TYPES.get(str(json["type"]), "text")
    if kind == "datetime-local":
        held = f"{place.reader.local(float(held)):%Y-%m-%dT%H:%M}" if held else None
    common: dict[str, Any] = {
        "placeholder": words_of(json.get("placeholder")) or None,
        "aria_label": _name(json, place),
        "autocomplete": "off",
        "maxlength": json.get("max_length"),
    }
    if json.get("multiline"):
        return tag("textarea", "\n", str(held or ""), rows="4", **common)
    numbers = {"min": json.get("min_value"), "max": json.get("max_value")}
    step = "any" if json.get("is_decimal_allowed") else None
    return tag(
        "input",
        type=kind,
        value=None if held is None else str(held),
        step=step,
        **common,
        **(numbers if kind == "number" else {}),
    )


def _name(json: JSON, place: Place) -> str | None:
    return place.label or words_of(json.get("placeholder")) or None


_SELECTS = ("static_select", PEOPLE, *PLACES)
_ELEMENTS: dict[str, Callable[[JSON, Place], Html]] = {
    "button": _button,
    "workflow_button": _button,
    "image": image,
    "overflow": _overflow,
    "checkboxes": _boxes,
    "radio_buttons": _boxes,
    "external_select": _external,
    "multi_external_select": _external,
    "plain_text_input": _typed,
    **dict.fromkeys(TYPES, _typed),
    **dict.fromkeys(_SELECTS, _select),
    **{f"multi_{kind}": _multi_select for kind in _SELECTS},
}
