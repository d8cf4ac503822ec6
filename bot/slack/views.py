"""Modals: what opens them, what is filled into them, and what the buttons in them do."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from slack_bolt import App, BoltContext, Respond
from slack_sdk.models.views import View

from bot import client as slack
from bot.blocks import home as tab
from bot.blocks import modals, sentence
from bot.blocks import papers as looks
from bot.blocks.forms import interests as interests_looks
from bot.blocks.forms import onboarding as onboarding_looks
from bot.blocks.forms import shelf as shelf_looks
from bot.blocks.forms import subscription as subscription_looks
from bot.blocks.forms import why as why_looks
from bot.commands import Call
from bot.commands.calls import HERE, Place
from bot.commands.forms import interests, onboarding, shelf, subscription, why
from bot.commands.forms.frame import Filled
from bot.commands.presses import Press, Reply, menu
from bot.errors import UserError
from bot.models import Subscriber
from bot.parts import Parts
from bot.slack.belonging import IS_EXTERNAL
from bot.slack.home import kept_true
from bot.slack.requests import (
    Body,
    acknowledge,
    answer,
    call_of,
    press_of,
    who_acts,
)
from bot.slack.screens import fill_screen, filled_in, title_of

logger = logging.getLogger(__name__)

NOT_OPENED = "Slack did not open the form: please try that once more."


NOT_OURS = (
    "You are here from another organisation: interests and digests, also this channel's, are for "
    "the people of the workspace that installed me. In yours I do the same once I am there."
)


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


def register(app: App, parts: Parts) -> None:
    """Adds the listeners. Register them before those of messages, which take what is left over."""
    for action_id, opener in OPENERS.items():
        app.action(action_id, middleware=[acknowledge])(_on_open(parts, opener))
    app.action(looks.MENU, matchers=[_asks_why], middleware=[acknowledge])(
        _on_open(parts, _WHY, is_for_members=False)
    )
    for action_id, press in VIEW_PRESSES.items():
        app.action(action_id, middleware=[acknowledge])(_on_press(parts, press))


def _about(call: Call, press: Press) -> Call:
    """The call, about the channel that a button stands in if it says so."""
    if press.value != HERE or not call.place.is_channel:
        return call
    return replace(call, of=Subscriber(call.by.workspace, call.place.id))


def _asks_why(action: Body) -> bool:
    value = (action.get("selected_option") or {}).get("value") or ""
    return looks.chosen(value)[0] == looks.WHY


def opens_form(parts: Parts, body: Body, respond: Respond) -> bool:
    """Opens the form that a command asks for; False where it asks for none."""
    words = str(body.get("text") or "").lower().split()
    opener = COMMANDS.get(words[0]) if words else None
    if opener is None:
        return False
    channel = str(body.get("channel_id") or "")
    is_here = words[1:] in ([HERE, "edit"], ["edit", HERE]) and Place(channel).is_channel
    if not is_here and words[1:] != ["edit"]:
        return False
    who = Subscriber(body["team_id"], body["user_id"])
    call = call_of(parts, who, channel=channel)
    press = Press("", HERE if is_here else "", channel)
    _open(opener, Opening(call, press, parts, respond, body["trigger_id"]))
    return True


def _on_open(parts: Parts, opener: Opener, is_for_members: bool = True) -> Callable[..., None]:
    def on_open(body: Body, action: Body, context: BoltContext, respond: Respond) -> None:
        if is_for_members and context.get(IS_EXTERNAL):
            answer(respond, Reply(sentence(NOT_OURS)))
            return
        press = press_of(body, action)
        call = call_of(parts, who_acts(body), channel=press.channel)
        _open(opener, Opening(call, press, parts, respond, body["trigger_id"]))

    return on_open


def _on_press(parts: Parts, press: Callable[[Call, Filled], View]) -> Callable[..., None]:
    def on_press(body: Body, action: Body) -> None:
        who, view = who_acts(body), body.get("view") or {}
        filled = replace(
            filled_in(view),
            action=str(action["action_id"]),
            value=str(action.get("value") or ""),
        )
        screen = slack.Screen(str(view.get("id")), str(view.get("hash")))
        with kept_true(parts, who):
            client = parts.clients(who.workspace)
            fill_screen(client, screen, title_of(view), lambda: press(call_of(parts, who), filled))

    return on_press


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
    fill_screen(client, screen, opener.title, lambda: opener.fill(asked.call, asked.press))
    # It is asked now, at leisure: when the form is sent, Slack waits for an answer.
    asked.call.zone()


def _instead(opener: Opener, asked: Opening) -> Reply:
    try:
        return opener.instead(asked.call, asked.press)
    except UserError as error:
        return Reply(sentence(str(error)))
