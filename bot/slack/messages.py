"""Slash commands, and the controls of messages."""

import re
from collections.abc import Callable

from slack_bolt import App, Respond

from bot import commands
from bot.blocks import papers as looks
from bot.blocks import sentence
from bot.commands import Call, presses
from bot.commands.presses import Press, Reply
from bot.errors import UserError
from bot.models import Subscriber
from bot.parts import Parts
from bot.slack import sharing
from bot.slack.home import kept_true
from bot.slack.requests import Body, acknowledge, answer, call_of, press_of, who_acts
from bot.slack.views import opens_form

PRESSES: dict[str, Callable[[Call, Press], Reply]] = {
    looks.LIKE: presses.like,
    looks.UNLIKE: presses.unlike,
    looks.DISLIKE: presses.dislike,
    looks.UNDISLIKE: presses.undislike,
    looks.SAVE: presses.save,
    looks.UNSAVE: presses.unsave,
    looks.HIDE: presses.hide,
    looks.UNHIDE: presses.unhide,
    looks.SHOW: presses.show,
    looks.MORE: presses.more,
    looks.MENU: presses.menu,
    looks.SHARE_AGAIN: presses.share_again,
    looks.TAKE_BACK: presses.take_back,
}
"""What each control of a message does, by its `action_id`."""

_ANY = re.compile("")


def register_commands(app: App, parts: Parts) -> None:
    """Adds the listener of commands."""
    app.command(commands.SLASH, middleware=[acknowledge])(_on_command(parts))


def register(app: App, parts: Parts) -> None:
    """Adds the others. Register those of others first: one here takes what is left over."""
    sharing.register(app, parts)
    for action_id, press in PRESSES.items():
        app.action(action_id, middleware=[acknowledge])(_on_press(parts, press))
    # The first listener that fits gets a request: this one what no other takes.
    app.action(_ANY, middleware=[acknowledge])(_on_press(parts, presses.retired))


def _on_command(parts: Parts) -> Callable[..., None]:
    def on_command(body: Body, respond: Respond) -> None:
        if opens_form(parts, body, respond):
            return
        who = Subscriber(body["team_id"], body["user_id"])
        call = call_of(parts, who, body.get("text") or "", body.get("channel_id") or "")
        with kept_true(parts, who):
            try:
                message = commands.answer(call)
            except UserError as error:
                message = sentence(str(error))
            answer(respond, Reply(message))

    return on_command


def _on_press(parts: Parts, press: Callable[[Call, Press], Reply]) -> Callable[..., None]:
    def on_press(body: Body, action: Body, respond: Respond) -> None:
        pressed = press_of(body, action)
        call = call_of(parts, who_acts(body), channel=pressed.channel)
        with kept_true(parts, call.by):
            try:
                reply = press(call, pressed)
            except UserError as error:
                reply = Reply(sentence(str(error)))
            answer(respond, reply)

    return on_press
