"""What happens in conversations: mentions, direct messages, and links to papers.

Slack tells of it only where the app was given the scope; without, nobody notices.
"""

import logging
from collections.abc import Callable
from functools import wraps

from slack_bolt import App

from bot import client as slack
from bot.blocks import Message, sentence
from bot.blocks.unfurl import unfurled, unfurled_title
from bot.commands import Call, talk
from bot.commands.links import papers_at
from bot.errors import UserError
from bot.models import Subscriber
from bot.parts import Parts
from bot.slack.home import kept_true
from bot.slack.requests import Body, call_of
from bot.store import events

logger = logging.getLogger(__name__)

MAX_UNFURLS = 3
"""More papers than this in one message would bury it."""

# A message with a file, and one that was sent to the channel from its thread, are said like others.
_SAID = {None, "file_share", "thread_broadcast"}


def register(app: App, parts: Parts) -> None:
    """Adds the listeners."""
    once = first_time_only(parts)
    app.event("app_mention")(once(_on_mention(parts)))
    app.event("message")(once(_on_message(parts)))
    app.event("link_shared")(once(_on_link(parts)))


def first_time_only(parts: Parts) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes a listener of events hear of each of them once, however often Slack tells.

    The listener must take `body`. Slack is answered before anything is looked up.
    """

    def once(listener: Callable[..., None]) -> Callable[..., None]:
        @wraps(listener)
        def on_event(**given: object) -> None:
            if _is_new(parts, given["body"]):  # type: ignore[arg-type]
                listener(**given)

        return on_event

    return once


def _is_new(parts: Parts, body: Body) -> bool:
    with parts.store.writing() as connection:
        return events.is_new(connection, body["event_id"], body["team_id"], parts.clock())


def _on_mention(parts: Parts) -> Callable[..., None]:
    def on_mention(body: Body, event: Body) -> None:
        if _is_said_by_a_person(event) and "edited" not in event:
            thread = event.get("thread_ts") or event["ts"]
            _answer(parts, body, talk.in_public, thread)

    return on_mention


def _on_message(parts: Parts) -> Callable[..., None]:
    def on_message(body: Body, event: Body) -> None:
        if event.get("channel_type") == "im" and _is_said_by_a_person(event):
            _answer(parts, body, talk.in_private, event.get("thread_ts"))

    return on_message


def _is_said_by_a_person(event: Body) -> bool:
    """Whether somebody wrote it just now: no bot, and no edit, deletion or joining."""
    return event.get("subtype") in _SAID and bool(event.get("user")) and not event.get("bot_id")


def _answer(parts: Parts, body: Body, say: Callable[[Call], Message], thread: str | None) -> None:
    """Posts the answer where it was asked, in the thread if there is one."""
    event = body["event"]
    who = Subscriber(body["team_id"], event["user"])
    call = call_of(parts, who, event.get("text") or "", event["channel"])
    with kept_true(parts, who):
        try:
            message = say(call)
        except UserError as error:
            message = sentence(str(error))
        try:
            call.outlet.post(event["channel"], thread, message)
        except slack.SlackError as error:
            logger.warning("not answered: %s", error, extra={"workspace": who.workspace})


def _on_link(parts: Parts) -> Callable[..., None]:
    unable: set[tuple[str, str]] = set()

    def on_link(body: Body, event: Body) -> None:
        found = papers_at(parts.store, parts.library, [link["url"] for link in event["links"]])
        if not found:
            return
        shown = {
            url: slack.Unfurl(unfurled_title(paper), unfurled(paper))
            for url, paper in list(found.items())[:MAX_UNFURLS]
        }
        try:
            slack.unfurl(parts.clients(body["team_id"]), _shared(event), shown)
        except slack.SlackRefusal as error:
            # A scope that was not granted stays away: one line tells it.
            level = logging.DEBUG if (body["team_id"], error.code) in unable else logging.WARNING
            unable.add((body["team_id"], error.code))
            logger.log(level, "no unfurl: %s", error, extra={"workspace": body["team_id"]})
        except slack.SlackError as error:
            logger.warning("no unfurl: %s", error, extra={"workspace": body["team_id"]})

    return on_link


def _shared(event: Body) -> slack.Shared:
    return slack.Shared(
        event["channel"],
        event["message_ts"],
        event.get("unfurl_id") or "",
        event.get("source") or "",
    )
