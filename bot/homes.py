"""Home tabs that stay true: after each act of their people, and with each tick.

A tab is shown to Slack only when it would change. Where Slack does not take it, nobody is told:
the next change tries again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from slack_sdk import WebClient

from bot import client as slack
from bot.commands import home
from bot.library import Library
from bot.models import Subscriber
from bot.store import Store, homes
from bot.store.homes import Standing

logger = logging.getLogger(__name__)

HOMES_A_TICK = 20
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Homes:
    """The Home tabs of all people; the fields are those of `Parts`."""

    store: Store
    library: Library
    clock: Callable[[], datetime]
    clients: Callable[[str], WebClient]

    def is_known(self, who: Subscriber) -> bool:
        """Whether somebody has ever opened the tab."""
        return self._standing(who) is not None

    def opened(self, who: Subscriber, *, is_blank: bool) -> None:
        """Shows somebody the tab, who is just looking at it; `is_blank`: at nothing, says Slack."""
        known = None if is_blank else self._standing(who)
        with self.store.writing() as connection:
            homes.put(connection, who, known or Standing())
        self.refresh(who)

    def refresh(self, who: Subscriber) -> None:
        """Puts what is so now into the tab of somebody who ever opened it.

        Several may do so at once, for one person: each looks again after what it has shown, so
        that the last to look has seen what all of them have changed.
        """
        is_sure, mine = True, ""
        for _ in range(MOST_TRIES):
            known = self._standing(who)
            if known is None:
                return
            view, now = home.rendered(self.store, self.library, who, self.clock())
            # Two that have shown the same may have done so in any order.
            is_shown = is_sure or now.fingerprint == mine
            if is_shown and now.fingerprint == known.fingerprint:
                self._settled(who, known, replace(now, hash=known.hash))
                return
            try:
                client = self.clients(who.workspace)
                shown = slack.publish_home(client, who.id, view, known.hash if is_sure else "")
            except slack.SlackError as error:
                if isinstance(error, slack.SlackRefusal) and error.code == slack.CHANGED_SINCE:
                    # Who was faster has remembered it by now, if all is well.
                    is_sure = self._standing(who) != known
                    continue
                _log(who, error)
                self._settled(who, known, replace(now, fingerprint="", hash=""))
                return
            mine = now.fingerprint
            is_sure = self._settled(who, known, replace(now, hash=shown.hash))

    def tell(self, who: Subscriber, notice: str) -> None:
        """Shows somebody a sentence above their tab, until it is shown again: at their next act."""
        known = self._standing(who)
        if known is None:
            return
        view, now = home.rendered(self.store, self.library, who, self.clock(), notice)
        try:
            shown = slack.publish_home(self.clients(who.workspace), who.id, view)
        except slack.SlackError as error:
            _log(who, error)
            return
        self._settled(who, known, replace(now, hash=shown.hash))

    def refresh_stale(self) -> None:
        """The same for some of those that time, or a digest, has made untrue."""
        with self.store.reading() as connection:
            stale = homes.stale(connection, HOMES_A_TICK)
        for who in stale:
            self.refresh(who)

    def clear(self, who: Subscriber) -> None:
        """Shows somebody who was forgotten the tab of a first visit; nothing is kept."""
        try:
            slack.publish_home(self.clients(who.workspace), who.id, home.first_visit())
        except slack.SlackError as error:
            _log(who, error)

    def _standing(self, who: Subscriber) -> Standing | None:
        with self.store.reading() as connection:
            return homes.get(connection, who)

    def _settled(self, who: Subscriber, known: Standing, now: Standing) -> bool:
        """Whether `now` is remembered: not where another was faster, or they are forgotten."""
        if now == known:
            return True
        with self.store.writing() as connection:
            is_ours = homes.get(connection, who) == known
            if is_ours:
                homes.put(connection, who, now)
        return is_ours


def _log(who: Subscriber, error: slack.SlackError) -> None:
    logger.warning("a Home tab is not shown: %s", error, extra={"workspace": who.workspace})
