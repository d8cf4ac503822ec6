"""A channel's own interests and digests: set up by one, changed by all, told to nobody else."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo import LocalSlack, Message, Person
from bot.demo.world import Conversation
from bot.models import Subscriber, Subscription
from bot.store import interests, subscriptions
from tests.conftest import Lab, connected
from tests.test_commands import shown, typed_in

NINE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SUBSCRIBE = "/papers subscribe here weekly monday 09:00 5 papers"


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here; each test has a channel of its own."""
    path = tmp_path_factory.mktemp("channels") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(quiet=0.02, burst=None) as slack, connected(slack, f"sqlite:///{path}") as lab:
        yield lab


@pytest.fixture
def reading(lab: Lab) -> Conversation:
    """A private channel with Ada and Bob in it."""
    return lab.team.add_channel("reading", members=[lab.ada, lab.bob], is_private=True)


def says(person: Person, line: str, channel: Conversation) -> str:
    """Types a command in a channel; what only the one who typed it is shown."""
    return shown(answer_to(person, line, channel))


def answer_to(person: Person, line: str, channel: Conversation) -> Message:
    """The message itself, which comes after what the channel is told."""

    def answers() -> list[Message]:
        return [m for m in person.sees(channel) if m.only_for == person.id]

    before = len(answers())
    assert person.types(line, channel).deliveries[0].ok
    assert person.slack.wait_for(lambda: len(answers()) == before + 1)
    return answers()[-1]


def public(lab: Lab, channel: Conversation) -> list[Message]:
    """What everybody in a channel sees of the bot."""
    return [m for m in lab.team.messages(channel) if not m.is_ephemeral and m.bot_id]


def known(lab: Lab, channel: Conversation) -> Subscription | None:
    with lab.parts.store.reading() as connection:
        return subscriptions.get(connection, Subscriber(lab.team.id, channel.id))


def followed(lab: Lab, channel: Conversation | Person) -> list[str]:
    with lab.parts.store.reading() as connection:
        profile = interests.profile(connection, Subscriber(lab.team.id, channel.id))
    return [interest.text for interest in profile.interests]


def test_a_channel_is_set_up_before_everybody(lab: Lab, reading: Conversation) -> None:
    """All read who did it and how to change it; only the one who asked reads the rest."""
    text = says(lab.ada, SUBSCRIBE, reading)
    assert "This channel gets up to 5 papers" in text
    assert "This channel follows nothing yet: `/papers interests here add" in text
    (told,) = public(lab, reading)
    assert f"<@{lab.ada.id}> set up papers for this channel" in told.text
    assert "`/papers subscribe here`" in told.text
    subscription = known(lab, reading)
    assert subscription is not None
    assert (subscription.owner, subscription.follows_zone) == (lab.ada.id, False)
    assert subscription.schedule.zone == "Europe/Paris"


def test_looking_changes_nothing(lab: Lab, reading: Conversation) -> None:
    """What the footer says to change it with shows how it is, also of a paused one, to one."""
    says(lab.ada, SUBSCRIBE, reading)
    says(lab.ada, "/papers pause here", reading)
    before, standing = known(lab, reading), public(lab, reading)
    text = says(lab.bob, "/papers subscribe here", reading)
    assert "*paused*" in text
    assert "`/papers resume here`" in text
    assert "paused already" in says(lab.bob, "/papers pause here", reading)
    assert (known(lab, reading), public(lab, reading)) == (before, standing)
    says(lab.bob, "/papers resume here", reading)
    before, standing = known(lab, reading), public(lab, reading)
    assert "Nothing is paused" in says(lab.ada, "/papers resume here", reading)
    says(lab.ada, SUBSCRIBE, reading)
    assert (known(lab, reading), public(lab, reading)) == (before, standing)


@pytest.mark.parametrize("is_private", [True, False])
@pytest.mark.parametrize("line", ["resume here", "subscribe here daily"])
def test_nothing_is_promised_where_the_bot_is_gone(lab: Lab, line: str, is_private: bool) -> None:
    """The remedy is said, with the bot's name, and nothing changes; then the command works."""
    channel = lab.team.add_channel("gone", members=[lab.ada], is_private=is_private)
    says(lab.ada, SUBSCRIBE, channel)
    says(lab.ada, "/papers pause here", channel)
    channel.members.discard(lab.team.bot.id)
    before = known(lab, channel)
    text = says(lab.ada, f"/papers {line}", channel)
    assert f"Invite me first: /invite @{lab.team.bot.name}" in text
    assert "the next" not in text
    assert known(lab, channel) == before
    channel.members.add(lab.team.bot.id)
    assert "The next digest comes on" in says(lab.ada, f"/papers {line}", channel)


