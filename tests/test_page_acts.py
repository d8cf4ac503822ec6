"""What is done on the page, and what stands on the screen then, without a browser."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from slack_bolt import Ack

from bot.commands import INNER, SLASH, TABLE
from bot.demo.manifest import Manifest, Shortcut, SlashCommand, read_manifest
from bot.demo.page.acts import GONE, Act, carry_out
from bot.demo.page.completions import completions
from bot.demo.page.opening import move_to, open_stage, opening_clock
from bot.demo.page.screen import Look, screen
from bot.demo.page.session import Session
from bot.demo.stage import staged
from bot.running import running
from tests.demo_lab import Lab, button, connected_lab, modal

JSON = dict[str, Any]
MANIFEST = Manifest(
    commands=(SlashCommand(command="/papers", description="Find papers", usage_hint="WORDS"),),
    shortcuts=(Shortcut(name="Related", type="message", callback_id="related"),),
    has_home=True,
)


@pytest.fixture
def lab() -> Iterator[Lab]:
    with connected_lab() as lab:
        yield lab


@pytest.fixture
def session(lab: Lab) -> Session:
    def move(moment: datetime) -> None:
        lab.now[0] = moment.timestamp()

    return Session(lab.slack, lab.team, MANIFEST, move)


def acts(session: Session, kind: str, **about: object) -> JSON:
    """Ada does something."""
    person = session.people()[0].id
    return carry_out(session, Act.model_validate({"kind": kind, "person": person} | about))


def messages(session: Session, look: Look) -> list[str]:
    """The HTML of the messages on the screen."""
    return [html for key, html in screen(session, look)["messages"] if key[0].isdigit()]


def test_a_message_is_written_as_slack_writes_it(lab: Lab, session: Session) -> None:
    """Names become mentions, addresses are marked, and the rest is escaped."""
    line = "@bob: see #general & https://a.example/?a&b <now>"
    acts(session, "say", place=lab.general.id, text=line)
    said = lab.ada.sees(lab.general)[-1].text
    assert said == (
        f"<@{lab.bob.id}>: see <#{lab.general.id}|general> &amp; "
        "<https://a.example/?a&amp;b> &lt;now&gt;"
    )
    (shown,) = messages(session, Look(place=lab.general.id))
    assert 'href="https://a.example/?a&amp;b"' in shown
    assert "&lt;now&gt;" in shown


def test_what_is_gone_is_said_to_be_gone(lab: Lab, session: Session) -> None:
    """Messages, views and controls that are not there, or are somebody else's, are not acted on."""
    block = {"type": "actions", "block_id": "row", "elements": [button("go")]}
    told = lab.bot.client.chat_postEphemeral(
        channel=lab.general.id, user=lab.bob.id, text="x", blocks=[block]
    )
    view = lab.open_modal()
    lab.ada.closes(view)
    bobs = {"place": lab.general.id, "ts": told["message_ts"], "block": "row", "action": "go"}
    for kind, about in (
        ("press", bobs),
        ("press", {"view": view.id, "block": "row", "action": "go"}),
        ("submit", {"view": view.id}),
        ("close", {"view": "V9"}),
        ("say", {"place": lab.general.id, "thread": "1.1", "text": "hello"}),
        ("shortcut", {"place": lab.general.id, "ts": "9.9", "action": "related"}),
    ):
        assert acts(session, kind, **about) == {"told": GONE}
    assert lab.bot.bodies == []


def test_two_controls_of_one_name_are_told_apart(lab: Lab, session: Session) -> None:
    """A list of papers has the same button in every block; the pressed one is sent."""

    @lab.app.action("save")
    def save(ack: Ack) -> None:
        ack()

    rows = [
        {"type": "actions", "block_id": name, "elements": [button("save")]} for name in ("a", "b")
    ]
    ts = lab.bot.client.chat_postMessage(channel=lab.general.id, text="x", blocks=rows)["ts"]
    acts(session, "press", place=lab.general.id, ts=ts, block="b", action="save")
    assert lab.bot.bodies[-1]["actions"][0]["block_id"] == "b"


def test_a_bot_that_does_not_answer_is_said_not_to(lab: Lab, session: Session) -> None:
    """The person hears of it, as Slack would tell them."""
    row = {"type": "actions", "block_id": "row", "elements": [button("go")]}
    ts = lab.bot.client.chat_postMessage(channel=lab.general.id, text="x", blocks=[row])["ts"]
    lab.slack.connect(lab.team, "http://127.0.0.1:1/nobody")
    told = acts(session, "press", place=lab.general.id, ts=ts, block="row", action="go")
    assert "trouble connecting" in told["told"]
    acts(session, "say", place=lab.general.id, text="/papers x")
    assert "dispatch_failed" in messages(session, Look(place=lab.general.id))[-1]


def test_only_declared_commands_are_sent(lab: Lab, session: Session) -> None:
    """Other commands, and commands in a thread, are refused with a sentence."""
    assert acts(session, "say", text="/loom x") == {"told": "/loom is not a command here."}
    told = acts(session, "say", text="/papers x", thread="1.1")
    assert "does not work in a thread" in told["told"]
    assert acts(session, "say", text="  ") == {}
    assert lab.bot.bodies == []


def test_an_invitation_brings_the_bot_in_once(lab: Lab, session: Session) -> None:
    """`/invite` names the bot and nobody else; a second one says that it is there."""
    lunch = lab.team.add_channel("lunch", members=[lab.ada], bot_is_member=False)
    look = Look(place=lunch.id)
    assert "/invite @Paperwire" in screen(session, look)["notice"]
    assert "told" in acts(session, "say", place=lunch.id, text="/invite @Bob")
    assert acts(session, "say", place=lunch.id, text="/invite @paperwire") == {}
    assert screen(session, look)["notice"] == ""
    assert "here already" in acts(session, "say", place=lunch.id, text="/invite @Paperwire")["told"]


