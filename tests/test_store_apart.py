"""What belongs to one subscriber stays apart from all others: every function of the store, once."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import astuple
from inspect import getmembers, isfunction, signature
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Connection, select

from bot.models import Delivery, Digest, Person, Subscriber
from bot.store import (
    Store,
    digests,
    events,
    forms,
    homes,
    interests,
    outbox,
    people,
    shares,
    subscriptions,
    workspaces,
)
from bot.store.homes import Standing
from bot.store.tables import metadata
from recommender import Interest
from tests.store_lab import (
    ADA,
    ADAS_TWIN,
    BOB,
    LATER,
    PAPERS,
    channel_of,
    empty_digest,
    fill,
    rows,
    rows_of,
    share,
    subscription,
)


@pytest.fixture(scope="module")
def filled(prepared_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A database in which Ada, Bob and Ada's twin have something in every table."""
    path = tmp_path_factory.mktemp("filled") / "paperwire.db"
    path.write_bytes(prepared_file.read_bytes())
    opened = Store(f"sqlite:///{path}")
    with opened.writing() as connection:
        for who in (ADA, BOB, ADAS_TWIN):
            fill(connection, who)
    yield opened
    opened.close()


# Every function that is about a subscriber, once for Ada, while her twin looks on.


def kept_search(connection: Connection, who: Subscriber) -> str:
    table = metadata.tables["searches"]
    query = select(table.c.id).where(table.c.workspace == who.workspace, table.c.person == who.id)
    return str(connection.execute(query).scalar_one())


def kept_form(connection: Connection, who: Subscriber) -> str:
    table = metadata.tables["forms"]
    query = select(table).where(table.c.workspace == who.workspace, table.c.person == who.id)
    return str(connection.execute(query).scalar_one())


def kept_digest(connection: Connection, who: Subscriber) -> Digest:
    (digest,) = digests.history(connection, who, 1)
    return digest


def kept_delivery(connection: Connection, who: Subscriber) -> Delivery:
    (delivery,) = outbox.of_digest(connection, kept_digest(connection, who).id)
    return delivery


def more(connection: Connection, who: Subscriber) -> Digest:
    digest = empty_digest(who, "more")
    digests.put(connection, digest)
    return digest


def in_sent_digest(connection: Connection, who: Subscriber, paper: str) -> object:
    outbox.sent(connection, kept_delivery(connection, who), "C1", "1.2", LATER)
    found = shares.in_digest(connection, who, paper)
    assert found is not None
    return found


