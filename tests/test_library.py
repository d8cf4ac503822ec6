"""The library: sources become a corpus, the corpus an index that keeps up with it."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PaperwireError
from bot.library import BATCH, Library, current, merged, one_line
from bot.sources.records import Problem, Record
from bot.store import Store, papers
from recommender import Index, Paper

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ZEBRAS = Paper("id:z", "Zebra crossings")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a database, with letters that mean something to a search for files."""
    return f"sqlite:///{tmp_path / 'paper[w]ire.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    yield opened
    opened.close()


@pytest.fixture
def library(store: Store) -> Library:
    return Library(store)


# Reading in


def test_the_same_records_again_change_nothing(library: Library, store: Store) -> None:
    """The second time everything is known already, and the corpus keeps its revision."""
    broken = Problem("file:a", 6, "no title")
    records: list[Record] = [*some(5), broken]
    first, _ = library.ingest("file:a", records, clock)
    before = state(store)
    second, problems = library.ingest("file:a", records, clock)
    assert (first.read, first.new, first.updated) == (6, 5, 0)
    assert (second.read, second.new, second.updated) == (6, 0, 0)
    assert second.skipped == {"already known": 5, "cannot be read": 1}
    assert problems == [broken]
    assert state(store) == before


def test_a_record_that_tells_more_updates_the_paper(library: Library) -> None:
    """It is counted as updated and found by its new words."""
    library.ingest("file:a", [ZEBRAS], clock)
    more = Paper(ZEBRAS.id, ZEBRAS.title, "About okapis.", sources=("file:b",))
    run, _ = library.ingest("file:b", [more, *some(1)], clock)
    assert (run.new, run.updated, run.skipped) == (1, 1, {})
    assert found(library, "okapis") == [ZEBRAS.id]


def test_one_paper_in_several_records_is_one_paper(library: Library) -> None:
    """All sources are kept, also when the records come in one batch."""
    records = [Paper("id:a", "One", sources=(f"file:{n}",)) for n in range(3)]
    run, _ = library.ingest("file", records, clock)
    assert (run.read, run.new, run.skipped) == (3, 1, {"same paper again": 2})
    paper = library.refresh().get("id:a")
    assert paper is not None
    assert paper.sources == ("file:0", "file:1", "file:2")


def test_an_interrupted_run_keeps_what_it_read_and_goes_on(library: Library, store: Store) -> None:
    """Ctrl-C loses no finished batch, and the next run ends as an undisturbed one would."""
    records = some(2 * BATCH + 500)

    def until_ctrl_c() -> Iterator[Record]:
        yield from records[:-100]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.ingest("file:a", until_ctrl_c(), clock)
    assert len(library.refresh()) == 2 * BATCH
    with store.reading() as connection:
        (stopped,) = papers.last_ingestions(connection)
    assert (stopped.new, stopped.error) == (2 * BATCH, None)
    run, _ = library.ingest("file:a", records, clock)
    assert (run.read, run.new, run.skipped) == (len(records), 500, {"already known": 2 * BATCH})
    with store.reading() as connection:
        assert papers.get(connection, [p.id for p in records]) == {p.id: p for p in records}


def test_nothing_to_read(library: Library) -> None:
    """An empty source is a run like any other."""
    run, problems = library.ingest("file:a", [], clock)
    assert (run.read, problems) == (0, [])
    assert len(library.index) == 0
    assert library.index.search("zebra") == []


def test_runs_are_recorded_with_their_times(library: Library, store: Store) -> None:
    """Every finished run leaves a record."""
    times = count(1)
    run, _ = library.ingest("seeds", some(1), lambda: datetime(2026, 3, next(times), tzinfo=UTC))
    assert run.started_at < run.finished_at
    with store.reading() as connection:
        assert papers.last_ingestions(connection) == [run]


def test_a_run_in_one_line(library: Library) -> None:
    """Read, new, updated and skipped, with the reasons in brackets."""
    records: list[Record] = [*some(2), *some(1), Problem("file:a", 4, "no title")]
    run, _ = library.ingest("file:a", records, clock)
    assert one_line(run) == (
        "file:a: read 4, new 2, updated 0, skipped 2 (cannot be read 1, same paper again 1)"
    )


names = st.lists(
    st.sampled_from(["Hervé Jégou", "Herve Jegou", "JEGOU, Hervé", "李明", "Ada", "Ada", ""]),
    max_size=4,
).map(tuple)
sources = st.lists(st.sampled_from("abc"), max_size=2, unique=True).map(tuple)
works = st.builds(
    Paper,
    id=st.sampled_from(["id:1", "id:2", "id:3"]),
    title=st.sampled_from(["One", "Two"]),
    abstract=st.sampled_from(["", "Short.", "Much longer."]),
    authors=names,
    more_authors=st.booleans(),
    area=st.sampled_from([None, "CL", "cs.CL"]),
    published=st.sampled_from([None, date(2024, 1, 1), date(2024, 2, 29)]),
    organisations=sources,
    venue=st.sampled_from([None, "ICML"]),
    has_code=st.sampled_from([None, True, False]),
    urls=sources,
    sources=sources,
)
problems_or_works = st.lists(works | st.just(Problem("file", 1, "broken")), max_size=12)
example = count()


