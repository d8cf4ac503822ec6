"""Two workspaces whose bots, each with a token of its own, share one database."""

from datetime import time, timedelta

from bot import client as slack
from bot.demo import LocalSlack, Person, Team
from bot.library import Library
from bot.models import Schedule, Subscriber, Subscription, Weekly
from bot.parts import Parts
from bot.store import Store, people, subscriptions
from tests.clock import MONDAY, Clock

EVERY_DAY = frozenset(range(7))


def bot_of(team: Team, served: LocalSlack, store: Store, clock: Clock) -> Parts:
    """A bot that has the token of one workspace only."""
    client = slack.make_client(team.bot_token, served.url)
    return Parts(store, Library(store), clock, slack.only(team.id, client))


def subscribe(store: Store, team: Team, person: Person) -> None:
    """A daily digest that is due already."""
    to = Subscriber(team.id, person.id)
    schedule = Schedule(Weekly(EVERY_DAY), time(9), "UTC")
    with store.writing() as connection:
        people.put_workspace(connection, team.id, "Lab")
        subscriptions.put(connection, Subscription(to, schedule, 3, person.id, MONDAY))


def test_each_bot_sends_the_digests_of_its_own_workspace(store: Store) -> None:
    """One that meets a neighbour's delivery leaves it alone, and switches nobody off."""
    clock = Clock()
    with LocalSlack() as served:
        ours, theirs = served.add_workspace("Ours"), served.add_workspace("Theirs")
        ada, bob = ours.add_person("Ada"), theirs.add_person("Bob")
        subscribe(store, ours, ada)
        subscribe(store, theirs, bob)
        bot_of(ours, served, store, clock).tick()
        assert (len(ours.direct_messages(ada)), theirs.direct_messages(bob)) == (1, [])
        clock.at += timedelta(seconds=slack.UNREACHABLE_SECONDS)
        bot_of(theirs, served, store, clock).tick()
        assert (len(ours.direct_messages(ada)), len(theirs.direct_messages(bob))) == (1, 1)
