"""What the buttons and menus do: each does something, once, for the one who pressed it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.blocks import papers as looks
from bot.blocks.views import View
from bot.demo import LocalSlack, Message, Person
from bot.digests import Wish, compose_now, digest_page
from bot.models import Subscriber
from bot.store import digests, interests, people
from recommender import Interest
from tests.conftest import Lab, connected
from tests.test_commands import posts_now


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here; each test has people of its own."""
    path = tmp_path_factory.mktemp("presses") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(quiet=0.01) as slack, connected(slack, f"sqlite:///{path}") as lab:
        yield lab


@pytest.fixture
def ada(lab: Lab) -> Person:
    """Somebody new."""
    return lab.team.add_person("Ada", tz="Europe/Paris")


@pytest.fixture
def bob(lab: Lab) -> Person:
    """Somebody else."""
    return lab.team.add_person("Bob", tz="America/New_York")


def saved(lab: Lab, person: Person) -> list[str]:
    """The ids of the papers that somebody saved."""
    with lab.parts.store.reading() as connection:
        return people.saved_papers(connection, lab.who(person))


def forged(message: Message, number: int = 0, **changed: object) -> Message:
    """The message with one control's values replaced, as nobody but Slack could send it."""
    control = message.controls[number]
    blocks: list[Any] = json.loads(json.dumps(message.blocks))
    for block in blocks:
        if block.get("block_id") != control.block_id:
            continue
        block["block_id"] = changed.get("block_id", block["block_id"])
        for element in (block.get("accessory"), *block.get("elements", [])):
            if element and element.get("action_id") == control.action_id:
                element |= {k: v for k, v in changed.items() if k != "block_id"}
    return replace(message, blocks=blocks)


def presses_forged(
    lab: Lab,
    person: Person,
    message: Message,
    which: str,
    choice: str | None = None,
    **changed: object,
) -> str:
    """What the bot answers to a press with values that it never gave out."""
    number = [control.action_id for control in message.controls].index(which)
    known = lab.team.state.conversations[message.channel].messages
    known[message.ts] = forged(message, number, **changed)
    try:
        seen = person.presses(message, number, choice)
    finally:
        known[message.ts] = message
    assert seen
    assert all(one.only_for == person.id for one in seen)
    return seen[-1].text


def test_every_control_on_the_screen_answers(lab: Lab, ada: Person) -> None:
    """Each button and each choice under a page of papers shows something new or changed."""
    found = ada.types("/papers language model")[-1]
    for number, control in enumerate(found.controls):
        if control.block_id in {found.controls[0].block_id, found.controls[1].block_id}:
            for choice in [o["value"] for o in control.options] or [None]:
                seen = ada.presses(found, number, choice)
                assert seen or seen.modal
                assert "went wrong" not in "".join(message.text for message in seen)
    assert all(delivery.ok for delivery in lab.slack.deliveries)


def test_saving_twice_saves_once_and_taking_off_twice_does_no_harm(lab: Lab, ada: Person) -> None:
    """A second press of the same button changes nothing more."""
    found = ada.types("/papers vector search")[-1]
    first = found.controls[1].value
    pressed = presses_forged(lab, ada, found, looks.SAVE)
    again = presses_forged(lab, ada, found, looks.SAVE)
    assert pressed == again
    assert saved(lab, ada) == [first]
    ada.types("/papers saved")
    gone = presses_forged(lab, ada, found, looks.SAVE, action_id=looks.UNSAVE)
    assert gone == presses_forged(lab, ada, found, looks.SAVE, action_id=looks.UNSAVE)
    assert saved(lab, ada) == []


def test_pressing_more_twice_shows_the_same_page(ada: Person) -> None:
    """The next page is the next page, however often it is asked for."""
    found = ada.types("/papers language model")[-1]
    assert ada.presses(found, looks.MORE)[-1].text == ada.presses(found, looks.MORE)[-1].text


