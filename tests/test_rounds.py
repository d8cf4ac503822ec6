"""Sources that are read by themselves: when, by whom, what is kept of it, and what is said."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.library import Library, rounds, turns
from bot.library.rounds import Rounds, configure, parse_wish, read_wishes
from bot.library.troubles import source_remarks, source_troubles
from bot.sources.reach import Sites
from bot.store import Store, sources
from bot.store.papers import Ingestion
from bot.store.sources import Subscribed
from tests import recorded as r
from tests.clock import Clock
from tests.site import Exchange, Site, a_site, a_web, page
from tests.store_lab import NOW

FEED = (
    '<rss version="2.0"><channel><title>J</title><item><title>Looms of the north</title></item>'
    "</channel></rss>"
)
HOUR = timedelta(hours=1)


class Stage:
    """A site, a store, and the rounds of one process, with a clock that is set by hand."""

    def __init__(self, store: Store, site: Site) -> None:
        self.store, self.site = store, site
        self.clock = Clock(NOW)
        self.rounds = self.another()

    def another(self) -> Rounds:
        """The rounds of another process."""
        url = self.site.url
        sites = Sites(f"{url}feed/", f"{url}api", f"{url}oai", f"{url}bio/")
        return Rounds(self.store, Library(self.store), self.clock, a_web(), sites)

    def add(self, name: str, minutes: int = 60) -> str:
        """A source that is due now."""
        with self.store.writing() as connection:
            new = Subscribed(name, minutes, False, self.clock(), self.clock())
            sources.put(connection, new)
        return name

    def last(self, name: str) -> Ingestion:
        with self.store.reading() as connection:
            return sources.last_runs(connection, name, 1)[0]

    def runs(self, name: str) -> int:
        with self.store.reading() as connection:
            return len(sources.last_runs(connection, name, 99))

    def due(self, name: str) -> timedelta:
        """From now until the source is due."""
        with self.store.reading() as connection:
            (one,) = [each for each in sources.all_of(connection) if each.name == name]
        return one.next_due - self.clock()

    def troubles(self) -> list[str]:
        with self.store.reading() as connection:
            return source_troubles(connection, self.clock())


@pytest.fixture
def stage(any_store: Store) -> Iterator[Stage]:
    with a_site(page(FEED)) as site:
        yield Stage(any_store, site)


def test_a_source_is_read_when_it_is_due(stage: Stage) -> None:
    """Once, then again after its time; each run leaves a record, and the index has the paper."""
    name = stage.add(f"feed:{stage.site.url}")
    assert (stage.rounds.tick(), stage.rounds.tick()) == (1, 0)
    run = stage.last(name)
    assert (run.read, run.new, run.error) == (1, 1, None)
    assert stage.due(name) == HOUR
    assert stage.rounds.library.index.search("looms of the north")
    stage.clock.passes(hours=1)
    assert stage.rounds.tick() == 1
    assert stage.last(name).skipped == {"already known": 1}


def test_one_that_fails_touches_no_other(stage: Stage) -> None:
    """Its failure is recorded, and it is tried later and later, but never later than usual."""
    bad = stage.add("feed:http://nowhere.invalid/", 24 * 60)
    good = stage.add(f"feed:{stage.site.url}")
    assert stage.rounds.tick() == 2
    assert "no host" in (stage.last(bad).error or "")
    assert stage.last(good).new == 1
    waits = []
    for _ in range(9):
        waits.append(stage.due(bad))
        stage.clock.passes(seconds=waits[-1].total_seconds())
        stage.rounds.tick()
    assert waits[:3] == [HOUR / 4, HOUR / 2, HOUR]
    assert waits[-1] == timedelta(days=1)
    assert stage.troubles() == [
        f"{bad} could not be read 10 times: There is no host nowhere.invalid."
    ]


def test_a_mistake_of_ours_touches_no_other(stage: Stage) -> None:
    """Even an error that nobody thought of is a record, and the next source is read."""
    broken = stage.add("nonsense:a")
    with stage.store.writing() as connection:
        sources.put(connection, Subscribed("feed:", 60, False, NOW, NOW))
    good = stage.add(f"feed:{stage.site.url}")
    assert stage.rounds.tick() == 3
    assert "There is no source" in (stage.last(broken).error or "")
    assert stage.last(good).new == 1


def test_a_busy_site_says_when(stage: Stage) -> None:
    """Two hours of Retry-After are two hours."""
    name = stage.add(f"feed:{stage.site.url}")
    stage.site.will(page("", 503, Retry_After="7200"))
    stage.rounds.tick()
    assert 2 * HOUR <= stage.due(name) <= 2 * HOUR + timedelta(seconds=2)


def test_several_processes_read_a_source_once(stage: Stage) -> None:
    """Whoever claims it first reads it; others of its kind wait, so that a site has one reader."""
    here, there = threading.Event(), threading.Event()

    def slow(exchange: Exchange) -> None:
        here.set()
        there.wait(5)
        exchange.says(FEED)

    stage.site.will(slow)
    first = stage.add(f"feed:{stage.site.url}a")
    second = stage.add(f"feed:{stage.site.url}b")
    reader = threading.Thread(target=stage.rounds.tick)
    reader.start()
    assert here.wait(5)
    assert stage.another().tick() == 0
    there.set()
    reader.join()
    assert (stage.runs(first), stage.runs(second)) == (1, 1)


def test_a_reader_that_died_is_replaced(stage: Stage) -> None:
    """When its lease is over."""
    name = stage.add(f"feed:{stage.site.url}")
    with stage.store.writing() as connection:
        assert sources.claim(connection, "dead", NOW, turns.LEASE) is not None
    assert stage.rounds.tick() == 0
    stage.clock.passes(hours=1, seconds=1)
    assert stage.rounds.tick() == 1
    assert stage.last(name).new == 1


def test_a_stop_ends_a_reading(stage: Stage) -> None:
    """While it waits for a site: what was read stays, it is no failure, and it is due at once."""
    name = stage.add("arxiv:cs.CL")

    def answer(exchange: Exchange) -> None:
        if exchange.path.startswith("/feed"):
            exchange.says(r.feed([]))
        elif "resumptionToken" in exchange.path:
            threading.Timer(0.1, stage.rounds.stop).start()
            exchange.says("", 503, Retry_After="4")
        else:
            exchange.says(r.oai_page([r.oai_record("2603.00001")], "t1"))

    stage.site.will(answer)
    stage.rounds.tick()
    assert (stage.last(name).new, stage.last(name).error) == (1, None)
    assert stage.due(name) <= timedelta(0)
    stage.site.will(page(r.oai_page([r.oai_record("2603.00002")])))
    with stage.store.reading() as connection:
        assert "t1" in (sources.place(connection, name) or "")


def test_a_stop_between_two_records(stage: Stage) -> None:
    """Nothing more is taken in of what the site has sent already."""
    name = stage.add(f"feed:{stage.site.url}")

    def answer(exchange: Exchange) -> None:
        stage.rounds.stop()
        exchange.says(FEED)

    stage.site.will(answer)
    stage.rounds.tick()
    assert (stage.last(name).read, stage.last(name).error) == (0, None)
    assert stage.due(name) <= timedelta(0)


def test_a_long_reading_gives_others_their_turn(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends at a checkpoint, is due again at once, and goes on from there."""
    monkeypatch.setattr(rounds, "READ_SECONDS", 0)
    name = stage.add("biorxiv")
    stage.site.will(page(r.preprints([r.preprint(1)], 1)))
    stage.rounds.tick()
    assert stage.runs(name) == 2
    assert stage.site.asked[0] == "/bio/biorxiv/2026-02-22/2026-03-01/0"
    assert stage.site.asked[-1] == "/bio/biorxiv/2026-02-27/2026-03-02/0"
    assert stage.due(name) == HOUR


