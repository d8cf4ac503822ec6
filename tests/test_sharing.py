"""Sharing to a channel of one's choice, and taking back what one has shared."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from bot.blocks import Message as Look
from bot.blocks import mrkdwn
from bot.blocks import papers as looks
from bot.blocks.forms.sharing import CHANNEL, COMMENT, ShareForm, share_form, shared_view
from bot.client import Posted, screens
from bot.commands import sharing
from bot.commands.forms.frame import About, Filled
from bot.commands.forms.sharing import send_sharing, take_back_sharing
from bot.demo import LocalSlack, Message, NoSuchChoice, NotFilled, Person
from bot.demo.limits import refuse_view
from bot.demo.views import View
from bot.demo.world import Conversation
from bot.errors import UserError
from bot.models import Share, Subscriber
from bot.slack.requests import call_of
from bot.store import shares, tables
from recommender import Paper
from tests.conftest import Lab, connected
from tests.test_blocks import bounded, papers, texts
from tests.test_feedback import (
    channel_digest,
    choose,
    papers_in,
    press,
    public,
    shared,
    stands,
    whispers,
)

POST = "chat.postMessage"
TO = "Share to a channel…"


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here; each test has people and channels of its own."""
    path = tmp_path_factory.mktemp("sharing") / "paperwire.db"
    shutil.copy(seeded, path)
    with (
        LocalSlack(quiet=0.01, burst=None) as slack,
        connected(slack, f"sqlite:///{path}") as lab,
    ):
        yield lab


@pytest.fixture(autouse=True)
def whole(lab: Lab) -> Iterator[None]:
    """No fault that one test plans is left for the next."""
    yield
    lab.slack.heal()


@pytest.fixture
def ada(lab: Lab) -> Person:
    """Somebody new."""
    return lab.team.add_person("Ada", tz="Europe/Paris")


@pytest.fixture
def bob(lab: Lab) -> Person:
    """Somebody else."""
    return lab.team.add_person("Bob", tz="America/New_York")


@pytest.fixture
def channel(lab: Lab, ada: Person, bob: Person) -> Conversation:
    """A channel of both, with the bot in it."""
    return lab.team.add_channel("reading", members=[ada, bob])


@pytest.fixture
def away(lab: Lab, ada: Person, bob: Person) -> Conversation:
    """A private channel of both, without the bot."""
    return lab.team.add_channel("council", members=[ada, bob], bot_is_member=False, is_private=True)


def opened(person: Person, query: str = "watermark") -> tuple[str, View]:
    """Asks in direct messages to share the first paper found: its id, and the form."""
    found = person.types(f"/papers {query}")[-1]
    person.presses(found, looks.MENU, TO)
    return papers_in(found)[0], form_of(person)


def form_of(person: Person) -> View:
    """The form that somebody has open."""
    assert person.modal is not None
    return person.modal


def sends(lab: Lab, person: Person, form: View, channel: Conversation, comment: str = "") -> View:
    """Sends the form; what stands in the modal then."""
    person.submits(form, {CHANNEL: {CHANNEL: channel.id}, COMMENT: {COMMENT: comment}})
    assert lab.slack.wait_for(lambda: "One moment" not in str(form_of(person).blocks))
    return form_of(person)


def roots(lab: Lab, channel: Conversation) -> list[Message]:
    """The papers that stand in a channel, without their threads."""
    return [m for m in public(lab, channel) if m.thread_ts is None]


def last_share(lab: Lab, channel: Conversation, paper: str) -> str | None:
    """Who shared a paper last in a channel, as the database has it."""
    with lab.parts.store.reading() as connection:
        share = shares.last(connection, Subscriber(lab.team.id, channel.id), paper)
    return share.person if share else None


