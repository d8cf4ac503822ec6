"""Channels shared with another organisation: whoever acts there belongs to the app's workspace."""

from dataclasses import replace
from typing import Any

import pytest

from bot.blocks import modals
from bot.blocks import papers as looks
from bot.blocks.forms import why as why_looks
from bot.blocks.forms.interests import WORDS
from bot.client import SlackBusy
from bot.commands.forms.interests import open_interests
from bot.demo import LocalSlack, Message, Person, Team
from bot.demo.stack import open_modal
from bot.demo.world import Conversation
from bot.models import Subscriber
from bot.parts import Parts
from bot.slack.requests import call_of
from bot.store import Store, interests, subscriptions, workspaces
from recommender import Paper
from tests.conftest import Lab
from tests.install_lab import Many, serving_many
from tests.screens import modal_of

LINK = "https://arxiv.org/abs/2401.99999"
LOOM = Paper("arxiv:2401.99999", "A loom for tensors", "Weaving tensors by loom.")
SCOPES = ("app_mentions:read", "im:history", "links:read", "links:write")
ENTERPRISE = "E0000000001"


def shared(team: Team, theirs: Person, ours: Person) -> tuple[Conversation, Person]:
    """A private channel of a workspace with somebody of another one; them as they act there."""
    team.grant(*SCOPES)
    team.slack.listens_for_links("arxiv.org")
    channel = team.add_channel("both", members=[ours], is_private=True)
    return channel, team.connects(channel, theirs)


def loom(parts: Parts) -> None:
    """Lets the bot know the paper that LINK leads to."""
    parts.library.ingest("test", [LOOM], parts.clock)
    parts.library.refresh()


def of_bot(team: Team, channel: Conversation) -> list[Message]:
    """What the bot has posted for all."""
    return [m for m in team.messages(channel) if m.user == team.bot.id and not m.is_ephemeral]


def mentions(team: Team, person: Person, channel: Conversation) -> Message:
    """The answer to a mention."""
    seen = person.says(f"<@{team.bot.id}> watermark", channel)
    assert [delivery.ok for delivery in seen.deliveries] == [True]
    return of_bot(team, channel)[-1]


def follows(store: Store, who: Subscriber) -> list[str]:
    """What somebody follows, likes and dislikes."""
    with store.reading() as connection:
        return [one.text for one in interests.profile(connection, who).interests]


@pytest.fixture
def eve(lab: Lab) -> Person:
    """Somebody of an organisation that has not installed the app, and looks after it there."""
    return lab.slack.add_workspace("Elsewhere", installed=False).add_person("Eve", is_admin=True)


@pytest.fixture
def slack() -> Any:
    with LocalSlack(burst=None) as slack:
        yield slack


def test_somebody_of_elsewhere_asks_and_presses(lab: Lab, eve: Person) -> None:
    """They are answered, their presses count for them, there and nowhere else, and are undone."""
    channel, guest = shared(lab.team, eve, lab.ada)
    lab.ada.types("/papers interests add speech", channel)
    answer = mentions(lab.team, guest, channel)
    assert "The Stable Signature" in answer.text
    (told,) = guest.presses(answer, looks.LIKE)
    assert told.only_for == guest.id
    me, hers = Subscriber(lab.team.id, eve.id), follows(lab.parts.store, lab.who(lab.ada))
    assert len(follows(lab.parts.store, me)) == 1
    assert hers == ["speech"]
    guest.presses(told, "Undo")
    assert follows(lab.parts.store, me) == []
    assert follows(lab.parts.store, lab.who(lab.ada)) == hers
    with lab.parts.store.reading() as connection:
        assert workspaces.count(connection) == 1


def test_why_opens_for_somebody_of_elsewhere(lab: Lab, eve: Person) -> None:
    """A modal works for them, too, with the buttons in it."""
    channel, guest = shared(lab.team, eve, lab.ada)
    answer = mentions(lab.team, guest, channel)
    guest.presses(answer, looks.MENU, "Why this paper?")
    modal = modal_of(lab, guest)
    assert "The Stable Signature" in str(modal.blocks)
    guest.presses(modal, why_looks.FOLLOW)
    (followed,) = follows(lab.parts.store, Subscriber(lab.team.id, eve.id))
    assert followed in str(modal.blocks)


def test_a_link_of_somebody_of_elsewhere_is_unfurled(lab: Lab, eve: Person) -> None:
    """With the token of the workspace in which the app is."""
    loom(lab.parts)
    channel, guest = shared(lab.team, eve, lab.ada)
    guest.says(LINK, channel)
    assert lab.slack.wait_for(lambda: lab.team.messages(channel)[-1].attachments)
    assert [call.team_id for call in lab.slack.calls_of("chat.unfurl")] == [lab.team.id]