ACTS: dict[str, Callable[[Connection, Subscriber], object]] = {
    "digests.enter_again": lambda c, s: digests.enter_again(c, kept_delivery(c, s)),
    "digests.history": lambda c, s: digests.history(c, s, 9),
    "digests.lately": lambda c, s: digests.lately(c, s, 9),
    "digests.previous": digests.previous,
    "digests.put": lambda c, s: digests.put(c, empty_digest(s, "more")),
    "digests.release": lambda c, s: digests.release(c, kept_delivery(c, s)),
    "digests.reserve": digests.reserve,
    "digests.shown": digests.shown,
    "events.is_new": lambda c, s: events.is_new(c, "Ev1", s.workspace, LATER),
    "forms.about": lambda c, s: forms.about(c, s, kept_form(c, ADA)),
    "forms.keep": lambda c, s: forms.keep(c, s, s, LATER),
    "homes.get": homes.get,
    "homes.of_digests": lambda c, s: homes.of_digests(c, s).next_due,
    "homes.put": lambda c, s: homes.put(c, s, Standing("other")),
    "interests.clear": interests.clear,
    "interests.hold": interests.hold,
    "interests.profile": lambda c, s: interests.profile(c, s).interests,
    "interests.put": lambda c, s: interests.put(c, s, Interest("bm25", 3.0)),
    "interests.remove": lambda c, s: interests.remove(c, s, Interest("bm25")),
    "outbox.doubt": lambda c, s: outbox.doubt(c, kept_delivery(c, s), "why"),
    "outbox.drop": lambda c, s: outbox.drop(c, kept_delivery(c, s)),
    "outbox.fail": lambda c, s: outbox.fail(c, kept_delivery(c, s), "why"),
    "outbox.fail_rest": lambda c, s: outbox.fail_rest(c, kept_delivery(c, s), "why"),
    "outbox.goes_to": lambda c, s: outbox.goes_to(c, kept_delivery(c, s), "C1"),
    "outbox.postpone": lambda c, s: outbox.postpone(c, kept_delivery(c, s), LATER, "why"),
    "outbox.put": lambda c, s: outbox.put(c, more(c, s)),
    "outbox.retry": lambda c, s: outbox.retry(c, kept_delivery(c, s), LATER),
    "outbox.sent": lambda c, s: outbox.sent(c, kept_delivery(c, s), "C1", "1.2", LATER),
    "people.forget": people.forget,
    "people.hidden_papers": people.hidden_papers,
    "people.marks": lambda c, s: any(astuple(people.marks(c, s))),
    "people.hide_paper": lambda c, s: people.hide_paper(c, s, PAPERS[1].id, LATER),
    "people.keep_search": lambda c, s: people.keep_search(c, s, "more", LATER),
    "people.person": people.person,
    "people.put_person": lambda c, s: people.put_person(
        c, Person(s.workspace, s.id, "New", "Asia/Tokyo", LATER)
    ),
    "people.put_workspace": lambda c, s: people.put_workspace(c, s.workspace, "Renamed"),
    "people.save_paper": lambda c, s: people.save_paper(c, s, PAPERS[1].id, LATER),
    "people.saved_papers": people.saved_papers,
    "people.search": lambda c, s: people.search(c, s, kept_search(c, ADA)),
    "people.switch_off": lambda c, s: people.switch_off(c, s.workspace, "revoked"),
    "people.unhide_paper": lambda c, s: people.unhide_paper(c, s, PAPERS[0].id),
    "people.unsave_paper": lambda c, s: people.unsave_paper(c, s, PAPERS[0].id),
    "shares.claim": lambda c, s: shares.claim(c, channel_of(s), share(s, "2", PAPERS[1].id), None),
    "shares.get": lambda c, s: shares.get(c, channel_of(s), share(s).id),
    "shares.in_digest": lambda c, s: in_sent_digest(c, s, PAPERS[0].id),
    "shares.last": lambda c, s: shares.last(c, channel_of(s), PAPERS[0].id),
    "shares.opens": lambda c, s: shares.opens(c, channel_of(s), share(s).id, "3.0"),
    "shares.remove": lambda c, s: shares.remove(c, channel_of(s), share(s).id),
    "shares.stands": lambda c, s: shares.stands(c, channel_of(s), share(s).id, "2.0"),
    "subscriptions.get": subscriptions.get,
    "subscriptions.owned_channels": subscriptions.owned_channels,
    "subscriptions.move_on": lambda c, s: subscriptions.move_on(c, subscription(s), LATER),
    "subscriptions.pause": lambda c, s: subscriptions.pause(c, s, "why"),
    "subscriptions.put": lambda c, s: subscriptions.put(c, subscription(s, due=LATER)),
    "subscriptions.put_off": lambda c, s: subscriptions.put_off(c, subscription(s), LATER),
    "subscriptions.remove": subscriptions.remove,
    "subscriptions.resume": lambda c, s: subscriptions.resume(c, s, LATER),
    "subscriptions.snooze": lambda c, s: subscriptions.snooze(c, s, LATER, LATER),
    "workspaces.enterprise_of": lambda c, s: workspaces.enterprise_of(c, s.workspace),
    "workspaces.meet": lambda c, s: workspaces.meet(c, s.workspace, "E1"),
}
ABOUT_ALL_WORKSPACES = {
    "workspaces.count",
    "digests.get",
    "digests.states",
    "homes.stale",
    "outbox.abandoned",
    "outbox.count_by_state",
    "outbox.of_digest",
    "outbox.release_all",
    "outbox.soonest",
    "outbox.take",
    "outbox.unsent",
    "outbox.unsettled",
    "subscriptions.claim",
    "subscriptions.due",
    "subscriptions.next_due",
    "subscriptions.stale_zones",
    "workspaces.of_enterprise",
    "workspaces.switch_on",
}
ABOUT_A_WHOLE_WORKSPACE = {"workspaces.forget"}
"""tests/test_store_installations.py looks at it."""

