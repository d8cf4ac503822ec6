"""The Home tab: shown when somebody opens it, and put right after whatever they do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from slack_bolt import App

from bot.blocks.home import FORGET, PAUSE, RESUME
from bot.commands import Call, home
from bot.errors import UserError
from bot.models import Subscriber
from bot.parts import Parts
from bot.slack.requests import Body, acknowledge, call_of, who_acts

HOME_PRESSES: dict[str, Callable[[Call], None]] = {
    PAUSE: home.pause,
    RESUME: home.resume,
    FORGET: home.forget,
}
"""What the buttons of the tab do that open no modal, by their `action_id`."""


def register(app: App, parts: Parts) -> None:
    """Adds the listeners."""
    app.event("app_home_opened")(_on_opened(parts))
    for action_id, press in HOME_PRESSES.items():
        app.action(action_id, middleware=[acknowledge])(_on_press(parts, press))


@contextmanager
def kept_true(parts: Parts, who: Subscriber) -> Iterator[None]:
    """Puts somebody's Home tab right after what is done for them in this block.

    Somebody who is forgotten in it gets the tab of a first visit.
    """
    was_known = parts.homes.is_known(who)
    try:
        yield
    finally:
        if was_known:
            _put_right(parts, who)


def _put_right(parts: Parts, who: Subscriber) -> None:
    if parts.homes.is_known(who):
        parts.homes.refresh(who)
    else:
        parts.homes.clear(who)


def _on_opened(parts: Parts) -> Callable[..., None]:
    def on_opened(body: Body, event: Body) -> None:
        # Slack tells of the tab with messages, too.
        if event.get("tab") == "home":
            who = Subscriber(body["team_id"], event["user"])
            # Asked at most daily: admins see the sources, and times are the person's own.
            parts.is_admin(who)
            parts.homes.opened(who, is_blank=not event.get("view"))

    return on_opened


def _on_press(parts: Parts, press: Callable[[Call], None]) -> Callable[..., None]:
    def on_press(body: Body) -> None:
        who = who_acts(body)
        # What cannot be done any more, such as to pause what has ended, is to be seen then.
        with kept_true(parts, who), suppress(UserError):
            press(call_of(parts, who))

    return on_press
