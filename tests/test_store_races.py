"""Several processes write the same row at the same moment; and what is deleted is gone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot.models import Person, Subscriber
from bot.store import Connection, Store, homes, interests, people, subscriptions
from bot.store.homes import Standing
from recommender import Interest
from tests.install_lab import bytes_of
from tests.store_lab import NOW, PAPERS, subscription

ADA = Subscriber("T1", "U1")
AT_ONCE = 6
SECRET = "a word that nobody may ever find again"

WRITES: dict[str, Callable[[Connection], object]] = {
    "workspace": lambda c: people.put_workspace(c, "T1", "Lab"),
    "person": lambda c: people.put_person(c, Person("T1", "U1", "Ada", "UTC", NOW)),
    "saved": lambda c: people.save_paper(c, ADA, PAPERS[0].id, NOW),
    "hidden": lambda c: people.hide_paper(c, ADA, PAPERS[0].id, NOW),
    "home": lambda c: homes.put(c, ADA, Standing("now")),
    "interest": lambda c: interests.put(c, ADA, Interest("speech")),
    "subscription": lambda c: subscriptions.put(c, subscription(ADA)),
}


@pytest.mark.parametrize("what", WRITES)
def test_the_same_row_is_written_by_several_at_once(any_store: Store, what: str) -> None:
    """The first command and the first look at Home, say, or one press that came twice."""
    start = Barrier(AT_ONCE)

    def write(_: int) -> None:
        start.wait()
        with any_store.writing() as connection:
            WRITES[what](connection)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(write, range(AT_ONCE)))


def test_what_was_deleted_is_in_no_file_after_a_checkpoint(database: str) -> None:
    """Neither in pages that are free now nor in the write-ahead log, while the bot goes on."""
    store = Store(database)
    for number in range(50):
        with store.writing() as connection:
            interests.put(connection, ADA, Interest(f"{SECRET} {number}"))
    store.checkpoint()
    assert SECRET.encode() in bytes_of(database)
    with store.writing() as connection:
        people.forget(connection, ADA)
    store.checkpoint()
    assert SECRET.encode() not in bytes_of(database)
    store.close()


def test_a_checkpoint_waits_for_nobody(database: str) -> None:
    """While somebody reads or writes it does nothing, and what was written stays."""
    store = Store(database)
    with store.reading() as reader:
        assert interests.profile(reader, ADA).interests == ()
        with store.writing() as connection:
            interests.put(connection, ADA, Interest("speech"))
            store.checkpoint()
        store.checkpoint()
    with store.reading() as connection:
        assert len(interests.profile(connection, ADA).interests) == 1
    store.close()
