"""Slack hears of every request in time, however long it takes itself to answer the bot."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import make_url

from bot import client as slack
from bot.blocks import home as tab
from bot.blocks import modals
from bot.blocks.forms.interests import AUTHORS
from bot.blocks.forms.onboarding import PASTED
from bot.blocks.forms.sharing import CHANNEL
from bot.blocks.forms.subscription import CADENCE, HERE, WHERE
from bot.blocks.papers import LIKE
from bot.demo import LocalSlack, Person, Team, View
from bot.demo.methods import METHODS
from bot.demo.stack import open_modal
from bot.models import Subscriber
from bot.parts import Parts
from bot.slack.requests import TooEarly, early_call
from bot.slack.shortcuts import RELATED
from tests.conftest import Lab, connected
from tests.install_lab import serving_many
from tests.screens import modal_of

PATIENCE = 1.5
"""How many seconds Slack waits for an acknowledgement here."""

SLOW = 2.0
"""How many it takes itself to answer whatever it is asked."""

LINK = "https://arxiv.org/abs/2303.15435"
SPEECH = "Simple and Effective Unsupervised Speech Translation"


@dataclass
class Scene:
    """A workspace with the bot in it; `ends` makes the bot's token one that must be renewed."""

    slack: LocalSlack
    team: Team
    parts: Parts
    ends: Callable[[], None]

    def who(self, person: Person) -> Subscriber:
        return Subscriber(self.team.id, person.id)

    def opened(self, line: str, *before: str) -> tuple[Person, View]:
        """Somebody new in a channel, and the form that they have opened there."""
        person = self.team.add_person("Ada", tz="Europe/Paris")
        channel = self.team.add_channel("group", members=[person])
        for other in before:
            person.types(other, channel)
        seen = person.types(line, channel)
        assert seen.modal is not None
        return person, seen.modal


@contextmanager
def one_workspace(slack: LocalSlack, database: str) -> Iterator[Scene]:
    """A bot of one token."""
    with connected(slack, database) as lab:
        # What Slack has said of people is too old by then.
        yield Scene(slack, lab.team, lab.parts, lambda: lab.clock.passes(hours=48))


@contextmanager
def many_workspaces(slack: LocalSlack, database: str) -> Iterator[Scene]:
    """A bot that many workspaces may install, in a Slack whose tokens end."""
    slack.grants.token_seconds = 12 * 3600
    with serving_many(slack, database) as many:
        team, _ = many.installed("Lab")

        def ends() -> None:
            many.clock.passes(hours=48)
            with many.parts.store.writing() as connection:
                found = many.installations().find(connection, team.id)
                assert found is not None
                found.bot_token_expires_at = int(time.time()) - 1
                many.installations().renew(connection, found)

        yield Scene(slack, team, many.parts, ends)


def acts(scene: Scene) -> list[Callable[[], object]]:
    """Requests of every kind, ready to be sent; what they need is open already."""
    slack, team = scene.slack, scene.team
    slack.listens_for_links("arxiv.org")
    team.grant("app_mentions:read", "im:history", "links:read", "links:write")
    ada, eve = (team.add_person(name, tz="Europe/Paris") for name in ("Ada", "Eve"))
    channel = team.add_channel("group", members=[ada, eve])
    found = ada.types("/papers watermark", channel)[-1]
    eve.types("/papers subscribe daily 09:00", channel)
    home = eve.opens_home().home
    assert home is not None
    eve.says("about watermarks", channel)
    said = team.messages(channel)[-1]
    here, subscription = scene.opened("/papers subscribe edit")
    his, own = scene.opened("/papers subscribe edit")
    hers, interests = scene.opened("/papers interests edit")
    new = team.add_person("New", tz="Europe/Paris")
    first = new.opens_home().home
    assert first is not None
    paste = new.presses(first, tab.ONBOARD).modal
    assert paste is not None
    pasted = {PASTED: {PASTED: SPEECH}}
    sharing = ada.presses(ada.types("/papers watermark")[-1], 0, "Share to a channel…").modal
    assert sharing is not None
    former, changed = scene.opened("/papers subscribe edit", "/papers subscribe monthly 31 10:00")
    former.submits(changed, {CADENCE: {CADENCE: "daily"}})
    undo = former.modal
    assert undo is not None
    return [
        lambda: ada.types("/papers subscribe daily 09:00", channel, wait=0),
        lambda: ada.types("/papers subscribe edit", channel, wait=0),
        lambda: ada.presses(found, LIKE, wait=0),
        lambda: eve.presses(home, tab.PAUSE, wait=0),
        lambda: hers.looks_up(interests, AUTHORS, "a"),
        lambda: hers.submits(interests, wait=0),
        lambda: here.submits(subscription, {WHERE: {WHERE: HERE}}, wait=0),
        lambda: his.submits(own, wait=0),
        lambda: new.submits(paste, pasted, wait=0),
        lambda: ada.submits(sharing, {CHANNEL: {CHANNEL: channel.id}}, wait=0),
        lambda: former.submits(undo, wait=0),
        lambda: eve.opens_home(wait=0),
        lambda: eve.says(f"<@{team.bot.id}> watermark", channel, wait=0),
        lambda: eve.says("watermark", wait=0),
        lambda: eve.says(LINK, channel, wait=0),
        lambda: eve.uses_shortcut(RELATED, said, wait=0),
    ]


