"""Subscribing in a modal: every rule of the calendar, errors under fields, two tabs, channels."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.blocks import home as tab
from bot.blocks.forms.subscription import (
    CADENCE,
    DAYS,
    DIRECT,
    EMPTY,
    EXPLORE,
    HERE,
    LIMIT,
    MONTHLY,
    TIME,
    WHERE,
)
from bot.demo import LocalSlack, Person, View
from bot.models import Subscriber, Subscription, SubscriptionState, WhenNothingNew
from bot.schedules import typed, typed_quiet
from bot.store import subscriptions
from tests.conftest import Lab, connected
from tests.screens import chosen_in, home_of, labels, looks_home, modal_of, says, shows

Values = dict[str, dict[str, str | list[str]]]


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here; each test has people of its own."""
    path = tmp_path_factory.mktemp("subscription") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(quiet=0.01) as slack, connected(slack, f"sqlite:///{path}") as lab:
        yield lab


@pytest.fixture
def ada(lab: Lab) -> Person:
    """Somebody new."""
    return lab.team.add_person("Ada", tz="Europe/Paris")


def of(lab: Lab, who: Subscriber) -> Subscription | None:
    """What somebody is subscribed to."""
    with lab.parts.store.reading() as connection:
        return subscriptions.get(connection, who)


def known(lab: Lab, person: Person) -> Subscription:
    """The same, of a person who is."""
    found = of(lab, lab.who(person))
    assert found is not None
    return found


def opened(lab: Lab, person: Person) -> View:
    """The form, by the command."""
    person.types("/papers subscribe edit")
    return modal_of(lab, person)


def values(**fields: str | list[str]) -> Values:
    """What somebody chooses, by field."""
    return {field: {field: chosen} for field, chosen in fields.items()}


@pytest.mark.parametrize(
    ("chosen", "line"),
    [
        (values(cadence="daily"), "weekly mon tue wed thu fri sat sun 09:00"),
        (values(cadence="weekdays", time="06:45"), "weekly mon tue wed thu fri 06:45"),
        (values(cadence="weekly", days=["mon", "fri"], time="17:30"), "weekly mon fri 17:30"),
        (values(cadence="fortnightly", days=["tue"]), "fortnightly 2026-03-02 tue 09:00"),
        (values(cadence="monthly", monthly="15"), "monthly 15 09:00"),
        (values(cadence="monthly", monthly="The last day"), "monthly 31 09:00"),
        (values(cadence="monthly", monthly="first monday"), "monthly first monday 09:00"),
        (values(cadence="monthly", monthly="The last Friday"), "monthly last friday 09:00"),
    ],
)
def test_every_rule_can_be_chosen_and_stands_there_again(
    lab: Lab, ada: Person, chosen: Values, line: str
) -> None:
    """What is saved is what the same words would give, and the form shows it again."""
    seen = ada.submits(opened(lab, ada), chosen)
    assert seen.errors == {}
    assert says(lab, ada, "The next digest comes on")
    assert typed(known(lab, ada).schedule) == line
    before = known(lab, ada)
    ada.submits(opened(lab, ada))
    assert known(lab, ada) == before


@pytest.mark.parametrize(
    ("chosen", "field", "told"),
    [
        (values(cadence="weekly"), DAYS, "at least one day"),
        (values(cadence="daily", days=["mon"]), DAYS, "untick"),
        (values(cadence="monthly"), MONTHLY, "day of the month"),
        (values(time="25:00"), TIME, "no time of day"),
    ],
)
def test_what_does_not_go_together_is_told_under_its_field(
    lab: Lab, ada: Person, chosen: Values, field: str, told: str
) -> None:
    """Nothing is saved, and what was chosen stays."""
    seen = ada.submits(opened(lab, ada), chosen)
    assert list(seen.errors) == [field]
    assert told in seen.errors[field]
    assert of(lab, lab.who(ada)) is None
    if CADENCE in chosen:
        assert chosen_in(modal_of(lab, ada), CADENCE) == [chosen[CADENCE][CADENCE]]


def test_everything_else_is_kept(lab: Lab, ada: Person) -> None:
    """Quiet hours and the owner; what the form says of empty digests and exploring is set."""
    ada.types("/papers subscribe weekly mon 17:30 7 papers")
    ada.types("/papers quiet 22:00-07:00 sun")
    form = opened(lab, ada)
    assert (chosen_in(form, LIMIT), chosen_in(form, DAYS)) == (["7"], ["mon"])
    ada.submits(form, values(limit="12", empty="silent", explore=["explore"]))
    now = known(lab, ada)
    assert (now.limit, now.explores, now.when_nothing_new) == (12, True, WhenNothingNew.SILENT)
    assert (typed_quiet(now.schedule.quiet), now.owner) == ("22:00-07:00 sun", ada.id)
    form = opened(lab, ada)
    assert (chosen_in(form, EMPTY), chosen_in(form, EXPLORE)) == (["silent"], ["explore"])


