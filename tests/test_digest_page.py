"""What a digest says: where it comes from, how to change it, and honest numbers."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.digests import compose_now, digest_page
from bot.digests.compose import Preview
from bot.digests.page import found_line, funnel_line, preview_page
from bot.models import Funnel
from bot.models import Person as Known
from bot.store import interests, outbox, people
from recommender import LIKES
from tests.desk import DAY, NINE, POST, Desk, printed, titles


def test_a_digest_says_what_it_is_and_how_to_change_it(desk: Desk) -> None:
    """The day, how many of how many, the reasons, the schedule and the way out."""
    ada = desk.person("Ada")
    desk.parts.tick()
    shown = printed(desk.digests(ada)[0])
    for words in (
        *("Monday 2 March", "24 papers in the library", "3 shown", "Matches speech"),
        *("Monday to Friday at 09:00", "/papers subscribe", "/papers unsubscribe"),
    ):
        assert words in shown


def test_a_channels_digest_names_who_set_it_up(desk: Desk) -> None:
    """So that nobody wonders where it comes from."""
    channel = desk.team.add_channel("general")
    desk.subscribes(channel.id, owner="U77")
    desk.parts.tick()
    (message,) = desk.team.messages(channel)
    assert "set up by <@U77>" in printed(message)


def test_a_digest_without_interests_says_how_to_get_some(desk: Desk) -> None:
    """An empty profile is not silence."""
    ada = desk.person("Ada")
    with desk.store.writing() as connection:
        interests.clear(connection, desk.who(ada.id))
    desk.parts.tick()
    assert "interests add" in printed(desk.digests(ada)[0])


def test_one_on_demand_is_dated_where_the_person_lives(desk: Desk) -> None:
    """Without a subscription it is the zone of the Slack profile, and says how to get more."""
    tokyo = desk.team.add_person("Kenji", tz="Asia/Tokyo")
    with desk.store.writing() as connection:
        known = Known(desk.team.id, tokyo.id, "Kenji", "Asia/Tokyo", NINE)
        people.put_person(connection, known)
    desk.clock.at = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
    compose_now(desk.store, desk.parts.shelf(), desk.wish(tokyo), desk.clock())
    desk.parts.tick()
    shown = printed(desk.digests(tokyo)[0])
    assert "Tuesday 3 March" in shown
    assert "/papers subscribe weekdays 09:00" in shown


@pytest.mark.parametrize(
    ("funnel", "shown", "line"),
    [
        (Funnel(None, 1_200, 30), 5, "1,200 papers in the library, 30 matched your interests"),
        (Funnel(NINE - DAY, 0, 0), 0, "0 new papers since Sunday, 0 matched"),
        (
            Funnel(NINE - DAY, 1, 1),
            1,
            "1 new paper since Sunday, 1 matched your interests",
        ),
        (Funnel(NINE - 7 * DAY, 9, 2), 2, "9 new papers since 23 February, 2 matched"),
        (
            Funnel(NINE - timedelta(hours=10), 4, 1),
            1,
            "4 new papers since Sunday, 1 matched your interests, 1 shown",
        ),
        (
            Funnel(NINE - DAY, 412, 9, ("biorxiv", "feed:https://a.example/<a>")),
            5,
            "5 shown; biorxiv and feed:https://a.example/&lt;a&gt; could not be read",
        ),
        (
            Funnel(NINE - DAY, 412, 9, ("biorxiv",), ("arxiv:cs.CL",)),
            5,
            "5 shown; biorxiv could not be read; arxiv:cs.CL has brought nothing for long",
        ),
        (
            Funnel(NINE - DAY, 412, 9, (), ("a", "b", "c", "d", "e")),
            5,
            "5 shown; a and b and c and 2 more have brought nothing for long",
        ),
    ],
)
def test_the_funnel_in_one_line(funnel: Funnel, shown: int, line: str) -> None:
    """What came, since when in local time, what matched, what is shown, and what is missing."""
    assert line in funnel_line(funnel, shown, "Europe/Paris", NINE)


def test_a_preview_says_what_it_is(desk: Desk) -> None:
    """It holds what would come, with everything that can be done with it."""
    ada = desk.person("Ada")
    made = compose_now(desk.store, desk.parts.shelf(), desk.wish(ada), NINE)
    with desk.store.reading() as connection:
        page = digest_page(connection, made)
        preview = preview_page(connection, Preview(made, {"speech": 23}))
    assert preview.text == f"Preview: {page.text}"
    assert "nothing is sent" in str(preview.blocks[0].to_dict())
    assert [b.to_dict() for b in preview.blocks[1:]] == [b.to_dict() for b in page.blocks]


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({}, ""),
        ({"speech": 23}, ""),
        ({"speech": 3, "<!channel> yaks": 0, LIKES: 1_200}, "liked papers 1,200, speech 3, &lt;"),
        ({f"word{n}": 1 for n in range(18)}, "word14 1 and 3 more interests. A paper may"),
    ],
)
def test_a_preview_says_what_each_interest_finds(found: dict[str, int], says: str) -> None:
    """Where there are several: those that find most first, those that find nothing too."""
    (line, *_) = found_line(found) or [""]
    assert says in line
    assert bool(line) == bool(says)
    assert "<!channel>" not in line


def test_a_part_that_is_sent_again_keeps_the_places_of_the_others(desk: Desk) -> None:
    """A paper that left the first part moves none of the second into it."""
    ada = desk.person("Ada", limit=20)
    desk.slack.fail(POST, error="invalid_blocks")
    desk.parts.tick()
    (digest,) = desk.composed(ada)
    (second,) = desk.digests(ada)
    (gone,) = compose_now(desk.store, desk.parts.shelf(), desk.wish(ada, limit=1), NINE).picks
    first = [pick.match.paper.title for pick in digest.picks[:10]]
    first.remove(gone.match.paper.title)
    (failed,) = desk.unsettled
    with desk.store.writing() as connection:
        outbox.retry(connection, failed, desk.clock())
    desk.parts.deliver()
    (again,) = (message for message in desk.digests(ada) if "(1 of 2)" in message.text)
    assert titles(again) == first
    known = next(each for each in desk.composed(ada) if each.id == digest.id)
    with desk.store.reading() as connection:
        assert digest_page(connection, known, 1).text == second.text
