"""bioRxiv, feeds, BibTeX, RIS and arXiv's snapshot: what is read, and what is said of the rest."""

import gzip
import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.errors import SourceError, UserError
from bot.sources import feed, files, open_source
from bot.sources.bibtex import parse_bibtex
from bot.sources.biorxiv import parse_page
from bot.sources.feed import parse_feed
from bot.sources.files import LINES_A_PLACE
from bot.sources.jsonlines import read_json_lines
from bot.sources.reach import Reach, Sites
from bot.sources.records import Checkpoint, Found, Problem, Record, Remark
from bot.sources.ris import parse_ris
from recommender import Paper
from tests import recorded as r
from tests.site import Exchange, Site, a_site, a_web, page

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    with a_site(page("")) as opened:
        yield opened


def found(records: Sequence[Record]) -> list[Found]:
    return [record for record in records if isinstance(record, Found)]


def problems(records: Sequence[Record]) -> list[str]:
    return [record.text for record in records if isinstance(record, Problem)]


# bioRxiv


def read(site: Site, name: str = "biorxiv", place: str | None = None) -> list[Record]:
    reach = Reach(NOW, a_web(), place, Sites(biorxiv=site.url))
    return list(open_source(name, reach))


def test_a_preprint(site: Site) -> None:
    """Names turned, the DOI as id, the journal's DOI beside it, version and place."""
    site.will(page(r.preprints([r.preprint(1, published="10.1000/J.1", version="2")], 1)))
    one, *_ = found(read(site))
    assert one.paper.id == "doi:10.1101/2026.03.01.000001"
    assert one.paper.authors == ("A. L. Weaver", "H. Jégou")
    assert (one.paper.area, one.paper.organisations) == ("neuroscience", ("Mill House",))
    assert one.paper.published == date(2026, 3, 1)
    assert (set(one.ids), one.version) == ({"doi:10.1000/j.1"}, 2)


def test_pages_of_any_size(site: Site) -> None:
    """The cursor goes on by as many as came."""

    def answer(exchange: Exchange) -> None:
        cursor = int(exchange.path.rpartition("/")[2])
        some = [r.preprint(n) for n in range(cursor, min(cursor + 30, 70))]
        exchange.says(r.preprints(some, 70, cursor))

    site.will(answer)
    assert len({one.paper.id for one in found(read(site))}) == 70
    assert "/biorxiv/2026-02-22/2026-03-01/30" in site.asked


def test_days_without_preprints(site: Site) -> None:
    """No error."""
    site.will(page('{"messages": [{"status": "no posts found"}], "collection": []}'))
    assert [type(record) for record in read(site)] == [Checkpoint, Checkpoint]


def test_only_some_categories(site: Site) -> None:
    """As they are written there, or with _ for a space."""
    some = [
        r.preprint(1),
        r.preprint(2, category="Cell Biology"),
        r.preprint(3, category="zoology"),
    ]
    site.will(page(r.preprints(some, 3)))
    numbers = {one.paper.id[-1] for one in found(read(site, "biorxiv:neuroscience,cell_biology"))}
    assert numbers == {"1", "2"}


def test_the_next_reading_begins_where_this_one_ended(site: Site) -> None:
    """With two days of overlap; `since` counts for the first only."""
    site.will(page(r.preprints([], 0)))
    records = read(site, "medrxiv:since=2026-02-01")
    assert site.asked[0] == "/medrxiv/2026-02-01/2026-02-08/0"
    places = [record.place for record in records if isinstance(record, Checkpoint)]
    assert places[-1] == "2026-03-02"
    read(site, "medrxiv:since=2026-02-01", places[-1])
    assert site.asked[-1] == "/medrxiv/2026-02-28/2026-03-02/0"


def test_an_empty_page_that_is_not_the_end(site: Site) -> None:
    """Asked again, then an error."""
    site.will(page(r.preprints([], 70)), page(r.preprints([r.preprint(1)], 1)))
    assert len(found(read(site))) == 2
    site.will(page(r.preprints([], 70)))
    with pytest.raises(SourceError, match="nothing after 0 of 70"):
        read(site)


def test_preprints_that_are_none(site: Site) -> None:
    """A sentence each, and the others are read."""
    some: list[object] = [{}, None, [], r.preprint(1, doi="none"), r.preprint(2) | {"title": None}]
    site.will(page(r.preprints([*some, r.preprint(9)], 6)))  # type: ignore[list-item]
    records = read(site)
    assert {one.paper.id[-1] for one in found(records)} == {"9"}
    assert len(problems(records)) == 2 * len(some)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"<html>", b'{"messages": []}', b"[" * 99_999])
