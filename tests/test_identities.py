"""One paper is one paper: records of several sources, and everything that follows a new id."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.library import Library
from bot.models import Digest, Share, Subscriber
from bot.sources.records import Checkpoint, Found, Record, Remark
from bot.store import Store, digests, identities, interests, papers, people, shares, sources
from bot.store.tables import aliases, metadata
from recommender import Interest, InterestKind, Paper, title_id
from tests.store_lab import ADA, BOB, NOW, PAPERS, a_digest, compose

TITLE = "A loom that weaves by itself at night"
WRITTEN = Paper(title_id(TITLE), TITLE, "Short.", ("A. Weaver",), sources=("file:a",))
POSTED = Paper("arxiv:2603.00001", TITLE, "A longer abstract.", ("Ada Weaver",), sources=("arxiv",))
PRINTED = Paper(
    "doi:10.1000/loom", TITLE, "Print.", ("Weaver, A.",), venue="J. Looms", sources=("p",)
)


def clock() -> datetime:
    return NOW


@pytest.fixture
def library(any_store: Store) -> Library:
    return Library(any_store)


def ingest(library: Library, *records: Record) -> None:
    library.ingest("test", records, clock)


def the_only(library: Library) -> Paper:
    (paper,) = [p for p in library.refresh() if p.title == TITLE]
    return paper


@pytest.mark.parametrize(
    "order", [(WRITTEN, PRINTED, POSTED), (POSTED, PRINTED, WRITTEN), (PRINTED, WRITTEN, POSTED)]
)
@pytest.mark.parametrize("at_once", [True, False])
def test_a_paper_of_three_sources(library: Library, order: list[Paper], at_once: bool) -> None:
    """In whatever order they come: the best id, the best of each field, all sources."""
    if at_once:
        ingest(library, *order)
    for paper in order:
        ingest(library, paper)
    paper = the_only(library)
    assert paper.id == POSTED.id
    assert (paper.abstract, paper.venue) == ("A longer abstract.", "J. Looms")
    assert set(paper.sources) == {"file:a", "arxiv", "p"}
    for id in (WRITTEN.id, PRINTED.id, "10.1000/LOOM", "https://arxiv.org/abs/2603.00001v2"):
        assert library.paper(id) == paper
    revision = library.current()[1]
    ingest(library, *order)
    assert library.current()[1] == revision


def test_where_each_field_is_from(library: Library, any_store: Store) -> None:
    """Provenance is kept by field, with the version."""
    ingest(library, Found(POSTED, version=2), PRINTED)
    with any_store.reading() as connection:
        told = papers.origins(connection, [POSTED.id])[POSTED.id]
    assert told["abstract"] == ("arxiv", 2)
    assert told["venue"] == ("p", 0)


def test_a_revision_replaces_what_the_same_source_said(library: Library) -> None:
    """Even by less; an older version that comes later changes nothing."""
    revised = replace(POSTED, abstract="Less.", authors=("Ada Weaver", "Bo Bee"))
    ingest(library, Found(POSTED, version=1))
    ingest(library, Found(revised, version=2))
    assert (the_only(library).abstract, len(the_only(library).authors)) == ("Less.", 2)
    ingest(library, Found(POSTED, version=1))
    assert the_only(library).abstract == "Less."


def test_a_withdrawn_paper(library: Library) -> None:
    """One that nobody knows does not come in; a known one says what happened."""
    notice = Found(replace(POSTED, abstract="Withdrawn. Sorry."), version=1_000, withdrawn=True)
    run, _ = library.ingest("arxiv", [notice], clock)
    assert (run.new, run.skipped) == (0, {"withdrawn": 1})
    ingest(library, Found(POSTED, version=1), notice, Found(POSTED, version=2))
    assert the_only(library).abstract == "Withdrawn. Sorry."


def test_two_works_of_one_title_are_two_papers(library: Library) -> None:
    """Each is found again under its own id."""
    other = replace(WRITTEN, authors=("Somebody Else",), abstract="Other.")
    for _ in range(2):
        ingest(library, WRITTEN, other)
    found = {p.authors: p.id for p in library.refresh() if p.title == TITLE}
    assert found[("A. Weaver",)] == WRITTEN.id
    assert found[("Somebody Else",)] == title_id(TITLE, "Somebody Else")


@pytest.mark.parametrize("authors", [(), ("A. Weaver",)])
@pytest.mark.parametrize("title", ["Looms", "Erratum", TITLE, "?"])
@pytest.mark.parametrize("abstract", ["", "Short."])
def test_the_same_record_again_is_the_same_paper(
    library: Library, title: str, authors: tuple[str, ...], abstract: str
) -> None:
    """However little it says; another with as short a title is another."""
    one = Paper(title_id(title), title, abstract, authors)
    other = replace(one, authors=("Somebody Else",), abstract="Something else.")
    ingest(library, one, other)
    known = library.current()
    for _ in range(2):
        ingest(library, other, one)
        ingest(library, one)
    assert library.current()[1] == known[1]
    # Such a long title is enough where one of them names nobody.
    expected = 1 if title == TITLE and not authors else 2
    assert len([p for p in library.refresh() if p.title == title]) == expected


def test_a_record_that_shows_two_papers_to_be_one(library: Library) -> None:
    """They were known under different titles."""
    renamed = replace(PRINTED, title="Weaving at night", abstract="")
    ingest(library, POSTED, renamed)
    assert len({p.id for p in library.refresh()} & {POSTED.id, PRINTED.id}) == 2
    ingest(library, Found(POSTED, frozenset([PRINTED.id])))
    index = library.refresh()
    assert index.get(PRINTED.id) is None
    paper = library.paper(PRINTED.id)
    assert paper is not None
    assert (paper.id, paper.venue) == (POSTED.id, "J. Looms")


def room(who: Subscriber) -> Subscriber:
    """The channel in which somebody shares."""
    return Subscriber(who.workspace, f"C{who.id}")


def fill(store: Store, old: str, new: str) -> None:
    """Both people have the old paper everywhere; Bob has the new one as well."""
    with store.writing() as connection:
        for who, ids in ((ADA, [old]), (BOB, [old, new])):
            for id in ids:
                people.save_paper(connection, who, id, NOW)
                people.hide_paper(connection, who, id, NOW)
                liked = Interest(id, kind=InterestKind.PAPER)
                interests.put(connection, who, liked)
                share = Share(f"{who.id}-{id}", id, who.id, NOW)
                shares.claim(connection, room(who), share, None)
        shown = [(ADA, [old]), (BOB, [old]), *([(BOB, [new])] if new != old else [])]
        for number, (who, ids) in enumerate(shown):
            compose(connection, _digest_of(f"d{number}", who, ids))


def _digest_of(key: str, who: object, ids: list[str]) -> Digest:
    digest = a_digest(who, key)  # type: ignore[arg-type]
    picks = [
        replace(pick, match=replace(pick.match, paper=Paper(id, "Any")))
        for pick, id in zip(digest.picks, ids, strict=False)
    ]
    return replace(digest, picks=tuple(picks))


@pytest.mark.parametrize("is_there", [False, True])
def test_everything_follows_a_paper_to_its_new_id(any_store: Store, is_there: bool) -> None:
    """Saved papers, likes, digests and the ledger, each once, also where both were known."""
    old, new = PAPERS[0].id, PAPERS[1].id
    fill(any_store, old, new if is_there else old)
    target = new if is_there else "doi:10.1/new"
    with any_store.writing() as connection:
        identities.rekey(connection, old, target)
    with any_store.reading() as connection:
        assert set(papers.get(connection, [old, target])) == {target}
        for who in (ADA, BOB):
            assert people.saved_papers(connection, who) == [target]
            assert people.hidden_papers(connection, who) == [target]
            assert shares.last(connection, room(who), target) is not None
            (like,) = interests.profile(connection, who).interests
            assert like.text == target
            assert digests.shown(connection, who) == {target}
        for key in ("d0", "d1"):
            digest = digests.get(connection, key)
            assert digest is not None
            assert [pick.match.paper.id for pick in digest.picks] == [target]
        for table in metadata.sorted_tables:
            kept = [c for c in table.c if c.references(metadata.tables["papers"].c.id)]
            for column in kept:
                assert old not in connection.execute(select(column)).scalars().all()
        assert identities.found(connection, [old]) == {old: target}


def test_a_new_id_makes_no_news(any_store: Store, library: Library) -> None:
    """The paper is as old as it was, and readers never see it twice or not at all."""
    ingest(library, WRITTEN)
    before = library.refresh()
    with any_store.reading() as connection:
        revision = papers.state(connection).revision
    ingest(library, POSTED)
    with any_store.reading() as connection:
        assert papers.ids_added(connection, revision, 10**6) == []
    assert [p.id for p in before if p.title == TITLE] == [WRITTEN.id]
    assert the_only(library).id == POSTED.id
    assert [match.paper.id for match in library.index.search("loom")] == [POSTED.id]


def test_two_papers_that_become_one_make_no_news(any_store: Store, library: Library) -> None:
    """The one that remains is as old as the older, though its id came later."""
    ingest(library, replace(PRINTED, title="Weaving at night", abstract=""))
    with any_store.reading() as connection:
        revision = papers.state(connection).revision
    later = NOW + timedelta(days=1)
    library.ingest("test", [POSTED], lambda: later)
    with any_store.reading() as connection:
        assert papers.ids_seen(connection, later) == [POSTED.id]
    library.ingest("test", [Found(POSTED, frozenset([PRINTED.id]))], lambda: later)
    with any_store.reading() as connection:
        assert papers.ids_added(connection, revision, 10**6) == []
        assert papers.ids_seen(connection, later) == []


def test_two_works_are_not_joined_by_a_third_record(library: Library) -> None:
    """It is one of them, and the other stays; a title that is of both finds neither."""
    other = replace(POSTED, id="arxiv:2603.00002")
    ingest(library, POSTED, other)
    ingest(library, PRINTED)
    found = library.refresh()
    assert sorted(p.id for p in found if p.title == TITLE) == [POSTED.id, other.id]
    assert library.paper(title_id(TITLE)) is None


def test_an_id_of_another_work_is_not_taken(library: Library) -> None:
    """A record that names the id of a work that it cannot be keeps its own."""
    one = Paper("doi:10.1000/one", "On looms and what they weave by day", "One.", ("A. Weaver",))
    two = Paper("arxiv:2603.00002", "Bees, and how they find their ways", "Two.", ("B. Keeper",))
    ingest(library, one, Found(two, frozenset(["doi:10.1000/two"])))
    ingest(library, Found(one, frozenset([two.id])))
    index = library.refresh()
    assert index.get(one.id) == one
    assert index.get(two.id) == two


def test_two_processes_take_the_same_papers_in(any_store: Store) -> None:
    """At once: each paper is new to one of them, and known to the other."""
    many = [Paper(f"arxiv:2603.{n:05}", f"Loom number {n} of a long series") for n in range(400)]
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(Library(any_store).ingest, "test", many, clock) for _ in range(2)]
        runs = [job.result()[0] for job in jobs]
    assert sorted(run.new for run in runs) == [0, 400]


@pytest.mark.parametrize("table", ["papers", "checkpoints"])
def test_neither_papers_nor_their_place_come_alone(tmp_path: Path, table: str) -> None:
    """What keeps one of them from being written keeps the other."""
    with closing(Store(f"sqlite:///{tmp_path}/paperwire.db")) as store:
        with store.writing() as connection:
            full = (
                f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'x'); END"
            )
            connection.execute(text(full))
        with pytest.raises(DBAPIError):
            ingest(Library(store), POSTED, Checkpoint("one"))
        with store.reading() as connection:
            assert (papers.count(connection), sources.place(connection, "test")) == (0, None)


def test_an_id_that_returns(library: Library) -> None:
    """A record with only the old id still is of that paper."""
    ingest(library, WRITTEN, POSTED)
    ingest(library, WRITTEN)
    assert the_only(library).id == POSTED.id


@pytest.mark.parametrize(
    "bad", ["doi:10.1000/\0", "doi:10.1000/\ud800", "doi:10.1000/" + "x" * 300]
)
def test_ids_that_no_database_takes(library: Library, bad: str) -> None:
    """The paper comes in under another of its ids."""
    ingest(library, replace(PRINTED, id=bad))
    assert the_only(library).id == title_id(TITLE)
    assert library.paper(bad) is None


def test_ids_longer_than_the_database_takes(library: Library) -> None:
    """They are no help to find anything by."""
    long = "doi:10.1/" + "x" * 300
    ingest(library, Found(POSTED, frozenset([long])))
    assert library.paper(long) is None


def test_a_place_is_kept_with_the_papers_before_it(library: Library, any_store: Store) -> None:
    """In one transaction, batch for batch; remarks stay in the run's record."""
    records: list[Record] = [POSTED, Checkpoint("one"), Remark("Odd."), PRINTED, Checkpoint("two")]

    def broken() -> Iterator[Record]:
        yield from records[:4]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.ingest("test", broken(), clock)
    with any_store.reading() as connection:
        assert sources.place(connection, "test") == "one"
    run, _ = library.ingest("test", records, clock)
    assert run.notes == ("Odd.",)
    with any_store.reading() as connection:
        assert sources.place(connection, "test") == "two"
        assert papers.last_ingestions(connection) == [run]


def test_papers_of_an_older_version_are_found_by_their_titles(tmp_path: Path) -> None:
    """The migration gives them the names that new ones have."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    store = Store(url)
    ingest(Library(store), POSTED)
    with store.writing() as connection:
        connection.execute(aliases.delete())
        for statement in (
            "DROP TABLE aliases",
            "DROP TABLE sources",
            "DROP TABLE readers",
            "DROP TABLE checkpoints",
            "ALTER TABLE papers DROP COLUMN origins",
            "ALTER TABLE ingestions DROP COLUMN notes",
            "ALTER TABLE shares DROP COLUMN thread",
            "UPDATE alembic_version SET version_num = '0002'",
        ):
            connection.execute(text(statement))
    store.close()
    store = Store(url)
    library = Library(store)
    ingest(library, WRITTEN)
    paper = the_only(library)
    assert (paper.id, paper.published) == (POSTED.id, None)
    store.close()
