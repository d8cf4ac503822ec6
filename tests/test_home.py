"""The Home tab: what stands in it, when it is shown again, and what its buttons do."""

import logging
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot import homes as tabs
from bot.blocks import home as looks
from bot.demo import LocalSlack, Person, View
from bot.models import Subscriber
from bot.store import homes, interests, people, sources, subscriptions
from bot.store.sources import Subscribed
from recommender import Interest, InterestKind
from tests.conftest import Lab, connected
from tests.screens import home_of, labels, looks_home, modal_of, says, shows, text_of
from tests.store_lab import rows_of

FIRST = "Tell me what you read"


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here; each test has people of its own."""
    path = tmp_path_factory.mktemp("home") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(quiet=0.01) as slack, connected(slack, f"sqlite:///{path}") as lab:
        yield lab


@pytest.fixture
def ada(lab: Lab) -> Person:
    """Somebody new."""
    return lab.team.add_person("Ada", tz="Europe/Paris")


def published(lab: Lab, person: Person) -> int:
    """How often somebody's tab was sent to Slack."""
    calls = lab.slack.calls_of("views.publish")
    return sum(call.arguments.get("user_id") == person.id for call in calls)


def test_the_first_visit_offers_one_thing(lab: Lab, ada: Person) -> None:
    """One sentence, one primary button, an example to type."""
    looks_home(lab, ada)
    view = home_of(ada)
    assert labels(view) == [FIRST, "Forget me"]
    styles = [control.element.get("style") for control in view.controls]
    assert styles == ["primary", "danger"]
    assert "/papers speech translation" in str(view.blocks)


def test_an_admins_first_visit_says_where_papers_come_from(lab: Lab) -> None:
    """One line more: whether a source brings new ones, and what to type."""
    admin = lab.team.add_person("Root", is_admin=True)
    looks_home(lab, admin)
    assert labels(home_of(admin)) == [FIRST, "Forget me"]
    assert "No source is read by itself yet, so no new papers come." in text_of(admin)
    assert "/papers sources add arxiv:cs.CL" in text_of(admin)
    with lab.parts.store.writing() as connection:
        now = lab.clock()
        sources.put(connection, Subscribed("biorxiv", 720, False, now, now))
    try:
        assert "1 source is read by itself." in str(looks_home(lab, admin).blocks)
        admin.types("/papers interests add speech")
        assert shows(lab, admin, "1 source is read by itself.")
    finally:
        with lab.parts.store.writing() as connection:
            sources.remove(connection, "biorxiv")


def test_the_messages_tab_publishes_nothing(lab: Lab, ada: Person) -> None:
    """The same event tells of both tabs."""
    ada.opens_home("messages")
    assert ada.home is None


def test_home_stays_true_after_commands_and_presses(lab: Lab, ada: Person) -> None:
    """Interests with weights and counts, muted ones, the digest, saved papers: all of it."""
    looks_home(lab, ada)
    ada.types("/papers interests add speech translation ×2")
    assert shows(lab, ada, "*speech translation* ×2 — 10 papers came in the last 30 days")
    ada.types("/papers interests mute robotics")
    assert shows(lab, ada, "Muted, never shown: robotics")
    ada.types("/papers subscribe weekdays 09:00")
    assert shows(lab, ada, "the next on Monday 2 March, 09:00")
    found = ada.types("/papers watermark")[-1]
    ada.presses(found, "paper_save")
    assert shows(lab, ada, "Stable Signature")
    ada.presses(found, "paper_like")
    assert shows(lab, ada, "Learned from 1 paper that you liked")
    ada.types("/papers digest now")
    assert shows(lab, ada, "Recent digests")
    assert "Show again" in labels(home_of(ada))


def test_home_stays_true_after_words_to_the_bot(lab: Lab, ada: Person) -> None:
    """A command in direct messages counts like any other; a form opens from a button there."""
    lab.team.grant("im:history")
    looks_home(lab, ada)
    ada.says("interests add speech")
    assert shows(lab, ada, "*speech*")
    for said, label, title in (
        ("interests edit", "Edit interests", "Your interests"),
        ("subscribe edit", "Change the digest", "Your digest"),
    ):
        offer = ada.says(said)[-1]
        ada.presses(offer, label)
        assert modal_of(lab, ada).title == title


