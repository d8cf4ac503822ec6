"""The form that shares a paper: opened from a menu, and sent."""

import logging
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from slack_bolt import Ack, App, BoltContext, Respond
from slack_sdk.models.views import View

from bot import client as slack
from bot.blocks import modals, note, sentence
from bot.blocks import papers as looks
from bot.blocks.forms.sharing import SHARE_PAPER, TAKE_BACK_HERE, TITLE
from bot.commands.forms import sharing
from bot.commands.presses import Reply
from bot.errors import UserError
from bot.parts import Parts
from bot.slack.belonging import IS_EXTERNAL
from bot.slack.requests import Body, acknowledge, answer, call_of, press_of, who_acts
from bot.slack.screens import WENT_WRONG, filled_in
from bot.slack.views import NOT_OPENED

logger = logging.getLogger(__name__)

NOT_SHARED = (
    "You are here from another organisation: I share papers for the people of the workspace that "
    "installed me. In yours I do the same once I am there."
)

_SCREEN = "screen"
"""Where a request keeps the name of the modal that its acknowledgement brings."""


def register(app: App, parts: Parts) -> None:
    """Adds the listeners. Register them before those of messages, whose menu this is."""
    app.action(looks.MENU, matchers=[_asks_to_share], middleware=[acknowledge])(_on_asked(parts))
    app.action(TAKE_BACK_HERE, middleware=[acknowledge])(_on_taken_back(parts))
    app.view(SHARE_PAPER, middleware=[_loading])(_on_sent(parts))


def _asks_to_share(action: Body) -> bool:
    value = (action.get("selected_option") or {}).get("value") or ""
    return looks.chosen(value)[0] == looks.SHARE_TO


def _on_asked(parts: Parts) -> Callable[..., None]:
    def on_asked(body: Body, action: Body, context: BoltContext, respond: Respond) -> None:
        if context.get(IS_EXTERNAL):
            answer(respond, Reply(sentence(NOT_SHARED)))
            return
        who, press = who_acts(body), press_of(body, action)
        try:
            call = call_of(parts, who, channel=press.channel)
            view = sharing.open_sharing(call, looks.paper_of(press.block) or "")
            slack.open_view(parts.clients(who.workspace), body["trigger_id"], view)
        except UserError as error:
            answer(respond, Reply(sentence(str(error))))
        except slack.SlackError as error:
            logger.warning("no modal: %s", error)
            answer(respond, Reply(sentence(NOT_OPENED)))

    return on_asked


def _loading(context: BoltContext, ack: Ack, next: Callable[[], None]) -> None:
    """Answers at once: what Slack makes of the message is shown in the same modal then."""
    context[_SCREEN] = uuid.uuid4().hex
    ack(response_action="update", view=modals.loading(TITLE, context[_SCREEN]))
    next()


def _on_sent(parts: Parts) -> Callable[..., None]:
    def on_sent(body: Body, view: Body, context: BoltContext) -> None:
        who = who_acts(body)
        client, call = parts.clients(who.workspace), call_of(parts, who)
        screen = slack.Screen("", "", context[_SCREEN])
        with ExitStack() as failing:
            # It is logged at the edge; what the person looks at must not wait for ever.
            failing.callback(slack.update_view, client, screen, _telling(WENT_WRONG).view)
            try:
                told = sharing.send_sharing(call, filled_in(view), _addresses(body))
            except UserError as error:
                told = _telling(str(error))
            shown = slack.update_view(client, screen, told.view)
            failing.pop_all()
        if shown is None:
            # Whoever has closed it meanwhile hears of it, too.
            call.outlet.post(who.id, None, note(told.text))

    return on_sent


def _on_taken_back(parts: Parts) -> Callable[..., None]:
    def on_taken_back(body: Body, action: Body) -> None:
        who, view = who_acts(body), body.get("view") or {}
        filled = replace(filled_in(view), value=str(action.get("value") or ""))
        try:
            shown = sharing.take_back_sharing(call_of(parts, who), filled)
        except UserError as error:
            shown = _telling(str(error)).view
        slack.update_view(parts.clients(who.workspace), _screen(view), shown)

    return on_taken_back


def _telling(text: str) -> sharing.Told:
    view: View = modals.telling(TITLE, text)
    return sharing.Told(view, sentence(text).text)


def _screen(view: Body) -> slack.Screen:
    return slack.Screen(str(view.get("id")), "")


def _addresses(body: Body) -> dict[str, str]:
    """Where Slack takes messages for the channels chosen in the form, by their ids."""
    given = body.get("response_urls") or []
    return {str(one["channel_id"]): str(one["response_url"]) for one in given}