def test_the_last_page_has_no_more(ada: Person) -> None:
    """Paging ends with a page that offers no further one, and no paper comes twice."""
    page = ada.types("/papers watermark language")[-1]
    seen: list[str] = []
    for _ in range(40):
        seen += [line for line in page.text.splitlines() if line.startswith("• ")]
        if looks.MORE not in [control.action_id for control in page.controls]:
            break
        page = ada.presses(page, looks.MORE)[-1]
    assert len(seen) == len(set(seen)) > 5
    assert looks.MORE not in [control.action_id for control in page.controls]


@pytest.mark.parametrize(
    "value", ["", "arxiv:0000.00000", "<!channel>", "' OR 1=1 --", "x" * 2_000]
)
@pytest.mark.parametrize("which", [looks.LIKE, looks.DISLIKE, looks.SAVE, looks.SHOW])
def test_an_unknown_paper_is_answered_in_a_sentence(
    lab: Lab, ada: Person, which: str, value: str
) -> None:
    """A paper's id that nobody gave out does nothing and says so."""
    found = ada.types("/papers watermark")[-1]
    assert "not known here" in presses_forged(lab, ada, found, which, value=value)
    assert saved(lab, ada) == []


@pytest.mark.parametrize(
    "value", ["-5", "abc", "1e3", "99999", "9" * 2_000, "0" * 1_999 + "5", " "]
)
def test_a_forged_offset_is_answered_in_a_sentence(lab: Lab, ada: Person, value: str) -> None:
    """A page that cannot be is said not to be."""
    found = ada.types("/papers language model")[-1]
    assert "as far as it goes" in presses_forged(lab, ada, found, looks.MORE, value=value)


def test_a_page_behind_the_last_one_is_said_to_be_none(lab: Lab, ada: Person) -> None:
    """An offset within bounds but behind the end shows no empty page."""
    found = ada.types("/papers language model")[-1]
    assert "nothing more" in presses_forged(lab, ada, found, looks.MORE, value="900")


@pytest.mark.parametrize(
    "block", ["junk", "||||", "search|x|1|k", "digest|0|1|", "show|0|1|nothing", "🎉" * 50]
)
def test_a_block_that_is_none_of_ours_is_harmless(lab: Lab, ada: Person, block: str) -> None:
    """A block's id of junk reveals nothing; what the button names is still done or refused."""
    found = ada.types("/papers language model")[-1]
    for which in (looks.SAVE, looks.MORE, looks.MENU):
        choice = looks.BIBTEX if which == looks.MENU else None
        text = presses_forged(lab, ada, found, which, choice, block_id=block)
        assert "went wrong" not in text
        assert "Papers for" not in text


def test_a_forged_choice_is_answered_in_a_sentence(lab: Lab, ada: Person) -> None:
    """A choice that the menu does not have does nothing."""
    found = ada.types("/papers watermark")[-1]
    choice = "delete-everything"
    option = {"text": {"type": "plain_text", "text": "x"}, "value": choice}
    text = presses_forged(lab, ada, found, looks.MENU, choice, options=[option])
    assert "not known here" in text


def test_anothers_search_stays_hers(lab: Lab, ada: Person, bob: Person) -> None:
    """The id of somebody else's search shows none of it."""
    hers = ada.types("/papers secret project watermark")[-1]
    his = bob.types("/papers language model")[-1]
    view = View.decode(hers.controls[1].block_id)
    assert view is not None
    block = replace(view, offset=0).encode(0)
    assert "too old" in presses_forged(lab, bob, his, looks.MORE, block_id=block)
    assert presses_forged(lab, bob, his, looks.SAVE, block_id=block).startswith("Saved “")


def test_anothers_digest_stays_hers(lab: Lab, ada: Person, bob: Person) -> None:
    """The id of somebody else's digest shows none of it."""
    ada.types("/papers interests add watermark")
    posts_now(lab, ada)
    (digest,) = lab.digests(ada)
    his = bob.types("/papers language model")[-1]
    block = digest.controls[1].block_id
    assert block.startswith("digest|")
    text = presses_forged(lab, bob, his, looks.SAVE, block_id=block, value=his.controls[1].value)
    assert text.startswith("Saved “")
    assert digest.text.splitlines()[1] not in text