def test_the_clock_is_moved_where_the_person_is(lab: Lab, session: Session) -> None:
    """Nine o'clock tomorrow is Ada's; the past, the far future and nonsense are refused."""
    assert acts(session, "clock", text="tomorrow")["told"].startswith(
        "It is Friday 2 January, 09:00"
    )
    assert datetime.fromtimestamp(lab.now[0], UTC).isoformat() == "2026-01-02T09:00:00+00:00"
    acts(session, "clock", text="2026-07-01T09:00")
    assert datetime.fromtimestamp(lab.now[0], UTC).isoformat() == "2026-07-01T08:00:00+00:00"
    for text in ("2026-01-01T00:00", "2036-01-01T00:00", "soon", ""):
        assert "told" in acts(session, "clock", text=text)
    assert datetime.fromtimestamp(lab.now[0], UTC).day == 1


def test_what_is_new_is_marked_until_somebody_looks(lab: Lab, session: Session) -> None:
    """Unread counts grow for those who are elsewhere, and the line stays while one is there."""
    ben = Look(person=lab.bob.id, place=lab.general.id)
    lab.bot.client.chat_postMessage(channel=lab.general.id, text="one")
    assert "1 unread" in screen(session, Look())["sidebar"]
    assert "Bob, UTC, 1 unread" in screen(session, Look())["people"]
    arrived = screen(session, Look(person=lab.bob.id, place=lab.general.id, arrives=True))
    assert [key for key, _ in arrived["messages"]][1] == "fresh"
    assert [key for key, _ in screen(session, ben)["messages"]][1] == "fresh"
    assert "unread" not in screen(session, Look())["people"]
    again = screen(session, Look(person=lab.bob.id, place=lab.general.id, arrives=True))
    assert "fresh" not in [key for key, _ in again["messages"]]


def test_nobody_sees_what_is_for_somebody_else(lab: Lab, session: Session) -> None:
    """Ephemeral messages, other people's direct messages and modals are on one screen only."""
    lab.bot.client.chat_postEphemeral(channel=lab.general.id, user=lab.ada.id, text="secret")
    lab.bot.client.chat_postMessage(channel=lab.ada.id, text="private")
    lab.open_modal()
    bobs = screen(session, Look(person=lab.bob.id, place=lab.ada.direct.id))
    assert bobs["place"] == lab.bob.direct.id
    assert bobs["modal"] is None
    assert messages(session, Look(person=lab.bob.id, place=lab.general.id)) == []
    (shown,) = messages(session, Look(place=lab.general.id))
    assert "Only visible to you" in shown
    assert "data-thread" not in shown


def test_attachments_and_threads_are_shown(lab: Lab, session: Session) -> None:
    """What hangs from a message is drawn in it, and replies stand beside, not among the others."""
    hanging: list[JSON] = [
        {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Unfurled"}}]},
        {"title": "Old", "title_link": "javascript:x", "text": "*bold*"},
    ]
    ts = lab.bot.client.chat_postMessage(channel=lab.general.id, text="root", attachments=hanging)[
        "ts"
    ]
    lab.now[0] += 1
    lab.bot.client.chat_postMessage(channel=lab.general.id, text="reply", thread_ts=ts)
    shown = screen(session, Look(place=lab.general.id, thread=ts))
    html = shown["messages"][-1][1]
    assert "<h3>Unfurled</h3>" in html
    assert "<strong>bold</strong>" in html
    assert "javascript" not in html
    assert "1 reply" in html
    assert shown["replies"][0][0] == ts
    assert "reply" in shown["replies"][1][1]


def test_a_modal_says_where_it_came_from(lab: Lab, session: Session) -> None:
    """The one on top is shown, with the way back; its key changes with its content."""
    view = lab.open_modal(title="First")
    first = screen(session, Look())["modal"]
    lab.bot.client.views_update(view_id=view.id, view=modal(title="Second"))
    second = screen(session, Look())["modal"]
    assert (first["title"], second["title"]) == ("First", "Second")
    assert first["key"] != second["key"]
    assert first["key"].split()[0] == second["key"].split()[0]


def test_completions_are_the_manifests_and_the_bots_own() -> None:
    """Every command that people can type is completed, with what it does."""
    found = completions(read_manifest(), "Paperwire", {"": TABLE, **INNER})
    words = [each["words"] for each in found]
    assert words[0] == SLASH
    assert words[-1] == "/invite @Paperwire"
    assert {f"{SLASH} {row.name}" for row in TABLE if row.name not in INNER} <= set(words)
    assert {f"{SLASH} {n} {row.name}" for n, table in INNER.items() for row in table} <= set(words)
    assert all(each["does"] for each in found)


def test_the_opening_shows_a_digest_that_came_this_morning() -> None:
    """Ada has a digest of nine o'clock on a working day, made by the bot; the clock is true."""
    with staged(running, opening_clock()) as stage:
        ada = open_stage(stage)
        *_, digest = ada.sees(ada.direct)
        came = datetime.fromtimestamp(float(digest.ts), ZoneInfo("Europe/Paris"))
        assert digest.metadata
        assert digest.via == "chat.postMessage"
        assert f"{came:%H:%M}" == "09:00"
        assert came.weekday() < 5
        assert abs(stage.clock.ahead.total_seconds()) < 60
        before = len(ada.sees(ada.direct))
        due = stage.parts.next_due()
        assert due is not None
        move_to(stage, due)
        assert stage.slack.wait_for(lambda: len(ada.sees(ada.direct)) == before + 1)
        following = stage.parts.next_due()
        assert following is not None
        assert following > due