def test_an_answer_that_is_none_of_biorxivs(body: bytes) -> None:
    """One sentence."""
    with pytest.raises(SourceError, match="none of its API"):
        parse_page(body, "bioRxiv")


@pytest.mark.parametrize("name", ["biorxiv:a b;c", "biorxiv:since=x", "biorxiv:", "biorxiv:../x"])
def test_what_biorxiv_does_not_have(name: str) -> None:
    """Said before anything is asked."""
    with pytest.raises(UserError):
        open_source(name)


# Feeds

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"><channel><title>J. Looms</title>
<item><title>On &lt;i&gt;looms&lt;/i&gt; &amp; mice</title><link>https://looms.example/1</link>
<description>&lt;p&gt;We weave.&lt;/p&gt;&lt;script&gt;</description>
<dc:creator>A. Weaver, B. Bee</dc:creator>
<prism:doi>10.1000/LOOM.1</prism:doi><pubDate>Mon, 02 Mar 2026 00:00:00 GMT</pubDate></item>
<item><link>https://looms.example/2</link></item>
<item><title>Third</title><guid>https://doi.org/10.1000/loom.3</guid>
<pubDate>Mon, 02 Mar 9999 00:00:00 GMT</pubDate></item></channel></rss>"""


def test_a_feed() -> None:
    """Text without tags, names, the DOI from wherever it stands; no year that cannot be."""
    records = list(parse_feed(RSS.encode(), "feed:x"))
    first, third = found(records)
    assert first.paper == Paper(
        "doi:10.1000/loom.1",
        "On looms & mice",
        "We weave.",
        ("A. Weaver", "B. Bee"),
        published=date(2026, 3, 2),
        venue="J. Looms",
        urls=("https://looms.example/1",),
        sources=("feed:x",),
    )
    assert (third.paper.id, third.paper.published) == ("doi:10.1000/loom.3", None)
    assert problems(records) == ["the entry has no title"]


def test_arxivs_feed_is_a_feed() -> None:
    """Its papers keep their ids."""
    (one,) = found(list(parse_feed(r.RSS.encode(), "feed:x")))
    assert one.paper.id == "arxiv:2603.00001"


def test_a_feed_that_breaks_off() -> None:
    """What came before is read, and it is remarked."""
    records = list(parse_feed(RSS[: RSS.index("<item><title>Third")].encode(), "feed:x"))
    assert len(found(records)) == 1
    assert any(isinstance(record, Remark) for record in records)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "xxxxxxxxxx">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><rss version="2.0"><channel><item><title>&j;</title></item></channel></rss>'
)
THIEF = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<rss version="2.0"><channel><item><title>&x;</title></item></channel></rss>'
)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html><body>404</body></html>", "web page"),
        (b"<!-- x --><!DOCTYPE html><html>", "web page"),
        (b"", "empty"),
        (b"Hello", "neither RSS nor Atom"),
        (b'{"version": "https://jsonfeed.org"}', "neither RSS nor Atom"),
        (BOMB.encode(), "entities of its own"),
        (THIEF.encode(), "entities of its own"),
        (THIEF.encode("utf-16"), "entities of its own"),
        (THIEF.replace(" [", " " * 900 + "[").encode(), "entities of its own"),
        (b"/etc/passwd", "neither RSS nor Atom"),
        (b"x" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_what_is_no_feed(body: bytes, says: str) -> None:
    """One sentence; nothing is opened, and nothing grows."""
    with pytest.raises(SourceError, match=says):
        list(parse_feed(body, "feed:x"))


def test_a_feed_with_too_many_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as are read of one; the rest is remarked."""
    monkeypatch.setattr(feed, "MOST_ENTRIES", 2)
    *read, remark = parse_feed(RSS.encode(), "feed:x")
    assert len(read) == 2
    assert isinstance(remark, Remark)
    assert "more than 2 entries" in remark.text


