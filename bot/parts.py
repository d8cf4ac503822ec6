"""The parts that listeners and jobs share, put together once by `__main__`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from socket import gethostname

from slack_sdk import WebClient

from bot import client as slack
from bot import digests
from bot.library import Library
from bot.models import Subscriber
from bot.schedules import next_due
from bot.store import Store, heartbeats, people, subscriptions

ZONE_LIFE = timedelta(days=1)
ZONES_A_TICK = 20
DIGESTS_APART = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Parts:
    """A bot without its doors: what it knows, what time it is, and how it reaches Slack.

    `clients` gives the client of a workspace and raises SlackRefusal for one that is not ours.
    """

    store: Store
    library: Library
    clock: Callable[[], datetime]
    clients: Callable[[str], WebClient]

    def tick(self) -> tuple[int, int]:
        """Composes what is due and sends what waits; how many digests, how many messages.

        May be called as often as one likes, from any thread or process.
        """
        self.follow_zones()
        composed = digests.compose_due(self.store, self.shelf(), self.clock())
        delivered = self.deliver()
        with self.store.writing() as connection:
            heartbeats.beat(connection, gethostname(), self.clock())
        return composed, delivered

    def shelf(self) -> digests.Shelf:
        """The library as digests see it."""
        return digests.shelf_of(self.store, self.library)

    def deliver(self) -> int:
        """Sends what the outbox holds; how many messages Slack took."""
        return digests.deliver(self.store, self.clients, self.clock)

    def next_due(self) -> datetime | None:
        """When the next digest is due, in whatever workspace; None when none is to come."""
        with self.store.reading() as connection:
            return subscriptions.next_due(connection)

    def follow_zones(self) -> None:
        """Asks Slack daily where people are, and moves their digests with them.

        Nobody gets two digests within half a day because of a journey.
        """
        now = self.clock()
        with self.store.reading() as connection:
            stale = subscriptions.stale_zones(connection, now - ZONE_LIFE, ZONES_A_TICK)
        for each in stale:
            zone = self.zone_of(Subscriber(each.subscriber.workspace, each.owner))
            if zone != each.schedule.zone:
                moved = replace(each.schedule, zone=zone)
                after = max(now, each.last_due + DIGESTS_APART) if each.last_due else now
                due = next_due(moved, max(after, each.snoozed_until or after))
                with self.store.writing() as connection:
                    subscriptions.move(connection, each, moved, due)

    def zone_of(self, who: Subscriber) -> str:
        """Somebody's IANA zone: as Slack said within the last day, else as Slack says now.

        When Slack does not say, what it said last; UTC at first.
        """
        with self.store.reading() as connection:
            known = people.person(connection, who)
        if known is not None and self.clock() - known.refreshed_at < ZONE_LIFE:
            return known.zone
        try:
            fresh = slack.person(self.clients(who.workspace), who, self.clock())
        except slack.SlackError:
            return known.zone if known else "UTC"
        with self.store.writing() as connection:
            people.put_person(connection, fresh)
        return fresh.zone
