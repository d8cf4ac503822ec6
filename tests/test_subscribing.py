"""Changing when digests come, and when they do not; what is offered as undo works when typed."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.demo import LocalSlack, Person
from bot.models import (
    EVERY_DAY,
    Monthly,
    Quiet,
    Subscription,
    SubscriptionState,
    Weekly,
    WhenNothingNew,
)
from bot.store import subscriptions
from tests.conftest import Lab, connected
from tests.test_commands import posts_now, says, typed_in

NINE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FORTNIGHTLY = "subscribe fortnightly 2026-02-23 mon"


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here; each test has people of its own."""
    path = tmp_path_factory.mktemp("subscribing") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(quiet=0.01) as slack, connected(slack, f"sqlite:///{path}") as lab:
        yield lab


@pytest.fixture
def ada(lab: Lab) -> Person:
    """Somebody in Paris with a digest every day at nine."""
    ada = lab.team.add_person("Ada", tz="Europe/Paris")
    says(ada, "interests add vector search")
    says(ada, "subscribe daily 09:00 7 papers")
    return ada


def known(lab: Lab, person: Person) -> Subscription:
    """Somebody's subscription, as it is stored."""
    with lab.parts.store.reading() as connection:
        found = subscriptions.get(connection, lab.who(person))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("1", NINE + DAY),
        ("3 days", NINE + 3 * DAY),
        ("1 day", NINE + DAY),
        ("366", NINE + 366 * DAY),
    ],
)
def test_a_snooze_ends_by_itself(lab: Lab, ada: Person, words: str, due: datetime) -> None:
    """The next digest is the first regular one after so many days; the answer says when."""
    assert "No digest before" in says(ada, f"snooze {words}")
    assert known(lab, ada).next_due == due
    assert known(lab, ada).state is SubscriptionState.ACTIVE
    assert "snoozed, the next on" in says(ada, "settings")


def test_a_paused_digest_is_not_snoozed(ada: Person) -> None:
    """It would come back when nobody expects it."""
    says(ada, "pause")
    assert "paused already" in says(ada, "snooze 3")


@pytest.mark.parametrize(
    "line",
    [
        "snooze 5",
        "quiet 22:00-07:00 sat",
        "quiet off",
        "digest empty silent",
        "digest explore on",
        "digest explore off",
        "unsubscribe",
        "pause",
    ],
)
@pytest.mark.parametrize("before", ["", "quiet 20:00-08:00 sun", FORTNIGHTLY])
def test_what_is_offered_as_undo_undoes(lab: Lab, ada: Person, before: str, line: str) -> None:
    """The commands in the answer, typed again, leave everything as it was."""
    says(ada, before)
    old = known(lab, ada)
    for command in typed_in(says(ada, line)):
        says(ada, command)
    assert known(lab, ada) == old


def test_quiet_hours_put_off_and_are_shown(lab: Lab, ada: Person) -> None:
    """Hours and days, alone or together; without words the answer says what is quiet."""
    assert "No hours or days are quiet" in says(ada, "quiet")
    text = says(ada, "quiet 08:30–10:00 mon")
    assert "never from 08:30 to 10:00 and on Monday" in text
    assert "the next on Tuesday 3 March, 10:00" in text
    assert known(lab, ada).next_due == NINE + DAY + timedelta(hours=1)
    assert "Never from 08:30 to 10:00 and on Monday" in says(ada, "quiet")
    assert "never from 08:30" in says(ada, "settings")


def test_quiet_hours_end_no_snooze(lab: Lab, ada: Person) -> None:
    """Changing them while digests sleep wakes nothing."""
    says(ada, "snooze 3")
    says(ada, "quiet sun")
    assert known(lab, ada).next_due == NINE + 3 * DAY
    assert known(lab, ada).snoozed_until is not None


def test_subscribing_again_changes_what_was_said_and_keeps_the_rest(lab: Lab, ada: Person) -> None:
    """Quiet hours, limit and wishes stay; a pause and a snooze end."""
    for line in ("quiet sun", "digest empty say", "digest explore on", "snooze 9"):
        says(ada, line)
    posts_now(lab, ada)
    before = known(lab, ada)
    says(ada, "subscribe monthly 15 17:30")
    changed = known(lab, ada)
    schedule = replace(before.schedule, rule=Monthly(15), at=time(17, 30))
    assert changed == replace(
        before, schedule=schedule, snoozed_until=None, next_due=changed.next_due
    )
    assert (changed.limit, changed.explores) == (7, True)
    assert changed.schedule.quiet == Quiet(frozenset({6}))
    assert changed.when_nothing_new is WhenNothingNew.SAY
    says(ada, "pause")
    says(ada, "subscribe daily 3 papers")
    assert known(lab, ada).state is SubscriptionState.ACTIVE
    assert (known(lab, ada).limit, known(lab, ada).schedule.rule) == (3, Weekly(EVERY_DAY))


def test_what_has_come_does_not_come_again_by_changing_it(lab: Lab, ada: Person) -> None:
    """Whatever is changed just then, also when the clock went back a little."""
    lab.clock.at = NINE
    lab.parts.tick()
    assert known(lab, ada).last_due == NINE
    lab.clock.passes(minutes=-5)
    try:
        for line in ("subscribe daily 09:00", "quiet sun", "quiet off", "resume"):
            says(ada, line)
            assert known(lab, ada).next_due == NINE + DAY
            assert known(lab, ada).last_due == NINE
    finally:
        lab.clock.at = NINE - timedelta(hours=1)