def test_counts_are_of_the_last_thirty_days(lab: Lab, ada: Person) -> None:
    """A month later, the papers that came now are no news any more."""
    looks_home(lab, ada)
    ada.types("/papers interests add speech")
    try:
        lab.clock.passes(days=32)
        ada.types("/papers help")
        assert shows(lab, ada, "*speech* — 0 papers")
    finally:
        lab.clock.passes(days=-32)


def test_home_and_digest_count_the_same(lab: Lab, ada: Person) -> None:
    """Per interest, whatever else is followed, muted or hidden; together as many as match."""
    looks_home(lab, ada)
    for command in ("add speech", "add vector search", "add robotics", "mute speech translation"):
        ada.types(f"/papers interests {command}")
    preview = str(ada.types("/papers digest preview")[-1].blocks)
    line = preview.split("by interest:")[1].split(". A paper")[0]
    counts = dict(re.findall(r" ([a-z ]+) (\d+)", line))
    assert len(counts) == 3
    assert int(counts["speech"]) < 23
    for label, count in counts.items():
        assert shows(lab, ada, f"*{label}* — {count} paper")
    matched = int(re.findall(r"(\d+) matched", preview)[0])
    assert max(map(int, counts.values())) < matched <= sum(map(int, counts.values()))
    ada.types("/papers interests remove vector search")
    assert shows(lab, ada, f"*speech* — {counts['speech']} paper")
    digest = ada.types("/papers digest preview")[-1]
    menu = [n for n, c in enumerate(digest.controls) if c.element["type"] == "overflow"][-1]
    ada.presses(digest, menu, "Hide")
    assert shows(lab, ada, f"*speech* — {int(counts['speech']) - 1} papers")


def test_a_home_that_would_not_change_is_left_alone(lab: Lab, ada: Person) -> None:
    """Neither a search nor opening it again nor a tick sends the same view twice."""
    looks_home(lab, ada)
    ada.types("/papers interests add speech")
    assert shows(lab, ada, "*speech*")
    before = published(lab, ada)
    ada.types("/papers watermark")
    looks_home(lab, ada)
    lab.parts.tick()
    assert published(lab, ada) == before == 2


def test_a_tab_that_slack_has_lost_is_shown_again(lab: Lab, ada: Person) -> None:
    """After the app was installed anew, say: what is remembered stands there no more."""
    looks_home(lab, ada)
    del lab.team.state.homes[ada.id]
    assert labels(looks_home(lab, ada))[0] == FIRST


def test_nothing_is_published_for_those_who_never_opened_it(lab: Lab, ada: Person) -> None:
    """Most people never look."""
    ada.types("/papers interests add speech")
    assert (published(lab, ada), ada.home) == (0, None)


def test_pause_and_resume_undo_each_other(lab: Lab, ada: Person) -> None:
    """The button changes with the state, and pressing it twice does nothing twice."""
    ada.types("/papers subscribe weekdays 09:00")
    looks_home(lab, ada)
    stale = home_of(ada)
    ada.presses(stale, looks.PAUSE)
    assert shows(lab, ada, "*paused*")
    assert "Pause" not in labels(home_of(ada))
    ada.presses(home_of(ada), looks.RESUME)
    assert shows(lab, ada, "the next on Monday 2 March, 09:00")


def test_a_button_that_has_become_void_shows_what_is_so(lab: Lab, ada: Person) -> None:
    """A subscription that ended elsewhere cannot be paused: the tab says there is none."""
    ada.types("/papers interests add speech")
    ada.types("/papers subscribe weekdays 09:00")
    looks_home(lab, ada)
    with lab.parts.store.writing() as connection:
        subscriptions.remove(connection, lab.who(ada))
    ada.presses(home_of(ada), looks.PAUSE)
    assert shows(lab, ada, "You get no digests yet")


def test_forget_me_leaves_nothing(lab: Lab, ada: Person) -> None:
    """No row is left, and the tab is that of a first visit; also by the command."""
    for forgets in ("press", "type"):
        ada.types("/papers interests add speech")
        ada.types("/papers subscribe weekdays 09:00")
        looks_home(lab, ada)
        ada.presses(home_of(ada), looks.INTERESTS)
        modal_of(lab, ada)
        if forgets == "press":
            ada.presses(home_of(ada), looks.FORGET)
        else:
            ada.types("/papers forget-me yes")
        assert shows(lab, ada, FIRST)
        with lab.parts.store.reading() as connection:
            left = rows_of(connection, lab.team.id, ada.id)
        assert {name for name, rows in left.items() if rows} == set()