def test_a_paper_is_shared_from_direct_messages(
    lab: Lab, ada: Person, bob: Person, channel: Conversation
) -> None:
    """With a name, a comment and a thread in the channel chosen; the modal says so."""
    paper, form = opened(ada)
    told = sends(lab, ada, form, channel, "For Monday:\nsee table 2")
    assert f"You shared “{looks_title(lab, paper)}” in <#{channel.id}>." in str(told.blocks)
    assert stands(lab, channel, 1)
    root, reply = public(lab, channel)
    assert f"<@{ada.id}> shared a paper" in str(root.blocks[0])
    heard = f"<@{ada.id}> shared a paper: For Monday: see table 2\n• "
    assert root.text == heard + mrkdwn(looks_title(lab, paper), 200)
    assert root.blocks[1]["text"] == {
        "type": "plain_text",
        "text": "For Monday:\nsee table 2",
        "emoji": True,
    }
    assert reply.thread_ts == root.ts
    assert papers_in(root) == [paper]
    assert press(bob, root, paper, "Save").only_for == bob.id


def looks_title(lab: Lab, paper: str) -> str:
    """A paper's title."""
    known = lab.parts.library.paper(paper)
    assert known is not None
    return known.title


def test_a_digest_offers_it_too(lab: Lab, ada: Person, channel: Conversation) -> None:
    """Under the papers of a digest in direct messages, and under a single paper."""
    ada.types("/papers interests add watermark")
    ada.types("/papers digest now")
    assert lab.slack.wait_for(lambda: bool(lab.digests(ada)))
    (digest,) = lab.digests(ada)
    for message in (digest, ada.types(f"/papers show {papers_in(digest)[0]}")[-1]):
        ada.presses(message, looks.MENU, TO)
        form = form_of(ada)
        assert form.title == "Share a paper"
        ada.closes(form)
    assert public(lab, channel) == []


def test_a_channel_is_needed_and_private_ones_of_others_are_not_offered(
    lab: Lab, ada: Person, bob: Person
) -> None:
    """One chooses among the channels that one sees; nowhere else it is sent."""
    secret = lab.team.add_channel("secret", members=[bob], is_private=True)
    _, form = opened(ada)
    with pytest.raises(NotFilled):
        ada.submits(form)
    for other in (secret, ada.direct):
        with pytest.raises(NoSuchChoice):
            sends(lab, ada, form, other)
    assert "secret" not in str(form.blocks)


def test_a_comment_is_only_text(lab: Lab, ada: Person, channel: Conversation) -> None:
    """It pings nobody, links nowhere, and is as long as it may be."""
    comment = "<!channel> <@U1> <http://evil.example|x> *b*"
    _, form = opened(ada)
    with pytest.raises(NotFilled):
        sends(lab, ada, form, channel, "x" * (looks.MAX_COMMENT + 1))
    sends(lab, ada, form, channel, comment)
    (root,) = roots(lab, channel)
    assert root.blocks[1]["text"]["type"] == "plain_text"
    assert root.blocks[1]["text"]["text"] == comment
    assert f"shared a paper: {mrkdwn(comment, 200)}\n" in root.text
    assert "<!channel" not in root.text


def test_a_second_share_asks_once_more_and_keeps_what_was_typed(
    lab: Lab, ada: Person, bob: Person, channel: Conversation
) -> None:
    """The form says who shared it, when and where; only the answer posts, and posts once."""
    shared(lab, ada, channel, "watermark")
    _, form = opened(bob)
    asked = sends(lab, bob, form, channel, "Look!")
    assert f"was posted in <#{channel.id}> before: <@{ada.id}> shared it on" in str(asked.blocks)
    assert "/archives/" in str(asked.blocks)
    assert asked.state[COMMENT][COMMENT]["value"] == "Look!"
    assert asked.state[CHANNEL][CHANNEL]["selected_conversation"] == channel.id
    assert asked.given["submit"]["text"] == "Share it again"
    assert stands(lab, channel, 1)
    told = sends(lab, bob, asked, channel, "Look!")
    assert "You shared" in str(told.blocks)
    assert stands(lab, channel, 2)


