"""The first steps: from pasted papers to likes, interests and a subscription."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import home as tab
from bot.blocks.forms.onboarding import AUTHORS, FOUND, PASTED, TERMS, TOPICS, paste_form
from bot.commands.forms.pasted import MAX_PASTED, pasted
from bot.demo import LocalSlack, Person, View
from bot.store import interests
from recommender import Interest, InterestKind, Paper
from tests.conftest import Lab, connected
from tests.screens import chosen_in, home_of, looks_home, modal_of, says, shows, text_of, typed_in

SPEECH = "Simple and Effective Unsupervised Speech Translation"
SIGNATURE = "The Stable Signature: Rooting Watermarks in Latent Diffusion Models"
BIBTEX = f"""
% my library
@string{{acl = "Association"}}
@article{{wang2022,
  title   = {{{{Simple}} and {{Effective}} Unsupervised Speech Translation}},
  author  = {{Wang, Changhan and others}},
  journal = acl
}}
@misc{{x, title="{SIGNATURE}", eprint = {{2303.15435}}, archivePrefix={{arXiv}} }}
@inproceedings{{y, doi = {{10.1/nowhere}}, title = {{A paper of nobody at all}}}}
@book(z, title = {{Unclosed
"""


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here; each test has people of its own."""
    path = tmp_path_factory.mktemp("onboarding") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(quiet=0.01) as slack, connected(slack, f"sqlite:///{path}") as lab:
        yield lab


@pytest.fixture
def ada(lab: Lab) -> Person:
    """Somebody new."""
    return lab.team.add_person("Ada", tz="Europe/Paris")


def follows(lab: Lab, person: Person) -> list[Interest]:
    """What somebody follows now."""
    with lab.parts.store.reading() as connection:
        return list(interests.profile(connection, lab.who(person)).interests)


def opened(lab: Lab, person: Person) -> View:
    """The first form, from Home."""
    looks_home(lab, person)
    person.presses(home_of(person), tab.ONBOARD)
    return modal_of(lab, person)


def offered_in(view: View, field: str) -> list[str]:
    """The values that may be ticked in a field; none where it does not stand."""
    return [o["value"] for c in view.controls if c.action_id == field for o in c.options]


def pastes(lab: Lab, person: Person, text: str, topics: str = "") -> View:
    """Pastes something, and looks at what comes."""
    values = {PASTED: {PASTED: text}, TOPICS: {TOPICS: topics}}
    seen = person.submits(opened(lab, person), values)
    assert seen.errors == {}
    return modal_of(lab, person)


def test_from_the_first_visit_to_interests_and_a_digest(lab: Lab, ada: Person) -> None:
    """Titles are pasted, suggestions accepted, a digest set up; Home shows all of it."""
    choices = pastes(lab, ada, f"{SPEECH}\n- {SIGNATURE}\nA paper of nobody at all")
    assert "Not in the library yet:\\n• A paper of nobody at all" in str(choices.blocks)
    assert chosen_in(choices, f"{FOUND}0") == ["0", "1"]
    assert "speech translation" in offered_in(choices, TERMS)
    assert chosen_in(choices, TERMS) == []
    ada.submits(choices, {TERMS: {TERMS: ["speech translation"]}, TOPICS: {TOPICS: "images ×2"}})
    kinds = [one.kind for one in follows(lab, ada)]
    assert kinds.count(InterestKind.PAPER) == 2
    assert {Interest("speech translation"), Interest("images", 2.0)} <= set(follows(lab, ada))
    assert len(kinds) == 4
    subscription = modal_of(lab, ada)
    assert "Shall I bring you new papers on it?" in str(subscription.blocks)
    ada.submits(subscription)
    assert shows(lab, ada, "the next on Monday 2 March, 09:00")
    assert "*images* ×2" in text_of(ada)
    assert "Learned from 2 papers" in text_of(ada)


def test_a_bibtex_file_is_read(lab: Lab, ada: Person) -> None:
    """Titles in braces and quotes, strings passed over, broken entries survived."""
    choices = pastes(lab, ada, BIBTEX)
    labels = [o["text"]["text"] for c in choices.controls for o in c.options]
    assert {SPEECH, SIGNATURE} <= set(labels)
    assert "A paper of nobody at all" in str(choices.blocks)
    assert "Association" not in str(choices.blocks)


def test_links_and_ids_find_their_papers(lab: Lab, ada: Person) -> None:
    """Of arXiv and DOIs, in whatever spelling, each paper once."""
    known = [
        Paper("arxiv:2401.08281", "The Faiss library", "Vectors."),
        Paper("doi:10.1145/1234567.89", "A paper with a DOI", "Words."),
    ]
    lab.parts.library.ingest("file:ids", known, lab.clock)
    lines = [line for paper in known for line in spellings(paper.id)]
    choices = pastes(lab, ada, "\n".join(lines))
    assert chosen_in(choices, f"{FOUND}0") == [str(n) for n in range(len(known))]
    assert "Not in the library" not in str(choices.blocks)


def spellings(paper: str) -> list[str]:
    """How people write an id."""
    scheme, _, rest = paper.partition(":")
    site = "https://arxiv.org/abs/" if scheme == "arxiv" else "https://doi.org/"
    return [paper, f"{site}{rest}", f"See <{site}{rest}>, it is good."]


def test_who_wrote_several_is_suggested(lab: Lab, ada: Person) -> None:
    """An author of two of the papers may be followed with one tick."""
    index = lab.parts.library.index
    two = index.search("author:jegou", limit=2)
    choices = pastes(lab, ada, "\n".join(match.paper.title for match in two))
    assert "Hervé Jégou" in chosen_in(choices, AUTHORS)
    ada.submits(choices, {TERMS: {TERMS: []}})
    assert Interest("Hervé Jégou", kind=InterestKind.AUTHOR) in follows(lab, ada)


def test_what_is_unticked_is_not_followed(lab: Lab, ada: Person) -> None:
    """Neither papers nor words, and nobody is told that something is kept."""
    choices = pastes(lab, ada, SPEECH)
    seen = ada.submits(choices, {f"{FOUND}0": {f"{FOUND}0": []}, TERMS: {TERMS: []}})
    assert "Nothing is ticked" in seen.errors[TOPICS]
    assert follows(lab, ada) == []


def test_what_several_papers_have_in_common_is_ticked(lab: Lab, ada: Person) -> None:
    """What only one of them is about is offered, and words that say nothing are not."""
    similar = "Improving Speech-to-Speech Translation Through Unlabeled Text"
    choices = pastes(lab, ada, f"{SPEECH}\n{SIGNATURE}\n{similar}")
    assert chosen_in(choices, TERMS) == ["speech recognition", "machine translation"]
    assert "watermark" in offered_in(choices, TERMS)
    assert "watermark" not in chosen_in(choices, TERMS)
    assert "What they are about" in str(choices.blocks)
    assert "Ticked is what several" in str(choices.blocks)


def test_of_one_paper_nothing_is_said_to_be_in_common(lab: Lab, ada: Person) -> None:
    """Its words are offered under another label, none of them ticked."""
    choices = pastes(lab, ada, "The Faiss library")
    assert offered_in(choices, TERMS) == ["Faiss library"]
    assert chosen_in(choices, TERMS) == []
    assert "What it is about" in str(choices.blocks)
    assert "Ticked is" not in str(choices.blocks)


def test_the_example_can_be_pasted(lab: Lab, ada: Person) -> None:
    """Whatever the library holds, all of it is found."""
    form = opened(lab, ada)
    (field,) = [b["element"] for b in form.blocks if b.get("block_id") == PASTED]
    example = field["placeholder"]["text"]
    choices = pastes(lab, ada, example)
    assert len(chosen_in(choices, f"{FOUND}0")) == len(example.splitlines()) > 0
    assert "Not in the library" not in str(choices.blocks)


def test_an_empty_library_says_so() -> None:
    """No example is given that could not be found."""
    form = paste_form("").to_dict()
    assert "The library has no papers yet" in str(form)
    assert all(b["element"].get("placeholder") for b in form["blocks"][2:])


def test_words_alone_are_enough(lab: Lab, ada: Person) -> None:
    """Somebody who has no papers at hand writes words, and is offered a digest at once."""
    offer = pastes(lab, ada, "", "speech translation, author:Hervé Jégou")
    assert "How often" in str(offer.blocks)
    assert len(follows(lab, ada)) == 2


@pytest.mark.parametrize(
    ("text", "topics", "field", "told"),
    [
        ("", "", PASTED, "Paste a paper here"),
        (" \n ", "", PASTED, "Paste a paper here"),
        ("A paper of nobody at all", "", PASTED, "does not have “A paper of nobody at all”. Try"),
        ("2401.00000\n- 10.1/x\na b\nc d\ne f", "", PASTED, "“10.1/x”, “a b” and 2 more"),
        (SPEECH, "vector ×99", TOPICS, "such as the 2 of vector search ×2"),
        (SPEECH, '"open', TOPICS, "A quotation mark is left open"),
    ],
)
def test_errors_stand_under_their_field(
    lab: Lab, ada: Person, text: str, topics: str, field: str, told: str
) -> None:
    """And what was pasted stays."""
    form = opened(lab, ada)
    seen = ada.submits(form, {PASTED: {PASTED: text}, TOPICS: {TOPICS: topics}})
    assert list(seen.errors) == [field]
    assert told in seen.errors[field]
    assert typed_in(modal_of(lab, ada), PASTED) == text


def test_an_error_in_the_second_form_keeps_the_first(lab: Lab, ada: Person) -> None:
    """Nothing is followed before all of it can be."""
    choices = pastes(lab, ada, SPEECH)
    seen = ada.submits(choices, {TOPICS: {TOPICS: "speech ×99"}})
    assert "A weight" in seen.errors[TOPICS]
    assert follows(lab, ada) == []


def test_what_is_followed_already_stays_as_it_is(lab: Lab, ada: Person) -> None:
    """A weight is not lost by pasting a paper, and a known word is not suggested."""
    ada.types("/papers interests add speech translation ×3")
    ada.types("/papers subscribe weekdays 09:00")
    choices = pastes(lab, ada, SPEECH)
    assert "speech translation" not in offered_in(choices, TERMS)
    seen = ada.submits(choices, {TOPICS: {TOPICS: "Speech Translation"}})
    assert seen.modal is None
    assert Interest("speech translation", 3.0) in follows(lab, ada)


def test_the_whole_library_can_be_pasted(lab: Lab, ada: Person) -> None:
    """As far as a field and a modal go; the rest is counted."""
    text = "\n".join(p.title for p in lab.parts.library.index)[:3_000]
    choices = pastes(lab, ada, text)
    assert len([c for c in choices.controls if c.action_id.startswith(FOUND)]) > 1
    ada.submits(choices)
    assert says(lab, ada, "Shall I bring you")


@given(st.text(max_size=300) | st.lists(st.sampled_from('@{}=",\\x doi title\n'), max_size=60))
@settings(deadline=None, max_examples=100)
def test_any_text_can_be_pasted(text: str | list[str]) -> None:
    """Whatever stands there, what is read are lines and entries that say something."""
    for meant in pasted("".join(text)):
        assert meant.said.strip()
        assert meant.keys or meant.title


def test_thousands_of_braces_are_read_at_once() -> None:
    """Nothing takes longer than the text is long; the most of it is looked at."""
    assert len(list(pasted("@a{title={" * 300))) <= 300
    assert len(list(pasted("x\n" * 1_500))) > MAX_PASTED