def test_a_channel_without_the_bot_is_not_set_up(lab: Lab) -> None:
    """Nothing is saved, and the remedy names the bot as Slack knows it."""
    for private in (True, False):
        apart = lab.team.add_channel(
            "apart", members=[lab.ada], bot_is_member=False, is_private=private
        )
        text = says(lab.ada, SUBSCRIBE, apart)
        assert "nothing is set up" in text
        assert f"/invite @{lab.team.bot.name}" in text
        assert known(lab, apart) is None
        assert public(lab, apart) == []


def test_a_silent_slack_sets_nothing_up(lab: Lab, reading: Conversation) -> None:
    """What nobody can be told of does not begin."""
    lab.slack.fail("chat.postMessage", status=500)
    assert "nothing is set up" in says(lab.ada, SUBSCRIBE, reading)
    assert known(lab, reading) is None


def test_words_that_mean_nothing_are_told_to_nobody(lab: Lab, reading: Conversation) -> None:
    """A slip of the pen is answered to the one who made it, and the channel hears nothing."""
    assert "neither a cadence" in says(lab.ada, "/papers subscribe here sometimes", reading)
    assert "zone" in says(lab.ada, "/papers subscribe here zone", reading)
    assert "no time zone" in says(lab.ada, "/papers subscribe here zone Mars/Olympus", reading)
    assert public(lab, reading) == []
    assert known(lab, reading) is None


def test_here_is_no_place_in_direct_messages(lab: Lab) -> None:
    """It means a channel, and none is there."""
    assert "means a channel" in says(lab.ada, SUBSCRIBE, lab.ada.direct)


def test_a_channels_digest_comes_to_the_channel(lab: Lab, reading: Conversation) -> None:
    """At its own hour, with who set it up and what to type in that channel."""
    says(lab.bob, SUBSCRIBE, reading)
    says(lab.ada, "/papers interests here add speech translation", reading)
    subscription = known(lab, reading)
    assert subscription is not None
    assert subscription.schedule.zone == "America/New_York"
    before = lab.clock.at
    lab.clock.at = subscription.next_due
    try:
        lab.parts.tick()
    finally:
        lab.clock.at = before
    digest = public(lab, reading)[-1]
    assert digest.metadata is not None
    shown = str(digest.blocks)
    assert f"set up by <@{lab.bob.id}>" in shown
    assert "`/papers subscribe here`" in shown
    assert "`/papers unsubscribe here`" in shown
    assert "<!channel>" not in shown
    assert lab.digests(lab.bob) == []


def test_everybody_in_the_channel_may_change_it(lab: Lab, reading: Conversation) -> None:
    """The channel reads who did what; the one who set it up is still named."""
    says(lab.ada, SUBSCRIBE, reading)
    says(lab.bob, "/papers subscribe here daily 10:00", reading)
    says(lab.bob, "/papers pause here", reading)
    says(lab.bob, "/papers resume here", reading)
    says(lab.bob, "/papers snooze here 3", reading)
    says(lab.bob, "/papers quiet here sat sun", reading)
    says(lab.bob, "/papers quiet here sat sun", reading)
    says(lab.bob, "/papers digest here empty silent", reading)
    says(lab.bob, "/papers digest here empty silent", reading)
    says(lab.bob, "/papers digest here explore on", reading)
    says(lab.bob, "/papers digest here explore on", reading)
    says(lab.bob, "/papers unsubscribe here", reading)
    told = [message.text for message in public(lab, reading)[1:]]
    assert all(text.startswith(f"<@{lab.bob.id}> ") for text in told)
    words = ("changed", "paused", "come again", "snoozed", "never on Saturday", "nothing comes")
    ends = (*words, "just beyond", "ended")
    assert [word for word, text in zip(ends, told, strict=True) if word not in text] == []


def test_another_hand_leaves_owner_and_zone(lab: Lab, reading: Conversation) -> None:
    """Who set it up stays, and the group stays where it was; a zone that is named moves it."""
    says(lab.ada, SUBSCRIBE, reading)
    says(lab.bob, "/papers subscribe here daily 10:00", reading)
    changed = known(lab, reading)
    assert changed is not None
    assert (changed.owner, changed.schedule.zone) == (lab.ada.id, "Europe/Paris")
    text = says(lab.bob, "/papers subscribe here daily 10:00 zone Asia/Tokyo", reading)
    assert "Asia/Tokyo" in text
    moved = known(lab, reading)
    assert moved is not None
    assert moved.schedule.zone == "Asia/Tokyo"


def test_a_persons_zone_is_not_set_by_words(lab: Lab) -> None:
    """It is the one of their Slack profile, and the answer says so."""
    text = says(lab.ada, "/papers subscribe daily zone Asia/Tokyo", lab.ada.direct)
    assert "Slack profile" in text