def test_the_button_to_forget_asks_first(lab: Lab, ada: Person) -> None:
    """A slip of the finger deletes nothing."""
    looks_home(lab, ada)
    forget = next(c for c in home_of(ada).controls if c.action_id == looks.FORGET)
    assert "for good" in str(forget.element["confirm"])


def test_a_delivered_digest_is_seen_after_the_tick(lab: Lab, ada: Person) -> None:
    """The next one is named, and the last can be shown again."""
    ada.types("/papers interests add speech")
    ada.types("/papers subscribe weekdays 09:00")
    looks_home(lab, ada)
    try:
        lab.clock.passes(days=1)
        lab.parts.tick()
        assert shows(lab, ada, "the next on Tuesday 3 March, 09:00")
        ada.presses(home_of(ada), looks.DIGEST)
        assert "Save" in labels(modal_of(lab, ada))
    finally:
        lab.clock.passes(days=-1)


def test_a_digest_has_one_date_everywhere(lab: Lab, ada: Person) -> None:
    """That of the day it was due, also when it came late: in the message, Home, modal, history."""
    ada.types("/papers interests add speech")
    ada.types("/papers subscribe weekdays 09:00")
    looks_home(lab, ada)
    try:
        lab.clock.passes(days=4)
        lab.parts.tick()
        assert shows(lab, ada, "*Monday 2 March, 09:00*\\n")
        (digest,) = lab.digests(ada)
        assert "Papers for Monday 2 March" in str(digest.blocks)
        assert "late" in str(digest.blocks)
        assert "1. Monday 2 March, 09:00: " in ada.types("/papers history")[-1].text
        ada.presses(home_of(ada), looks.DIGEST)
        assert modal_of(lab, ada).title == "Monday 2 March"
    finally:
        lab.clock.passes(days=-4)


def test_a_digest_that_did_not_arrive_is_marked(lab: Lab, ada: Person) -> None:
    """In the word of the history, and only as long as it has not."""
    ada.types("/papers interests add speech")
    looks_home(lab, ada)
    lab.slack.fail("chat.postMessage", error="user_disabled")
    ada.types("/papers digest now")
    assert shows(lab, ada, "* (failed)\\n")
    ada.types("/papers interests add speech translation")
    ada.types("/papers digest now")
    assert shows(lab, ada, "Recent digests")
    assert lab.slack.wait_for(lambda: labels(home_of(ada)).count("Show again") == 2)
    assert text_of(ada).count("(failed)") == 1


