"""arXiv: what its answers say, and how two ways of asking leave no gap."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.errors import SourceBusy, SourceError, UserError
from bot.sources import open_source
from bot.sources.arxiv import parse_asked
from bot.sources.arxiv.atom import parse_api, parse_feed
from bot.sources.arxiv.entries import WITHDRAWN
from bot.sources.arxiv.filling import PAGE
from bot.sources.arxiv.oai import parse_oai
from bot.sources.people import names_in
from bot.sources.reach import Reach, Sites
from bot.sources.records import Checkpoint, Found, Problem, Record, Remark
from tests import recorded as r
from tests.site import Exchange, Site, a_site, a_web, page

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NOTHING_NEW = r.oai_error("noRecordsMatch")


# What the answers say


def test_an_entry_of_the_api() -> None:
    """One line of title and abstract, accents, suffixes, places, links; the id without version."""
    more = "<arxiv:doi>10.1000/ABC</arxiv:doi><arxiv:journal_ref>J. Looms 7</arxiv:journal_ref>"
    body = r.api_page([r.api_entry("2602.00001v3", "On $10^2$\n  looms", more=more)], 1)
    (found,) = parse_api(body.encode()).records
    assert isinstance(found, Found)
    paper = found.paper
    assert (paper.id, paper.title, found.version) == ("arxiv:2602.00001", "On 10² looms", 3)
    assert paper.abstract == r.ABSTRACT
    assert paper.authors == ("Ada L. Weaver", "Hervé Jégou, Jr.")
    assert (paper.organisations, paper.area, paper.venue) == (
        ("Mill House",),
        "cs.CL",
        "J. Looms 7",
    )
    assert paper.published == date(2026, 2, 20)
    assert paper.has_code is True
    assert paper.urls == ("https://arxiv.org/abs/2602.00001", "https://github.com/ada/loom")
    assert found.ids == {"doi:10.1000/abc"}


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("hep-th/9901001v2", "arxiv:hep-th/9901001"),
        ("math.GT/0309136v1", "arxiv:math/0309136"),
        ("0704.0001v12", "arxiv:0704.0001"),
    ],
)
def test_ids_of_every_age(written: str, key: str) -> None:
    """Old ones have their archive in them."""
    (found,) = parse_api(r.api_page([r.api_entry(written)], 1).encode()).records
    assert isinstance(found, Found)
    assert found.paper.id == key


def test_an_error_is_no_paper() -> None:
    """arXiv sends its errors as entries."""
    with pytest.raises(SourceError, match="refused the question: incorrect id format"):
        parse_api(r.API_ERROR.encode())


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the author due to a crucial error",
        "Withdrawn: see the comment",
        "The manuscript was temporarily withdrawn",
    ],
)
def test_a_withdrawn_paper(comment: str) -> None:
    """It says so itself, and comes after all versions."""
    (found,) = parse_api(
        r.api_page([r.api_entry("2602.00001v2", comment=comment)], 1).encode()
    ).records
    assert isinstance(found, Found)
    assert (found.withdrawn, found.version) == (True, WITHDRAWN)
    assert found.paper.abstract == f"Withdrawn. {comment}"


def test_a_paper_about_withdrawals() -> None:
    """Money may be withdrawn, too."""
    body = r.api_page([r.api_entry("2602.00001v2", comment="Cash was withdrawn in 10 cities")], 1)
    (found,) = parse_api(body.encode()).records
    assert isinstance(found, Found)
    assert not found.withdrawn


def test_a_record_of_the_archive() -> None:
    """The first version's day, the last one's number, and both DOIs."""
    one = r.oai_record("0704.0471", versions=2, doi="10.1103/A.1 10.1103/A.2")
    answer = parse_oai(r.oai_page([one, r.DELETED], "next|2", 7).encode())
    (listed,) = answer.records
    assert isinstance(listed.record, Found)
    paper = listed.record.paper
    assert (paper.id, paper.published) == ("arxiv:0704.0471", date(2026, 2, 27))
    assert paper.authors == ("Ada L. Weaver", "Hervé Jégou Jr.", "the LOOM Collaboration")
    assert listed.record.ids == {"doi:10.1103/a.1", "doi:10.1103/a.2"}
    assert (listed.record.version, listed.changed) == (2, date(2026, 3, 2))
    assert (answer.token, answer.total) == ("next|2", 7)


def test_a_withdrawal_without_a_word() -> None:
    """A last version of no size is one."""
    page_of_one = r.oai_page([r.oai_record("2603.00001", versions=2)])
    first, _, last = page_of_one.rpartition("<size>9kb")
    for written, withdrawn in ((page_of_one, False), (f"{first}<size>0kb{last}", True)):
        (listed,) = parse_oai(written.encode()).records
        assert isinstance(listed.record, Found)
        assert listed.record.withdrawn is withdrawn


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("A. B. Cee", ("A. B. Cee",)),
        ("A. Bee, C. Dee, and E. Eff", ("A. Bee", "C. Dee", "E. Eff")),
        ("Andy Anderson and Sandy Band", ("Andy Anderson", "Sandy Band")),
        ("A. Bee (1,2), C. Dee, Jr. (2) ((1) Here, (2) There (far))", ("A. Bee", "C. Dee Jr.")),
        ("The LOOM Collaboration: A. Bee, C. Dee", ("The LOOM Collaboration", "A. Bee", "C. Dee")),
        ("A. Bee III; C. Dee, III", ("A. Bee III", "C. Dee III")),
        ("", ()),
        (" , and , ", ()),
    ],
)
def test_names_in_one_text(written: str, names: Sequence[str]) -> None:
    """Commas, "and", places in brackets, suffixes, and a collaboration before its members."""
    assert names_in(written) == names


def test_both_kinds_of_daily_feed() -> None:
    """Atom and RSS say the same: kind, day, and an abstract without its heading."""
    atom = parse_feed(r.feed([r.feed_entry("2603.00001v1", "cross")]).encode())
    rss = parse_feed(r.RSS.encode())
    assert (atom.on, rss.on) == (date(2026, 3, 2), date(2026, 3, 2))
    assert [e.kind for e in atom.entries + rss.entries] == ["cross", "new"]
    for entry in (*atom.entries, *rss.entries):
        assert isinstance(entry.record, Found)
        assert entry.record.paper.id == "arxiv:2603.00001"
        assert entry.record.paper.abstract == r.ABSTRACT
        assert entry.record.version == 1


def test_a_day_without_news() -> None:
    """Weekends and holidays have feeds without entries."""
    assert parse_feed(r.feed([]).encode()).entries == ()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html><body>We are down</body></html>", "web page"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"", "is empty"),
        (b"Rate exceeded.", "broken XML"),
        (r.feed([r.feed_entry("2603.00001v1")]).encode()[:-40], "broken XML"),
        (b"<a/>", "is no"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><feed>&a;</feed>', "entities of its own"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd" [ ]><feed/>', "entities of its own"),
        (b"\xff\xfe<\x00a\x00", "broken XML"),
    ],
)
def test_answers_that_are_none(body: bytes, says: str) -> None:
    """One sentence, from every parser."""
    for parse in (parse_api, parse_feed, parse_oai):
        with pytest.raises(SourceError, match=says):
            parse(body)


def test_wrong_encodings() -> None:
    """What claims to be UTF-8 and is not is read a byte a character, and UTF-16 as it is."""
    text = r.feed([r.feed_entry("2603.00001v1", title="Jégou")])
    for raw in (text.encode("latin-1"), text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        (entry,) = parse_feed(raw).entries
        assert isinstance(entry.record, Found)
        assert entry.record.paper.title == "Jégou"


@pytest.mark.parametrize("words", ["cs.CL,cs.LG", "math", "hep-th,no-cross", "replaced", ""])
def test_what_may_be_asked(words: str) -> None:
    """Subjects, archives and options."""
    parse_asked(words)


@pytest.mark.parametrize("words", ["cs.CL;x", "biology", "../x", "since=soon", "since=0001-01-01"])
def test_what_arxiv_does_not_have(words: str) -> None:
    """A sentence before anything is asked."""
    with pytest.raises(UserError):
        parse_asked(words)


# Asking


class Arxiv:
    """A site with arXiv's three addresses, each with pages of its own, one after the other."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.answers = {
            "feed": [r.feed([])],
            "api": [r.api_page([], 0)],
            "oai": [NOTHING_NEW],
        }
        site.will(self._answer)
        self.place: str | None = None

    def _answer(self, exchange: Exchange) -> None:
        kind = exchange.path.strip("/").split("/")[0].split("?")[0]
        pages = self.answers[kind]
        body = pages.pop(0) if len(pages) > 1 else pages[0]
        if body == "503":
            exchange.says("", 503)
        elif body == "reset":
            exchange.resets()
        else:
            exchange.says(body)

    def reach(self, now: datetime = NOW) -> Reach:
        url = self.site.url
        sites = Sites(f"{url}feed/", f"{url}api", f"{url}oai")
        return Reach(now, a_web(), self.place, sites)

    def read(self, name: str = "arxiv:cs.CL", now: datetime = NOW) -> list[Record]:
        """Reads to the end, and keeps the place as a library would."""
        records = []
        for record in open_source(name, self.reach(now)):
            records.append(record)
            if isinstance(record, Checkpoint):
                self.place = record.place
        return records

    def asked(self, kind: str) -> list[dict[str, str]]:
        """The questions that one of the addresses got."""
        parts = [urlsplit(path) for path in self.site.asked]
        queries = [parse_qs(each.query) for each in parts if each.path.strip("/").startswith(kind)]
        return [{name: values[0] for name, values in query.items()} for query in queries]