def test_a_library_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be read as a whole."""
    monkeypatch.setattr(files, "MOST_BYTES", 1_000_000)
    path = tmp_path / "large.bib"
    path.write_bytes(b"@article{a, title = {A}}" + b" " * 1_000_000)
    with pytest.raises(SourceError, match=r"large\.bib is larger than 1 MB: split it"):
        list(open_source(f"file:{path}"))


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    """Nobody waits for what may never come."""
    path = tmp_path / "pipe.jsonl"
    os.mkfifo(path)
    with pytest.raises(SourceError, match="is no file"):
        list(open_source(f"file:{path}"))


def test_feeds_in_other_encodings() -> None:
    """Declared, marked, or neither."""
    text = RSS.replace("Third", "Jégou")
    declared = text.replace('version="1.0"?', 'version="1.0" encoding="iso-8859-1"?')
    wrong = text.replace('version="1.0"?', 'version="1.0" encoding="zip"?')
    for raw in (
        text.encode(),
        text.encode("utf-16"),
        declared.encode("latin-1"),
        text.encode("latin-1"),
        wrong.encode(),
    ):
        assert found(list(parse_feed(raw, "feed:x")))[1].paper.title == "Jégou"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "file:///etc/passwd",
        "https://",
        "https://a:b@c.example/",
        "http://x:0/",
        "http://x y/",
    ],
)
def test_what_is_no_address_of_a_feed(address: str) -> None:
    """Said before anything is asked."""
    with pytest.raises(UserError, match="no address of a feed"):
        open_source(f"feed:{address}")


# BibTeX

BIB = r"""
@string{loom = "Journal of {L}ooms"}
@comment{nothing}
@inproceedings{a, crossref = {p}, title = {{O}n {\'e}t{\"o}ffe and $10^2$ looms},
  author = {Weaver, Ada L. and {The {LOOM} Team} and J{\'e}gou, Herv{\'e} and others},
  month = mar, day = 2, year = 2026, eprint = {2603.00001v2}, archivePrefix = {arXiv},
  primaryClass = {cs.CL}, doi = {10.1000/A}}
@article{b, title = "Half a \& title", journal = loom # { } # "B", year = 2026, url = {https://x.example/b}}
@proceedings{p, title = {Proc. of Looms}, year = 2020}
@article{b, title = {The same key}}
@article{c, author = {Nobody}}
@misc{d, title = {Not closed}, year = 1
@article{e, title = {After it}}
"""


def test_a_bibtex_file() -> None:
    """Accents, braces, abbreviations, cross-references, names; what is wrong has its line."""
    records = list(parse_bibtex(BIB, "file:x.bib"))
    a, b, same, *rest = found(records)
    assert a.paper == Paper(
        "arxiv:2603.00001",
        "On étöffe and 10² looms",
        authors=("Ada L. Weaver", "The LOOM Team", "Hervé Jégou"),
        more_authors=True,
        area="cs.CL",
        published=date(2026, 3, 2),
        venue="Proc. of Looms",
        sources=("file:x.bib",),
    )
    assert a.ids == {"arxiv:2603.00001", "doi:10.1000/a"}
    assert (b.paper.title, b.paper.venue) == ("Half a & title", "Journal of Looms B")
    assert (b.paper.published, b.paper.urls) == (None, ("https://x.example/b",))
    assert same.paper.title == "The same key"
    assert [each.paper.title for each in rest] == ["After it"]
    assert problems(records) == [
        "“p” is a volume, and no paper",
        "“c” has no title",
        "the entry is not closed, or otherwise no BibTeX",
    ]
    assert [record.line for record in records if isinstance(record, Problem)] == [9, 11, 12]


def test_what_is_no_bibtex() -> None:
    """One sentence; an empty file is no error."""
    with pytest.raises(SourceError, match="no BibTeX"):
        list(parse_bibtex("TY  - JOUR\nER  - \n", "file:x.bib"))
    assert list(parse_bibtex("", "file:x.bib")) == []


# RIS

RIS = """TY  - JOUR
T1  - On looms
AU  - Weaver, Ada L.
AU  - Jégou, Hervé
PY  - 2026/03/02/
JO  - J. Looms
DO  - 10.1000/R
UR  - https://arxiv.org/abs/2603.00001v1
AB  - We weave
and weave.
ER  -

TY  - JOUR
AU  - Nobody
ER  -
TY - CONF
TI - Not closed, and with one space
Y1 - 2026//
XX - unknown
TY  - JOUR
TI  - Last
ER  - """


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_ris_file(end: str, tmp_path: Path) -> None:
    """Whatever its line ends; entries not closed, unknown tags, wrapped lines."""
    path = tmp_path / "x.ris"
    path.write_bytes(RIS.replace("\n", end).encode())
    records = list(open_source(f"file:{path}"))
    first, second, last = found(records)
    assert first.paper == Paper(
        "arxiv:2603.00001",
        "On looms",
        "We weave and weave.",
        ("Ada L. Weaver", "Hervé Jégou"),
        published=date(2026, 3, 2),
        venue="J. Looms",
        urls=("https://arxiv.org/abs/2603.00001v1",),
        sources=("file:x.ris",),
    )
    assert first.ids == {"arxiv:2603.00001", "doi:10.1000/r"}
    assert second.paper.title == "Not closed, and with one space"
    assert last.paper.title == "Last"
    assert problems(records) == ["the entry has no title, or is no RIS"]


def test_what_is_no_ris() -> None:
    """One sentence."""
    with pytest.raises(SourceError, match="no RIS"):
        list(parse_ris(BIB, "file:x.ris"))
    assert list(parse_ris("", "file:x.ris")) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_in_other_encodings(encoding: str, tmp_path: Path) -> None:
    """As reference managers write them."""
    path = tmp_path / "x.ris"
    path.write_bytes(RIS.encode(encoding))
    assert found(list(open_source(f"file:{path}")))[0].paper.authors[1] == "Hervé Jégou"


def test_packed_files(tmp_path: Path) -> None:
    """Unpacked on the way; a damaged one is one sentence."""
    path = tmp_path / "x.bib.gz"
    path.write_bytes(gzip.compress(BIB.encode()))
    assert len(found(list(open_source(f"file:{path}")))) == 4
    for damaged in (gzip.compress(BIB.encode())[:-20], b"no gzip"):
        path.write_bytes(damaged)
        with pytest.raises(SourceError, match="damaged"):
            list(open_source(f"file:{path}"))


# Lines

SNAPSHOT = {
    "id": "0704.0001",
    "submitter": "Ada",
    "authors": "A. Weaver and H. J\\'egou",
    "title": "On\n  looms",
    "comments": "9 pages",
    "journal-ref": "J. Looms 7",
    "doi": "10.1000/S",
    "report-no": None,
    "categories": "hep-ph cs.CL",
    "license": None,
    "abstract": "  We weave.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Weaver", "A.", ""], ["J\\'egou", "H.", "Jr."]],
}


def test_a_line_of_arxivs_snapshot(tmp_path: Path) -> None:
    """Known by its keys, among lines of our own."""
    path = tmp_path / "x.json"
    path.write_text(
        json.dumps(SNAPSHOT) + '\n{"title": "Ours"}\n{"update_date": 1, "versions": 2}\n'
    )
    one, ours, wrong = read_json_lines(path)
    assert isinstance(one, Found)
    assert one.paper == Paper(
        "arxiv:0704.0001",
        "On looms",
        "We weave.",
        ("A. Weaver", "H. Jégou Jr."),
        area="hep-ph",
        published=date(2007, 4, 2),
        venue="J. Looms 7",
        urls=("https://arxiv.org/abs/0704.0001",),
        sources=("arxiv",),
    )
    assert (set(one.ids), one.version) == ({"doi:10.1000/s"}, 2)
    assert isinstance(ours, Paper)
    assert isinstance(wrong, Problem)


def test_what_other_collections_call_the_same_things(tmp_path: Path) -> None:
    """Ids besides the id, and a date, categories, addresses and code by other names."""
    line = {
        "id": "conf2026:7",
        "title": "On looms",
        "arxiv": "2603.00001",
        "doi": "10.1000/C",
        "date": "2026-03-02",
        "categories": ["cs.CL", "cs.LG"],
        "url": "https://conf.example/7",
        "code": "https://github.com/ada/loom",
    }
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(line) + "\n" + json.dumps({"title": "a", "doi": 7, "date": "soon"}))
    one, two = read_json_lines(path)
    assert isinstance(one, Found)
    assert (one.paper.id, set(one.ids)) == ("conf2026:7", {"arxiv:2603.00001", "doi:10.1000/c"})
    assert (one.paper.published, one.paper.area) == (date(2026, 3, 2), "cs.CL")
    assert (one.paper.has_code, len(one.paper.urls)) == (True, 2)
    assert two == Paper(two.id, "a", sources=("file:x.jsonl",)) if isinstance(two, Paper) else False


def test_a_large_file_is_read_on_from_where_it_was(tmp_path: Path) -> None:
    """A place now and then; after the end, and in another file, the start is the place."""
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f'{{"title": "Paper {n}"}}\n' for n in range(2 * LINES_A_PLACE + 5)))
    records = list(read_json_lines(path))
    places = [record.place for record in records if isinstance(record, Checkpoint)]
    assert len(places) == 3
    at = next(n for n, record in enumerate(records) if isinstance(record, Checkpoint))
    rest = [record for record in read_json_lines(path, places[0]) if isinstance(record, Paper)]
    assert rest == [record for record in records[at:] if isinstance(record, Paper)]
    assert list(read_json_lines(path, places[-1])) == records
    path.write_text('{"title": "Another"}\n')
    assert len(list(read_json_lines(path, places[0]))) == 2