def test_a_button_under_a_page_that_is_gone_still_does_what_it_says(lab: Lab, ada: Person) -> None:
    """Long after a search, Save saves and says so, though the page cannot be drawn again."""
    found = ada.types("/papers watermark")[-1]
    ada.types("/papers forget-me yes")
    (answer,) = ada.presses(found, looks.SAVE)
    assert answer.text.startswith("Saved “")
    assert saved(lab, ada) == [found.controls[1].value]


def test_a_control_of_an_older_bot_says_that_it_is_retired(lab: Lab, ada: Person) -> None:
    """A button whose action nobody listens to any more answers instead of failing."""
    found = ada.types("/papers watermark")[-1]
    text = presses_forged(lab, ada, found, looks.SAVE, action_id="paper_like_of_2025")
    assert "older Paperwire" in text
    assert lab.slack.deliveries[-1].ok


def channel_digest(lab: Lab, *members: Person) -> Message:
    """A digest as it stands in a channel, posted there by the bot."""
    channel = lab.team.add_channel("reading", members=members)
    of = Subscriber(lab.team.id, channel.id)
    with lab.parts.store.writing() as connection:
        interests.put(connection, of, Interest("watermark"))
    wish = Wish(of, 5, lab.clock(), asked_for=True)
    compose_now(lab.parts.store, lab.parts.shelf(), wish, lab.clock())
    lab.parts.deliver()
    return lab.team.messages(channel)[-1]


def test_a_press_in_a_channel_counts_for_the_one_who_pressed(
    lab: Lab, ada: Person, bob: Person
) -> None:
    """Saving from a channel's digest saves for that person, tells nobody else, changes nothing."""
    digest = channel_digest(lab, ada, bob)
    answer = bob.presses(digest, looks.SAVE)
    assert [one.only_for for one in answer] == [bob.id]
    assert "Saved" in answer[0].text
    assert (len(saved(lab, bob)), saved(lab, ada)) == (1, [])
    (still,) = [m for m in ada.sees(lab.team.state.conversations[digest.channel]) if m.metadata]
    assert still == digest


@pytest.mark.parametrize("choice", [looks.BIBTEX, looks.SIMILAR])
def test_a_menu_in_a_channel_answers_only_the_one_who_chose(
    lab: Lab, ada: Person, bob: Person, choice: str
) -> None:
    """What was asked for is only seen by the one who asked."""
    digest = channel_digest(lab, ada, bob)
    (answer,) = bob.presses(digest, looks.MENU, choice)
    assert answer.only_for == bob.id


def test_a_channels_digest_is_shared_elsewhere_only(lab: Lab, ada: Person) -> None:
    """What everybody sees already is not to be shared there again."""
    digest = channel_digest(lab, ada)
    menu = next(control for control in digest.controls if control.action_id == looks.MENU)
    labels = [option["text"]["text"] for option in menu.options]
    elsewhere = "Share to a channel…"
    assert labels == ["Why this paper?", "More like this", "BibTeX", elsewhere, "Hide"]


def test_saving_changes_a_digest_in_direct_messages_in_place(lab: Lab, ada: Person) -> None:
    """One's own digest shows at once what is saved, and nothing else of it changes."""
    ada.types("/papers interests add watermark")
    posts_now(lab, ada)
    (before,) = lab.digests(ada)
    (after,) = ada.presses(before, looks.SAVE)
    assert after.ts == before.ts
    assert after.text == before.text
    assert "Saved ✓" in [control.label for control in after.controls]
    with lab.parts.store.reading() as connection:
        view = View.decode(before.controls[1].block_id)
        assert view is not None
        digest = digests.get(connection, view.key)
        assert digest is not None
        assert digest_page(connection, digest).text == before.text
