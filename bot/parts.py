"""The parts that listeners and jobs share, put together once by `__main__`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from socket import gethostname

from slack_sdk import WebClient

from bot import client as slack
from bot import digests
from bot.homes import Homes
from bot.library import Library
from bot.models import Person, Subscriber
from bot.schedules import next_due
from bot.seats import left
from bot.store import Store, heartbeats, people, subscriptions

PERSON_LIFE = timedelta(days=1)
ZONES_A_TICK = 20
DIGESTS_APART = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Parts:
    """A bot without its doors: what it knows, what time it is, and how it reaches Slack.

    `clients` gives the client of a workspace and raises SlackBusy for one that is not ours;
    `renew` renews the tokens that end soon.
    """

    store: Store
    library: Library
    clock: Callable[[], datetime]
    clients: Callable[[str], WebClient]
    renew: Callable[[], object] = lambda: None

    def tick(self) -> tuple[int, int]:
        """Composes what is due and sends what waits; how many digests, how many messages.

        May be called as often as one likes, from any thread or process.
        """
        self.renew()
        self.follow_zones()
        composed = digests.compose_due(self.store, self.shelf(), self.clock())
        delivered = self.deliver()
        self.homes.refresh_stale()
        with self.store.writing() as connection:
            heartbeats.beat(connection, gethostname(), self.clock())
        self.store.checkpoint()
        return composed, delivered

    def shelf(self) -> digests.Shelf:
        """The library as digests see it."""
        return digests.shelf_of(self.library)

    def deliver(self) -> int:
        """Sends what the outbox holds; how many messages Slack took."""
        with left():
            return digests.deliver(self.store, self.clients, self.clock)

    @property
    def homes(self) -> Homes:
        """The Home tabs of all people."""
        return Homes(self.store, self.library, self.clock, self.clients)

    def next_due(self) -> datetime | None:
        """When the next digest is due, in whatever workspace; None when none is to come."""
        with self.store.reading() as connection:
            return subscriptions.next_due(connection)

    def follow_zones(self) -> None:
        """Asks Slack daily where people are, and moves their digests with them.

        Nobody gets two digests within half a day because of a journey.
        """
        before = self.clock() - PERSON_LIFE
        with self.store.reading() as connection:
            stale = subscriptions.stale_zones(connection, before, ZONES_A_TICK)
        silent: set[str] = set()
        for each in stale:
            owner = Subscriber(each.subscriber.workspace, each.owner)
            if owner.workspace in silent:
                continue
            try:
                zone = self._asked_zone(owner)
            except slack.SlackRefusal as error:
                if error.code in slack.WORKSPACE_OFF:
                    silent.add(owner.workspace)
                    continue
                # Slack does not say: it is not asked again before tomorrow.
                zone = each.schedule.zone
                self._remember(Person(owner.workspace, owner.id, owner.id, zone, self.clock()))
            except slack.SlackBusy:
                # Where the app is not installed, or Slack asks to wait; others are elsewhere.
                silent.add(owner.workspace)
                continue
            except slack.SlackError:
                return
            self._move(each.subscriber, zone)

    def _move(self, subscriber: Subscriber, zone: str) -> None:
        """Puts a subscription into a zone, unless it is there."""
        now = self.clock()
        with self.store.writing() as connection:
            old = subscriptions.get(connection, subscriber, hold=True)
            if old is not None and old.schedule.zone != zone:
                moved = replace(old.schedule, zone=zone)
                after = max(now, old.last_due + DIGESTS_APART) if old.last_due else now
                due = next_due(moved, max(after, old.snoozed_until or after))
                new = replace(old, schedule=moved, next_due=due, missed_due=None)
                subscriptions.put(connection, new)

    def zone_of(self, who: Subscriber) -> str:
        """Somebody's IANA zone: as Slack said within the last day, else as Slack says now.

        When Slack does not say, what it said last; UTC at first.
        """
        try:
            return self._asked_zone(who)
        except slack.SlackError:
            return self.known_zone(who)

    def known_zone(self, who: Subscriber) -> str:
        """Somebody's IANA zone as Slack said last, however long ago; UTC where it never did."""
        known = self._known(who)
        return known.zone if known else "UTC"

    def name_in(self, workspace: str) -> str:
        """What people of a workspace write behind an @ to mean the bot."""
        try:
            return slack.identity(self.clients(workspace)).name or "Paperwire"
        except slack.SlackError:
            return "Paperwire"

    def is_admin(self, who: Subscriber) -> bool:
        """Whether somebody looks after the workspace, as Slack said within the last day.

        Nobody does where Slack does not say.
        """
        try:
            return self._asked(who).is_admin
        except slack.SlackError:
            return False

    def _asked_zone(self, who: Subscriber) -> str:
        """As `zone_of`; raises SlackError when Slack must be asked, and does not say."""
        return self._asked(who).zone

    def _asked(self, who: Subscriber) -> Person:
        known = self._known(who)
        if known is None or self.clock() - known.refreshed_at >= PERSON_LIFE:
            known = slack.person(self.clients(who.workspace), who, self.clock())
            self._remember(known)
        return known

    def _known(self, who: Subscriber) -> Person | None:
        with self.store.reading() as connection:
            return people.person(connection, who)

    def _remember(self, person: Person) -> None:
        with self.store.writing() as connection:
            people.put_person(connection, person)
