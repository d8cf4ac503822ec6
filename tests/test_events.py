"""Mentions, direct messages, and that each event is answered once."""

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands.said import MAX_PROSE, asked_for, prose, typed
from bot.demo import LocalSlack, Message, Person
from bot.demo.world import Conversation
from bot.slack.app import THREADS
from bot.slack.events import MOST_ANSWERS
from bot.store import Store, events
from recommender import Paper
from tests.conftest import Lab, connected
from tests.store_lab import NOW

SCOPES = ("app_mentions:read", "im:history")
SIGNATURE = "Stable Signature"
LOOM = Paper("arxiv:2401.99999", "A loom for tensors", "Weaving by machine.")


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here, allowed to hear what is said to it."""
    path = tmp_path_factory.mktemp("events") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(burst=None) as slack, connected(slack, f"sqlite:///{path}") as lab:
        lab.team.grant(*SCOPES)
        lab.parts.library.ingest("test", [LOOM], lab.clock)
        lab.parts.library.refresh()
        yield lab


@pytest.fixture
def general(lab: Lab) -> Conversation:
    """A channel with Ada, Bob and the bot."""
    return lab.team.add_channel("general", members=[lab.ada, lab.bob])


@pytest.fixture
def cleo(lab: Lab) -> Person:
    """Somebody whose direct messages are empty."""
    return lab.team.add_person("Cleo")


def mentions(lab: Lab, person: Person, text: str, channel: Conversation) -> Message:
    """Somebody mentions the bot in a channel; its answer."""
    before = len(of_bot(lab, channel))
    person.says(f"<@{lab.team.bot.id}> {text}", channel)
    assert lab.slack.wait_for(lambda: len(of_bot(lab, channel)) == before + 1)
    return of_bot(lab, channel)[-1]


def writes(lab: Lab, person: Person, text: str) -> Message:
    """Somebody writes to the bot; its answer."""
    before = len(of_bot(lab, person.direct))
    person.says(text)
    assert lab.slack.wait_for(lambda: len(of_bot(lab, person.direct)) == before + 1)
    return of_bot(lab, person.direct)[-1]


def of_bot(lab: Lab, channel: Conversation) -> list[Message]:
    """What the bot has said, to one or to all."""
    return [message for message in lab.team.messages(channel) if message.bot_id]


def asked(lab: Lab, channel: Conversation) -> Message:
    """What somebody wrote last."""
    return [message for message in lab.team.messages(channel) if not message.bot_id][-1]


def pressed(lab: Lab, person: Person, message: Message, action: str) -> Message:
    """What one sees alone after pressing in a message that all see."""
    channel = lab.team.state.conversations[message.channel]
    before = len(of_bot(lab, channel))
    person.presses(message, action)
    assert lab.slack.wait_for(lambda: len(of_bot(lab, channel)) == before + 1)
    answer = of_bot(lab, channel)[-1]
    assert answer.only_for == person.id
    return answer


# Mentions


def test_a_mention_is_answered_for_all_in_its_thread(lab: Lab, general: Conversation) -> None:
    """The channel itself is not flooded."""
    answer = mentions(lab, lab.ada, "watermark", general)
    assert SIGNATURE in answer.text
    assert answer.only_for is None
    assert answer.thread_ts == asked(lab, general).ts
    assert not answer.unfurls


def test_a_mention_in_a_thread_is_answered_there(lab: Lab, general: Conversation) -> None:
    """Not in a thread below the thread, which Slack does not have."""
    lab.ada.says("What about watermarks?", general)
    parent = asked(lab, general)
    lab.bob.says(f"<@{lab.team.bot.id}> watermark", general, thread=parent)
    assert lab.slack.wait_for(lambda: of_bot(lab, general))
    assert of_bot(lab, general)[0].thread_ts == parent.ts


def test_the_answer_to_all_shows_nobodys_marks(lab: Lab, general: Conversation) -> None:
    """Neither what the one who asks has saved, nor what a press of theirs changes."""
    found = lab.ada.types("/papers watermark", general)[-1]
    lab.ada.presses(found, "paper_save")
    answer = mentions(lab, lab.ada, "watermark", general)
    assert "paper_unsave" not in str(answer.blocks)
    pressed(lab, lab.ada, answer, "paper_save")
    (now,) = [m for m in lab.team.messages(general) if m.ts == answer.ts]
    assert now == answer


def test_whoever_presses_it_counts_for(lab: Lab, general: Conversation, cleo: Person) -> None:
    """Bob presses Save under an answer to Ada: it is on his list, and not on Cleo's."""
    general.members.add(cleo.id)
    answer = mentions(lab, lab.ada, "watermark", general)
    assert "Saved" in pressed(lab, lab.bob, answer, "paper_save").text
    assert SIGNATURE in lab.bob.types("/papers saved")[-1].text
    assert "saved nothing" in cleo.types("/papers saved")[-1].text