@pytest.fixture
def arxiv() -> Iterator[Arxiv]:
    with a_site(page("")) as site:
        yield Arxiv(site)


def ids(records: Sequence[Record]) -> list[str]:
    return [record.paper.id for record in records if isinstance(record, Found)]


def remarks(records: Sequence[Record]) -> list[str]:
    return [record.text for record in records if isinstance(record, Remark)]


def test_a_quiet_day_is_no_error(arxiv: Arxiv) -> None:
    """No feed, nothing in the archive, no complaint; the day is remembered."""
    records = arxiv.read()
    assert (ids(records), remarks(records)) == ([], [])
    assert arxiv.place is not None
    assert "2026-03-02" in arxiv.place


def test_feed_and_archive_are_both_read(arxiv: Arxiv) -> None:
    """What either has comes; where they agree there is nothing to remark."""
    arxiv.answers["feed"] = [r.feed([r.feed_entry("2603.00001v1")])]
    arxiv.answers["oai"] = [r.oai_page([r.oai_record("2603.00001"), r.oai_record("2603.00002")])]
    records = arxiv.read()
    assert sorted(set(ids(records))) == ["arxiv:2603.00001", "arxiv:2603.00002"]
    assert remarks(records) == []
    assert arxiv.site.asked[0] == "/feed/cs.CL"
    assert arxiv.asked("oai")[0]["set"] == "cs"


