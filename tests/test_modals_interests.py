"""Editing interests in a modal: all of them at once, and nothing typed is ever lost."""

import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.blocks import home as tab
from bot.blocks.forms.interests import (
    AREAS,
    AUTHORS,
    MUTED,
    ORGANISATIONS,
    RELEARN,
    UNDISLIKE,
    UNLEARN,
    UNLIKE,
    WORDS,
)
from bot.blocks.forms.restoring import BACK
from bot.commands.forms import interests as forms
from bot.demo import LocalSlack, Person, View
from bot.models import Subscriber
from bot.store import interests
from recommender import Interest, InterestKind
from tests.conftest import Lab, connected
from tests.screens import chosen_in, home_of, looks_home, modal_of, says, shows, typed_in

FIRST_WORDS, FIRST_MUTED = f"{WORDS}0", f"{MUTED}0"


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here; each test has people of its own."""
    path = tmp_path_factory.mktemp("interests") / "paperwire.db"
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


def put(lab: Lab, person: Person, *new: Interest) -> None:
    """Lets somebody follow something, as if it were done elsewhere."""
    with lab.parts.store.writing() as connection:
        for interest in new:
            interests.put(connection, lab.who(person), interest)


def opened(lab: Lab, person: Person) -> View:
    """The form, by the command."""
    person.types("/papers interests edit")
    return modal_of(lab, person)


def words(text: str) -> dict[str, dict[str, str | list[str]]]:
    """What somebody types into the first field."""
    return {FIRST_WORDS: {FIRST_WORDS: text}}


def test_the_form_opens_at_once_and_shows_what_is_followed(lab: Lab, ada: Person) -> None:
    """It is opened before anything is looked up, and each kind stands in its field."""
    put(
        lab,
        ada,
        Interest("vector search", 2.0),
        Interest("Hervé Jégou", kind=InterestKind.AUTHOR),
        Interest("Meta", 0.5, kind=InterestKind.ORGANISATION),
        Interest("cs.CL", kind=InterestKind.AREA),
        Interest("robotics", muted=True),
        Interest("RO", muted=True, kind=InterestKind.AREA),
    )
    form = opened(lab, ada)
    calls = [call.method for call in lab.slack.calls if call.method.startswith("views.")]
    assert calls[-2:] == ["views.open", "views.update"]
    assert typed_in(form, FIRST_WORDS) == "vector search ×2"
    assert chosen_in(form, AUTHORS) == ["Hervé Jégou"]
    assert chosen_in(form, ORGANISATIONS) == ["Meta ×0.5"]
    assert chosen_in(form, AREAS) == ["cs.CL"]
    assert typed_in(form, FIRST_MUTED) == "robotics\narea:RO"


def test_saving_what_stands_there_changes_nothing(lab: Lab, ada: Person) -> None:
    """Not even the order, nor the weight of a muted interest."""
    put(
        lab,
        ada,
        Interest("beta, gamma", 2.0),
        Interest("alpha"),
        Interest("robots", 3.0, muted=True),
    )
    put(lab, ada, Interest("x" * 180, kind=InterestKind.AUTHOR), Interest("2024"))
    before = follows(lab, lab.who(ada))
    seen = ada.submits(opened(lab, ada))
    assert (seen.errors, seen.modal) == ({}, None)
    assert follows(lab, lab.who(ada)) == before


def test_the_form_is_saved_as_a_whole(lab: Lab, ada: Person) -> None:
    """What is added comes, what is taken out goes, and weights follow; Home shows it."""
    put(lab, ada, Interest("old"), Interest("kept", 2.0))
    looks_home(lab, ada)
    ada.presses(home_of(ada), tab.INTERESTS)
    values = words("kept ×3\nspeech translation, author:Ann Lee") | {
        AUTHORS: {AUTHORS: ["Hervé Jégou"]},
        FIRST_MUTED: {FIRST_MUTED: "robotics"},
    }
    assert ada.submits(modal_of(lab, ada), values).errors == {}
    assert says(lab, ada, "1 interest is gone: *old*")
    assert set(follows(lab, lab.who(ada))) == {
        Interest("kept", 3.0),
        Interest("speech translation"),
        Interest("Ann Lee", kind=InterestKind.AUTHOR),
        Interest("Hervé Jégou", kind=InterestKind.AUTHOR),
        Interest("robotics", muted=True),
    }
    assert shows(lab, ada, "*kept* ×3")


def test_what_a_saved_form_took_away_comes_back(lab: Lab, ada: Person) -> None:
    """Everything that is gone or changed is named, and Undo brings it back as it was."""
    put(
        lab,
        ada,
        Interest("vector search", 2.0),
        Interest("super resolution x4"),
        Interest("robots, legged", 0.5),
        Interest("Hervé Jégou", kind=InterestKind.AUTHOR),
        Interest("speech", 3.0, muted=True),
        Interest("kept"),
    )
    before = follows(lab, lab.who(ada))
    values = words("vector search ×3, kept, new") | {
        AUTHORS: {AUTHORS: []},
        FIRST_MUTED: {FIRST_MUTED: ""},
    }
    ada.submits(opened(lab, ada), values)
    assert says(lab, ada, "4 interests are gone: *super resolution x4*, *robots, legged ×0.5*")
    assert says(lab, ada, "1 interest is changed, and was: *vector search ×2*")
    undo = modal_of(lab, ada)
    assert (undo.given["submit"]["text"], undo.given["close"]["text"]) == ("Undo", "Done")
    assert ada.submits(undo).modal is None
    assert set(follows(lab, lab.who(ada))) == {*before, Interest("new")}


def test_what_is_only_added_needs_no_undo(lab: Lab, ada: Person) -> None:
    """The form closes, as it does where nothing has changed."""
    put(lab, ada, Interest("kept"))
    assert ada.submits(opened(lab, ada), words("kept, new ×2")).modal is None


def test_some_of_what_is_gone_may_stay_away(lab: Lab, ada: Person) -> None:
    """The fields of the Undo can be edited, and errors stand under them."""
    put(lab, ada, Interest("one"), Interest("two"))
    ada.submits(opened(lab, ada), words(""))
    undo = modal_of(lab, ada)
    field = f"{BACK}0"
    assert typed_in(undo, field) == "one\ntwo"
    wrong = ada.submits(undo, {field: {field: "one ×99"}})
    assert "from 0.1 to 10" in wrong.errors[field]
    ada.submits(undo, {field: {field: "two"}})
    assert follows(lab, lab.who(ada)) == [Interest("two")]


def test_the_largest_profile_comes_back(lab: Lab, ada: Person) -> None:
    """Whatever its interests are called, and in as many fields as they need."""
    put(lab, ada, *(Interest(f"{'word ' * 36}number{n}") for n in range(200)))
    before = follows(lab, lab.who(ada))
    form = opened(lab, ada)
    ada.submits(form, {key: {key: ""} for key in form.state if key.startswith(WORDS)})
    assert says(lab, ada, "200 interests are gone")
    assert follows(lab, lab.who(ada)) == []
    ada.submits(modal_of(lab, ada))
    assert follows(lab, lab.who(ada)) == before


def test_forgotten_likes_come_back_too(lab: Lab, ada: Person) -> None:
    """They are named by their titles."""
    paper = next(iter(lab.parts.library.index))
    put(lab, ada, Interest(paper.id, 2.0, kind=InterestKind.PAPER))
    form = opened(lab, ada)
    (option,) = next(c for c in form.controls if c.action_id == UNLIKE).options
    ada.submits(form, {UNLIKE: {UNLIKE: [option["value"]]}})
    assert says(lab, ada, f"“{paper.title}” ×2")
    assert follows(lab, lab.who(ada)) == []
    ada.submits(modal_of(lab, ada))
    assert follows(lab, lab.who(ada)) == [Interest(paper.id, 2.0, kind=InterestKind.PAPER)]


def test_an_undo_of_another_is_not_taken(lab: Lab, ada: Person) -> None:
    """Its metadata names a form of somebody else."""
    put(lab, ada, Interest("hers"))
    ada.submits(opened(lab, ada), words(""))
    says(lab, ada, "is gone")
    bob = lab.team.add_person("Bob")
    his = opened(lab, bob)
    given = his.given | {"private_metadata": modal_of(lab, ada).private_metadata}
    lab.team.state.modals[bob.id] = [replace(his, given=given)]
    assert "too old" in next(iter(bob.submits(his, words("x")).errors.values()))


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        (FIRST_WORDS, "vector search ×11", "A weight is a number from 0.1 to 10"),
        (FIRST_WORDS, '"open', "A quotation mark is left open"),
        (FIRST_WORDS, "x" * 201, "at most 200 characters"),
        (FIRST_WORDS, "learned:speech", "choose learned words below"),
        (FIRST_MUTED, "+++", "has no word"),
    ],
)
def test_an_error_stands_under_its_field_and_the_input_stays(
    lab: Lab, ada: Person, field: str, text: str, told: str
) -> None:
    """Nothing is saved, and the form is still there to be put right."""
    form = opened(lab, ada)
    seen = ada.submits(form, words("kept") | {field: {field: text}})
    assert list(seen.errors) == [field]
    assert told in seen.errors[field]
    assert typed_in(modal_of(lab, ada), field) == text
    assert follows(lab, lab.who(ada)) == []
    assert ada.submits(form, {field: {field: "speech"}}).modal is None


def test_too_many_interests_and_contradictions_are_told(lab: Lab, ada: Person) -> None:
    """200 is the most, and what is muted cannot be followed."""
    form = opened(lab, ada)
    many = ", ".join(f"word{number}" for number in range(201))
    assert "at most 200" in ada.submits(form, words(many)).errors[FIRST_WORDS]
    both = words("speech") | {FIRST_MUTED: {FIRST_MUTED: "Speech"}}
    assert "both followed and muted" in ada.submits(form, both).errors[FIRST_MUTED]


def test_two_tabs_end_in_a_clear_answer(lab: Lab, ada: Person) -> None:
    """The second is told what saving would undo, keeps its input, and may then overwrite."""
    put(lab, ada, Interest("first"))
    form = opened(lab, ada)
    ada.types("/papers interests add second")
    seen = ada.submits(form, words("first\nmine"))
    assert seen.errors == {}
    assert says(lab, ada, "changed meanwhile")
    assert says(lab, ada, "would remove second and add mine")
    assert typed_in(modal_of(lab, ada), FIRST_WORDS) == "first\nmine"
    assert Interest("mine") not in follows(lab, lab.who(ada))
    assert ada.submits(modal_of(lab, ada)).errors == {}
    assert says(lab, ada, "1 interest is gone: *second*")
    assert follows(lab, lab.who(ada)) == [Interest("first"), Interest("mine")]


def test_a_like_elsewhere_is_no_conflict_and_is_not_lost(lab: Lab, ada: Person) -> None:
    """A thumb that was pressed while the form was open stays pressed."""
    form = opened(lab, ada)
    found = ada.types("/papers watermark")[-1]
    ada.presses(found, "paper_like")
    assert ada.submits(form, words("speech")).modal is None
    kinds = [interest.kind for interest in follows(lab, lab.who(ada))]
    assert sorted(kinds) == [InterestKind.KEYWORD, InterestKind.PAPER]


def test_likes_and_learned_words_are_forgotten_and_learned_again(lab: Lab, ada: Person) -> None:
    """Chosen in the form by title and by word; the ranking follows."""
    index = lab.parts.library.index
    liked, disliked = (match.paper for match in index.search("speech translation", limit=2))
    put(lab, ada, Interest(liked.id, kind=InterestKind.PAPER))
    put(lab, ada, Interest(disliked.id, muted=True, kind=InterestKind.PAPER))
    form = opened(lab, ada)
    offered = {c.action_id: [o["text"]["text"] for o in c.options] for c in form.controls}
    assert [title.rstrip("…") for title in offered[UNLIKE]] == [liked.title[:74].rstrip()]
    assert [title.rstrip("…") for title in offered[UNDISLIKE]] == [disliked.title[:74].rstrip()]
    word = offered[UNLEARN][0]
    ada.submits(form, {UNLEARN: {UNLEARN: [word]}, UNDISLIKE: {UNDISLIKE: ["0"]}})
    forgotten = Interest(word, muted=True, kind=InterestKind.LEARNED)
    assert forgotten in follows(lab, lab.who(ada))
    form = opened(lab, ada)
    offered = {c.action_id: [o["text"]["text"] for o in c.options] for c in form.controls}
    assert word not in offered[UNLEARN]
    assert (offered[RELEARN], UNDISLIKE in offered) == ([word], False)
    ada.submits(form, {RELEARN: {RELEARN: [word]}, UNLIKE: {UNLIKE: ["0"]}})
    assert follows(lab, lab.who(ada)) == []


@pytest.mark.parametrize(
    ("field", "typed", "name"),
    [
        (AUTHORS, "jég", "Hervé Jégou"),
        (AUTHORS, "JEGOU", "Hervé Jégou"),
        (AREAS, "c", "CL"),
        (ORGANISATIONS, "meta", "meta-ai"),
    ],
)
def test_fields_suggest_names_of_the_corpus(
    lab: Lab, ada: Person, field: str, typed: str, name: str
) -> None:
    """Whatever the case and accents; and what is typed itself, which the corpus may lack."""
    values = [option["value"] for option in ada.looks_up(opened(lab, ada), field, typed)]
    assert name in values
    assert values[-1] == typed


def test_hostile_words_suggest_nothing_harmful(lab: Lab, ada: Person) -> None:
    """Too long, empty, or with signs that mean something in patterns."""
    form = opened(lab, ada)
    assert ada.looks_up(form, AUTHORS, "x" * 5_000) == []
    assert [o["value"] for o in ada.looks_up(form, AUTHORS, "(.*")] == ["(.*"]
    assert ada.looks_up(form, AUTHORS, "   ") == []


def test_a_form_of_another_is_not_taken(lab: Lab, ada: Person) -> None:
    """The ids that a modal carries are looked up for the person who sends it."""
    ada.types("/papers interests add hers")
    hers = opened(lab, ada)
    bob = lab.team.add_person("Bob")
    his = opened(lab, bob)
    given = his.given | {"private_metadata": hers.private_metadata}
    lab.team.state.modals[bob.id] = [replace(his, given=given)]
    seen = bob.submits(his, words("stolen"))
    assert "too old" in seen.errors[FIRST_WORDS]
    assert follows(lab, lab.who(ada)) == [Interest("hers")]
    assert json.loads(hers.private_metadata).keys() == {"form", "fingerprint"}


@pytest.mark.parametrize("metadata", ["", "{", '{"form": 1}', '{"other": ""}', "[]"])
def test_broken_metadata_is_answered(lab: Lab, ada: Person, metadata: str) -> None:
    """With one sentence under the first field."""
    form = opened(lab, ada)
    given = form.given | {"private_metadata": metadata}
    lab.team.state.modals[ada.id] = [replace(form, given=given)]
    assert "too old" in ada.submits(form, words("x")).errors[FIRST_WORDS]


def test_a_channels_interests_are_edited_in_that_channel(lab: Lab, ada: Person) -> None:
    """The form says whose they are; the person's own stay as they are."""
    channel = lab.team.add_channel("group", members=[ada])
    ada.types("/papers interests here edit", channel=channel)
    form = modal_of(lab, ada)
    assert f"<#{channel.id}>" in str(form.blocks)
    ada.submits(form, words("speech"))
    assert follows(lab, Subscriber(lab.team.id, channel.id)) == [Interest("speech")]
    assert follows(lab, lab.who(ada)) == []


