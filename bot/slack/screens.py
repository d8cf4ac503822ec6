"""Modals that are open: what is filled into them, and what people have put there."""

from collections.abc import Callable
from dataclasses import replace

from slack_sdk import WebClient
from slack_sdk.models.views import View

from bot import client as slack
from bot.blocks import modals
from bot.commands.forms.frame import Filled
from bot.errors import UserError
from bot.slack.requests import Body

WENT_WRONG = "Something went wrong here, and I have written it down. Please try again later."


def fill_screen(
    client: WebClient, screen: slack.Screen, title: str, fill: Callable[[], View]
) -> None:
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


def title_of(view: Body) -> str:
    """What stands above a modal; empty where nothing does."""
    return str((view.get("title") or {}).get("text") or "")


def filled_in(view: Body) -> Filled:
    """What stands in the fields of a modal."""
    state = (view.get("state") or {}).get("values") or {}
    return Filled(str(view.get("private_metadata") or ""), state)
