"""Digests for several interests: nothing of one is lost to another, and each gets its due."""

from collections import Counter

import pytest

from bot.digests import compose_now, preview
from bot.models import Slot, WhenNothingNew
from recommender import Interest, InterestKind, Paper
from tests.desk import ABOUT_SPEECH, Desk, printed, speech


def rare(number: int) -> Paper:
    """A paper that gets a far higher score for its interest than any of those about speech."""
    return Paper(f"id:rare{number}", f"Vector search in graph {number}")


def served(desk: Desk, name: str) -> list[Counter[str]]:
    """For each digest, how many papers are there for which interest."""
    person = next(each for each in desk.team.people if each.name == name)
    return [
        Counter(pick.match.reasons[0].interest for pick in digest.picks)
        for digest in desk.composed(person)
    ]


def test_a_second_interest_takes_no_paper_of_the_first(desk: Desk) -> None:
    """The numbers add up, and the first digest holds papers for both."""
    desk.learns(*(rare(n) for n in range(2)))
    ada = desk.person("Ada")
    desk.follows(ada, Interest("vector search"))
    desk.parts.tick()
    (digest,) = desk.digests(ada)
    assert f"26 papers in the library, {ABOUT_SPEECH + 2} matched your interests" in printed(digest)
    (shares,) = served(desk, "Ada")
    assert set(shares) == {"speech", "vector search"}


def test_one_place_goes_round(desk: Desk) -> None:
    """Who gets a paper a day gets one for each interest, though one scores ten times as high."""
    ada = desk.person("Ada", limit=1)
    desk.follows(ada, Interest("vector search"))
    desk.parts.tick()
    for day in range(4):
        desk.learns(*(make(100 + 10 * day + n) for make in (speech, rare) for n in range(3)))
        desk.next_day()
    days = [each for shares in served(desk, "Ada") for each in shares]
    assert Counter(days) == {"speech": 2, "vector search": 3}


@pytest.mark.parametrize("heavy", ["speech", "vector search"])
def test_places_go_by_weight(desk: Desk, heavy: str) -> None:
    """Four times the weight is about four times the papers, whose ever it is."""
    light = {"speech": "vector search", "vector search": "speech"}[heavy]
    ada = desk.person("Ada", limit=5)
    desk.follows(ada, Interest(heavy, 2.0), Interest(light, 0.5))
    for day in range(4):
        desk.learns(*(make(100 + 10 * day + n) for make in (speech, rare) for n in range(6)))
        desk.clock.passes(days=day > 0)
        desk.parts.tick()
    total = sum(served(desk, "Ada"), Counter[str]())
    assert total[heavy] >= 2 * total[light] >= 4


def test_what_goes_beyond_serves_no_interest(desk: Desk) -> None:
    """A paper that was shown because it is none of the interests' counts for none of them."""
    desk.learns(Paper("id:h", "Yak herding"))
    bob = desk.person("Bob", explores=True, when_nothing_new=WhenNothingNew.SAY)
    desk.follows(bob, Interest("yak herding"))
    desk.parts.tick()
    desk.learns(Paper("id:y", "Yaks of the Andes"))
    desk.next_day()
    *_, last = desk.composed(bob)
    assert [pick.slot for pick in last.picks] == [Slot.EXPLORATION]


def test_a_preview_says_what_each_interest_finds(desk: Desk) -> None:
    """Those that find nothing, and liked papers, too; the digest that comes does not."""
    desk.learns(*(rare(n) for n in range(2)))
    ada = desk.person("Ada")
    desk.follows(
        ada,
        Interest("vector search"),
        Interest("yaks"),
        Interest("id:1", kind=InterestKind.PAPER),
        Interest("id:2", kind=InterestKind.PAPER, muted=True),
    )
    shelf = desk.parts.shelf()
    with desk.store.reading() as connection:
        shown = preview(connection, shelf, desk.wish(ada), desk.clock())
    assert shown.found["speech"] == ABOUT_SPEECH - 2
    assert (shown.found["vector search"], shown.found["yaks"]) == (2, 0)
    assert len(shown.found) == 4
    assert max(shown.found.values()) <= shown.digest.funnel.matched <= sum(shown.found.values())


def test_a_preview_counts_what_is_new(desk: Desk) -> None:
    """As the numbers of the digest do: not what came before, nor what was shown."""
    ada = desk.person("Ada")
    desk.follows(ada, Interest("vector search"))
    desk.parts.tick()
    desk.learns(rare(1), speech(101), speech(102))
    desk.clock.passes(minutes=1)
    with desk.store.reading() as connection:
        shown = preview(connection, desk.parts.shelf(), desk.wish(ada), desk.clock())
    assert shown.found == {"speech": 2, "vector search": 1}
    assert shown.digest.funnel.matched == 3


def test_the_archive_fills_up_for_who_has_none_yet(desk: Desk) -> None:
    """The new papers of the same digest count, as those of digests before do."""
    desk.learns(*(rare(n) for n in range(9)))
    ada = desk.person("Ada", limit=2)
    desk.follows(ada, Interest("vector search"))
    desk.parts.tick()
    assert served(desk, "Ada") == [{"speech": 1, "vector search": 1}]
    desk.learns(*(rare(n) for n in range(20, 23)))
    desk.clock.passes(minutes=1)
    compose_now(desk.store, desk.parts.shelf(), desk.wish(ada, limit=5), desk.clock())
    *_, asked = desk.composed(ada)
    assert [pick.slot for pick in asked.picks] == [Slot.NEW] * 3 + [Slot.ARCHIVE] * 2
    old = [pick.match.reasons[0].interest for pick in asked.picks[3:]]
    assert old == ["speech", "speech"]


def test_the_archive_holds_only_what_is_worth_showing(desk: Desk) -> None:
    """A day without news brings no paper that answers an interest weakly."""
    desk.learns(Paper("id:h", "Yak herding"), Paper("id:y", "Yaks of the Andes"))
    ada = desk.person("Ada", limit=30)
    desk.follows(ada, Interest("yak herding"))
    desk.parts.tick()
    desk.next_day()
    first, second = desk.composed(ada)
    assert len(first.picks) == ABOUT_SPEECH + 1
    assert second.picks == ()
