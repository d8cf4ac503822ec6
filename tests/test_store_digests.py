"""The store of digests: as they were composed, in the ledger, and what is new after them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.models import Slot
from bot.store import Store, digests, outbox, papers
from recommender import Match, Paper, Reason
from tests.store_lab import (
    ADA,
    BOB,
    LATER,
    MANY,
    NOW,
    PAPERS,
    a_digest,
    compose,
    empty_digest,
    long_digest,
)


def test_a_digest_comes_back_with_the_papers_as_they_are_now(any_store: Store) -> None:
    """Order, scores, reasons and funnel stay; a paper that was corrected is shown corrected."""
    digest = a_digest(ADA)
    corrected = Paper(PAPERS[0].id, "One, corrected")
    with any_store.writing() as connection:
        digests.put(connection, digest)
        assert digests.get(connection, digest.id) == digest
        assert digests.shown(connection, ADA) == {paper.id for paper in PAPERS}
        papers.put(connection, [corrected], NOW)
        found = digests.get(connection, digest.id)
        assert found is not None
        assert [pick.match.paper for pick in found.picks] == [PAPERS[1], corrected]
        assert digests.get(connection, "unknown") is None


def test_the_ledger_takes_no_paper_twice(any_store: Store) -> None:
    """The database itself refuses to show a subscriber a paper again."""
    with any_store.writing() as connection:
        digests.put(connection, a_digest(ADA))
    with pytest.raises(Exception, match=r"(?i)unique"), any_store.writing() as connection:
        digests.put(connection, a_digest(ADA, "again"))
    with any_store.writing() as connection:
        digests.put(connection, a_digest(BOB, "bobs"))


def test_the_history_has_the_newest_first(any_store: Store) -> None:
    """Everybody's own, as many as are asked for."""
    with any_store.writing() as connection:
        for hours in range(3):
            at = NOW + timedelta(hours=hours)
            digests.put(connection, empty_digest(ADA, f"at {hours}", at))
        digests.put(connection, empty_digest(BOB, "bobs"))
        assert [d.id for d in digests.history(connection, ADA, 2)] == ["at 2", "at 1"]


def test_what_was_shown_lately_is_known_by_its_reasons(any_store: Store) -> None:
    """The newest digest first, each paper in its place; what went beyond the interests is not."""
    (first, second) = a_digest(ADA).picks
    later = a_digest(ADA, "later", LATER)
    beyond = replace(first, match=Match(MANY[1], 1.0, (Reason("x", (), 1.0),)), rank=2)
    picks = (
        replace(first, match=Match(MANY[0], 1.0, (Reason("y", (), 1.0),))),
        replace(beyond, slot=Slot.EXPLORATION),
    )
    with any_store.writing() as connection:
        digests.put(connection, a_digest(ADA))
        digests.put(connection, replace(later, picks=picks))
        digests.put(connection, a_digest(BOB, "bobs"))
        expected = [picks[0].match.reasons, first.match.reasons, second.match.reasons]
        assert digests.lately(connection, ADA, 9) == expected
        assert digests.lately(connection, ADA, 2) == expected[:2]


def test_what_is_new_counts_from_the_last_digest_that_came_whole(any_store: Store) -> None:
    """One of which a part was refused, or given up, leaves its papers new."""
    with any_store.writing() as connection:
        assert digests.previous(connection, ADA) is None
        digests.put(connection, empty_digest(ADA))
        compose(connection, long_digest(ADA, at=LATER))
        assert digests.previous(connection, ADA) == (LATER, 2)
        assert digests.previous(connection, BOB) is None
        (_, second, _) = outbox.of_digest(connection, "long")
        outbox.fail(connection, second, "invalid_blocks")
        assert digests.previous(connection, ADA) == (NOW, 2)
        outbox.drop(connection, second)
        assert digests.previous(connection, ADA) == (NOW, 2)
