"""Modals: what opens them, what is filled into them, and what becomes of what people send."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from slack_sdk.models.blocks import Option
from slack_sdk.models.views import View

from bot import client as slack
from bot import commands
from bot.blocks import home as tab
from bot.blocks import modals, sentence
from bot.blocks import papers as looks
from bot.blocks.forms import interests as interests_looks
from bot.blocks.forms import onboarding as onboarding_looks
from bot.blocks.forms import shelf as shelf_looks
from bot.blocks.forms import subscription as subscription_looks
from bot.blocks.forms import why as why_looks
from bot.commands import Call
from bot.commands.calls import HERE
from bot.commands.forms import interests, onboarding, shelf, subscription, why
from bot.commands.forms.frame import Filled, Outcome
from bot.commands.presses import Press, Reply, menu
from bot.errors import UserError
from bot.models import Subscriber
from bot.parts import Parts
from bot.slack.home import kept_true
from bot.slack.requests import (
    Body,
    acknowledge,
    answer,
    call_of,
    field_errors,
    press_of,
    who_acts,
)

logger = logging.getLogger(__name__)

NOT_OPENED = "Slack did not open the form: please try that once more."
WENT_WRONG = "Something went wrong here, and I have written it down. Please try again later."


@dataclass(frozen=True, slots=True)
class Opener:
    """What opens a modal: its title until it is filled, and what fills it.

    `instead` is what to answer where Slack does not open it.
    """

    title: str
    fill: Callable[[Call, Press], View]
    instead: Callable[[Call, Press], Reply] = lambda _call, _press: Reply(sentence(NOT_OPENED))


@dataclass(frozen=True, slots=True)
class Opening:
    """A modal that somebody asks for with a trigger, and where else they can be answered."""

    call: Call
    press: Press
    parts: Parts
    respond: Respond
    trigger: str


_INTERESTS = Opener(
    interests_looks.TITLE, lambda call, press: interests.open_interests(_about(call, press))
)
_SUBSCRIPTION = Opener(
    subscription_looks.TITLE,
    lambda call, press: subscription.open_subscription(_about(call, press)),
)
_WHY = Opener(
    why_looks.TITLE,
    lambda call, press: why.open_why(call, looks.paper_of(press.block) or ""),
    menu,
)

OPENERS = {
    tab.ONBOARD: Opener(
        onboarding_looks.TITLE, lambda call, _press: onboarding.open_onboarding(call)
    ),
    tab.INTERESTS: _INTERESTS,
    tab.SUBSCRIPTION: _SUBSCRIPTION,
    tab.SAVED: Opener("Saved papers", lambda call, _press: shelf.open_saved(call)),
    tab.UNWANTED: Opener("Papers you do not want", lambda call, _press: shelf.open_unwanted(call)),
    tab.DIGEST: Opener("A digest", lambda call, press: shelf.open_digest(call, press.value)),
    modals.OPEN_INTERESTS: _INTERESTS,
    modals.OPEN_SUBSCRIPTION: _SUBSCRIPTION,
}
"""The buttons that open a modal, by their `action_id`; in a menu, also WHY of MENU."""

COMMANDS = {"interests": _INTERESTS, "subscribe": _SUBSCRIPTION}
"""The commands that open one when ``edit`` follows, or ``here edit`` in a channel."""

VIEW_PRESSES: dict[str, Callable[[Call, Filled], View]] = {
    why_looks.MUTE: why.press_why,
    why_looks.UNMUTE: why.press_why,
    why_looks.FOLLOW: why.press_why,
    why_looks.UNFOLLOW: why.press_why,
    why_looks.UNLIKE: why.press_why,
    why_looks.LIKE: why.press_why,
    **dict.fromkeys(shelf_looks.PRESSES, shelf.press_shelf),
}
"""What the buttons inside modals do, by their `action_id`: to the modal they stand in."""

SUBMISSIONS: dict[str, Callable[[Call, Filled], Outcome]] = {
    interests_looks.EDIT_INTERESTS: interests.save_interests,
    subscription_looks.EDIT_SUBSCRIPTION: subscription.save_subscription,
    onboarding_looks.PASTE: onboarding.recognise,
    onboarding_looks.CHOOSE: onboarding.follow_chosen,
}
"""What becomes of a modal that is sent, by its `callback_id`."""

SUGGESTIONS: dict[str, Callable[[Call, str, str], list[Option]]] = dict.fromkeys(
    interests.SOUGHT, interests.suggest
)
"""What fields suggest while people type, by their `action_id`."""


def register_commands(app: App, parts: Parts) -> None:
    """Adds the listeners of commands. Register them before that of all other commands."""
    for name, opener in COMMANDS.items():
        asks = [_asks_for_form(name)]
        app.command(commands.SLASH, matchers=asks, middleware=[acknowledge])(
            _on_command(parts, opener)
        )


def register(app: App, parts: Parts) -> None:
    """Adds the others. Register them before those of messages, which take what is left over."""
    for action_id, opener in OPENERS.items():
        app.action(action_id, middleware=[acknowledge])(_on_open(parts, opener))
    app.action(looks.MENU, matchers=[_asks_why], middleware=[acknowledge])(_on_open(parts, _WHY))
    for action_id, press in VIEW_PRESSES.items():
        app.action(action_id, middleware=[acknowledge])(_on_press(parts, press))
    for callback_id, submit in SUBMISSIONS.items():
        app.view(callback_id, middleware=[_submitted(parts, submit)])(_on_submitted(parts))
    for action_id, suggest in SUGGESTIONS.items():
        app.options(action_id, middleware=[_on_typing(parts, suggest)])(_nothing_more)


def _about(call: Call, press: Press) -> Call:
    """The call, about the channel that a button stands in if it says so."""
    if press.value != HERE or not call.place.is_channel:
        return call
    return replace(call, of=Subscriber(call.by.workspace, call.place.id))


def _asks_why(action: Body) -> bool:
    value = (action.get("selected_option") or {}).get("value") or ""
    return looks.chosen(value)[0] == looks.WHY


def _asks_for_form(name: str) -> Callable[[Body], bool]:
    def asks(body: Body) -> bool:
        words = str(body.get("text") or "").lower().split()
        in_channel = str(body.get("channel_id") or "")[:1] in {"C", "G"}
        asked_here = words in ([name, HERE, "edit"], [name, "edit", HERE])
        return words == [name, "edit"] or (in_channel and asked_here)

    return asks


def _on_command(parts: Parts, opener: Opener) -> Callable[..., None]:
    def on_command(body: Body, respond: Respond) -> None:
        who = Subscriber(body["team_id"], body["user_id"])
        call = call_of(parts, who, channel=str(body.get("channel_id") or ""))
        is_here = HERE in str(body["text"]).lower().split()
        press = Press("", HERE if is_here else "", call.place.id)
        _open(opener, Opening(call, press, parts, respond, body["trigger_id"]))

    return on_command


def _on_open(parts: Parts, opener: Opener) -> Callable[..., None]:
    def on_open(body: Body, action: Body, respond: Respond) -> None:
        press = press_of(body, action)
        call = call_of(parts, who_acts(body), channel=press.channel)
        _open(opener, Opening(call, press, parts, respond, body["trigger_id"]))

    return on_open


def _on_press(parts: Parts, press: Callable[[Call, Filled], View]) -> Callable[..., None]:
    def on_press(body: Body, action: Body) -> None:
        who, view = who_acts(body), body.get("view") or {}
        filled = replace(
            _filled(view),
            action=str(action["action_id"]),
            value=str(action.get("value") or ""),
        )
        screen = slack.Screen(str(view.get("id")), str(view.get("hash")))
        title = str((view.get("title") or {}).get("text") or "")
        with kept_true(parts, who):
            client = parts.clients(who.workspace)
            _fill(client, screen, title, lambda: press(call_of(parts, who), filled))

    return on_press


def _submitted(parts: Parts, submit: Callable[[Call, Filled], Outcome]) -> Callable[..., None]:
    """Takes a form in the request's own thread: Slack does not wait for the listeners' queue."""

    def submitted(body: Body, view: Body, ack: Ack, next: Callable[[], None]) -> None:
        try:
            outcome = submit(call_of(parts, who_acts(body)), _filled(view))
        except UserError as error:
            ack(field_errors(view, str(error)))
        else:
            _answer_form(ack, outcome)
        next()

    return submitted


def _on_submitted(parts: Parts) -> Callable[..., None]:
    def on_submitted(body: Body) -> None:
        parts.homes.refresh(who_acts(body))

    return on_submitted


def _on_typing(
    parts: Parts, suggest: Callable[[Call, str, str], list[Option]]
) -> Callable[..., None]:
    def on_typing(body: Body, ack: Ack, next: Callable[[], None]) -> None:
        call = call_of(parts, who_acts(body))
        ack(options=suggest(call, str(body["action_id"]), str(body.get("value") or "")))
        next()

    return on_typing


def _nothing_more() -> None:
    """What is to be done was done with the acknowledgement."""


def _open(opener: Opener, asked: Opening) -> None:
    """Opens a modal at once, and fills it then."""
    client = asked.parts.clients(asked.call.by.workspace)
    try:
        screen = slack.open_view(client, asked.trigger, modals.loading(opener.title))
    except slack.SlackError as error:
        logger.warning("no modal: %s", error)
        if asked.respond.response_url:
            answer(asked.respond, _instead(opener, asked))
        else:
            # Who presses in the Home tab has no message to answer.
            asked.parts.homes.tell(asked.call.by, NOT_OPENED)
        return
    _fill(client, screen, opener.title, lambda: opener.fill(asked.call, asked.press))


def _instead(opener: Opener, asked: Opening) -> Reply:
    try:
        return opener.instead(asked.call, asked.press)
    except UserError as error:
        return Reply(sentence(str(error)))


def _fill(client: WebClient, screen: slack.Screen, title: str, fill: Callable[[], View]) -> None:
    """Gives a modal its content, unless the person has closed it."""
    view = _content(client, screen, title, fill)
    try:
        slack.update_view(client, screen, view)
    except slack.SlackRefusal as refusal:
        if refusal.code != slack.CHANGED_SINCE:
            raise
        # Another press was faster: what both have changed is looked up again.
        slack.update_view(client, replace(screen, hash=""), fill())


def _content(client: WebClient, screen: slack.Screen, title: str, fill: Callable[[], View]) -> View:
    try:
        return fill()
    except UserError as error:
        return modals.telling(title, str(error))
    except Exception:
        # It is logged at the edge; what the person looks at must not wait for ever.
        slack.update_view(client, screen, modals.telling(title, WENT_WRONG))
        raise


def _answer_form(ack: Ack, outcome: Outcome) -> None:
    if outcome.errors:
        ack(response_action="errors", errors=dict(outcome.errors))
    elif outcome.view is not None:
        ack(response_action="update", view=outcome.view)
    else:
        ack()


def _filled(view: Body) -> Filled:
    state = (view.get("state") or {}).get("values") or {}
    return Filled(str(view.get("private_metadata") or ""), state)