@pytest.mark.parametrize("served", [one_workspace, many_workspaces])
def test_a_slow_slack_delays_no_acknowledgement(
    served: Callable[[LocalSlack, str], AbstractContextManager[Scene]], database: str
) -> None:
    """Nothing is asked of it before, whichever kind of request it is."""
    with LocalSlack(burst=None, ack_seconds=PATIENCE) as local, served(local, database) as scene:
        requests = acts(scene)
        before = len(local.deliveries)
        scene.ends()
        for method in (*METHODS, "response_url"):
            local.fail(method, delay=SLOW, times=None)
        for request in requests:
            request()
        sent = local.deliveries[before:]
        local.heal()
    late = [(each.payload.get("type", "command"), each.ack.error) for each in sent if not each.ok]
    assert late == []
    assert len(sent) >= len(requests)
    assert {each.route for each in sent} == {"slash_commands", "interactive", "events_api"}


def test_the_form_of_a_digest_keeps_no_transaction_while_slack_tells_the_zone(
    lab: Lab, database: str
) -> None:
    """SQLite's log can be emptied meanwhile, which whoever still reads it would prevent."""
    lab.slack.fail("users.info", delay=SLOW)
    lab.ada.types("/papers subscribe edit", wait=0)
    assert lab.slack.wait_for(lambda: lab.slack.calls_of("views.open"))
    time.sleep(SLOW / 4)
    # Others may read for a moment.
    assert lab.slack.wait_for(lambda: is_emptied(database), timeout=SLOW / 4)
    assert not lab.slack.calls_of("users.info")
    assert "Europe/Paris" in str(modal_of(lab, lab.ada).blocks)


def is_emptied(database: str) -> bool:
    """Whether nobody keeps SQLite from emptying its log."""
    with closing(sqlite3.connect(make_url(database).database or "", timeout=0)) as connection:
        is_kept, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_kept


def test_a_workspace_that_is_not_served_is_told_after_the_acknowledgement(lab: Lab) -> None:
    """A press there is acknowledged though Slack takes no answer, and the answer comes."""
    other = lab.slack.add_workspace("Other")
    lab.slack.connect(other, f"http://127.0.0.1:{lab.bot.port}/slack/events", lab.bot.under_way)
    eve = other.add_person("Eve")
    found = lab.ada.types("/papers watermark")[-1]
    channel = other.add_channel("group", members=[eve])
    with lab.slack.world.changed:
        moved = lab.slack.world.put(other.state, replace(found, channel=channel.id, only_for=None))
    lab.slack.fail("response_url", delay=0.5)
    seen = eve.presses(moved, LIKE)
    assert seen.deliveries[0].seconds < 0.5
    assert "not installed in this workspace" in seen[-1].text


def test_what_somebody_asks_before_the_acknowledgement_cannot_ask_slack(lab: Lab) -> None:
    """By its making: the zone is the one that is known, and everything else is a fault."""
    calls = len(lab.slack.calls)
    call = early_call(lab.parts, lab.who(lab.ada))
    assert call.zone() == "UTC"
    posted = slack.Posted("C1", "1.1")
    for asks in (
        call.is_admin,
        call.deliver,
        call.outlet.name,
        lambda: call.outlet.permalink(posted),
        lambda: call.outlet.take_away(posted),
    ):
        with pytest.raises(TooEarly):
            asks()
    assert len(lab.slack.calls) == calls
    assert lab.parts.zone_of(lab.who(lab.ada)) == "Europe/Paris"
    assert early_call(lab.parts, lab.who(lab.ada)).zone() == "Europe/Paris"


def test_a_form_that_is_sent_knows_the_zone_of_who_opened_it(lab: Lab) -> None:
    """It is asked for when the first form opens: the one that follows must not ask."""
    lab.slack.fail("users.info", error="fatal_error")
    home = lab.ada.opens_home().home
    assert home is not None
    paste = lab.ada.presses(home, tab.ONBOARD).modal
    assert paste is not None
    lab.ada.submits(paste, {PASTED: {PASTED: SPEECH}})
    lab.ada.submits(modal_of(lab, lab.ada))
    assert "Europe/Paris" in str(modal_of(lab, lab.ada).blocks)


def test_an_answer_waits_for_the_modal_that_the_acknowledgement_brings(lab: Lab) -> None:
    """It may be faster than Slack; where the person has closed the modal, nothing happens."""
    client, screen = lab.parts.clients(lab.team.id), slack.Screen("", "", "a name of ours")
    shown = modals.telling("Title", "In the end")
    with ThreadPoolExecutor(1) as pool:
        updated = pool.submit(slack.update_view, client, screen, shown)
        assert lab.slack.wait_for(lambda: lab.slack.calls_of("views.update"))
        with lab.slack.world.changed:
            given = modals.loading("Title", screen.name).to_dict()
            open_modal(lab.slack.world, lab.team.state, lab.ada.id, given)
        assert updated.result() is not None
    modal = modal_of(lab, lab.ada)
    assert "In the end" in str(modal.blocks)
    lab.ada.closes(modal)
    assert slack.update_view(client, screen, shown) is None