def test_what_only_the_feed_has_is_remarked(arxiv: Arxiv) -> None:
    """The archive should have it as well."""
    arxiv.answers["feed"] = [r.feed([r.feed_entry("2603.00007v1")])]
    (remark,) = remarks(arxiv.read())
    assert "1 papers of the daily feed are not in arXiv's archive" in remark
    assert "arxiv:2603.00007" in remark


def test_what_the_feed_lacks_is_remarked(arxiv: Arxiv) -> None:
    """New papers of the day that the feed does not have are read from the archive all the same."""
    arxiv.answers["feed"] = [r.feed([r.feed_entry("2603.00000v1")])]
    records = [r.oai_record(f"2603.{n:05}") for n in range(10)]
    arxiv.answers["oai"] = [r.oai_page(records)]
    read = arxiv.read()
    assert len(set(ids(read))) == 10
    assert "lacks 9 of 10 new papers" in remarks(read)[0]


def test_a_broken_feed_does_not_stop_the_archive(arxiv: Arxiv) -> None:
    """It is remarked, and nothing is lost."""
    arxiv.answers["feed"] = ["<html>maintenance</html>"]
    arxiv.answers["oai"] = [r.oai_page([r.oai_record("2603.00001")])]
    records = arxiv.read()
    assert ids(records) == ["arxiv:2603.00001"]
    assert "web page" in remarks(records)[0]


