"""Why this paper: what each interest contributed, where the paper says it, mute and follow."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.blocks.forms.why import (
    FOLLOW,
    LIKE,
    MUTE,
    UNFOLLOW,
    UNLIKE,
    UNMUTE,
    in_sentence,
)
from bot.blocks.papers import MENU, WHY
from bot.demo import LocalSlack, Person, View
from bot.models import Subscriber
from bot.store import interests
from recommender import Interest, InterestKind
from tests.conftest import Lab, connected
from tests.screens import looks_home, modal_of, says, shows


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here; each test has people of its own."""
    path = tmp_path_factory.mktemp("why") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(quiet=0.01) as slack, connected(slack, f"sqlite:///{path}") as lab:
        yield lab


@pytest.fixture
def ada(lab: Lab) -> Person:
    """Somebody new."""
    return lab.team.add_person("Ada", tz="Europe/Paris")


def follows(lab: Lab, who: Subscriber) -> list[Interest]:
    """What somebody follows now."""
    with lab.parts.store.reading() as connection:
        return list(interests.profile(connection, who).interests)


def opened(lab: Lab, person: Person, query: str = "watermark") -> View:
    """The modal about the first paper that a search finds."""
    found = person.types(f"/papers {query}")[-1]
    person.presses(found, MENU, WHY)
    return modal_of(lab, person)


def texts(view: View) -> str:
    """All that stands in a modal."""
    return "\n".join(block.get("text", {}).get("text", "") for block in view.blocks)


def actions(view: View) -> list[str]:
    """The buttons, by their action ids."""
    return [control.action_id for control in view.controls]


def test_shares_add_up_and_words_stand_in_their_sentence(lab: Lab, ada: Person) -> None:
    """Each interest with its percentage, the matching words in bold in a sentence."""
    ada.types("/papers interests add watermark ×2, latent diffusion, author:Hervé Jégou")
    view = opened(lab, ada)
    shown = texts(view)
    shares = [line for line in shown.splitlines() if line.endswith(" %")]
    assert sum(int(line.split(" · ")[1].removesuffix(" %")) for line in shares) == 100
    assert "*author:Hervé Jégou* · " in shown
    assert "an active strategy combining image *watermarking* and Latent Diffusion" in shown
    assert actions(view).count(MUTE) == 3


def test_mute_and_its_undo_change_the_modal_in_place(lab: Lab, ada: Person) -> None:
    """The row stays, says muted, and the button takes it back; twice is once."""
    ada.types("/papers interests add watermark ×2, images")
    view = opened(lab, ada)
    ada.presses(view, MUTE)
    assert says(lab, ada, "· muted")
    assert Interest("watermark", 2.0, muted=True) in follows(lab, lab.who(ada))
    assert says(lab, ada, "100 %")
    ada.presses(modal_of(lab, ada), UNMUTE)
    assert lab.slack.wait_for(lambda: UNMUTE not in actions(modal_of(lab, ada)))
    assert follows(lab, lab.who(ada)) == [Interest("watermark", 2.0), Interest("images")]
    assert ada.modal is not None
    assert ada.modal.id == view.id


def test_follow_and_its_undo(lab: Lab, ada: Person) -> None:
    """Authors, area and organisations of the paper; Home follows."""
    looks_home(lab, ada)
    view = opened(lab, ada)
    assert "None of your interests matches it" in texts(view)
    author = next(c for c in view.controls if c.action_id == FOLLOW)
    ada.presses(view, FOLLOW)
    assert lab.slack.wait_for(lambda: UNFOLLOW in actions(modal_of(lab, ada)))
    (followed,) = follows(lab, lab.who(ada))
    assert (followed.kind, author.value) == (InterestKind.AUTHOR, "author:0")
    assert shows(lab, ada, followed.label)
    assert says(lab, ada, "100 %")
    ada.presses(modal_of(lab, ada), UNFOLLOW)
    assert lab.slack.wait_for(lambda: UNFOLLOW not in actions(modal_of(lab, ada)))
    assert follows(lab, lab.who(ada)) == []


def test_a_liked_paper_is_explained_all_the_same(lab: Lab, ada: Person) -> None:
    """By what else the person follows; a like is named by its title."""
    first, second = lab.parts.library.index.search("speech translation", limit=2)
    with lab.parts.store.writing() as connection:
        for match in (first, second):
            like = Interest(match.paper.id, kind=InterestKind.PAPER)
            interests.put(connection, lab.who(ada), like)
    view = opened(lab, ada, first.paper.title)
    assert f"like “{second.paper.title[:40]}" in texts(view)
    assert MUTE not in actions(view)


def test_in_a_channel_its_interests_are_named_apart(lab: Lab, ada: Person) -> None:
    """A press of one person shows the channel's reasons, and mutes only for that person."""
    channel = lab.team.add_channel("group", members=[ada])
    ada.types("/papers interests here add watermark", channel=channel)
    found = ada.types("/papers watermark", channel=channel)[-1]
    ada.presses(found, MENU, WHY)
    view = modal_of(lab, ada)
    assert "What this channel follows" in str(view.blocks)
    assert "*watermark* · 100 %" in texts(view)
    assert MUTE not in actions(view)
    ada.presses(view, FOLLOW)
    assert says(lab, ada, "Following")
    assert "What this channel follows" in str(modal_of(lab, ada).blocks)
    group = Subscriber(lab.team.id, channel.id)
    assert follows(lab, group) == [Interest("watermark")]


