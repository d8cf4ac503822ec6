"""Which papers a digest holds: what is new and good enough, and none twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.digests import compose_now
from bot.models import Slot, WhenNothingNew
from bot.store import papers, sources
from bot.store.papers import Ingestion
from bot.store.sources import Subscribed
from recommender import Interest, Paper
from tests.desk import ABOUT_SPEECH, DAY, NINE, Desk, printed, speech, titles

LONG = "On numbers, words, speech, and other things of the kind"
ALL_SPEECH = sorted(speech(n).title for n in range(ABOUT_SPEECH))


def test_no_paper_comes_twice_until_all_have_come(desk: Desk) -> None:
    """First the best of the library, then one a day from the archive, each exactly once."""
    ada = desk.person("Ada")
    desk.parts.tick()
    while len(desk.digests(ada)) < ABOUT_SPEECH - 1:
        desk.next_day()
    *before, last = desk.digests(ada)
    assert sorted(title for message in before for title in titles(message)) == ALL_SPEECH
    assert titles(last) == []
    assert "Nothing new passed the bar." in printed(last)


def test_the_next_digest_has_what_came_since(desk: Desk) -> None:
    """New papers, and nothing of the library's rest; what was corrected is not new."""
    ada = desk.person("Ada")
    desk.parts.tick()
    desk.clock.passes(hours=3)
    desk.learns(speech(101), speech(102), Paper("id:y", "Yaks"))
    desk.learns(Paper("id:5", "Speech paper number 5, revised"))
    desk.clock.at = NINE + DAY
    desk.parts.tick()
    _, second = desk.digests(ada)
    assert sorted(titles(second)) == [speech(101).title, speech(102).title]


@pytest.mark.parametrize(
    ("wish", "slots", "says"),
    [
        (WhenNothingNew.SAY, [], "Nothing new passed the bar."),
        (WhenNothingNew.ARCHIVE, [Slot.ARCHIVE], "here is one from the archive"),
    ],
)
def test_a_day_without_news(desk: Desk, wish: WhenNothingNew, slots: list[Slot], says: str) -> None:
    """A sentence says so, or one older paper comes, labelled as such."""
    ada = desk.person("Ada", when_nothing_new=wish)
    desk.parts.tick()
    desk.learns(Paper("id:y", "Yaks"))
    assert desk.next_day() == (1, 1)
    assert [pick.slot for pick in desk.composed(ada)[-1].picks] == slots
    shown = printed(desk.digests(ada)[-1])
    assert says in shown
    assert "1 new paper since Monday, 0 matched your interests" in shown
    assert ("from the archive ·" in shown) == bool(slots)


def test_a_day_without_news_may_be_silent(desk: Desk) -> None:
    """Nothing comes; the next digest tells of all that came since the last one."""
    ada = desk.person("Ada", when_nothing_new=WhenNothingNew.SILENT)
    desk.parts.tick()
    desk.learns(Paper("id:y", "Yaks"))
    assert desk.next_day() == (0, 0)
    assert desk.subscription(ada.id).next_due == NINE + 2 * DAY
    desk.learns(speech(101))
    assert desk.next_day() == (1, 1)
    shown = printed(desk.digests(ada)[-1])
    assert "2 new papers since Monday, 1 matched your interests, 1 shown" in shown


def test_the_numbers_of_the_funnel_are_true(desk: Desk) -> None:
    """All papers at first, then those that came since; matched are those above the floor."""
    ada = desk.person("Ada")
    desk.parts.tick()
    desk.learns(*(speech(n) for n in range(100, 105)), Paper("id:y", "Yaks"))
    desk.next_day()
    first, second = (printed(message) for message in desk.digests(ada))
    assert f"24 papers in the library, {ABOUT_SPEECH} matched your interests, 3 shown" in first
    assert "6 new papers since Monday, 5 matched your interests, 3 shown" in second