def test_the_switches(arxiv: Arxiv) -> None:
    """Cross-lists come unless they are not wanted, replacements only if they are."""
    arxiv.answers["feed"] = [
        r.feed(
            [
                r.feed_entry("2603.00001v1"),
                r.feed_entry("2603.00002v1", "cross", category="stat.ML"),
                r.feed_entry("2603.00003v2", "replace"),
            ]
        )
    ]
    old = "Fri, 27 Feb 2009 22:04:11 GMT"
    arxiv.answers["oai"] = [
        r.oai_page(
            [
                r.oai_record("2603.00004", categories="stat.ML cs.CL"),
                r.oai_record("0902.00005", versions=2, first=old),
                r.oai_record("2603.00006", categories="cs.CV"),
            ]
        )
    ]

    def numbers(name: str) -> str:
        arxiv.place = None
        return "".join(key[-1] for key in ids(arxiv.read(name)))

    assert numbers("arxiv:cs.CL") == "124"
    assert numbers("arxiv:cs.CL,no-cross") == "1"
    assert numbers("arxiv:cs.CL,replaced") == "12345"
    assert numbers("arxiv:cs") == "1246"
    assert numbers("arxiv") == "1246"


def test_a_missed_week_is_caught_up(arxiv: Arxiv) -> None:
    """The archive is asked from the last time on, with some days of overlap."""
    arxiv.read()
    assert arxiv.asked("oai")[-1]["from"] == "2026-02-22"
    arxiv.read(now=NOW + timedelta(days=9))
    assert arxiv.asked("oai")[-1]["from"] == "2026-02-28"


def test_pages_of_the_archive(arxiv: Arxiv) -> None:
    """Resumption tokens lead on, also behind a page without records."""
    arxiv.answers["oai"] = [
        r.oai_page([r.oai_record("2603.00001")], "t1", 2),
        r.oai_page([], "t2"),
        r.oai_page([r.oai_record("2603.00002")]),
    ]
    assert ids(arxiv.read()) == ["arxiv:2603.00001", "arxiv:2603.00002"]
    assert [each.get("resumptionToken") for each in arxiv.asked("oai")] == [None, "t1", "t2"]


def test_a_broken_off_sweep_goes_on_at_its_page(arxiv: Arxiv) -> None:
    """A failure in the middle costs what came after, and only until the next time."""
    first = r.oai_page([r.oai_record("2603.00001")], "t1", 2)
    arxiv.answers["oai"] = [first, "reset"]
    with pytest.raises(SourceError):
        arxiv.read()
    arxiv.answers["oai"] = [r.oai_page([r.oai_record("2603.00002")])]
    assert ids(arxiv.read()) == ["arxiv:2603.00002"]
    assert arxiv.asked("oai")[-1]["resumptionToken"] == "t1"


def test_a_token_that_has_grown_old(arxiv: Arxiv) -> None:
    """The list is begun again, from its own first day."""
    arxiv.answers["oai"] = [r.oai_page([r.oai_record("2603.00001")], "t1", 2), "reset"]
    with pytest.raises(SourceError):
        arxiv.read()
    whole = r.oai_page([r.oai_record("2603.00001"), r.oai_record("2603.00002")])
    arxiv.answers["oai"] = [r.oai_error("badResumptionToken"), whole]
    assert ids(arxiv.read(now=NOW + timedelta(days=3))) == ["arxiv:2603.00001", "arxiv:2603.00002"]
    assert arxiv.asked("oai")[-1]["from"] <= "2026-02-25"


def test_a_sweep_that_was_broken_off_ends_where_it_began(arxiv: Arxiv) -> None:
    """What changed between its two halves is asked for the next time."""
    arxiv.answers["oai"] = [r.oai_page([r.oai_record("2603.00001")], "t1", 2), "reset"]
    with pytest.raises(SourceError):
        arxiv.read()
    arxiv.answers["oai"] = [r.oai_page([r.oai_record("2603.00002")])]
    arxiv.read(now=NOW + timedelta(days=5))
    arxiv.read(now=NOW + timedelta(days=6))
    assert arxiv.asked("oai")[-1]["from"] == "2026-02-28"


