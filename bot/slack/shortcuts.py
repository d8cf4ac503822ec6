"""Shortcuts: what can be done with a message from its menu."""

from collections.abc import Callable

from slack_bolt import App, Respond

from bot.blocks import sentence
from bot.commands import talk
from bot.commands.presses import Reply
from bot.errors import UserError
from bot.parts import Parts
from bot.slack.requests import Body, acknowledge, answer, call_of, who_acts

RELATED = "find_related"


def register(app: App, parts: Parts) -> None:
    """Adds the listeners."""
    app.message_shortcut(RELATED, middleware=[acknowledge])(_on_related(parts))


def _on_related(parts: Parts) -> Callable[..., None]:
    def on_related(body: Body, respond: Respond) -> None:
        text = body["message"].get("text") or ""
        call = call_of(parts, who_acts(body), text, body["channel"]["id"])
        try:
            message = talk.related(call)
        except UserError as error:
            message = sentence(str(error))
        answer(respond, Reply(message))

    return on_related
