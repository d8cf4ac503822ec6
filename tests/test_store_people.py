"""The store of people: interests, saved papers, searches, workspaces and heartbeats."""

from datetime import UTC, datetime, timedelta

from bot.models import Person
from bot.store import Store, heartbeats, interests, people, subscriptions
from recommender import Interest, InterestKind
from tests.store_lab import ADA, BOB, LATER, NOW, PAPERS, subscription


def test_interests_keep_their_order_and_change_in_place(any_store: Store) -> None:
    """The same words in another case are the same interest; another kind is another."""
    with any_store.writing() as connection:
        assert interests.put(connection, ADA, Interest("Vector Search"))
        assert interests.put(connection, ADA, Interest("Jegou", kind=InterestKind.AUTHOR))
        assert not interests.put(connection, ADA, Interest("vector  search", 2.0, muted=True))
        assert interests.put(connection, ADA, Interest("Jegou"))
        kept = interests.profile(connection, ADA).interests
        assert [(i.label, i.weight, i.muted) for i in kept] == [
            ("Vector Search", 2.0, True),
            ("author:Jegou", 1.0, False),
            ("Jegou", 1.0, False),
        ]
        assert interests.remove(connection, ADA, Interest("VECTOR-search"))
        assert not interests.remove(connection, ADA, Interest("vector search"))
        interests.clear(connection, ADA)
        assert interests.profile(connection, ADA).interests == ()


def test_saved_papers_are_a_set_newest_first(any_store: Store) -> None:
    """Twice is once; taking off what is not there is nothing."""
    first, second = (paper.id for paper in PAPERS)
    with any_store.writing() as connection:
        people.save_paper(connection, ADA, first, NOW)
        people.save_paper(connection, ADA, second, LATER)
        people.save_paper(connection, ADA, first, LATER + timedelta(hours=1))
        assert people.saved_papers(connection, ADA) == [second, first]
        people.unsave_paper(connection, ADA, second)
        people.unsave_paper(connection, ADA, second)
        assert people.saved_papers(connection, ADA) == [first]


def test_searches_are_kept_for_a_while(any_store: Store) -> None:
    """A month later the next search takes the old ones away."""
    with any_store.writing() as connection:
        kept = people.keep_search(connection, ADA, '"a phrase" -word', NOW)
        assert people.search(connection, ADA, kept.id) == kept
        people.keep_search(connection, BOB, "later", NOW + people.SEARCH_LIFE)
        assert people.search(connection, ADA, kept.id) == kept
        people.keep_search(connection, BOB, "later", NOW + people.SEARCH_LIFE + timedelta(1))
        assert people.search(connection, ADA, kept.id) is None


def test_instants_are_aware_and_utc(any_store: Store) -> None:
    """Whatever zone and fraction of a second went in."""
    local = datetime.fromisoformat("2026-03-02T10:00:00.123456+02:00")
    with any_store.writing() as connection:
        people.put_person(connection, Person("T1", "U1", "Ada", "UTC", local))
        heartbeats.beat(connection, "host", NOW)
        heartbeats.beat(connection, "host", local)
        known = people.person(connection, ADA)
        assert known is not None
        for instant in (known.refreshed_at, heartbeats.last(connection, "host")):
            assert instant == local
            assert instant is not None
            assert instant.tzinfo is UTC
        assert heartbeats.last(connection, "elsewhere") is None


def test_an_unknown_workspace_can_be_switched_off(any_store: Store) -> None:
    """Nothing of it is due, and it is known from then on."""
    with any_store.writing() as connection:
        subscriptions.put(connection, subscription(ADA))
        people.switch_off(connection, "T1", "token revoked")
        assert subscriptions.due(connection, NOW) == []
        people.put_workspace(connection, "T1", "Lab")
        assert len(subscriptions.due(connection, NOW)) == 1