def test_more_is_shown_to_whoever_wants_more(lab: Lab, general: Conversation) -> None:
    """The next page of a search that somebody else made for all."""
    answer = mentions(lab, lab.ada, "language model", general)
    second = pressed(lab, lab.bob, answer, "papers_more")
    assert "6. " in str(second.blocks)


def test_an_answer_to_all_is_no_key_to_another_channel(lab: Lab, general: Conversation) -> None:
    """Its search is looked up in the channel of the press."""
    answer = mentions(lab, lab.ada, "language model", general)
    other = lab.team.add_channel("other", members=[lab.ada])
    again = mentions(lab, lab.ada, "language model", other)
    more = next(c for c in answer.controls if c.action_id == "papers_more")
    forged = [
        b | ({"block_id": more.block_id} if b["type"] == "actions" else {}) for b in again.blocks
    ]
    with lab.slack.world.changed:
        other.messages[again.ts] = again.__class__(
            channel=other.id, ts=again.ts, user=again.user, bot_id=again.bot_id, blocks=forged[-1:]
        )
    assert "too old" in pressed(lab, lab.ada, other.messages[again.ts], "papers_more").text


@pytest.mark.parametrize("text", ["", "hi", "Hello!", "help", "  "])
def test_a_mention_without_words_is_told_what_to_write(
    lab: Lab, general: Conversation, text: str
) -> None:
    """One sentence, an example, and where the rest is."""
    assert "I find research papers" in mentions(lab, lab.ada, text, general).text


def test_what_is_ones_own_is_not_done_before_all(lab: Lab, general: Conversation) -> None:
    """Commands about a person are sent to where only they see the answer."""
    answer = mentions(lab, lab.ada, "interests add merger", general)
    assert "/papers interests add merger" in answer.text
    assert "merger" not in lab.ada.types("/papers interests")[-1].text


def test_a_question_to_the_bot_is_understood(lab: Lab, general: Conversation) -> None:
    """Without the words of asking, of which `show` and `search` could be commands."""
    for text in ("show me papers on watermark", "please search watermark", "papers on watermark?"):
        assert "Papers for “watermark”" in mentions(lab, lab.ada, text, general).text


def test_a_mention_of_a_link_shows_that_paper(lab: Lab, general: Conversation) -> None:
    """Its abstract, for all to read."""
    answer = mentions(lab, lab.ada, "https://arxiv.org/abs/2401.99999v2", general)
    assert LOOM.title in answer.text
    assert LOOM.abstract in str(answer.blocks)


def test_a_wrong_search_is_answered_in_a_sentence(lab: Lab, general: Conversation) -> None:
    """The same that a command would have answered."""
    assert "2024" in mentions(lab, lab.ada, "speech since:yesterday", general).text


# Direct messages