ABOUT_CHANNELS = [
    "/papers interests here",
    "/papers interests here add speech",
    "/papers interests here add speech, vision",
    "/papers interests here remove vector search",
    "/papers interests here weight vector search 3",
    "/papers interests here mute vector search",
    "/papers interests here clear",
    "/papers interests here nonsense",
    "/papers interests here remove nothing such",
    "/papers digest here preview",
    "/papers digest here empty say",
    "/papers digest here empty",
    "/papers digest here explore on",
    "/papers digest here explore",
    "/papers digest here nonsense",
    "/papers pause here",
    "/papers resume here",
    "/papers snooze here 3",
    "/papers snooze here",
    "/papers quiet here",
    "/papers quiet here 22:00-07:00",
    "/papers history here",
    "/papers settings here",
    "/papers unsubscribe here",
]


@pytest.mark.parametrize("line", ABOUT_CHANNELS)
def test_a_channel_is_never_called_you(lab: Lab, reading: Conversation, line: str) -> None:
    """Words and hints are about the channel, and what is offered to type carries `here`."""
    for setup in (SUBSCRIBE, "/papers interests here add vector search"):
        says(lab.ada, setup, reading)
    message = answer_to(lab.ada, line, reading)
    text = f"{message.text} {message.blocks}"
    for word in ("You ", "Your ", " you ", " your "):
        assert word not in text
    offered = [command for command in typed_in(text) if command.split()[0] != "help"]
    assert [command for command in offered if " here" not in f"{command} "] == []


@pytest.mark.parametrize(
    "line",
    [
        "/papers interests here remove vector search",
        "/papers interests here mute vector search",
        "/papers interests here clear",
        "/papers digest here empty say",
        "/papers digest here explore on",
        "/papers quiet here 22:00-07:00",
        "/papers snooze here 3",
        "/papers unsubscribe here",
    ],
)
def test_what_is_offered_as_undo_undoes(lab: Lab, reading: Conversation, line: str) -> None:
    """The commands in the answer, typed again in the channel, leave everything as it was."""
    for setup in (SUBSCRIBE, "/papers interests here add vector search ×2"):
        says(lab.ada, setup, reading)
    before = known(lab, reading), followed(lab, reading)
    for command in typed_in(says(lab.ada, line, reading)):
        says(lab.ada, f"/papers {command}", reading)
    assert (known(lab, reading), followed(lab, reading)) == before


def test_now_posts_to_the_channel(lab: Lab, reading: Conversation) -> None:
    """And to nobody's direct messages."""
    says(lab.ada, "/papers interests here add speech", reading)
    assert "in this channel" in says(lab.ada, "/papers digest here now", reading)
    assert public(lab, reading)[-1].metadata is not None
    assert lab.digests(lab.ada) == []


def test_now_without_the_bot_in_the_channel_names_the_remedy(lab: Lab) -> None:
    """Nothing is announced that has not come."""
    apart = lab.team.add_channel("apart", members=[lab.ada], bot_is_member=False)
    says(lab.ada, "/papers interests here add speech", apart)
    text = says(lab.ada, "/papers digest here now", apart)
    assert "Slack did not take it" in text
    assert f"/invite @{lab.team.bot.name}" in text


def test_a_private_channel_shows_nowhere_else(lab: Lab, reading: Conversation) -> None:
    """Neither in another channel, nor to somebody else, nor in anybody's own lists."""
    says(lab.ada, SUBSCRIBE, reading)
    says(lab.ada, "/papers interests here add secret merger, watermark", reading)
    says(lab.ada, "/papers digest here now", reading)
    eve = lab.team.add_person("Eve")
    other = lab.team.add_channel("other", members=[lab.ada, eve])
    for person in (lab.ada, eve):
        for line in ("interests", "history", "digest preview", "settings", "interests here"):
            for place in (other, person.direct):
                assert "merger" not in says(person, f"/papers {line}", place)
    (digest,) = [m for m in public(lab, reading) if m.metadata]
    lines = ("history here 1", "history here", "digest here preview", "settings here")
    answers = [answer_to(eve, f"/papers {line}", other) for line in lines]
    assert "Stable Signature" in str(digest.blocks)
    assert [m for m in answers if "Stable Signature" in str(m.blocks)] == []


def test_a_channels_history_is_read_in_the_channel(lab: Lab, reading: Conversation) -> None:
    """By everybody who is in it, one digest again among them."""
    says(lab.ada, "/papers interests here add watermark", reading)
    says(lab.ada, "/papers digest here now", reading)
    assert "This channel's digests" in says(lab.bob, "/papers history here", reading)
    again = answer_to(lab.bob, "/papers history here 1", reading)
    assert "Stable Signature" in str(again.blocks)


