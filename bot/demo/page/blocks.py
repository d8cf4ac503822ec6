"""Block Kit's blocks as HTML, from their JSON alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.demo.controls import State
from bot.demo.page.elements import Place, element, image, rich, words_of
from bot.demo.page.markup import Html, join, tag
from bot.demo.page.mrkdwn import mrkdwn
from bot.demo.page.reader import Reader, link
from bot.demo.page.rich_text import rich_text

JSON = dict[str, Any]


def blocks_html(blocks: Sequence[JSON], reader: Reader, state: State, surface: str = "") -> Html:
    """Blocks one under the other; `state` is what their elements hold."""
    places = (Place(str(block.get("block_id", "")), reader, state, surface) for block in blocks)
    return join(*map(_block, blocks, places))


def _block(block: JSON, place: Place) -> Html:
    kind = str(block.get("type"))
    draw = _BLOCKS.get(kind)
    if draw is None:
        return tag("p", f"A block of the kind {kind} is not in this stand-in.", class_="unknown")
    return tag(
        "div",
        draw(block, place),
        class_=f"block {kind}",
        data_input=place.block_id if kind == "input" else None,
    )


def _section(block: JSON, place: Place) -> Html:
    fields = [tag("div", rich(field, place.reader)) for field in block.get("fields", [])]
    told = tag("div", rich(block.get("text"), place.reader)) if block.get("text") else ""
    told = join(told, tag("div", *fields, class_="fields") if fields else "")
    accessory = block.get("accessory")
    return join(tag("div", told, class_="told"), element(accessory, place) if accessory else "")


def _context(block: JSON, place: Place) -> Html:
    def shown(part: JSON) -> Html:
        is_image = part.get("type") == "image"
        return image(part, place) if is_image else tag("span", rich(part, place.reader))

    return join(*(shown(part) for part in block["elements"]))


def _input(block: JSON, place: Place) -> Html:
    name = words_of(block["label"])
    is_optional = block.get("optional") is True
    field = replace(place, label=name, is_sent=block.get("dispatch_action") is True)
    return join(
        tag("div", name, tag("small", " (optional)") if is_optional else "", class_="label"),
        element(block["element"], field),
        tag("p", class_="error", role="alert", hidden=True),
        tag("p", rich(block["hint"], place.reader), class_="hint") if block.get("hint") else "",
    )


def _picture(block: JSON, place: Place) -> Html:
    title = words_of(block.get("title"))
    alt = str(block.get("alt_text") or title)
    caption = tag("small", title) if title else ""
    return join(caption, image({"alt_text": alt}, place))


def _video(block: JSON, place: Place) -> Html:
    title = link(str(block.get("title_url", "")), words_of(block.get("title")) or "A video")
    return join(tag("strong", title), tag("div", rich(block.get("description"), place.reader)))


def _table(block: JSON, place: Place) -> Html:
    def cell(json: JSON) -> Html:
        is_rich = json.get("type") == "rich_text"
        return tag("td", rich_text(json, place.reader) if is_rich else words_of(json))

    rows = (tag("tr", *(cell(each) for each in row)) for row in block.get("rows", []))
    return tag("table", *rows)


_BLOCKS: dict[str, Callable[[JSON, Place], Html]] = {
    "header": lambda block, _: tag("h3", words_of(block["text"])),
    "section": _section,
    "context": _context,
    "divider": lambda _, __: tag("hr"),
    "actions": lambda block, place: join(*(element(e, place) for e in block["elements"])),
    "context_actions": lambda block, place: join(*(element(e, place) for e in block["elements"])),
    "input": _input,
    "image": _picture,
    "rich_text": lambda block, place: rich_text(block, place.reader),
    "markdown": lambda block, place: mrkdwn(str(block.get("text", "")), place.reader),
    "video": _video,
    "table": _table,
    "file": lambda block, _: join(f"A file: {block.get('external_id', '')}"),
}