def test_an_archive_that_ends_too_early(arxiv: Arxiv) -> None:
    """It says how many there are; the day is not taken for done."""
    arxiv.answers["oai"] = [r.oai_page([r.oai_record("2603.00001")], "", 50)]
    with pytest.raises(SourceError, match="ended after 1 of 50 records"):
        arxiv.read()
    assert arxiv.place is None


def test_an_archive_that_goes_in_circles(arxiv: Arxiv) -> None:
    """The same token again is an end."""
    arxiv.answers["oai"] = [r.oai_page([r.oai_record("2603.00001")], "t1")]
    with pytest.raises(SourceError, match="the same page again"):
        arxiv.read()


def test_a_cut_page_is_asked_for_again(arxiv: Arxiv) -> None:
    """Half a page is none."""
    whole = r.oai_page([r.oai_record("2603.00001")])
    arxiv.answers["oai"] = [whole[:-60], whole]
    assert ids(arxiv.read()) == ["arxiv:2603.00001"]


def test_an_empty_page_without_a_reason_is_asked_for_again(arxiv: Arxiv) -> None:
    """It is neither the end nor a day without news, which has an error of its own."""
    arxiv.answers["oai"] = [r.oai_page([]), r.oai_page([r.oai_record("2603.00001")])]
    assert ids(arxiv.read()) == ["arxiv:2603.00001"]


def test_a_sweep_that_is_broken_off_twice(arxiv: Arxiv) -> None:
    """It still ends where it first began."""
    for days, answer in enumerate(("t1", "t2", "")):
        arxiv.answers["oai"] = [r.oai_page([r.oai_record(f"2603.0000{days}")], answer), "reset"]
        with suppress(SourceError):
            arxiv.read(now=NOW + timedelta(days=days))
    arxiv.answers["oai"] = [NOTHING_NEW]
    arxiv.read(now=NOW + timedelta(days=4))
    assert arxiv.asked("oai")[-1]["from"] == "2026-02-28"


def test_a_server_whose_clock_is_ahead(arxiv: Arxiv) -> None:
    """The next reading begins where this one was, by the earlier of both clocks."""
    arxiv.read(now=NOW - timedelta(days=3))
    arxiv.read(now=NOW + timedelta(days=4))
    assert arxiv.asked("oai")[-1]["from"] == "2026-02-25"


def test_a_busy_arxiv_is_left_alone(arxiv: Arxiv) -> None:
    """503 with an hour's Retry-After from the feed means the archive as well."""
    arxiv.site.will(page("", 503, Retry_After="3600"))
    with pytest.raises(SourceBusy):
        arxiv.read()
    assert len(arxiv.site.asked) == 1


# Filling


def fill(arxiv: Arxiv, count: int, wrong: Sequence[str] = (), most: int = PAGE) -> None:
    """Has the API hold so many papers a week; `wrong` are answers that come first.

    A page has `most` papers at the most, however many are asked for.
    """
    upcoming = list(wrong)

    def answer(exchange: Exchange) -> None:
        if not exchange.path.startswith("/api"):
            arxiv._answer(exchange)
            return
        if upcoming and (now := upcoming.pop(0)):
            exchange.says(now) if now != "503" else exchange.says("", 503)
            return
        query = parse_qs(urlsplit(exchange.path).query)
        start, size = int(query["start"][0]), int(query["max_results"][0])
        week = re.search(r"\[\d{4}(\d{4})", query["search_query"][0])
        assert week is not None
        numbers = range(start, min(start + min(size, most), count))
        entries = [
            r.api_entry(f"26{week[1][:2]}.{int(week[1][2:]) * 1000 + n:05}v1") for n in numbers
        ]
        exchange.says(r.api_page(entries, count, start))

    arxiv.site.will(answer)