def test_here_needs_a_channel(lab: Lab, ada: Person) -> None:
    """In direct messages there is none."""
    assert "means a channel" in ada.types("/papers interests here edit")[-1].text
    assert ada.modal is None


def test_somebody_who_closed_the_form_hears_nothing(
    lab: Lab, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack finds no modal to fill: no error, no message."""
    lab.slack.fail("views.update", error="not_found", times=1)
    updates = len(lab.slack.calls_of("views.update"))
    ada.types("/papers interests edit")
    assert lab.slack.wait_for(lambda: len(lab.slack.calls_of("views.update")) > updates)
    (answer,) = ada.types("/papers help")
    assert "Paperwire" in answer.text
    assert [message.text for message in ada.sees(ada.direct)] == [answer.text]
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []


def test_a_conflict_of_hashes_is_read_again_once(lab: Lab, ada: Person) -> None:
    """The form is filled at the second attempt, without the old hash."""
    lab.slack.fail("views.update", error="hash_conflict", times=1)
    assert FIRST_WORDS in opened(lab, ada).state


def test_a_trigger_that_is_too_old_is_told(lab: Lab, ada: Person) -> None:
    """Where there is a place to tell it."""
    lab.slack.fail("views.open", error="expired_trigger_id", times=1)
    assert "try that once more" in ada.types("/papers interests edit")[-1].text


def test_a_form_that_cannot_be_filled_says_so(
    lab: Lab, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits before an empty modal, and there is a reference to what was written down."""
    monkeypatch.setattr(forms, "SOUGHT", None)
    seen = ada.types("/papers interests edit", wait=2)
    assert says(lab, ada, "Something went wrong here")
    assert lab.slack.wait_for(lambda: "Reference" in str([m.text for m in ada.sees(ada.direct)]))
    assert seen.deliveries[0].ok


def test_what_breaks_keeps_the_input(
    lab: Lab, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure here stands under the field with a reference; the modal stays open."""
    form = opened(lab, ada)
    monkeypatch.setattr(forms, "SOUGHT", None)
    seen = ada.submits(form, words("precious"))
    assert "Reference" in seen.errors[FIRST_WORDS]
    assert typed_in(modal_of(lab, ada), FIRST_WORDS) == "precious"