def test_home_shows_what_the_form_changed(lab: Lab, ada: Person) -> None:
    """Subscribed from Home, changed from Home: the next digest is named each time."""
    ada.types("/papers interests add speech")
    looks_home(lab, ada)
    ada.presses(home_of(ada), "Get a digest")
    assert "Where" not in labels(modal_of(lab, ada))
    ada.submits(modal_of(lab, ada))
    assert shows(lab, ada, "the next on Monday 2 March, 09:00")
    ada.presses(home_of(ada), tab.SUBSCRIPTION)
    ada.submits(modal_of(lab, ada), values(cadence="weekly", days=["thu"], time="18:00"))
    assert shows(lab, ada, "the next on Thursday 5 March, 18:00")


def test_a_paused_digest_comes_again_by_saving(lab: Lab, ada: Person) -> None:
    """The form says so before."""
    ada.types("/papers subscribe weekdays 09:00")
    ada.types("/papers pause")
    form = opened(lab, ada)
    assert "to save lets them come again" in str(form.blocks)
    ada.submits(form)
    assert known(lab, ada).state is SubscriptionState.ACTIVE


def test_two_tabs_end_in_a_clear_answer(lab: Lab, ada: Person) -> None:
    """The second is told how it is now, keeps its choices, and may then overwrite."""
    ada.types("/papers subscribe weekdays 09:00")
    form = opened(lab, ada)
    ada.types("/papers subscribe weekly sat 10:00")
    seen = ada.submits(form, values(cadence="monthly", monthly="15"))
    assert seen.errors == {}
    assert says(lab, ada, "changed meanwhile")
    assert says(lab, ada, "every Saturday at 10:00")
    assert typed(known(lab, ada).schedule) == "weekly sat 10:00"
    assert chosen_in(modal_of(lab, ada), MONTHLY) == ["15"]
    ada.submits(modal_of(lab, ada))
    assert typed(known(lab, ada).schedule) == "monthly 15 09:00"


@pytest.mark.parametrize("paused", [True, False])
def test_what_a_saved_form_changed_comes_back(lab: Lab, ada: Person, paused: bool) -> None:
    """The former digest is named with what to type for it, and Undo does the same."""
    ada.types("/papers subscribe monthly 31 10:00 7 papers")
    ada.types("/papers quiet 22:00-07:00")
    ada.types("/papers digest explore on")
    if paused:
        ada.types("/papers pause")
    before = known(lab, ada)
    changed = values(cadence="daily", limit="3", empty="silent", explore=[])
    ada.submits(opened(lab, ada), changed)
    assert says(lab, ada, "`/papers subscribe monthly 31 10:00 7 papers`")
    assert says(lab, ada, "Before: Up to 7 papers")
    assert typed(known(lab, ada).schedule) != typed(before.schedule)
    ada.submits(modal_of(lab, ada))
    assert says(lab, ada, "As before: Up to 7 papers")
    assert known(lab, ada) == before


def test_a_form_saved_as_it_was_offers_no_undo(lab: Lab, ada: Person) -> None:
    """There is nothing to have back."""
    ada.types("/papers subscribe monthly 31 10:00")
    ada.submits(opened(lab, ada))
    assert says(lab, ada, "The next digest comes on")
    assert "Before" not in str(modal_of(lab, ada).blocks)


def test_an_undo_is_about_whom_the_form_was_about(lab: Lab, ada: Person) -> None:
    """Of a channel's digest the channel's is undone, of one's own the own."""
    channel = lab.team.add_channel("both", members=[ada])
    ada.types("/papers subscribe daily 10:00")
    ada.types("/papers subscribe here weekly mon 10:00", channel=channel)
    group = Subscriber(lab.team.id, channel.id)
    before = known(lab, ada), of(lab, group)
    for where in (DIRECT, HERE):
        ada.types("/papers subscribe here edit", channel=channel)
        chosen = values(where=where, cadence="weekly", days=["fri"], limit="9")
        ada.submits(modal_of(lab, ada), chosen)
        assert says(lab, ada, "Before")
        assert (known(lab, ada), of(lab, group)) != before
        ada.submits(modal_of(lab, ada))
        assert (known(lab, ada), of(lab, group)) == before