def test_the_answer_is_about_the_channel_that_was_asked_about(
    lab: Lab, ada: Person, bob: Person, channel: Conversation
) -> None:
    """Another channel chosen instead, to which a digest brought it too, asks anew."""
    other = lab.team.add_channel("other", members=[ada, bob])
    for place in (channel, other):
        assert opened(ada)[0] in papers_in(channel_digest(lab, place))
    _, form = opened(bob)
    asked = sends(lab, bob, form, channel)
    again = sends(lab, bob, asked, other)
    assert f"was posted in <#{other.id}> before" in str(again.blocks)
    assert (len(roots(lab, channel)), len(roots(lab, other))) == (1, 1)


def test_the_same_form_sent_many_times_at_once_posts_once(
    lab: Lab, ada: Person, channel: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all of them one posts, and the others ask."""
    monkeypatch.setattr(screens, "_ARRIVES_SECONDS", (0.01,))
    _, form = opened(ada)
    form = ada.fills(form, {CHANNEL: {CHANNEL: channel.id}})
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: resent(ada, form), range(4)))
    assert lab.slack.wait_for(lambda: len(said(lab, ada)) == 4)
    assert sum("You shared" in text for text in said(lab, ada)) == 1
    assert sum("posted" in text for text in said(lab, ada)) == 3
    assert stands(lab, channel, 1)


def resent(person: Person, form: View) -> None:
    """Sends the form as it was, whatever stands in the modal by now."""
    stale = replace(person, team=replace(person.team, modals={person.id: [form]}))
    stale.submits(form)


def said(lab: Lab, person: Person) -> list[str]:
    """What the bot posted to somebody's direct messages."""
    return [m.text for m in lab.team.direct_messages(person) if m.via == POST]


def test_without_membership_it_comes_by_the_address_that_slack_gives(
    lab: Lab, ada: Person, away: Conversation
) -> None:
    """With its abstract instead of a thread; its own menu takes it back, for its sharer alone."""
    paper, form = opened(ada)
    told = sends(lab, ada, form, away, "Ours")
    assert f"/invite @{lab.team.bot.name}" in str(told.blocks)
    assert "“Take it back” is in its menu" in str(told.blocks)
    assert told.controls == []
    (root,) = public(lab, away)
    assert root.via == "response_url"
    assert "Ours" in str(root.blocks)
    assert "discuss it in the thread" not in str(root.blocks)
    assert last_share(lab, away, paper) == ada.id


def test_what_slack_refuses_for_now_loses_no_input(
    lab: Lab, ada: Person, channel: Conversation
) -> None:
    """Nothing was posted: the form says so, and sent again it posts."""
    lab.slack.fail(POST, status=429, retry_after=30)
    _, form = opened(ada)
    again = sends(lab, ada, form, channel, "Look!")
    assert "Not shared: Slack asks to wait 30 seconds." in str(again.blocks)
    assert again.state[COMMENT][COMMENT]["value"] == "Look!"
    assert public(lab, channel) == []
    assert "You shared" in str(sends(lab, ada, again, channel, "Look!").blocks)
    assert stands(lab, channel, 1)


@pytest.mark.parametrize("status", [404, 429])
def test_an_address_that_takes_nothing_shares_nothing(
    lab: Lab, ada: Person, away: Conversation, status: int
) -> None:
    """Whether it is over or asks to wait: the form says so, and sent again it posts."""
    paper, form = opened(ada)
    lab.slack.fail("response_url", status=status, retry_after=30)
    again = sends(lab, ada, form, away, "Look!")
    assert "Not shared: Slack" in str(again.blocks)
    assert last_share(lab, away, paper) is None
    assert "You shared" in str(sends(lab, ada, again, away, "Look!").blocks)
    assert "Look!" in str(public(lab, away))


def test_where_slack_is_silent_the_form_asks(
    lab: Lab, ada: Person, channel: Conversation, away: Conversation
) -> None:
    """It may stand there: the person is told to look, by whichever way it went."""
    for place, method in ((channel, POST), (away, "response_url")):
        _, form = opened(ada)
        lab.slack.fail(method, status=500)
        asked = sends(lab, ada, form, place)
        assert f"look whether it is in <#{place.id}>" in str(asked.blocks)
        assert public(lab, place) == []
        assert "You shared" in str(sends(lab, ada, asked, place).blocks)
        assert len(roots(lab, place)) == 1


def test_whoever_closes_the_form_meanwhile_is_told_in_a_message(
    lab: Lab, ada: Person, channel: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What became of it is said where they will see it."""
    monkeypatch.setattr(screens, "_ARRIVES_SECONDS", (0.01,))
    lab.slack.fail(POST, delay=0.4)
    _, form = opened(ada)
    ada.submits(form, {CHANNEL: {CHANNEL: channel.id}}, wait=0)
    ada.closes(form_of(ada))
    assert lab.slack.wait_for(lambda: bool(said(lab, ada)))
    assert f"in <#{channel.id}>" in said(lab, ada)[0]


def test_the_form_takes_back_what_it_shared(lab: Lab, ada: Person, channel: Conversation) -> None:
    """The paper goes with its thread, and the channel counts as without it."""
    paper, form = opened(ada)
    told = sends(lab, ada, form, channel)
    assert stands(lab, channel, 1)
    ada.presses(told, "Take it back")
    assert lab.slack.wait_for(lambda: "Taken back" in str(form_of(ada).blocks))
    assert public(lab, channel) == []
    assert last_share(lab, channel, paper) is None


@pytest.mark.parametrize("is_member", [True, False])
def test_a_share_is_taken_back_from_its_own_menu_by_its_sharer_alone(
    lab: Lab, ada: Person, bob: Person, channel: Conversation, away: Conversation, is_member: bool
) -> None:
    """Long after, for as long as it stands; others hear who may."""
    place = channel if is_member else away
    paper, _ = shared(lab, ada, place, "watermark")
    assert lab.slack.wait_for(lambda: len(public(lab, place)) == 1 + is_member)
    lab.clock.passes(days=90)
    (root,) = roots(lab, place)
    answer = choose(bob, root, paper, "Take it back")
    assert answer.only_for == bob.id
    assert f"Only <@{ada.id}>, who shared it, can take it back." in answer.text
    assert roots(lab, place) == [root]
    told = choose(ada, root, paper, "Take it back")
    assert told.only_for == ada.id
    assert "gone from the channel" in told.text
    assert public(lab, place) == []
    assert last_share(lab, place, paper) is None
    assert "You shared" in shared(lab, bob, place, "watermark")[1].text


def test_what_the_bot_posted_goes_when_it_was_removed_since(
    lab: Lab, ada: Person, channel: Conversation
) -> None:
    """Where the bot cannot delete it any more, the press in it can."""
    paper, told = shared(lab, ada, channel, "watermark")
    assert stands(lab, channel, 1)
    root = roots(lab, channel)[0]
    lab.slack.fail("chat.delete", error="channel_not_found", times=4)
    assert "Slack did not delete it" in press(ada, told, paper, "Take it back").text
    assert roots(lab, channel) == [root]
    choose(ada, root, paper, "Take it back")
    assert lab.slack.wait_for(lambda: roots(lab, channel) == [])
    assert last_share(lab, channel, paper) is None


def test_what_slack_does_not_delete_stays_shared(lab: Lab, ada: Person, away: Conversation) -> None:
    """The person hears so, and can press again."""
    paper, _ = shared(lab, ada, away, "watermark")
    (root,) = public(lab, away)
    lab.slack.fail("response_url", status=500)
    assert "Slack did not delete it" in choose(ada, root, paper, "Take it back").text
    assert last_share(lab, away, paper) == ada.id
    assert "gone from the channel" in choose(ada, root, paper, "Take it back").text


def test_a_share_that_was_taken_back_is_no_reason_to_ask(
    lab: Lab, ada: Person, bob: Person, channel: Conversation
) -> None:
    """The answer to an old question posts, and what it posts can be taken back."""
    paper, told = shared(lab, ada, channel, "watermark")
    _, asked = shared(lab, bob, channel, "watermark")
    press(ada, told, paper, "Take it back")
    press(bob, asked, paper, "Share it again")
    assert stands(lab, channel, 1)
    assert last_share(lab, channel, paper) == bob.id
    assert lab.slack.wait_for(lambda: "You shared" in whispers(lab, bob, channel)[-1].text)
    press(bob, whispers(lab, bob, channel)[-1], paper, "Take it back")
    assert public(lab, channel) == []


@pytest.mark.parametrize(
    "channel", ["", "D0000000001", "U0000000001", "C1|x>", "C1> <!channel", "C" + "é" * 9]
)
def test_what_is_no_channel_is_shared_nowhere(lab: Lab, ada: Person, channel: str) -> None:
    """Whatever is sent as the channel chosen: nothing is posted, and the form is given back."""
    paper, form = opened(ada)
    held = {"type": "conversations_select", "selected_conversation": channel}
    filled = Filled(form.private_metadata, {CHANNEL: {CHANNEL: held}})
    posted = len(lab.slack.calls_of(POST))
    told = send_sharing(call_of(lab.parts, lab.who(ada)), filled, {})
    assert "Choose a channel." in told.text
    assert len(lab.slack.calls_of(POST)) == posted
    with pytest.raises(UserError):
        send_sharing(call_of(lab.parts, lab.who(ada)), replace(filled, metadata=paper), {})


def test_where_slack_lets_nobody_post_nothing_is_shared_or_told(
    lab: Lab, ada: Person, bob: Person
) -> None:
    """A channel that is sent though the person is not in it: neither posted there, nor read."""
    secret = lab.team.add_channel("secret", members=[bob], is_private=True)
    shared(lab, bob, secret, "watermark")
    assert stands(lab, secret, 1)
    held = {"type": "conversations_select", "selected_conversation": secret.id}
    for query in ("watermark", "speech translation"):
        _, form = opened(ada, query)
        filled = Filled(form.private_metadata, {CHANNEL: {CHANNEL: held}})
        told = send_sharing(call_of(lab.parts, lab.who(ada)), filled, {"C0": "https://a.example"})
        assert bob.id not in told.text
        assert "You shared" not in told.text
    assert len(roots(lab, secret)) == 1


@pytest.mark.parametrize("is_open", [False, True])
def test_what_is_taken_back_before_its_thread_is_known_goes_with_it(
    lab: Lab, ada: Person, channel: Conversation, is_open: bool
) -> None:
    """Whether the thread is open by then or not: none is left behind under nothing."""
    paper = known_paper(lab, opened(ada)[0])
    place, call = Subscriber(lab.team.id, channel.id), call_of(lab.parts, lab.who(ada))

    def post(to: str, thread: str | None, message: Look) -> Posted:
        if thread is None or is_open:
            posted = call.outlet.post(to, thread, message)
        if thread is not None:
            sharing.take_back(call, place, last(lab, channel, paper.id).id)
        return posted if thread is None or is_open else call.outlet.post(to, thread, message)

    slow = replace(call, outlet=replace(call.outlet, post=post))
    sharing.share(slow, sharing.Spot(place, "here"), paper)
    assert public(lab, channel) == []
    assert last_share(lab, channel, paper.id) is None


def test_a_thread_that_opens_while_its_paper_is_deleted_goes_too(
    lab: Lab, ada: Person, channel: Conversation
) -> None:
    """Whoever takes it back did not know of the thread when they began."""
    paper = known_paper(lab, opened(ada)[0])
    place, call = Subscriber(lab.team.id, channel.id), call_of(lab.parts, lab.who(ada))
    sharing.share(call, sharing.Spot(place, "here"), paper)
    share = last(lab, channel, paper.id)
    assert share.thread is not None
    opens(lab, place, share, None)

    def take_away(posted: Posted) -> None:
        if posted.ts == share.ts:
            opens(lab, place, share, share.thread)
        call.outlet.take_away(posted)

    slow = replace(call, outlet=replace(call.outlet, take_away=take_away))
    sharing.take_back(slow, place, share.id)
    assert public(lab, channel) == []


def test_a_value_from_elsewhere_deletes_nothing_of_others(
    lab: Lab, ada: Person, bob: Person, away: Conversation
) -> None:
    """A press that names one's own share, but was made in what somebody else has shared."""
    own, _ = shared(lab, ada, away, "watermark")
    other, _ = shared(lab, bob, away, "speech translation")
    mine, theirs = roots(lab, away)
    choose(ada, theirs, other, "BibTeX")
    pressed = json.loads(json.dumps(lab.slack.deliveries[-1].payload))
    share = last(lab, away, own).id
    assert share in str(mine.blocks)
    pressed["actions"][0]["selected_option"]["value"] = f"{looks.TAKE_BACK}|told|0|0|{share}"
    assert lab.slack.deliver(lab.team.state, "interactive", pressed).ok
    assert lab.slack.wait_for(lambda: "cannot reach it" in whispers(lab, ada, away)[-1].text)
    assert roots(lab, away) == [mine, theirs]


def known_paper(lab: Lab, key: str) -> Paper:
    """A paper of the library."""
    paper = lab.parts.library.paper(key)
    assert paper is not None
    return paper


def last(lab: Lab, channel: Conversation, paper: str) -> Share:
    """The last share of a paper in a channel."""
    with lab.parts.store.reading() as connection:
        share = shares.last(connection, Subscriber(lab.team.id, channel.id), paper)
    assert share is not None
    return share


def opens(lab: Lab, place: Subscriber, share: Share, thread: str | None) -> None:
    """Has the database know of that thread, or of none."""
    changed = tables.shares.update().where(tables.shares.c.id == share.id)
    with lab.parts.store.writing() as connection:
        connection.execute(changed.values(thread=thread))


def test_another_workspaces_share_is_not_theirs_to_take_back(
    lab: Lab, ada: Person, channel: Conversation
) -> None:
    """The ids of a share and its channel, from elsewhere, delete nothing and reveal nothing."""
    paper, _ = shared(lab, ada, channel, "watermark")
    assert stands(lab, channel, 1)
    with lab.parts.store.reading() as connection:
        share = shares.last(connection, Subscriber(lab.team.id, channel.id), paper)
    assert share is not None
    filled = Filled(About(key=channel.id).write(), {}, value=share.id)
    elsewhere = Subscriber("T0000000099", ada.id)
    with pytest.raises(UserError, match="taken back already"):
        take_back_sharing(call_of(lab.parts, elsewhere), filled)
    assert stands(lab, channel, 1)


@given(papers, texts, texts)
@bounded
def test_any_form_is_taken_and_harmless(paper: Paper, comment: str, said: str) -> None:
    """Slack takes the form of whatever paper, with whatever was typed."""
    form = ShareForm(paper, "C0000000001", comment, mrkdwn(said, 600))
    for view in (share_form(form, "{}"), shared_view(mrkdwn(said, 600) or "…", "{}", "0" * 32)):
        refuse_view(view.to_dict(), kind="modal")


def test_where_slack_opens_no_form_the_person_hears_so(lab: Lab, ada: Person) -> None:
    """In the conversation in which they asked."""
    found = ada.types("/papers watermark")[-1]
    lab.slack.fail("views.open", error="expired_trigger_id")
    assert "did not open the form" in ada.presses(found, looks.MENU, TO)[-1].text