def test_a_message_to_the_bot_is_a_search(lab: Lab, cleo: Person) -> None:
    """Answered beside it, with buttons that change what she sees."""
    answer = writes(lab, cleo, "watermark")
    assert SIGNATURE in answer.text
    assert answer.thread_ts is None
    cleo.presses(answer, "paper_save")
    assert lab.slack.wait_for(lambda: "paper_unsave" in str(of_bot(lab, cleo.direct)[-1].blocks))


def test_a_question_in_a_thread_is_answered_there(lab: Lab, cleo: Person) -> None:
    """Also in one that the bot did not begin."""
    writes(lab, cleo, "watermark")
    parent = asked(lab, cleo.direct)
    cleo.says("speech translation", thread=parent)
    assert lab.slack.wait_for(lambda: len(of_bot(lab, cleo.direct)) == 2)
    assert of_bot(lab, cleo.direct)[-1].thread_ts == parent.ts


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("interests add vector search", "Following"),
        ("/papers interests add vector search", "Following"),
        ("`/papers help`", "/papers search"),
        ("help", "/papers search"),
        ("settings", "Your settings"),
        ("subscribe daily 9:00", "You get up to"),
        ("subscribe here daily", "means a channel"),
        ("interests ad x", "Did you mean"),
        ("speech &amp; translation", "speech &amp; translation"),
        ("hi", "I find research papers"),
        ("Good morning!", "I find research papers"),
        ("thanks!", "You are welcome"),
        ("Thank you so much", "You are welcome"),
        ("https://arxiv.org/abs/2401.99999", LOOM.title),
        ("arXiv:2401.99999", LOOM.title),
        ("<https://arxiv.org/pdf/2401.99999v1.pdf|this one>", LOOM.title),
        ("<https://arxiv.org/abs/1234.56789>", "not in the library"),
        ("<@U1> watermark", SIGNATURE),
        ("hi watermark", "Papers for “watermark”"),
        ("papers watermark", "Papers for “watermark”"),
        ("Hello Paperwire, show me papers on watermarks please!", "Papers for “watermarks”"),
        ("please settings", "Your settings"),
        ("papers on pause detection", "Papers for “pause detection”"),
        ("hello Paperwire", "I find research papers"),
        ("thanks Paperwire!", "You are welcome"),
        ("xyzzyqwert", "Nothing matches"),
        ("speech since:yesterday", "2024"),
    ],
)
def test_what_is_written_is_understood(lab: Lab, cleo: Person, text: str, part: str) -> None:
    """Commands of the table, links, small talk, and the rest is a search."""
    assert part in writes(lab, cleo, text).text


@pytest.mark.parametrize(
    "other",
    [
        {"subtype": "message_changed", "message": {"text": "watermark", "user": "U1"}},
        {"subtype": "message_deleted", "deleted_ts": "1.0"},
        {"subtype": "bot_message", "bot_id": "B9"},
        {"bot_id": "B9"},
        {"subtype": "channel_join"},
        {"user": None},
        {"channel_type": "channel"},
        {"channel_type": "mpim"},
    ],
)
def test_what_nobody_said_to_the_bot_is_let_pass(
    lab: Lab, cleo: Person, other: dict[str, object]
) -> None:
    """Edits, deletions, bots, joins, and what is said elsewhere: acknowledged, not answered."""
    said = {
        "type": "message",
        "channel_type": "im",
        "channel": cleo.direct.id,
        "user": cleo.id,
        "text": "watermark",
        "ts": "1.5",
    }
    assert lab.team.announces(said | other).ok
    writes(lab, cleo, "thanks")
    assert [message.text for message in of_bot(lab, cleo.direct)] == ["You are welcome."]


def test_the_bot_does_not_answer_itself(lab: Lab, cleo: Person) -> None:
    """What it posts comes back as an event, too."""
    answer = writes(lab, cleo, "watermark")
    said = {"type": "message", "channel_type": "im", "channel": cleo.direct.id, "ts": answer.ts}
    assert lab.team.announces(said | {"user": lab.team.bot.id, "text": "watermark"}).ok
    writes(lab, cleo, "thanks")
    assert len(of_bot(lab, cleo.direct)) == 2


