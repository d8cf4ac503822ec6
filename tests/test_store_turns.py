"""Turns: one thread at a time, of whichever process, and nobody is kept from writing."""

import time
from concurrent.futures import ThreadPoolExecutor

from bot.models import Subscriber
from bot.store import Store, people, turns
from tests.store_lab import NOW, PAPERS

ADA = Subscriber("T1", "U1")


def test_a_turn_is_taken_by_one_at_a_time(any_url: str) -> None:
    """Of several processes with several threads each; everybody has it in the end."""
    stores = [Store(any_url) for _ in range(3)]
    inside, most = [], []

    def take(number: int) -> bool:
        with turns.taken(stores[number % 3], "test", 20) as is_ours:
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.02)
            inside.remove(number)
        return is_ours

    with ThreadPoolExecutor(9) as pool:
        assert all(pool.map(take, range(9)))
    for store in stores:
        store.close()
    assert set(most) == {1}


def test_who_has_waited_long_enough_hears_so(any_url: str) -> None:
    """And may write meanwhile; another turn is free, and this one is after its end."""
    store, other = Store(any_url), Store(any_url)
    with turns.taken(store, "test", 0) as is_first:
        with other.writing() as connection:
            people.put_workspace(connection, "T1", "Lab")
            people.save_paper(connection, ADA, PAPERS[0].id, NOW)
        with turns.taken(other, "test", 0.2) as is_second:
            pass
        with turns.taken(other, "another", 0) as is_another:
            pass
    with turns.taken(other, "test", 0) as is_after:
        pass
    store.close()
    other.close()
    assert (is_first, is_second, is_another, is_after) == (True, False, True, True)
