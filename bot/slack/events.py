"""What happens in conversations: mentions, direct messages, and links to papers.

Slack tells of it only where the app was given the scope; without, nobody notices.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from threading import Lock

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
from recommender import Paper

logger = logging.getLogger(__name__)

MAX_UNFURLS = 3
"""More papers than this in one message would bury it."""

MOST_ANSWERS = 4
"""So many at once in one conversation, where Slack takes one message a second.

More would keep the listeners from everybody else; who writes faster is not answered.
"""

# A message with a file, and one that was sent to the channel from its thread, are said like others.
_SAID = {None, "file_share", "thread_broadcast"}


def register(app: App, parts: Parts) -> None:
    """Adds the listeners."""
    once, talks = first_time_only(parts), _Talks()
    app.event("app_mention")(once(_on_mention(parts, talks)))
    app.event("message")(once(_on_message(parts, talks)))
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


class _Talks:
    """In which conversations answers are on their way."""

    def __init__(self) -> None:
        self._counting, self._answers = Lock(), Counter[tuple[str, str]]()

    @contextmanager
    def answering(self, place: tuple[str, str]) -> Iterator[bool]:
        """Whether one more may be, until the end of the block."""
        with self._counting:
            is_free = self._answers[place] < MOST_ANSWERS
            self._answers[place] += is_free
        try:
            yield is_free
        finally:
            with self._counting:
                self._answers[place] -= is_free
                # Those of which there are none any more go.
                self._answers += Counter()


def _on_mention(parts: Parts, talks: _Talks) -> Callable[..., None]:
    def on_mention(body: Body, event: Body) -> None:
        if _is_said_by_a_person(event) and "edited" not in event:
            thread = event.get("thread_ts") or event["ts"]
            with talks.answering((body["team_id"], event["channel"])) as is_free:
                if is_free:
                    _answer(parts, body, talk.in_public, thread)

    return on_mention


def _on_message(parts: Parts, talks: _Talks) -> Callable[..., None]:
    def on_message(body: Body, event: Body) -> None:
        if event.get("channel_type") == "im" and _is_said_by_a_person(event):
            with talks.answering((body["team_id"], event["channel"])) as is_free:
                if is_free:
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
        found = papers_at(parts.library, [link["url"] for link in event["links"]])
        if not found:
            return
        shown = {
            url: slack.Unfurl(unfurled_title(paper), unfurled(paper))
            for url, paper in _each_once(found)[:MAX_UNFURLS]
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


def _each_once(found: Mapping[str, Paper]) -> list[tuple[str, Paper]]:
    """The papers at some addresses, each with the first that leads to it."""
    first: dict[str, tuple[str, Paper]] = {}
    for url, paper in found.items():
        first.setdefault(paper.id, (url, paper))
    return list(first.values())


def _shared(event: Body) -> slack.Shared:
    return slack.Shared(
        event["channel"],
        event["message_ts"],
        event.get("unfurl_id") or "",
        event.get("source") or "",
    )