def test_filling_goes_week_by_week(arxiv: Arxiv) -> None:
    """From the day asked for until today, with a place after each week."""
    fill(arxiv, 3)
    records = arxiv.read("arxiv:cs.CL,math,since=2026-02-10")
    assert len(ids(records)) == 9
    first = arxiv.asked("api")[0]
    assert first["search_query"] == (
        "(cat:cs.CL OR cat:math*) AND submittedDate:[202602100000 TO 202602162359]"
    )
    assert (first["sortBy"], first["sortOrder"]) == ("submittedDate", "ascending")


def test_filling_reads_every_page(arxiv: Arxiv) -> None:
    """Until as many have come as there are."""
    fill(arxiv, PAGE + 20)
    assert len(set(ids(arxiv.read("arxiv:cs.CL,since=2026-02-25")))) == PAGE + 20


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(r.api_page([], 600), id="empty but not the end"),
        pytest.param(r.api_page([r.api_entry("2602.00001v1")], PAGE + 20), id="short"),
        pytest.param("503", id="busy"),
        pytest.param(r.api_page([r.api_entry("2602.00001v1")], 1)[:300], id="cut"),
    ],
)
def test_pages_that_come_wrong_are_asked_for_again(arxiv: Arxiv, wrong: str) -> None:
    """arXiv's usual troubles cost no paper."""
    fill(arxiv, PAGE + 20, [wrong, "", wrong])
    assert len(set(ids(arxiv.read("arxiv:cs.CL,since=2026-02-25")))) == PAGE + 20


def test_pages_shorter_than_they_should_be_lose_nothing(arxiv: Arxiv) -> None:
    """A site that never gives as many as it is asked for: the next page begins behind the last."""
    fill(arxiv, 7, most=3)
    assert len(set(ids(arxiv.read("arxiv:cs.CL,since=2026-02-25")))) == 7


def test_an_answer_that_does_not_say_how_many_there_are(arxiv: Arxiv) -> None:
    """Without it nobody can tell the end from a failure."""
    page_of_none = re.sub(r"<opensearch:total.*", "", r.api_page([], 0))
    fill(arxiv, 7, [page_of_none])
    with pytest.raises(SourceError, match="does not say how many"):
        arxiv.read("arxiv:cs.CL,since=2026-02-25")


def test_an_end_that_is_none(arxiv: Arxiv) -> None:
    """Empty page after empty page although there is more: an error, and not the end."""
    fill(arxiv, 5, [r.api_page([], 600)] * 9)
    with pytest.raises(SourceError, match="nothing after 0 papers, and says there is more"):
        arxiv.read("arxiv:cs.CL,since=2026-02-25")


def test_an_interrupted_filling_goes_on(arxiv: Arxiv) -> None:
    """From the week that was not done, and is done only once."""
    fill(arxiv, 3, ["", r.API_ERROR])
    name = "arxiv:cs.CL,since=2026-02-10"
    with pytest.raises(SourceError, match="refused"):
        arxiv.read(name)
    before = len(arxiv.asked("api"))
    assert len(ids(arxiv.read(name))) == 6
    assert "202602170000" in arxiv.asked("api")[before]["search_query"]
    before = len(arxiv.asked("api"))
    arxiv.read(name)
    assert len(arxiv.asked("api")) == before


def test_a_place_that_nobody_can_read(arxiv: Arxiv) -> None:
    """The reading begins anew."""
    for place in ("", "nonsense", "[]", '{"swept": {"cs": "soon"}, "token": {}}', "7"):
        arxiv.place = place
        arxiv.read()
        assert arxiv.asked("oai")[-1]["from"] == "2026-02-22"


def test_entries_that_are_none(arxiv: Arxiv) -> None:
    """One without an id or a title is a problem, and the others are read."""
    entries = [
        r.feed_entry("2603.00001v1"),
        r.feed_entry("nonsense"),
        r.feed_entry("2603.00002v1", title=" "),
    ]
    arxiv.answers["feed"] = [r.feed(entries)]
    records = arxiv.read()
    problems = [record.text for record in records if isinstance(record, Problem)]
    assert ids(records) == ["arxiv:2603.00001"]
    assert problems == [
        "“oai:arXiv.org:nonsense” is no id of arXiv",
        "arxiv:2603.00002 has no title",
    ]