@given(problems_or_works, problems_or_works)
def test_counts_add_up_and_nothing_is_lost(
    counted: Store, before: list[Record], records: list[Record]
) -> None:
    """Read is new and updated and skipped; the corpus has every id; again changes nothing."""
    library, run_id = Library(counted), next(example)
    before, records = (of_example(run_id, some) for some in (before, records))
    library.ingest("file", before, clock)
    run, problems = library.ingest("file", records, clock)
    assert run.read == len(records) == run.new + run.updated + sum(run.skipped.values())
    assert len(problems) == run.skipped.get("cannot be read", 0)
    ids = {record.id for record in (*before, *records) if isinstance(record, Paper)}
    with counted.reading() as connection:
        assert set(papers.get(connection, ids)) == ids
    again, _ = library.ingest("file", records, clock)
    assert (again.new, again.updated) == (0, 0)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One database for all examples of a property; each has ids of its own."""
    opened = Store(f"sqlite:///{tmp_path_factory.mktemp('counted') / 'paperwire.db'}")
    yield opened
    opened.close()


def of_example(number: int, records: list[Record]) -> list[Record]:
    return [
        Paper.from_json(r.to_json() | {"id": f"{r.id}-{number}"}) if isinstance(r, Paper) else r
        for r in records
    ]


# Merging


@given(works, works)
def test_merging_either_record_again_changes_nothing(old: Paper, new: Paper) -> None:
    """What was merged has nothing more to learn from its parts."""
    new = Paper.from_json(new.to_json() | {"id": old.id})
    both = merged(old, new)
    assert merged(both, old) == both
    assert merged(both, new) == both
    assert merged(old, old) == old


@given(works, works)
def test_merging_loses_nothing(old: Paper, new: Paper) -> None:
    """Every source, organisation and address stays, and what one record knew is known."""
    new = Paper.from_json(new.to_json() | {"id": old.id})
    both = merged(old, new)
    for one in (old, new):
        assert set(both.sources) >= set(one.sources)
        assert set(both.organisations) >= set(one.organisations)
        assert set(both.urls) >= set(one.urls)
        assert len(both.abstract) >= len(one.abstract)
        for name in ("area", "venue", "published", "has_code"):
            assert getattr(one, name) is None or getattr(both, name) is not None


@pytest.mark.parametrize(
    ("old", "new", "authors", "more"),
    [
        pytest.param(("A*",), ("B*",), ("A", "B"), True, id="two cut lists are added up"),
        pytest.param(
            ("Hervé Jégou*",), ("Herve Jegou*", "Ada*"), ("Hervé Jégou", "Ada"), True, id="accents"
        ),
        pytest.param(("Jégou, H*",), ("H JEGOU*",), ("Jégou, H",), True, id="order and case"),
        pytest.param(("A*",), ("B", "A"), ("B", "A"), False, id="a whole list wins"),
        pytest.param(("B", "A"), ("C*",), ("B", "A"), False, id="over a later cut one too"),
        pytest.param(("A", "B"), ("A", "B", "C"), ("A", "B", "C"), False, id="the longer one"),
        pytest.param((), ("A*",), ("A",), True, id="any list wins over none"),
    ],
)
def test_authors_of_two_records(
    old: Sequence[str], new: Sequence[str], authors: Sequence[str], more: bool
) -> None:
    """Whole lists win over cut ones (marked * here); names count once in any spelling."""
    both = merged(by(old), by(new))
    assert (both.authors, both.more_authors) == (tuple(authors), more)


def by(names: Sequence[str]) -> Paper:
    cut = any(name.endswith("*") for name in names)
    return Paper("id", "One", authors=tuple(n.rstrip("*") for n in names), more_authors=cut)


def test_the_first_date_and_the_first_title_stay() -> None:
    """A later version is the same paper."""
    old = Paper("id", "One", published=date(2024, 2, 1), has_code=False)
    new = Paper("id", "One, revised", published=date(2024, 1, 1), has_code=True)
    both = merged(old, new)
    assert (both.title, both.published, both.has_code) == ("One", date(2024, 1, 1), True)


def test_two_papers_are_never_merged() -> None:
    """Different ids are an error."""
    with pytest.raises(PaperwireError, match="id:0 and id:1 are two papers"):
        merged(*some(2))


# The index


def test_the_index_follows_other_stores(library: Library, url: str) -> None:
    """A refresh takes in what another store added and changed; an index handed out stays."""
    library.ingest("file:a", some(3), clock)
    index = library.refresh()
    other = Store(url)
    Library(other).ingest("file:b", [ZEBRAS, Paper("id:0", "Number 0", "Okapis")], clock)
    other.close()
    assert found(library, "zebra") == found(library, "okapis") == []
    assert library.refresh() is library.index
    assert found(library, "zebra") == [ZEBRAS.id]
    assert len(index) == 3
    assert found(library, "okapis") == ["id:0"]
    assert len(library.index) == 4


def test_the_index_follows_another_process(library: Library, url: str, tmp_path: Path) -> None:
    """`paperwire ingest` beside a running bot."""
    library.ingest("file:a", some(1), clock)
    assert found(library, "zebra") == []
    file = tmp_path / "more.jsonl"
    file.write_text(json.dumps(ZEBRAS.to_json()))
    command = [sys.executable, "-m", "bot", "ingest", f"file:{file}"]
    environment = os.environ | {"PAPERWIRE_DATABASE_URL": url}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    library.refresh()
    assert found(library, "zebra") == [ZEBRAS.id]


def test_another_corpus_in_the_same_place_is_indexed_anew(
    library: Library, store: Store, tmp_path: Path
) -> None:
    """A database put back from a backup of another one is noticed at the same revision."""
    library.ingest("file:a", some(3), clock)
    library.refresh()
    other = Store(f"sqlite:///{tmp_path / 'other.db'}")
    Library(other).ingest("file:a", [ZEBRAS], clock)
    with other.reading() as connection:
        token = papers.state(connection).token
    other.close()
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM papers WHERE id <> 'id:0'")
        connection.exec_driver_sql("UPDATE corpus SET token = ?", (token,))
    assert len(library.refresh()) == 1


def test_readers_and_a_writer_at_once(library: Library) -> None:
    """Searches in many threads go on while papers come in, and all see all in the end."""
    library.ingest("file:a", [ZEBRAS], clock)

    def work(number: int) -> int:
        if number % 4 == 0:
            library.ingest("file:b", [Paper(f"id:{number}", f"Zebra {number}")], clock)
        return len(library.refresh().search("zebra", limit=100))

    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(work, range(40)))
    assert min(counts) >= 1
    assert len(library.refresh().search("zebra", limit=100)) == 11


# The index's file


@pytest.fixture
def _small_is_worth_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current, "PAPERS_WORTH_A_FILE", 3)


def files(store: Store) -> list[Path]:
    assert store.file is not None
    return sorted(p for p in store.file.parent.iterdir() if ".index-" in p.name)


@pytest.mark.usefixtures("_small_is_worth_a_file")
def test_a_large_index_is_kept_and_loaded(library: Library, store: Store) -> None:
    """The next start takes the file as it is. (One with another paper in it shows that.)"""
    library.ingest("file:a", some(3), clock)
    library.refresh()
    (file,) = files(store)
    Index([ZEBRAS]).save(file)
    assert found(Library(store), "zebra") == [ZEBRAS.id]


@pytest.mark.usefixtures("_small_is_worth_a_file")
def test_a_small_index_is_not_kept(library: Library, store: Store) -> None:
    """Below the threshold there is no file."""
    library.ingest("file:a", some(2), clock)
    library.refresh()
    assert files(store) == []


@pytest.mark.usefixtures("_small_is_worth_a_file")
@pytest.mark.parametrize("worth", [1, 2])
def test_a_stale_file_is_brought_up_to_date(
    library: Library, store: Store, worth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of an earlier revision spares the building; after enough changes a new one comes."""
    monkeypatch.setattr(current, "CHANGES_WORTH_A_FILE", worth)
    library.ingest("file:a", some(3), clock)
    library.refresh()
    old = files(store)
    Library(store).ingest("file:b", [ZEBRAS], clock)
    fresh = Library(store)
    assert found(fresh, "zebra") == [ZEBRAS.id]
    assert len(fresh.index) == 4
    assert len(files(store)) == 1
    assert (files(store) == old) is (worth == 2)