def test_what_belongs_to_the_workspace_is_not_theirs_to_change(lab: Lab, eve: Person) -> None:
    """Forms do not open for them, a form of another's is not taken, and the answer is kind."""
    channel, guest = shared(lab.team, eve, lab.ada)
    lab.ada.types("/papers subscribe here daily 09:00", channel)
    offer = lab.ada.types("/papers subscribe here edit", channel)
    form = offer.modal
    assert form is not None
    button = modals.offer("Change it:", "Change the digest", modals.OPEN_SUBSCRIPTION, "here")
    blocks = tuple(block.to_dict() for block in button.blocks)
    with lab.slack.world.changed:
        seen_by_all = replace(of_bot(lab.team, channel)[-1], blocks=blocks)
        lab.slack.world.put(lab.team.state, seen_by_all)
    seen = guest.presses(seen_by_all, modals.OPEN_SUBSCRIPTION)
    assert "from another organisation" in seen[-1].text
    assert (seen[-1].only_for, seen.modal) == (guest.id, None)
    with lab.slack.world.changed:
        forged = open_modal(lab.slack.world, lab.team.state, guest.id, dict(form.given))
    assert "too old" in next(iter(guest.submits(forged).errors.values()))
    with lab.parts.store.reading() as connection:
        group = subscriptions.get(connection, Subscriber(lab.team.id, channel.id))
    assert group is not None
    assert group.owner == lab.ada.id


def test_a_modal_that_is_sent_from_elsewhere_counts_here(lab: Lab, eve: Person) -> None:
    """Slack names the sender's own workspace first, and that of the app in the modal."""
    _, guest = shared(lab.team, eve, lab.ada)
    me = Subscriber(lab.team.id, eve.id)
    form = open_interests(call_of(lab.parts, me)).to_dict()
    with lab.slack.world.changed:
        opened = open_modal(lab.slack.world, lab.team.state, guest.id, form)
    seen = guest.submits(opened, {f"{WORDS}0": {f"{WORDS}0": "watermark"}})
    assert (seen.errors, seen.deliveries[0].payload["team"]["id"]) == ({}, eve.team.id)
    assert follows(lab.parts.store, me) == ["watermark"]
    assert follows(lab.parts.store, Subscriber(eve.team.id, eve.id)) == []


def test_an_admin_of_elsewhere_is_none_here(lab: Lab, eve: Person) -> None:
    """Slack says of everybody whether they look after their own workspace."""
    _, guest = shared(lab.team, eve, lab.ada)
    boss = lab.team.add_person("Boss", is_admin=True)
    assert not lab.parts.is_admin(lab.who(guest))
    assert lab.parts.is_admin(lab.who(boss))


def test_two_workspaces_of_one_bot_stay_apart_in_a_channel_of_both(
    slack: LocalSlack, database: str
) -> None:
    """Somebody who uses the bot at home is another person to it where they visit."""
    with serving_many(slack, database) as many:
        loom(many.parts)
        lab, ada = many.installed("Lab")
        firm = many.team("Firm")
        eve = firm.add_person("Eve")
        assert many.installs(firm.id).status == 200
        eve.types("/papers interests add watermark")
        channel, guest = shared(lab, eve, ada)
        guest.says(LINK, channel)
        answer = mentions(lab, guest, channel)
        guest.presses(answer, looks.LIKE)
        store = many.parts.store
        assert follows(store, Subscriber(firm.id, eve.id)) == ["watermark"]
        assert len(follows(store, Subscriber(lab.id, eve.id))) == 1
        posted = [*slack.calls_of("chat.postMessage"), *slack.calls_of("chat.unfurl")]
        assert {call.team_id for call in posted} == {lab.id}


def test_a_visitor_brings_no_workspace_into_an_enterprise(slack: LocalSlack, database: str) -> None:
    """The app of an enterprise serves its own workspaces, whoever else is in their channels."""
    with serving_many(slack, database) as many:
        loom(many.parts)
        lab, away = many.team("Lab", of=ENTERPRISE), many.team("Away")
        ada, eve = lab.add_person("Ada"), away.add_person("Eve")
        many.installs(ENTERPRISE)
        ada.types("/papers help")
        channel, guest = shared(lab, eve, ada)
        guest.says(LINK, channel)
        answer = mentions(lab, guest, channel)
        assert slack.wait_for(lambda: slack.calls_of("chat.unfurl"))
        refused = guest.presses(answer, looks.LIKE)
        assert "do not know your workspace" in refused[-1].text
        assert follows(many.parts.store, Subscriber(away.id, eve.id)) == []
        heard = next(d for d in slack.deliveries if "app_mention" in str(d.payload))
        for number, (context, source) in enumerate([(away, lab), (away, away)]):
            named = {"context_team_id": context.id, "team_id": source.id}
            again = dict(heard.payload) | named | {"event_id": f"Ev{number}"}
            assert slack.deliver(lab.state, "events_api", again).ok
        # Which workspace of the enterprise the last one is for, nobody says.
        assert slack.wait_for(lambda: not many.bot.under_way())
        assert len(of_bot(lab, channel)) == 2
        with many.parts.store.reading() as connection:
            assert workspaces.enterprise_of(connection, away.id) is None
            assert workspaces.of_enterprise(connection, ENTERPRISE) == [lab.id]
        assert "not installed" in _refusal(many, away)


def _refusal(many: Many, team: Team) -> str:
    with pytest.raises(SlackBusy) as refused:
        many.parts.clients(team.id)
    return str(refused.value)


def test_a_direct_message_of_somebody_of_elsewhere_is_answered(lab: Lab, eve: Person) -> None:
    """Should Slack let one through: what they say there is theirs, and they look after nothing."""
    _, guest = shared(lab.team, eve, lab.ada)
    assert "The Stable Signature" in guest.says("watermark")[-1].text
    guest.says("interests add looms")
    assert follows(lab.parts.store, Subscriber(lab.team.id, eve.id)) == ["looms"]
    assert "admin" in guest.says("sources add arxiv:cs.CL")[-1].text.lower()