def test_silence_is_said(stage: Stage) -> None:
    """A source that brings nothing for longer than usual is named, though it does not fail."""
    name = stage.add("biorxiv")
    stage.site.will(page(r.preprints([], 0)))
    for days in range(7):
        stage.rounds.tick()
        # Four days without a paper are a weekend with holidays.
        assert bool(stage.troubles()) is (days > 5)
        stage.clock.passes(days=1)
    said = [f"{name} has brought nothing since 2026-03-02; is it still alive?"]
    assert stage.troubles() == said


def test_what_silence_is_usual(stage: Stage) -> None:
    """A journal may rest for weeks; and of what is read once a week a single time says nothing."""
    journal = stage.add(f"feed:{stage.site.url}", 24 * 60)
    weekly = stage.add("medrxiv", 7 * 24 * 60)
    stage.site.will(page(r.preprints([], 0)), page("<rss version='2.0'><channel/></rss>"))
    silent = []
    for day in range(33):
        empty = [page("<rss version='2.0'><channel/></rss>"), page(r.preprints([], 0))]
        stage.site.will(*(empty if day % 7 == 0 else empty[:1]))
        stage.rounds.tick()
        silent.append({name for name in (journal, weekly) if name in str(stage.troubles())})
        stage.clock.passes(days=1)
    assert next(day for day in range(33) if weekly in silent[day]) == 21
    assert [day for day in range(33) if journal in silent[day]] == [31, 32]