def test_without_the_scopes_nothing_is_heard(database: str) -> None:
    """And nothing breaks: the slash command is still there."""
    with LocalSlack() as slack, connected(slack, database) as lab:
        general = lab.team.add_channel("general", members=[lab.ada])
        assert lab.ada.says("watermark") == []
        assert lab.ada.says(f"<@{lab.team.bot.id}> watermark", general) == []
        assert SIGNATURE in lab.ada.types("/papers watermark")[-1].text


def test_slack_that_takes_no_answer_is_noted(
    lab: Lab, cleo: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """In one line, and the next message is answered."""
    lab.slack.fail("chat.postMessage", error="restricted_action")
    with caplog.at_level(logging.WARNING, "bot"):
        cleo.says("watermark", wait=0)
        assert lab.slack.wait_for(lambda: "not answered" in caplog.text)
    assert "Traceback" not in caplog.text
    assert writes(lab, cleo, "watermark").text


def test_a_failure_is_told_with_a_reference(database: str) -> None:
    """Nobody who writes to the bot is left without a word."""
    with LocalSlack() as slack, connected(slack, database) as lab:
        lab.team.grant(*SCOPES)
        with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
            connection.execute("DROP TABLE searches")
        connection.close()
        answer = writes(lab, lab.ada, "watermark")
        assert "Reference" in answer.text
        assert answer.only_for == lab.ada.id


def test_who_writes_very_fast_keeps_nobody_waiting(lab: Lab, cleo: Person) -> None:
    """Slack takes one message a second there: only some are answered, others are at once."""
    lab.slack.fail("chat.postMessage", delay=1.5, times=MOST_ANSWERS)
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda n: cleo.says(f"watermark {n}", wait=0), range(4 * THREADS)))
    assert all(seen.deliveries[0].ok for seen in sent)
    assert "/papers search" in lab.bob.types("/papers help", wait=20)[-1].text
    assert lab.slack.await_bot(lab.team.state)
    assert MOST_ANSWERS <= len(of_bot(lab, cleo.direct)) < len(sent)
    writes(lab, cleo, "thanks")


# Each event once


def test_an_event_that_is_told_again_is_not_answered_again(lab: Lab, cleo: Person) -> None:
    """Whatever its retry header says, and whoever lost the answer."""
    seen = cleo.says("watermark")
    assert lab.slack.repeat(lab.team, seen.deliveries[0]).ok
    again = lab.slack.deliver(lab.team.state, "events_api", dict(seen.deliveries[0].payload))
    assert again.ok
    writes(lab, cleo, "thanks")
    assert [SIGNATURE in message.text for message in of_bot(lab, cleo.direct)] == [True, False]


def test_the_same_words_twice_are_two_events(lab: Lab, cleo: Person) -> None:
    """What is remembered is Slack's id, not what was said."""
    writes(lab, cleo, "watermark")
    writes(lab, cleo, "watermark")


def test_slack_is_answered_before_anything_is_looked_up(lab: Lab, cleo: Person) -> None:
    """Also while the database is busy; the answer comes when it is free again."""
    with lab.parts.store.writing():
        seen = cleo.says("watermark", wait=0)
        assert seen.deliveries[0].ok
        assert of_bot(lab, cleo.direct) == []
    assert lab.slack.wait_for(lambda: len(of_bot(lab, cleo.direct)) == 1)


def test_of_many_that_hear_an_event_one_acts(any_store: Store) -> None:
    """On either database, however many processes are told at once."""

    def hears(event: str) -> bool:
        with any_store.writing() as connection:
            return events.is_new(connection, event, "T1", NOW)

    for number in range(5):
        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(hears, [f"Ev{number}"] * 8)) == [False] * 7 + [True]


