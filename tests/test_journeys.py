"""Journeys through the whole bot, as people in Slack go through them."""

from datetime import UTC, datetime

import pytest

from tests.conftest import Lab


def test_words_after_the_command_bring_ranked_papers(lab: Lab) -> None:
    """Free words are a search, and only the one who asked sees the answer."""
    seen = lab.ada.types("/papers speech translation")
    assert "Simple and Effective Unsupervised Speech Translation" in seen[-1].text
    assert seen[-1].only_for == lab.ada.id


def test_from_interests_to_a_digest_in_local_time(lab: Lab) -> None:
    """A subscriber gets her papers at her own nine o'clock, once, and never one of them again.

    The next day nothing is new, so one comes from the archive.
    """
    lab.ada.types("/papers interests add speech translation")
    lab.ada.types("/papers subscribe weekdays 09:00 3 papers")
    lab.parts.tick()
    assert not lab.digests(lab.ada)
    lab.clock.at = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    lab.parts.tick()
    lab.parts.tick()
    (first,) = lab.digests(lab.ada)
    lab.clock.passes(days=1)
    lab.parts.tick()
    _, second = lab.digests(lab.ada)
    assert not set(titles(first.text)) & set(titles(second.text))
    assert (len(titles(first.text)), len(titles(second.text))) == (3, 1)


def test_a_paper_is_saved_found_on_the_list_and_taken_off(lab: Lab) -> None:
    """Save changes the message, the list has the paper, and the button undoes it."""
    found = lab.ada.types("/papers watermark")[-1]
    changed = lab.ada.presses(found, "paper_save")[-1]
    assert [c.label for c in changed.controls if c.action_id == "paper_unsave"] == ["Saved ✓"]
    saved = lab.ada.types("/papers saved")[-1]
    assert "Stable Signature" in saved.text
    gone = lab.ada.presses(saved, "paper_unsave")[-1]
    assert "off your list" in gone.text
    assert "saved nothing" in lab.ada.types("/papers saved")[-1].text


@pytest.mark.parametrize("choice", ["More like this", "BibTeX", "Hide"])
def test_every_choice_of_the_menu_answers(lab: Lab, choice: str) -> None:
    """Each shows something about the paper to the one who chose it."""
    found = lab.ada.types("/papers watermark")[-1]
    answer = lab.ada.presses(found, "paper_menu", choice)[-1]
    assert "Stable Signature" in str(answer.blocks)
    assert answer.only_for == lab.ada.id


def test_show_more_goes_on_where_the_page_ended(lab: Lab) -> None:
    """The next page has other papers, and goes on being numbered."""
    first = lab.ada.types("/papers language model")[-1]
    second = lab.ada.presses(first, "papers_more")[-1]
    assert len(titles(second.text)) == 5
    assert not set(titles(first.text)) & set(titles(second.text))
    assert "6. " in str(second.blocks)


def titles(text: str) -> list[str]:
    """The titles in the fallback text of a page."""
    return [line[2:] for line in text.splitlines() if line.startswith("• ")]