def test_who_is_forgotten_is_no_owner_any_more(lab: Lab, reading: Conversation) -> None:
    """The channel's digest goes on, names nobody, and has an owner again once it is changed."""
    cleo = lab.team.add_person("Cleo")
    reading.members.add(cleo.id)
    says(cleo, SUBSCRIBE, reading)
    says(cleo, "/papers interests here add speech", reading)
    text = says(cleo, "/papers forget-me yes", cleo.direct)
    assert f"<#{reading.id}>" in text
    subscription = known(lab, reading)
    assert subscription is not None
    assert subscription.owner == ""
    says(lab.ada, "/papers digest here now", reading)
    digest = str(public(lab, reading)[-1].blocks)
    assert "set up by" not in digest
    assert cleo.id not in digest
    assert "Set up by" not in says(lab.ada, "/papers settings here", reading)
    says(lab.ada, "/papers subscribe here daily", reading)
    assert f"Set up by <@{lab.ada.id}>" in says(lab.bob, "/papers settings here", reading)


@pytest.mark.parametrize(
    "line",
    [
        *("subscribe weekly monday here", "subscribe here weekly monday"),
        *("digest now here", "interests list here", "interests clear here", "snooze 3 here"),
        *("digest empty here say", "interests add here speech", "interests remove here 1"),
    ],
)
def test_here_may_stand_where_people_put_it(lab: Lab, reading: Conversation, line: str) -> None:
    """Whatever the order, nothing happens to the one who types it, and in private it is refused."""
    cleo = lab.team.add_person("Cleo")
    says(lab.ada, SUBSCRIBE, reading)
    says(lab.ada, "/papers interests here add watermark, vector search", reading)
    cleo.types("/papers interests add robotics")
    cleo.types("/papers subscribe daily 12:00")
    assert "“here” means a channel" in cleo.types(f"/papers {line}")[-1].text
    says(cleo, f"/papers {line}", reading)
    with lab.parts.store.reading() as connection:
        own = interests.profile(connection, lab.who(cleo)).interests
        kept = subscriptions.get(connection, lab.who(cleo))
    assert [each.text for each in own] == ["robotics"]
    assert kept is not None
    assert (kept.limit, kept.when_nothing_new, kept.snoozed_until) == (5, "archive", None)
    assert not lab.digests(cleo)


@pytest.mark.parametrize(
    ("typed", "channel", "own"),
    [
        ("add what works here", "add what works", 'add "what works here"'),
        ("add speech ×2, vision here", "add speech ×2, vision", 'add speech ×2, "vision here"'),
        ("add speech, Here", "add speech", 'add speech, "Here"'),
        ("mute author:Jean Here", "mute author:Jean", 'mute "author:Jean Here"'),
    ],
)
def test_whether_here_is_a_word_to_follow_is_asked(
    lab: Lab, reading: Conversation, typed: str, channel: str, own: str
) -> None:
    """Behind words to follow it may be either: nothing is done until one of them is typed."""
    cleo = lab.team.add_person("Cleo")
    asked = says(cleo, f"/papers interests {typed}", reading)
    commands = [f"/papers interests here {channel}", f"/papers interests {own}"]
    assert [part for part in asked.split("`") if part.startswith("/papers")] == commands
    assert (followed(lab, reading), followed(lab, cleo)) == ([], [])
    for command in commands:
        says(cleo, command, reading)
    theirs, hers = followed(lab, reading), followed(lab, cleo)
    assert [one.rpartition(" ")[2] for one in theirs if "here" in one.lower()] == []
    assert theirs
    assert hers[-1].lower().endswith("here")


def test_in_private_here_is_a_word(lab: Lab) -> None:
    """No channel is there that it could mean."""
    cleo = lab.team.add_person("Cleo")
    told = cleo.types("/papers interests add what works here")[-1].text
    assert "Following *what works here*" in told


def test_a_zone_is_named_once(lab: Lab, reading: Conversation) -> None:
    """In what the channel reads, and in the answer."""
    text = says(lab.ada, SUBSCRIBE, reading)
    (told,) = public(lab, reading)
    assert [told.text.count("Europe/Paris"), text.count("Europe/Paris")] == [1, 1]


def test_a_new_zone_changes_nothing_else(lab: Lab, reading: Conversation) -> None:
    """As the settings offer it to be typed."""
    says(lab.ada, SUBSCRIBE, reading)
    before = known(lab, reading)
    says(lab.bob, "/papers subscribe here zone Asia/Tokyo", reading)
    after = known(lab, reading)
    assert before is not None
    assert after is not None
    assert after.schedule == replace(before.schedule, zone="Asia/Tokyo")