@pytest.mark.parametrize("forged", ["unsubscribe ", "digest now ", "settings "])
def test_a_forged_undo_does_nothing_else(lab: Lab, ada: Person, forged: str) -> None:
    """Only the commands that change a digest are run."""
    ada.types("/papers subscribe monthly 31 10:00")
    ada.submits(opened(lab, ada), values(cadence="daily"))
    assert says(lab, ada, "Before")
    before, undo = known(lab, ada), modal_of(lab, ada)
    metadata = undo.private_metadata.replace("subscribe ", forged)
    lab.team.state.modals[ada.id] = [
        replace(undo, given=undo.given | {"private_metadata": metadata})
    ]
    ada.submits(undo)
    assert says(lab, ada, "too old")
    assert known(lab, ada) == before
    assert lab.digests(ada) == []


def test_in_a_channel_one_chooses_where(lab: Lab, ada: Person) -> None:
    """By default the person's own; the channel hears who set its digest up."""
    channel = lab.team.add_channel("group", members=[ada])
    ada.types("/papers subscribe edit", channel=channel)
    form = modal_of(lab, ada)
    assert chosen_in(form, WHERE) == [DIRECT]
    seen = ada.submits(form, values(where=HERE, cadence="weekly", days=["mon"]))
    assert f"<@{ada.id}> set up papers" in seen[-1].text
    group = of(lab, Subscriber(lab.team.id, channel.id))
    assert group is not None
    assert (group.owner, group.follows_zone) == (ada.id, False)
    assert of(lab, lab.who(ada)) is None
    ada.types("/papers subscribe here edit", channel=channel)
    form = modal_of(lab, ada)
    assert (chosen_in(form, WHERE), chosen_in(form, DAYS)) == ([HERE], ["mon"])
    ada.submits(form, values(where=DIRECT))
    assert typed(known(lab, ada).schedule) == "weekly mon 09:00"
    assert of(lab, Subscriber(lab.team.id, channel.id)) == group


def test_where_the_bot_may_not_post_the_remedy_is_told(lab: Lab, ada: Person) -> None:
    """With what to type; nothing is set up, and what was chosen stays and can be sent again."""
    channel = lab.team.add_channel("closed", members=[ada], bot_is_member=False)
    ada.types("/papers subscribe here edit", channel=channel)
    assert ada.submits(modal_of(lab, ada), values(cadence="weekly", days=["mon"])).errors == {}
    assert says(lab, ada, "/invite")
    assert of(lab, Subscriber(lab.team.id, channel.id)) is None
    form = modal_of(lab, ada)
    assert (chosen_in(form, WHERE), chosen_in(form, DAYS)) == ([HERE], ["mon"])
    channel.members.add(lab.team.bot.id)
    ada.submits(form)
    group = of(lab, Subscriber(lab.team.id, channel.id))
    assert group is not None
    assert typed(group.schedule) == "weekly mon 09:00"


def test_a_channel_hears_of_changes_only(lab: Lab, ada: Person) -> None:
    """Who opens the form of its digest to look, and saves it as it was, has changed nothing."""
    channel = lab.team.add_channel("looked-at", members=[ada])
    ada.types("/papers subscribe here weekly mon", channel)
    before = len(lab.team.messages(channel))
    ada.types("/papers subscribe here edit", channel)
    ada.submits(modal_of(lab, ada))
    assert says(lab, ada, "The next digest comes on")
    assert len(lab.team.messages(channel)) == before
    ada.types("/papers subscribe here edit", channel)
    ada.submits(modal_of(lab, ada), values(days=["tue"]))
    assert says(lab, ada, "every Tuesday")
    assert "changed the digest of this channel" in lab.team.messages(channel)[-1].text


def test_where_the_bot_is_gone_the_form_changes_nothing(lab: Lab, ada: Person) -> None:
    """As the command does, it names the remedy instead of a digest that cannot come."""
    channel = lab.team.add_channel("left", members=[ada])
    group = Subscriber(lab.team.id, channel.id)
    ada.types("/papers subscribe here weekly mon", channel)
    before = of(lab, group)
    channel.members.discard(lab.team.bot.id)
    ada.types("/papers subscribe here edit", channel)
    ada.submits(modal_of(lab, ada), values(days=["tue"]))
    assert says(lab, ada, "I am not in this channel, so nothing changes.")
    assert of(lab, group) == before
    channel.members.add(lab.team.bot.id)
    ada.submits(modal_of(lab, ada))
    assert says(lab, ada, "every Tuesday")
    assert of(lab, group) != before


def test_a_forged_form_cannot_change_another(lab: Lab, ada: Person) -> None:
    """Metadata of somebody else's form is not taken."""
    hers = opened(lab, ada)
    bob = lab.team.add_person("Bob")
    his = opened(lab, bob)
    given = his.given | {"private_metadata": hers.private_metadata}
    lab.team.state.modals[bob.id] = [replace(his, given=given)]
    assert "too old" in next(iter(bob.submits(his).errors.values()))
    assert of(lab, lab.who(ada)) is None
