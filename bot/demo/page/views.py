"""Modals and the Home tab as HTML."""

from typing import Any

from bot.demo.page.blocks import blocks_html
from bot.demo.page.elements import words_of
from bot.demo.page.markup import Html, join, tag
from bot.demo.page.reader import Reader
from bot.demo.person import Person
from bot.demo.views import View

JSON = dict[str, Any]


def modal_html(view: View, person: Person, reader: Reader) -> JSON:
    """The modal on top; its `key` changes when the app changes it."""
    given = view.given
    under = " · ".join(v.title for v in person.team.modals.get(person.id, [])[:-1])
    close = words_of(given.get("close")) or ("Back" if under else "Close")
    submit = tag("button", words_of(given.get("submit")), type="submit", class_="button primary")
    form = tag(
        "form",
        tag("header", tag("h2", view.title), tag("small", f"from {under}") if under else ""),
        tag(
            "div",
            tag("p", class_="error", role="alert", hidden=True, data_whole=True),
            blocks_html(view.blocks, reader, view.state),
            class_="body",
        ),
        tag(
            "footer",
            tag("button", close, type="button", class_="button", data_close=True),
            submit if given.get("submit") else "",
        ),
        novalidate=True,
        data_view=view.id,
    )
    return {"key": f"{view.id} {view.hash}", "title": view.title, "html": form}


def home_html(person: Person, reader: Reader) -> Html:
    """The Home tab, or that the app has shown nothing there yet."""
    view = person.home
    if view is None:
        words = f"{person.team.bot.real_name} has nothing here yet."
        return tag("div", tag("h2", words), class_="empty")
    inside = blocks_html(view.blocks, reader, view.state)
    return tag("div", join(inside), data_view=view.id, class_="body")
