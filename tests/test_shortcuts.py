"""The message shortcut: papers for what somebody else has written."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo import LocalSlack, Message
from bot.demo.world import Conversation
from bot.slack.shortcuts import RELATED
from recommender import Paper
from tests.conftest import Lab, connected

WOVEN = [
    Paper(f"arxiv:2401.9999{n}", f"A loom for tensors, part {n}", "Weaving tensors by loom.")
    for n in range(4)
]
BAKED = Paper("arxiv:2402.00001", "Bread from sourdough", "Baking bread with sourdough.")


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here."""
    path = tmp_path_factory.mktemp("shortcuts") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(burst=None) as slack, connected(slack, f"sqlite:///{path}") as lab:
        lab.parts.library.ingest("test", [*WOVEN, BAKED], lab.clock)
        lab.parts.library.refresh()
        yield lab


@pytest.fixture
def general(lab: Lab) -> Conversation:
    """A channel that the bot is not in: the shortcut needs no more than the message."""
    return lab.team.add_channel("general", members=[lab.ada, lab.bob], bot_is_member=False)


def related(lab: Lab, text: str, channel: Conversation) -> Message:
    """Bob writes something, and Ada looks for papers about it."""
    lab.bob.says(text, channel)
    message = [m for m in lab.team.messages(channel) if not m.bot_id][-1]
    seen = lab.ada.uses_shortcut(RELATED, message)
    assert seen.deliveries[0].ok
    assert [answer.only_for for answer in seen] == [lab.ada.id]
    return seen[-1]


def test_the_words_of_a_message_are_searched_for(lab: Lab, general: Conversation) -> None:
    """Only the one who asked sees what is found, and its buttons work."""
    answer = related(lab, "*Who* knows about <https://x.org|watermarks>? cc <@U1> :eyes:", general)
    assert "The Stable Signature" in answer.text
    assert "x.org" not in answer.text
    changed = lab.ada.presses(answer, "paper_save")[-1]
    assert "paper_unsave" in str(changed.blocks)


@pytest.mark.parametrize(
    "text",
    [
        'an "open quote and since:yesterday author: -',
        "( [ { :tada: watermark",
        "&lt;watermark&gt; &amp; co",
        "watermark " * 2_000,
    ],
)
def test_what_people_write_is_no_search_language(
    lab: Lab, general: Conversation, text: str
) -> None:
    """Marks that mean something in a search mean nothing here, and length does no harm."""
    answer = related(lab, text, general)
    assert "Papers for" in answer.text or "Nothing matches" in answer.text


def test_a_linked_paper_brings_those_like_it(lab: Lab, general: Conversation) -> None:
    """Not the paper itself, nor the words around it."""
    answer = related(lab, "sourdough! https://arxiv.org/abs/2401.99990v2", general)
    assert answer.text.startswith("Like “A loom for tensors, part 0”")
    assert WOVEN[1].title in answer.text
    assert f"• {WOVEN[0].title}" not in answer.text
    assert BAKED.title not in answer.text


def test_several_linked_papers_count_together(lab: Lab, general: Conversation) -> None:
    """Ids and links; a press in the answer draws the same page again."""
    answer = related(lab, "arXiv:2401.99990 and <https://arxiv.org/abs/2401.99991|this>", general)
    assert "and 1 more" in answer.text
    assert WOVEN[2].title in answer.text
    assert f"• {WOVEN[1].title}" not in answer.text
    changed = lab.ada.presses(answer, "paper_save")[-1]
    assert changed.ts == answer.ts
    assert "and 1 more" in changed.text


def test_more_links_than_a_button_can_carry_do_no_harm(lab: Lab, general: Conversation) -> None:
    """The first ones count."""
    many = [Paper(f"doi:10.1234/{'x' * 60}{n}", f"Wool {n}", "Wool of sheep.") for n in range(9)]
    lab.parts.library.ingest("test", many, lab.clock)
    lab.parts.library.refresh()
    answer = related(lab, " ".join(paper.id for paper in many[:8]), general)
    assert many[2].title in answer.text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "no words"),
        (":tada: :+1:", "no words"),
        ("<@U1> <!here>", "no words"),
        ("```code```", "no words"),
        ("https://arxiv.org/abs/1234.56789", "No paper known here"),
    ],
)
def test_a_message_without_words_is_answered_in_a_sentence(
    lab: Lab, general: Conversation, text: str, part: str
) -> None:
    """What is missing, to the one who asked."""
    assert part in related(lab, text, general).text


def test_a_message_of_a_bot_is_a_message(lab: Lab) -> None:
    """One that has words is searched for; one of blocks alone has none."""
    channel = lab.team.add_channel("feed", members=[lab.ada])
    client = lab.parts.clients(lab.team.id)
    for text, part in (("watermark", "The Stable Signature"), ("", "no words")):
        divider = [{"type": "divider"}]
        told = {"channel": channel.id, "text": text, "blocks": divider}
        client.api_call("chat.postMessage", json=told)
        message = [m for m in lab.team.messages(channel) if not m.is_ephemeral][-1]
        assert part in lab.ada.uses_shortcut(RELATED, message)[-1].text


def test_shortcuts_that_nobody_knows_are_acknowledged(lab: Lab, general: Conversation) -> None:
    """Those of an older manifest, on a message or from the menu: no answer, and no failure."""
    lab.bob.says("hello", general)
    (message,) = lab.team.messages(general)
    assert lab.ada.uses_shortcut("gone", message, wait=0).deliveries[0].ok
    assert lab.ada.uses_shortcut("gone", wait=0).deliveries[0].ok


def test_an_unknown_link_beside_words_is_told(lab: Lab, general: Conversation) -> None:
    """What is found then is for the words, and says so."""
    answer = related(lab, "Watermarks! https://arxiv.org/abs/2502.01234", general)
    assert "The Stable Signature" in answer.text
    assert "is not in the library: these match its words" in str(answer.blocks)