def test_a_source_that_fails_is_named(desk: Desk) -> None:
    """The digest comes without it, and says so."""
    ada = desk.person("Ada")
    with desk.store.writing() as connection:
        for name in ("biorxiv", "medrxiv"):
            papers.record(connection, Ingestion(name, NINE, NINE, 0, 0, 0, {}, "no answer"))
        # Nobody reads the other any more: that it failed once concerns no digest.
        sources.put(connection, Subscribed("biorxiv", 60, False, NINE, NINE))
    desk.parts.tick()
    (digest,) = desk.digests(ada)
    assert "3 shown; biorxiv could not be read" in printed(digest)
    assert "medrxiv" not in printed(digest)


def test_a_source_that_is_silent_is_named(desk: Desk) -> None:
    """Nothing for a week is unusual for arXiv, even though no run has failed."""
    ada = desk.person("Ada")
    long_ago = NINE - timedelta(days=7)
    with desk.store.writing() as connection:
        sources.put(connection, Subscribed("arxiv:cs.CL", 60, False, long_ago, NINE))
        papers.record(connection, Ingestion("arxiv:cs.CL", NINE, NINE, 0, 0, 0, {}))
    desk.parts.tick()
    (digest,) = desk.digests(ada)
    assert "3 shown; arxiv:cs.CL has brought nothing for long" in printed(digest)


@pytest.fixture
def fan(desk: Desk) -> Desk:
    """Ada and Bob care for speech, and a little for yak herding; Bob wants to see beyond."""
    desk.learns(Paper("id:h", "Yak herding"))
    for name, explores in (("Ada", False), ("Bob", True)):
        person = desk.person(name, explores=explores)
        desk.follows(person, Interest("yak herding", 0.01))
    return desk


def test_what_is_far_below_the_best_is_not_worth_showing(fan: Desk) -> None:
    """Neither shown nor counted as matched, though it answers an interest."""
    fan.parts.tick()
    fan.learns(speech(101), Paper("id:y", "Yaks of the Andes"))
    fan.next_day()
    ada = fan.team.people[0]
    assert titles(fan.digests(ada)[-1]) == [speech(101).title]
    assert "2 new papers since Monday, 1 matched your interests, 1 shown" in printed(
        fan.digests(ada)[-1]
    )


def test_one_place_may_go_beyond_the_interests(fan: Desk) -> None:
    """For who wants it: the last place, labelled; not the only one there is."""
    fan.parts.tick()
    fan.learns(*(speech(n) for n in range(101, 105)), Paper("id:y", "Yaks of the Andes"))
    fan.next_day()
    ada, bob = fan.team.people
    assert [pick.slot for pick in fan.composed(ada)[-1].picks] == [Slot.NEW] * 3
    *_, last = fan.composed(bob)[-1].picks
    assert [pick.slot for pick in fan.composed(bob)[-1].picks].count(Slot.EXPLORATION) == 1
    assert (last.slot, last.match.paper.id) == (Slot.EXPLORATION, "id:y")
    assert "beyond the interests" in printed(fan.digests(bob)[-1])
    assert "beyond the interests" not in printed(fan.digests(ada)[-1])


def test_the_only_place_is_not_given_away(fan: Desk) -> None:
    """A digest of one paper holds one that was asked for, also for who wants to see beyond."""
    bob = fan.team.people[1]
    fan.subscribes(bob.id, limit=1, explores=True)
    fan.parts.tick()
    fan.learns(speech(101), Paper("id:y", "Yaks of the Andes"))
    fan.next_day()
    assert [pick.slot for pick in fan.composed(bob)[-1].picks] == [Slot.NEW]


def test_a_published_version_of_a_preprint_is_not_shown_again(desk: Desk) -> None:
    """The same title under another id is the same work, also in another case."""
    ada = desk.person("Ada", limit=30, when_nothing_new=WhenNothingNew.SAY)
    desk.parts.tick()
    published = [Paper(f"doi:10.1/{n}", speech(n).title.upper()) for n in range(ABOUT_SPEECH)]
    desk.learns(*published, speech(101), Paper("doi:10.1/101", speech(101).title))
    desk.next_day()
    assert titles(desk.digests(ada)[-1]) == [speech(101).title]