def test_an_event_is_remembered_for_a_day(any_store: Store) -> None:
    """Then Slack does not tell it again, and its row goes."""
    for after, is_new in ((0, True), (23, False), (25, True)):
        with any_store.writing() as connection:
            now = NOW + timedelta(hours=after)
            assert events.is_new(connection, "Ev1", "T1", now) is is_new


def test_one_that_failed_leaves_the_event_to_others(any_store: Store) -> None:
    """Who cannot finish what an event asks for does not keep it from being told again."""

    class Broken(Exception):
        pass

    with suppress(Broken), any_store.writing() as connection:
        assert events.is_new(connection, "Ev1", "T1", NOW)
        raise Broken
    with any_store.writing() as connection:
        assert events.is_new(connection, "Ev1", "T1", NOW)


# Words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U1|ada> hello <#C1|general>", "hello general"),
        ("<https://x.org|x.org> &lt;b&gt; &amp;amp;", "x.org <b> &amp;"),
        ("<mailto:a@b.org|a@b.org>", "a@b.org"),
        ("<!here> <!subteam^S1|@team> <!date^1^x|May>", "May"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_slacks_markup_is_read(text: str, words: str) -> None:
    """As it looks on the screen, without people."""
    assert " ".join(typed(text).split()) == " ".join(words.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*Bold* and _slanted_ ~gone~ `code`", "Bold and slanted gone code"),
        ("see ```import this``` there", "see there"),
        ("an open ```fence", "an open"),
        (":tada: new 10:30 :+1:", "new 10 30"),
        ("<https://x.org|our page> of https://y.org/z", "our page of"),
        ('"quoted" -not author:me state-of-the-art', "quoted not author me state-of-the-art"),
        ("&gt; quoted line", "quoted line"),
    ],
)
def test_prose_is_words_alone(text: str, words: str) -> None:
    """Nothing in it has a meaning in the search language."""
    assert prose(text) == words


def test_long_prose_is_cut_where_a_sentence_or_a_word_ends() -> None:
    """What it begins with says most of it."""
    sentences = "A sentence of words. " * 99
    assert prose(sentences).endswith("of words")
    assert MAX_PROSE / 2 < len(prose(sentences)) <= MAX_PROSE
    assert prose("word " * 999).endswith(" word")
    assert len(prose("x" * 9_999)) == MAX_PROSE


@pytest.mark.parametrize("text", ["stop", "Stop!", "please stop", "cancel"])
def test_to_say_stop_tells_how(lab: Lab, cleo: Person, text: str) -> None:
    """Nothing is ended by a word that may have meant something else."""
    cleo.types("/papers subscribe daily 09:00")
    assert "`unsubscribe`" in writes(lab, cleo, text).text
    assert "Digests every day" in writes(lab, cleo, "settings").text
    assert "No more digests" in writes(lab, cleo, "unsubscribe").text


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("papers speech", "speech"),
        ("can you find papers about graph neural networks for me?", "graph neural networks"),
        ("do you have any papers on fairness", "fairness"),
        ("I'm looking for recent work on sleep", "sleep"),
        ("hey Paperwire, articles in NLP thanks!", "NLP"),
        ("tell me about speech", "speech"),
        ("papers since:2024", "since:2024"),
        ('papers on "speech translation" -robots', '"speech translation" -robots'),
        ("papers please", ""),
        ("hello there", ""),
        ("paper recycling", "paper recycling"),
        ("call for papers", "call for papers"),
        ("Hi-C maps", "Hi-C maps"),
        ("hello world programs", "hello world programs"),
        ("operations research", "operations research"),
        ("findings of the ACL", "findings of the ACL"),
        ("is there life on Mars?", "is there life on Mars?"),
        ("show US patents", "show US patents"),
        ("please " * 5_000 + "speech" + " please" * 5_000, "speech"),
    ],
)
def test_what_is_asked_for_stands_between_the_words_of_asking(text: str, about: str) -> None:
    """Words that could be what papers are about stay."""
    assert asked_for(text) == about