READING = [
    "digests.history",
    "digests.lately",
    "digests.previous",
    "digests.shown",
    "forms.about",
    "homes.get",
    "homes.of_digests",
    "interests.profile",
    "people.hidden_papers",
    "people.marks",
    "people.person",
    "people.saved_papers",
    "people.search",
    "shares.get",
    "shares.last",
    "subscriptions.get",
]


CHANGING_NOTHING_HERE = {
    "digests.enter_again",
    "digests.reserve",
    "events.is_new",
    "interests.hold",
    "people.put_workspace",
    "people.switch_off",
    "subscriptions.owned_channels",
    "workspaces.enterprise_of",
    "workspaces.meet",
}


class Undone(Exception):
    """Raised to end a transaction as if nothing had been done in it."""


def test_every_function_of_the_store_is_looked_at() -> None:
    """A new function is either in the table of acts or says that it is about all workspaces."""
    modules = (digests, events, forms, homes, interests, outbox, people, shares, subscriptions)
    known = {name for module in (*modules, workspaces) for name in public(module)}
    assert known == set(ACTS) | ABOUT_ALL_WORKSPACES | ABOUT_A_WHOLE_WORKSPACE


@pytest.mark.parametrize("name", ACTS)
def test_no_act_touches_another_workspace_or_person(filled: Store, name: str) -> None:
    """Whatever is done for one, the rows of her twin and of her neighbour stay as they are."""
    with suppress(Undone), filled.writing() as connection:
        twin, neighbour = rows_of(connection, "T2"), rows_of(connection, "T1", BOB.id)
        before = rows_of(connection, "T1", ADA.id)
        ACTS[name](connection, ADA)
        assert rows_of(connection, "T2") == twin
        assert rows_of(connection, "T1", BOB.id) == neighbour
        changed = rows_of(connection, "T1", ADA.id) != before
        assert changed == (name not in {*READING, *CHANGING_NOTHING_HERE})
        raise Undone


@pytest.mark.parametrize("name", READING)
def test_nothing_of_another_workspace_is_seen(filled: Store, name: str) -> None:
    """What one has, somebody of the same id in a third workspace does not find."""
    with filled.reading() as connection:
        assert ACTS[name](connection, ADA)
        assert not ACTS[name](connection, Subscriber("T3", ADA.id))


def test_forgetting_leaves_nothing_of_a_person(any_store: Store) -> None:
    """No table keeps a row of hers; everybody else's rows and the papers stay."""
    with any_store.writing() as connection:
        fill(connection, BOB)
        fill(connection, ADAS_TWIN)
    before = rows(any_store)
    with any_store.writing() as connection:
        fill(connection, ADA)
        filled = rows_of(connection, "T1", ADA.id)
    personal = {t.name for t in metadata.tables.values() if "workspace" in t.c} - {"events"}
    assert {name for name, kept in filled.items() if kept} == personal | {"digest_papers"}
    with any_store.writing() as connection:
        people.forget(connection, ADA)
        people.forget(connection, ADA)
    assert rows(any_store) == before


def public(module: ModuleType) -> list[str]:
    """The functions of a module of the store that take a transaction."""
    short = module.__name__.rpartition(".")[2]
    return [
        f"{short}.{name}"
        for name, function in getmembers(module, isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "connection" in signature(function).parameters
    ]
