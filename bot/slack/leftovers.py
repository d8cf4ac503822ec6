"""Requests that nothing listens to any more, or yet: they are acknowledged, not refused.

Slack takes the answer 404 for a failure, and switches off what fails too often.
"""

import logging
import re
from collections.abc import Callable

from slack_bolt import Ack, App

from bot.slack.requests import Body, acknowledge

logger = logging.getLogger(__name__)

ANYTHING = re.compile("")


def register(app: App) -> None:
    """Adds the listeners. Register all others first: these take what is left over."""
    app.event(ANYTHING)(_on_event)
    app.view_closed(ANYTHING, middleware=[acknowledge])(_on_request)
    app.view_submission(ANYTHING, middleware=[acknowledge])(_on_request)
    app.shortcut(ANYTHING, middleware=[acknowledge])(_on_request)
    app.options(ANYTHING, middleware=[_suggest_nothing])(_on_request)


def _on_event(body: Body) -> None:
    logger.debug("nothing is done about %s", (body.get("event") or {}).get("type"))


def _on_request(body: Body) -> None:
    logger.debug("nothing is done about %s", body.get("type"))


def _suggest_nothing(ack: Ack, next: Callable[[], None]) -> None:
    ack(options=[])
    next()