def test_a_tick_puts_a_bounded_number_of_homes_right(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left waits for the next tick, and none is forgotten."""
    crowd = [lab.team.add_person(f"P{number}") for number in range(3)]
    for person in crowd:
        person.types("/papers subscribe weekdays 09:00")
        looks_home(lab, person)
        with lab.parts.store.writing() as connection:
            subscriptions.pause(connection, lab.who(person), "Slack says no.")
    monkeypatch.setattr(tabs, "HOMES_A_TICK", 2)
    lab.parts.homes.refresh_stale()
    assert sum("Slack says no." in text_of(person) for person in crowd) == 2
    lab.parts.homes.refresh_stale()
    assert sum("Slack says no." in text_of(person) for person in crowd) == 3


def test_slacks_failure_is_logged_and_never_shown(
    lab: Lab, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """The command is answered all the same, and the next change shows the tab again."""
    looks_home(lab, ada)
    lab.slack.fail("views.publish", status=500)
    seen = ada.types("/papers interests add speech")
    assert "Following" in seen[-1].text
    assert lab.slack.wait_for(lambda: "a Home tab is not shown" in caplog.text)
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []
    ada.types("/papers help")
    assert shows(lab, ada, "speech")


def test_a_tab_that_changed_meanwhile_is_read_again(lab: Lab, ada: Person) -> None:
    """An old hash is refused by Slack; what stands there in the end is the latest."""
    looks_home(lab, ada)
    who = lab.who(ada)
    with lab.parts.store.writing() as connection:
        known = homes.get(connection, who)
        assert known is not None
        assert known.hash
        homes.put(connection, who, replace(known, hash="1.00000000"))
    ada.types("/papers interests add speech")
    assert shows(lab, ada, "*speech*")


def test_a_slow_refresh_does_not_undo_a_later_one(lab: Lab, ada: Person) -> None:
    """What changes while a tab is on its way stands there in the end, though nobody tells again."""
    looks_home(lab, ada)
    who = lab.who(ada)

    def put(*words: str) -> None:
        with lab.parts.store.writing() as connection:
            interests.clear(connection, who)
            for word in words:
                interests.put(connection, who, Interest(word))

    later = [lambda: put("later"), lambda: lab.parts.homes.refresh(who)]

    def slow(workspace: str) -> WebClient:
        while later:
            later.pop(0)()
        return lab.parts.clients(workspace)

    put("sooner")
    replace(lab.parts.homes, clients=slow).refresh(who)
    assert "*later*" in text_of(ada)
    assert "*sooner*" not in text_of(ada)


def test_a_change_that_is_taken_back_meanwhile_is_not_shown(lab: Lab, ada: Person) -> None:
    """The other refresh finds nothing to show, as nothing was remembered yet."""
    looks_home(lab, ada)
    who = lab.who(ada)
    with lab.parts.store.writing() as connection:
        interests.put(connection, who, Interest("mistake"))

    def slow(workspace: str) -> WebClient:
        with lab.parts.store.writing() as connection:
            interests.clear(connection, who)
        lab.parts.homes.refresh(who)
        return lab.parts.clients(workspace)

    replace(lab.parts.homes, clients=slow).refresh(who)
    assert "mistake" not in text_of(ada)


def test_somebody_forgotten_meanwhile_stays_forgotten(lab: Lab, ada: Person) -> None:
    """A tab that is on its way to Slack just then leaves no row behind."""
    looks_home(lab, ada)
    who = lab.who(ada)
    with lab.parts.store.writing() as connection:
        interests.put(connection, who, Interest("speech"))

    def forgetting(workspace: str) -> WebClient:
        with lab.parts.store.writing() as connection:
            people.forget(connection, who)
        return lab.parts.clients(workspace)

    replace(lab.parts.homes, clients=forgetting).refresh(who)
    assert not lab.parts.homes.is_known(who)


def test_channels_are_named_by_their_ids_only(lab: Lab, ada: Person) -> None:
    """Slack shows the name of a private channel to those who are in it."""
    channel = lab.team.add_channel("secret", members=[ada], is_private=True)
    looks_home(lab, ada)
    ada.types("/papers subscribe here weekly monday", channel=channel)
    assert shows(lab, ada, f"<#{channel.id}>")
    assert "secret" not in text_of(ada)


def test_a_large_profile_fits(lab: Lab, ada: Person) -> None:
    """200 interests and all papers saved: the first ones stand there, the others are counted."""
    who = lab.who(ada)
    ids = [paper.id for paper in lab.parts.library.index]
    with lab.parts.store.writing() as connection:
        for number in range(150):
            interests.put(connection, who, Interest(f"interest {number} {'x' * 180}"))
        for number in range(50):
            interests.put(connection, who, Interest(f"muted {number} {'y' * 180}", muted=True))
        for number, paper in enumerate(ids):
            people.save_paper(connection, who, paper, lab.clock())
            if number % 4 == 0:
                interests.put(connection, who, Interest(paper, kind=InterestKind.PAPER))
    looks_home(lab, ada)
    assert shows(lab, ada, "…and 135 more")
    assert f"All {len(ids)} saved papers" in labels(home_of(ada))
    ada.presses(home_of(ada), looks.SAVED)
    ada.presses(modal_of(lab, ada), "Older")
    assert says(lab, ada, f"21 to 40 of {len(ids)}")
    ada.presses(modal_of(lab, ada), "Newer")
    assert says(lab, ada, f"1 to 20 of {len(ids)}")
    ada.presses(home_of(ada), looks.INTERESTS)
    assert says(lab, ada, "Words and phrases (2 of")


def test_saved_papers_are_taken_off_and_put_back(lab: Lab, ada: Person) -> None:
    """In the list that Home opens; Home follows."""
    found = ada.types("/papers watermark")[-1]
    ada.presses(found, "paper_save")
    looks_home(lab, ada)
    ada.presses(home_of(ada), looks.SAVED)
    ada.presses(modal_of(lab, ada), "Saved ✓")
    assert says(lab, ada, "is off your list")
    assert lab.slack.wait_for(lambda: looks.SAVED not in text_of(ada))
    ada.presses(modal_of(lab, ada), "Undo")
    assert shows(lab, ada, looks.SAVED)


def test_what_is_not_wanted_is_seen_and_taken_back(lab: Lab, ada: Person) -> None:
    """Hidden papers and those with 👎: counted in Home, listed behind it, each with its undo."""
    looks_home(lab, ada)
    found = ada.types("/papers speech translation")[-1]
    actions = [control.action_id for control in found.controls]
    second = actions.index("paper_dislike", actions.index("paper_dislike") + 1)
    ada.presses(found, second)
    ada.presses(found, "paper_menu", "Hide")
    assert shows(lab, ada, "Papers that you do not want: 1 hidden and 1 with 👎")
    ada.presses(home_of(ada), looks.UNWANTED)
    view = modal_of(lab, ada)
    assert labels(view) == ["Show again", "Take 👎 back"]
    ada.presses(view, "Show again")
    assert says(lab, ada, "may come again.")
    assert shows(lab, ada, "Papers that you do not want: 1 with 👎")
    ada.presses(modal_of(lab, ada), "Undo")
    assert shows(lab, ada, "1 hidden and 1 with 👎")
    ada.presses(modal_of(lab, ada), "Take 👎 back")
    assert shows(lab, ada, "Papers that you do not want: 1 hidden")
    assert says(lab, ada, "teaches nothing any more")
    ada.presses(modal_of(lab, ada), "Undo")
    assert shows(lab, ada, "1 hidden and 1 with 👎")
    ada.presses(modal_of(lab, ada), "Show again")
    assert says(lab, ada, "may come again.")
    ada.presses(modal_of(lab, ada), "Take 👎 back")
    assert says(lab, ada, "There is none")
    assert lab.slack.wait_for(lambda: looks.UNWANTED not in text_of(ada))


def test_a_paper_that_is_unwanted_twice_is_taken_back_twice(lab: Lab, ada: Person) -> None:
    """It stands on the list once, and goes with the second press."""
    found = ada.types("/papers watermark")[-1]
    ada.presses(found, "paper_dislike")
    ada.presses(found, "paper_menu", "Hide")
    looks_home(lab, ada)
    assert "1 hidden" in text_of(ada)
    assert "with 👎" not in text_of(ada)
    ada.presses(home_of(ada), looks.UNWANTED)
    ada.presses(modal_of(lab, ada), "Show again")
    assert lab.slack.wait_for(lambda: labels(modal_of(lab, ada)) == ["Take 👎 back"])
    assert shows(lab, ada, "Papers that you do not want: 1 with 👎")
    assert "may come again" not in str(modal_of(lab, ada).blocks)
    ada.presses(modal_of(lab, ada), "Take 👎 back")
    assert says(lab, ada, "may come again")


def test_a_modal_that_slack_does_not_open_is_said_in_the_tab(lab: Lab, ada: Person) -> None:
    """There is no message to answer; the sentence goes with the next act."""
    ada.types("/papers interests add speech")
    looks_home(lab, ada)
    lab.slack.fail("views.open", error="expired_trigger_id")
    ada.presses(home_of(ada), looks.INTERESTS)
    assert shows(lab, ada, "Slack did not open the form: please try that once more.")
    ada.presses(home_of(ada), looks.INTERESTS)
    assert modal_of(lab, ada).title == "Your interests"
    assert "Slack did not open" not in str(looks_home(lab, ada).blocks)


def test_nobody_sees_the_digest_of_another(lab: Lab, ada: Person) -> None:
    """A forged id in the button is looked up for the one who presses."""
    ada.types("/papers interests add speech")
    ada.types("/papers digest now")
    looks_home(lab, ada)
    bob = lab.team.add_person("Bob")
    bob.types("/papers interests add speech")
    bob.types("/papers digest now")
    looks_home(lab, bob)
    hers = next(c.value for c in home_of(ada).controls if c.action_id == looks.DIGEST)
    forged = replace(home_of(bob), given=_with_value(home_of(bob), looks.DIGEST, hers))
    lab.team.state.homes[bob.id] = forged
    bob.presses(forged, looks.DIGEST)
    assert says(lab, bob, "not yours")


def _with_value(view: View, action_id: str, value: str) -> dict[str, object]:
    blocks = [
        block | {"accessory": block["accessory"] | {"value": value}}
        if block.get("accessory", {}).get("action_id") == action_id
        else block
        for block in view.blocks
    ]
    return view.given | {"blocks": blocks}


def test_another_workspace_has_a_home_of_its_own(lab: Lab, ada: Person) -> None:
    """What is kept for one is not found for somebody of the same id elsewhere."""
    looks_home(lab, ada)
    assert lab.parts.homes.is_known(lab.who(ada))
    assert not lab.parts.homes.is_known(Subscriber("T_other", ada.id))
