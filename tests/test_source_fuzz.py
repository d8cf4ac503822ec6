"""Whatever a site or a file says, parsers end: with records, with problems, or with a sentence."""

import time
from collections.abc import Callable, Iterable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.library.batches import MAX_ID
from bot.sources.arxiv import Place
from bot.sources.arxiv.atom import parse_api
from bot.sources.arxiv.atom import parse_feed as parse_daily
from bot.sources.arxiv.oai import parse_oai
from bot.sources.bibtex import parse_bibtex
from bot.sources.biorxiv import parse_page, parse_preprint
from bot.sources.feed import parse_feed
from bot.sources.people import names_in
from bot.sources.records import Found, Problem, Record
from bot.sources.ris import parse_ris
from bot.sources.snapshot import parse_snapshot
from recommender import Paper
from tests import recorded as r
from tests.test_other_sources import BIB, BOMB, RIS, RSS, SNAPSHOT

MOST_SECONDS = 5.0

Parser = Callable[[bytes], Iterable[object]]

PARSERS: dict[str, Parser] = {
    "api": lambda raw: parse_api(raw).records,
    "daily": lambda raw: [each.record for each in parse_daily(raw).entries],
    "oai": lambda raw: [each.record for each in parse_oai(raw).records],
    "biorxiv": lambda raw: [
        parse_preprint(each, 1, "biorxiv") for each in parse_page(raw, "bioRxiv").entries
    ],
    "feed": lambda raw: parse_feed(raw, "feed:x"),
    "bibtex": lambda raw: parse_bibtex(raw.decode("latin-1"), "file:x"),
    "ris": lambda raw: parse_ris(raw.decode("latin-1"), "file:x"),
    "snapshot": lambda raw: [parse_snapshot(raw, 1, "file:x")],
}

SAMPLES = [
    r.api_page([r.api_entry("2602.00001v3")], 1).encode(),
    r.feed([r.feed_entry("2603.00001v1")]).encode(),
    r.RSS.encode(),
    r.oai_page([r.oai_record("2603.00001", versions=2, doi="10.1000/a")], "t", 2).encode(),
    r.preprints([r.preprint(1)], 1).encode(),
    RSS.encode(),
    BIB.encode(),
    RIS.encode(),
    BOMB.encode(),
    str(SNAPSHOT).replace("'", '"').replace("None", "null").encode(),
]

PIECES = [
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"&#0;", b"&#xD800;", b"\x00", b"\xff", b"{",
    b"}", b'"', b"#", b"@article{", b"TY  - ", b"ER  - ", b"9999-12-31", b"0000-00-00", b"\\'e",
    b"null", b"[[[[", b"1e999", b"\r", b"\n", b" and ", b"\xe2\x80\xae", b"v99999999999",
    b"$", b"10.1000/",
]  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A good answer with some of it cut out, repeated, or replaced."""
    raw = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(raw)))
        to = draw(st.integers(at, min(len(raw), at + 60)))
        piece = draw(st.sampled_from([b"", raw[at:to] * 3, *PIECES]) | st.binary(max_size=6))
        raw = raw[:at] + piece + raw[to:]
    return raw


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(raw=spoiled() | st.binary(max_size=300))
@example(raw=b"")
def test_no_answer_breaks_a_parser(name: str, raw: bytes) -> None:
    """Every record is whole, and what is none is one SourceError."""
    begun = time.monotonic()
    try:
        records = list(PARSERS[name](raw))
    except SourceError as error:
        records = [Problem(name, 1, str(error)[:400])]
    for record in records:
        check(record)
    assert time.monotonic() - begun < MOST_SECONDS


def check(record: object) -> None:
    """What the rest of the bot relies on."""
    if isinstance(record, Problem):
        assert record.text
        return
    paper = record.paper if isinstance(record, Found) else record
    if isinstance(paper, Paper):
        assert paper.title.strip()
        assert "\n" not in paper.title
        assert len(paper.id) <= 2 * MAX_ID
        assert len(paper.title) <= 2_000
        assert paper.published is None or 1450 <= paper.published.year <= 2199
        assert Paper.from_json(paper.to_json()) == paper


LONG = {
    "open tags": b"<a>" * 60_000,
    "entries": b"<feed>" + b"<entry><title>a</title></entry>" * 20_000 + b"</feed>",
    "brackets": b"{" * 200_000,
    "json": b"[" * 200_000,
    "quotes": b'@article{a, title = "' + b'"' * 100_000,
    "joins": b"@article{a, title = " + b"a # " * 50_000,
    "ands": b"@article{a, title = {t}, author = {" + b"a and " * 50_000 + b"}}",
    "entries of ris": b"TY  - JOUR\n" * 3_000,
    "a long name": b"TY  - JOUR\nTI  - a\nAU  - " + b"(" * 100_000 + b"\nER  - ",
    "tags in a feed": b"<rss><channel><item><title>" + b"&lt;" * 100_000,
    "dollars": b"TY  - JOUR\nTI  - " + b"$" * 90_000 + b"\nER  - ",
    "comments": b"<!--" * 50_000,
    "spaces": b" " * 1_000_000,
}


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("kind", LONG)
def test_no_answer_takes_for_ever(parser: str, kind: str) -> None:
    """Texts that make careless parsers try everything twice."""
    begun = time.process_time()
    try:
        for record in PARSERS[parser](LONG[kind]):
            check(record)
    except SourceError:
        pass
    assert time.process_time() - begun < MOST_SECONDS


@given(st.text(max_size=300))
def test_every_list_of_names_is_names(written: str) -> None:
    """None is empty, and none has a line end."""
    assert all(name.strip() == name and name for name in names_in(written))


@given(
    st.text(max_size=60)
    | st.sampled_from(["null", "{}", '{"swept": {"a": "2026-01-01"}, "token": 7}'])
)
def test_every_place_is_a_place(text: str) -> None:
    """What nobody can read is the beginning; what is written is read again."""
    place = Place.read(text)
    assert Place.read(place.written.place) == place


def test_samples_are_good() -> None:
    """Unspoiled, each is read by the parser that it is for."""
    expected = {"api": 0, "daily": 1, "oai": 3, "biorxiv": 4, "feed": 5, "bibtex": 6, "ris": 7}
    for name, at in expected.items():
        records: list[Record] = list(PARSERS[name](SAMPLES[at]))  # type: ignore[arg-type]
        assert any(isinstance(record, Found) for record in records)