@pytest.mark.parametrize("value", ["", "author:99", "author:x", "keyword:0", "x" * 500])
def test_forged_values_do_nothing(lab: Lab, ada: Person, value: str) -> None:
    """What no button carries follows nothing and mutes nothing."""
    ada.types("/papers interests add watermark")
    view = opened(lab, ada)
    for action in (MUTE, FOLLOW):
        blocks = [
            block | {"accessory": block["accessory"] | {"value": value}}
            if block.get("accessory", {}).get("action_id") == action
            else block
            for block in view.blocks
        ]
        lab.team.state.modals[ada.id] = [replace(view, given=view.given | {"blocks": blocks})]
        ada.presses(view, action)
        view = modal_of(lab, ada)
    assert follows(lab, lab.who(ada)) == [Interest("watermark")]


def test_a_forged_paper_is_told(lab: Lab, ada: Person) -> None:
    """One that is not known here shows one sentence."""
    view = opened(lab, ada)
    given = view.given | {"private_metadata": '{"papers": ["arxiv:9999.99999"]}'}
    lab.team.state.modals[ada.id] = [replace(view, given=given)]
    ada.presses(view, FOLLOW)
    assert says(lab, ada, "not known here any more")


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("We search. A vector is found.", ["vector"], "A *vector* is found."),
        ("Vectors of a vector (Vector's).", ["vectors"], "*Vectors* of a *vector* (*Vector's*)."),
        ("A speech-to-text model.", ["speech"], "A *speech-to-text* model."),
        ("Uses C++ and *stars*.", ["C++"], "Uses *C++* and ∗stars∗."),
        ("<!channel> ping us. Or <@U1>.", ["ping"], "&lt;!channel&gt; *ping* us."),
        ("Nothing here.", ["other"], ""),
        ("Nothing here.", [], ""),
        ("", ["x"], ""),
    ],
)
def test_words_are_bold_in_their_sentence(text: str, words: list[str], shown: str) -> None:
    """The first sentence that has one of them; whatever else it holds stays text."""
    assert in_sentence(text, words) == shown


def test_a_long_sentence_is_cut_around_the_word() -> None:
    """The word is always to be seen."""
    shown = in_sentence(f"{'before ' * 200}needle {'after ' * 200}", ["needle"])
    assert "*needle*" in shown
    assert len(shown) < 700


def test_a_like_is_taken_back_and_given_again(lab: Lab, ada: Person) -> None:
    """The row stays, with the way back; a weight that is lost is told as what to type."""
    first, second = lab.parts.library.index.search("speech translation", limit=2)
    key = second.paper.id
    ada.types(f"/papers interests add paper:{key} ×2")
    view = opened(lab, ada, first.paper.title)
    ada.presses(view, UNLIKE)
    assert says(lab, ada, "taken back")
    assert f"/papers interests add paper:{key} ×2" in texts(modal_of(lab, ada))
    assert follows(lab, lab.who(ada)) == []
    ada.presses(modal_of(lab, ada), LIKE)
    assert lab.slack.wait_for(lambda: UNLIKE in actions(modal_of(lab, ada)))
    assert "taken back" not in texts(modal_of(lab, ada))
    assert follows(lab, lab.who(ada)) == [Interest(key, kind=InterestKind.PAPER)]


def test_follow_keeps_a_weight_and_its_undo_tells_it(lab: Lab, ada: Person) -> None:
    """A muted author who weighed double weighs double again; undone, the modal says so."""
    paper = lab.parts.library.index.search("watermark", limit=1)[0].paper
    author = Interest(paper.authors[0], 2.0, muted=True, kind=InterestKind.AUTHOR)
    with lab.parts.store.writing() as connection:
        interests.put(connection, lab.who(ada), author)
    ada.presses(opened(lab, ada), FOLLOW)
    assert lab.slack.wait_for(lambda: UNFOLLOW in actions(modal_of(lab, ada)))
    assert follows(lab, lab.who(ada)) == [replace(author, muted=False)]
    ada.presses(modal_of(lab, ada), UNFOLLOW)
    assert says(lab, ada, "It had a weight")
    assert f"/papers interests add {author.label} ×2" in texts(modal_of(lab, ada))
    assert follows(lab, lab.who(ada)) == []


def test_without_a_modal_a_message_explains(lab: Lab, ada: Person) -> None:
    """Where Slack opens none: the same reasons, for the one who asked."""
    ada.types("/papers interests add watermark")
    found = ada.types("/papers watermark")[-1]
    lab.slack.fail("views.open", error="expired_trigger_id", times=1)
    (told,) = ada.presses(found, MENU, WHY)
    assert ada.modal is None
    assert "*watermark* 100 %" in told.text
    assert told.only_for == ada.id
