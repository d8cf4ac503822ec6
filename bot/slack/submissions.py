"""Modals that are sent, and fields that suggest while people type: answered at once.

Both are answered with the acknowledgement itself, so nothing here asks Slack before it.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.blocks import Option
from slack_sdk.models.views import View

from bot import client as slack
from bot.blocks import modals
from bot.blocks.forms import interests as interests_looks
from bot.blocks.forms import onboarding as onboarding_looks
from bot.blocks.forms import subscription as subscription_looks
from bot.commands import Call
from bot.commands.forms import interests, onboarding, subscription
from bot.commands.forms.frame import Filled, Outcome
from bot.errors import UserError
from bot.parts import Parts
from bot.slack.requests import Body, call_of, early_call, field_errors, who_acts
from bot.slack.screens import fill_screen, filled_in, title_of

_THEN = "then"
"""Where a request keeps what is left to be done after its acknowledgement."""

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


def register(app: App, parts: Parts) -> None:
    """Adds the listeners."""
    for callback_id, submit in SUBMISSIONS.items():
        app.view(callback_id, middleware=[_submitted(parts, submit)])(_on_submitted(parts))
    for action_id, suggest in SUGGESTIONS.items():
        app.options(action_id, middleware=[_on_typing(parts, suggest)])(_nothing_more)


def _submitted(parts: Parts, submit: Callable[[Call, Filled], Outcome]) -> Callable[..., None]:
    """Takes a form in the request's own thread: Slack does not wait for the listeners' queue."""

    def submitted(
        body: Body, view: Body, context: BoltContext, ack: Ack, next: Callable[[], None]
    ) -> None:
        try:
            outcome = submit(early_call(parts, who_acts(body)), filled_in(view))
        except UserError as error:
            ack(field_errors(view, str(error)))
        else:
            context[_THEN] = _answer_form(ack, outcome, title_of(view))
        next()

    return submitted


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left to be done: what it shows in the end, and where."""

    screen: slack.Screen
    title: str
    fill: Callable[[Call], View]


def _answer_form(ack: Ack, outcome: Outcome, title: str) -> _Left | None:
    if outcome.errors:
        ack(response_action="errors", errors=dict(outcome.errors))
    elif outcome.then is not None:
        name = uuid.uuid4().hex
        ack(response_action="update", view=modals.loading(title, name))
        return _Left(slack.Screen("", "", name), title, outcome.then)
    elif outcome.view is not None:
        ack(response_action="update", view=outcome.view)
    else:
        ack()
    return None


def _on_submitted(parts: Parts) -> Callable[..., None]:
    def on_submitted(body: Body, context: BoltContext) -> None:
        who, left = who_acts(body), context.get(_THEN)
        if left is not None:
            client, call = parts.clients(who.workspace), call_of(parts, who)
            fill_screen(client, left.screen, left.title, lambda: left.fill(call))
        parts.homes.refresh(who)

    return on_submitted


def _on_typing(
    parts: Parts, suggest: Callable[[Call, str, str], list[Option]]
) -> Callable[..., None]:
    def on_typing(body: Body, ack: Ack, next: Callable[[], None]) -> None:
        call = early_call(parts, who_acts(body))
        ack(options=suggest(call, str(body["action_id"]), str(body.get("value") or "")))
        next()

    return on_typing


def _nothing_more() -> None:
    """What is to be done was done with the acknowledgement."""
