"""The store of papers: what is known, what changed, what is new, and where it came from."""

from pathlib import Path

from bot.store import Store, papers
from bot.store.papers import Ingestion
from recommender import Paper
from tests.store_lab import LATER, MANY, NOW, PAPERS


def test_papers_come_back_as_they_were(any_store: Store) -> None:
    """Every field, also those that are unknown."""
    with any_store.reading() as connection:
        assert papers.get(connection, [p.id for p in PAPERS]) == {p.id: p for p in PAPERS}
        assert papers.get(connection, ["unknown"]) == papers.get(connection, []) == {}


def test_more_ids_than_one_statement_takes(any_store: Store) -> None:
    """SQLite takes 32,766 values at most; a caller need not know."""
    with any_store.reading() as connection:
        found = papers.get(connection, [f"x:{n}" for n in range(40_000)] + [PAPERS[0].id])
    assert list(found) == [PAPERS[0].id]


def test_changes_since_a_revision(any_store: Store) -> None:
    """Only what is new or changed comes, the oldest change first; nothing put is no change."""
    changed = Paper(PAPERS[0].id, "One, revised")
    with any_store.writing() as connection:
        papers.put(connection, [Paper("x:3", "Three")], NOW)
        papers.put(connection, [changed], NOW)
        papers.put(connection, [], NOW)
        assert papers.state(connection).revision == 4
        assert list(papers.since(connection, 2)) == [Paper("x:3", "Three"), changed]
        assert list(papers.since(connection, 4)) == []


def test_each_corpus_has_a_token_of_its_own(any_store: Store, tmp_path: Path) -> None:
    """So that an index of one is never taken for that of another."""
    other = Store(f"sqlite:///{tmp_path / 'other.db'}")
    with any_store.reading() as one, other.reading() as two:
        assert papers.state(one).token != papers.state(two).token
    other.close()


def test_the_newest_run_of_each_source(any_store: Store) -> None:
    """Runs are kept whole, and found by source."""
    runs = [
        Ingestion(source, NOW, LATER, 4, 2, 1, {"already known": 1})
        for source in ("seeds", "file:a", "seeds")
    ]
    with any_store.writing() as connection:
        for run in runs:
            papers.record(connection, run)
        assert papers.last_ingestions(connection) == [runs[1], runs[2]]


def test_a_paper_is_new_once(any_store: Store) -> None:
    """What was corrected since is no news; what came after the index was made is not yet."""
    with any_store.writing() as connection:
        papers.put(connection, [Paper("x:3", "Three")], NOW)
        papers.put(connection, [Paper(PAPERS[0].id, "One, revised")], NOW)
        papers.put(connection, [Paper("x:5", "Five")], NOW)
        assert papers.ids_added(connection, 2, 4) == ["x:3"]
        assert papers.ids_added(connection, 2, 5) == ["x:3", "x:5"]
        assert len(papers.ids_added(connection, 0, 5)) == len(PAPERS) + len(MANY) + 2
