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

    def opened(self, who: Subscriber) -> None:
        """Shows somebody the tab, who is just looking at it."""
        known = self._standing(who) or Standing()
        with self.store.writing() as connection:
            homes.put(connection, who, known)
        self.refresh(who)

    def refresh(self, who: Subscriber) -> None:
        """Puts what is so now into the tab of somebody who ever opened it."""
        known = self._standing(who)
        if known is not None and not self._refreshed(who, known):
            # Another listener was faster: what both have changed is looked up again.
            self._refreshed(who, replace(known, fingerprint="", hash=""))

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

    def _refreshed(self, who: Subscriber, known: Standing) -> bool:
        """Whether the tab is settled; it is not when it has changed since the hash known."""
        view, now = home.rendered(self.store, self.library, who, self.clock())
        now = replace(now, hash=known.hash)
        if now.fingerprint != known.fingerprint:
            try:
                client = self.clients(who.workspace)
                shown = slack.publish_home(client, who.id, view, known.hash)
                now = replace(now, hash=shown.hash)
            except slack.SlackError as error:
                if isinstance(error, slack.SlackRefusal) and error.code == slack.CHANGED_SINCE:
                    return False
                _log(who, error)
                now = replace(now, fingerprint="", hash="")
        if now != known:
            self._stands(who, now)
        return True

    def _standing(self, who: Subscriber) -> Standing | None:
        with self.store.reading() as connection:
            return homes.get(connection, who)

    def _stands(self, who: Subscriber, now: Standing) -> None:
        with self.store.writing() as connection:
            # They may have been forgotten meanwhile.
            if homes.get(connection, who) is not None:
                homes.put(connection, who, now)


def _log(who: Subscriber, error: slack.SlackError) -> None:
    logger.warning("a Home tab is not shown: %s", error, extra={"workspace": who.workspace})