def test_a_bot_that_was_off_blames_no_source(stage: Stage) -> None:
    """While nobody reads, nothing can be heard."""
    stage.add("biorxiv")
    stage.site.will(page(r.preprints([], 0)))
    stage.rounds.tick()
    stage.clock.passes(days=30)
    (said,) = stage.troubles()
    assert "should have been read" in said


def test_a_source_that_nobody_reads_is_said(stage: Stage) -> None:
    """Due for more than a day."""
    name = stage.add("biorxiv")
    stage.clock.passes(days=2)
    assert stage.troubles() == [f"{name} should have been read on 2026-03-02, and was not."]


def test_remarks_are_kept(stage: Stage) -> None:
    """What the two ways to arXiv have against each other."""
    stage.add("arxiv:cs.CL")

    def answer(exchange: Exchange) -> None:
        is_feed = exchange.path.startswith("/feed")
        entry = r.feed([r.feed_entry("2603.00001v1")])
        exchange.says(entry if is_feed else r.oai_error("noRecordsMatch"))

    stage.site.will(answer)
    stage.rounds.tick()
    with stage.store.reading() as connection:
        (remark,) = source_remarks(connection)
    assert remark.startswith("arxiv:cs.CL: 1 papers of the daily feed are not in arXiv's archive")


def test_sources_of_the_settings_come_and_go(stage: Stage) -> None:
    """With the settings; those that an admin added stay."""
    added = stage.add("biorxiv")

    def names() -> dict[str, int]:
        with stage.store.reading() as connection:
            return {each.name: each.minutes for each in sources.all_of(connection)}

    configure(stage.store, {"arxiv:cs.CL": 360, "medrxiv": 60}, NOW)
    assert names() == {"arxiv:cs.CL": 360, "medrxiv": 60, added: 60}
    configure(stage.store, {"arxiv:cs.CL": 720}, NOW + HOUR)
    assert names() == {"arxiv:cs.CL": 720, added: 60}


def test_a_list_of_sources() -> None:
    """Between two stands a semicolon or a new line; behind one, how often."""
    text = "arxiv:cs.CL,cs.LG; biorxiv:cell_biology every 12 hours;\n"
    text += "feed:https://x.example/a every 2h;"
    assert read_wishes(text) == {
        "arxiv:cs.CL,cs.LG": 360,
        "biorxiv:cell_biology": 720,
        "feed:https://x.example/a": 120,
    }
    assert read_wishes("  ") == {}
    assert parse_wish("medrxiv every day") == ("medrxiv", 1440)


@pytest.mark.parametrize(
    "wish",
    [
        "seeds",
        "file:/etc/x.jsonl",
        "arxiv:biology",
        "medrxiv every 1m",
        "medrxiv every 99d",
        "every 2h",
        "x",
    ],
)
def test_what_cannot_be_read_again_and_again(wish: str) -> None:
    """A sentence for the one who wrote it; files of the machine are nobody's source in Slack."""
    with pytest.raises(UserError):
        read_wishes(wish)