def test_a_pause_keeps_everything(lab: Lab, ada: Person) -> None:
    """And resuming brings it back from the next regular time on."""
    says(ada, "quiet 22:00-07:00")
    before = known(lab, ada)
    says(ada, "pause")
    assert known(lab, ada) == replace(before, state=SubscriptionState.PAUSED)
    says(ada, "resume")
    assert known(lab, ada) == before


def test_the_history_lists_digests_and_shows_one_again(lab: Lab, ada: Person) -> None:
    """Newest first, with what became of each; a number shows that one, with its buttons."""
    posts_now(lab, ada)
    lab.clock.passes(seconds=2)
    posts_now(lab, ada)
    listed = says(ada, "history")
    assert [line[:2] for line in listed.splitlines()[1:3]] == ["1.", "2."]
    assert listed.count("(sent)") == 2
    newer, older = lab.digests(ada)[::-1]
    (first,) = ada.types("/papers history 1")
    (second,) = ada.types("/papers history 2")
    assert (first.text, second.text) == (newer.text, older.text)
    assert first.only_for == ada.id
    (saved,) = ada.presses(second, "paper_save")
    assert "Saved ✓" in [control.label for control in saved.controls]


def test_every_part_of_a_long_digest_can_be_had_again(lab: Lab, ada: Person) -> None:
    """A second number names the part; one that is not there is answered with those there are."""
    says(ada, "interests add learning, model, language, speech, image")
    says(ada, "subscribe daily 15 papers")
    before = len(ada.sees(ada.direct))
    ada.types("/papers digest now")
    assert lab.slack.wait_for(lambda: len(ada.sees(ada.direct)) == before + 3)
    for part, sent in enumerate(lab.digests(ada), 1):
        (again,) = ada.types(f"/papers history 1 {part}")
        assert again.text == sent.text
    assert ada.types("/papers history 1")[-1].text == lab.digests(ada)[0].text
    for wrong in ("1 3", "1 0", "1 x", "1 1 1"):
        assert "Digest 1 has 2 parts" in says(ada, f"history {wrong}")


def test_a_preview_says_why_not_more(lab: Lab, ada: Person) -> None:
    """It holds the honest line of a digest, and nothing that would change something."""
    text = says(ada, "digest preview")
    assert "nothing is sent" in text
    assert "papers in the library" in text
    assert "matched your interests" in text
    assert lab.digests(ada) == []


@pytest.mark.parametrize(
    ("line", "days", "at", "limit"),
    [
        ("subscribe", {0, 4}, "17:30", 7),
        ("subscribe 3 papers", {0, 4}, "17:30", 3),
        ("subscribe 08:15", {0, 4}, "08:15", 7),
        ("subscribe weekly tue 17:00", {1}, "17:00", 7),
        ("subscribe daily", set(range(7)), "09:00", 7),
    ],
)
def test_what_is_not_said_stays(
    lab: Lab, ada: Person, line: str, days: set[int], at: str, limit: int
) -> None:
    """The line under each digest is typed as it stands there: that must not undo what was set."""
    says(ada, "subscribe weekly mon fri 17:30")
    says(ada, line)
    found = known(lab, ada)
    assert found.schedule.rule == Weekly(frozenset(days))
    assert (f"{found.schedule.at:%H:%M}", found.limit) == (at, limit)


def test_subscribe_alone_says_what_is_set(lab: Lab, ada: Person) -> None:
    """And offers the form; whoever only looks ends neither a snooze nor a pause."""
    says(ada, "subscribe weekly mon fri 17:30")
    says(ada, "snooze 3")
    before = known(lab, ada)
    (told,) = ada.types("/papers subscribe")
    assert "every Monday and Friday at 17:30" in told.text
    assert [control.label for control in told.controls] == ["Change the digest"]
    assert known(lab, ada) == before
    says(ada, "pause")
    told_paused = says(ada, "subscribe")
    assert "every Monday and Friday at 17:30" in told_paused
    assert "*paused*" in told_paused
    assert typed_in(told_paused)[0] == "resume"
    assert known(lab, ada).state is SubscriptionState.PAUSED


@pytest.mark.parametrize("before", ["", "pause", "snooze 3", FORTNIGHTLY])
def test_another_schedule_names_the_one_before(lab: Lab, ada: Person, before: str) -> None:
    """And the command that has it back; who says the same again is told nothing of before."""
    says(ada, "subscribe monthly 31 08:15 3 papers")
    says(ada, before)
    old = known(lab, ada)
    told = says(ada, "subscribe weekly")
    assert "Before: up to" in told
    for command in typed_in(told):
        says(ada, command)
    assert known(lab, ada) == replace(old, snoozed_until=None, next_due=known(lab, ada).next_due)
    says(ada, "subscribe weekly")
    assert "Before" not in says(ada, "subscribe weekly")


def test_a_digest_without_papers_is_told_as_one(lab: Lab) -> None:
    """Nobody counts to 0: the message that comes says why there is none."""
    bob = lab.team.add_person("Bob")
    (answer,) = [m for m in bob.types("/papers digest now") if m.only_for == bob.id]
    assert "There was no paper to show this time" in answer.text
    (digest,) = lab.digests(bob)
    assert "You follow nothing yet" in str(digest.blocks)


def test_what_is_so_already_is_not_done_again(lab: Lab, ada: Person) -> None:
    """A second pause keeps the reason of the first; a digest that comes needs no resuming."""
    with lab.parts.store.writing() as connection:
        subscriptions.pause(connection, lab.who(ada), "Slack says no.")
    assert "paused already" in says(ada, "pause")
    assert known(lab, ada).pause_reason == "Slack says no."
    says(ada, "resume")
    before = known(lab, ada)
    assert "Nothing is paused: the next digest comes on" in says(ada, "resume")
    assert known(lab, ada) == before