@pytest.mark.usefixtures("_small_is_worth_a_file")
@pytest.mark.parametrize("damage", ["cut", "empty", "text", "older", "folder"])
def test_a_damaged_file_is_built_anew(
    library: Library, store: Store, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The bot says so and answers all the same; the next start finds a good file again."""
    library.ingest("file:a", [*some(3), ZEBRAS], clock)
    library.refresh()
    (file,) = files(store)
    damaged(file, damage)
    with caplog.at_level(logging.WARNING):
        assert found(Library(store), "zebra") == [ZEBRAS.id]
    assert "the index is built anew" in caplog.text
    if damage != "folder":
        assert len(Index.load(file)) == 4


def damaged(file: Path, damage: str) -> None:
    whole = file.read_bytes()
    file.unlink()
    if damage == "folder":
        file.mkdir()
        return
    version = whole.index(b"\n") + 1
    content = {
        "cut": whole[: len(whole) // 2],
        "empty": b"",
        "text": b"Dear diary, " * 100,
        "older": whole[:version] + b"\0\0\0\0" + whole[version + 4 :],
    }
    file.write_bytes(content[damage])


def some(number: int) -> list[Paper]:
    return [Paper(f"id:{n}", f"Number {n}", sources=("file:a",)) for n in range(number)]


def found(library: Library, query: str) -> list[str]:
    return [match.paper.id for match in library.index.search(query)]


def state(store: Store) -> papers.CorpusState:
    with store.reading() as connection:
        return papers.state(connection)


def clock() -> datetime:
    return NOW