def test_another_work_of_the_same_title_is_not_shown_either(desk: Desk) -> None:
    """Nobody can tell the two apart in a digest; the next best paper has its place."""
    title = "Speech, speech, and speech"
    desk.learns(Paper("doi:10.1/a", title, "By one."))
    ada = desk.person("Ada", limit=1, when_nothing_new=WhenNothingNew.SAY)
    desk.parts.tick()
    assert titles(desk.digests(ada)[-1]) == [title]
    desk.learns(Paper("doi:10.1/b", title, "Of others altogether."), speech(101))
    assert "doi:10.1/b" in desk.parts.library.index
    desk.next_day()
    assert titles(desk.digests(ada)[-1]) == [speech(101).title]


def test_many_known_works_do_not_hide_a_new_one(desk: Desk) -> None:
    """However many of the best matches were shown under other ids, the next ones are looked at."""
    ada = desk.person("Ada", limit=1, when_nothing_new=WhenNothingNew.SAY)
    compose_now(desk.store, desk.parts.shelf(), desk.wish(ada, limit=30), NINE)
    desk.parts.tick()
    published = [Paper(f"doi:10.1/{n}", speech(n).title) for n in range(ABOUT_SPEECH)]
    desk.learns(*published, Paper("id:n", LONG))
    desk.next_day()
    assert titles(desk.digests(ada)[-1]) == [
        "On numbers, words, speech, and other things of the kind"
    ]


def test_each_subscriber_has_a_ledger_of_their_own(desk: Desk) -> None:
    """What one has seen another still gets."""
    ada, bob = desk.person("Ada"), desk.person("Bob")
    desk.parts.tick()
    (adas,), (bobs,) = desk.digests(ada), desk.digests(bob)
    assert titles(adas) == titles(bobs)


# On demand


def test_one_on_demand_is_filled_from_the_archive(desk: Desk) -> None:
    """New papers first, then older ones, and none that was shown."""
    ada = desk.person("Ada")
    desk.parts.tick()
    desk.learns(speech(101))
    desk.clock.passes(minutes=1)
    compose_now(desk.store, desk.parts.shelf(), desk.wish(ada), desk.clock())
    first, asked = desk.composed(ada)
    assert [pick.slot for pick in asked.picks] == [Slot.NEW, Slot.ARCHIVE, Slot.ARCHIVE]
    assert asked.asked_for
    ids = [pick.match.paper.id for digest in (first, asked) for pick in digest.picks]
    assert len(set(ids)) == 6


def test_one_on_demand_does_not_change_what_is_new(desk: Desk) -> None:
    """The next regular digest counts from the regular one before, without what was shown."""
    ada = desk.person("Ada")
    desk.parts.tick()
    desk.learns(*(speech(n) for n in range(101, 106)))
    desk.clock.passes(hours=6)
    compose_now(desk.store, desk.parts.shelf(), desk.wish(ada), desk.clock())
    desk.clock.at = NINE + DAY
    desk.parts.tick()
    *_, asked, second = desk.composed(ada)
    assert second.funnel.since == NINE
    assert (second.funnel.new, second.funnel.matched) == (5, 2)
    assert {pick.slot for pick in second.picks} == {Slot.NEW}
    shown = [pick.match.paper.id for pick in (*asked.picks, *second.picks)]
    assert sorted(shown) == [f"id:{n}" for n in range(101, 106)]
    assert desk.subscription(ada.id).next_due == NINE + 2 * DAY


def test_many_on_demand_at_once_share_no_paper(desk: Desk) -> None:
    """The ledger holds when somebody presses twice."""
    ada = desk.person("Ada")
    shelf = desk.parts.shelf()

    def compose(_: int) -> list[str]:
        made = compose_now(desk.store, shelf, desk.wish(ada), NINE)
        return [pick.match.paper.id for pick in made.picks]

    with ThreadPoolExecutor(6) as threads:
        composed = [paper for ids in threads.map(compose, range(6)) for paper in ids]
    assert len(composed) == len(set(composed)) == 18
