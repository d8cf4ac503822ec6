"""What the bot looks like: whatever anybody writes, Slack takes it and it stays text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bot.blocks import Message, code, mrkdwn, note, sentence
from bot.blocks import papers as looks
from bot.blocks.text import MAX_URL, link, percents, plain
from bot.blocks.views import MAX_OFFSET, View, ViewKind, offset_in
from bot.demo.limits import MESSAGE_BLOCK_TEXT, refuse_message
from bot.demo.parts import all_text
from bot.models import Marks, Share
from recommender import Match, Paper, Reason
from tests.clock import MONDAY

HOSTILE = (
    "<!channel>",
    "<!here|x>",
    "<@U1>",
    "<#C1>",
    "<http://evil.example|x>",
    "<!subteam^S1>",
    "*bold* _it_ ~no~ `code`",
    "```",
    "&amp;",
    "&lt;!channel&gt;",
    "\u202egnp.exe\u202c",
    "\u200f\u061c\u2066",
    "\x00\x1b[2J\x07\r\n\t",
    "👩🏽‍🔬🎉",
    "עברית العربية",
    "|",
    ">",
    "\ud800",
    "&" * 5_000,
    "*" * 5_000,
    "x" * 5_000,
)
HOSTILE_URLS = (
    "javascript:alert(1)",
    "data:text/html,<b>",
    "http://a|b>",
    "http://a/<!channel>",
    "https://a.example/x y\nz",
    "https://a.example/?a=1&b=2",
    "https://a.example/" + "y" * 3_000,
    "https://[::1",
    "https://a.example/\ud800",
    "https://a.example/\u202e",
    "http://",
    "//a.example",
    "",
)
TARGET = re.compile(r"<https?://[^|<>\s]+\|[^<>\n]+>")

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=80),
    st.lists(st.sampled_from(HOSTILE[:18]) | st.text(max_size=8), max_size=8).map("".join),
)
urls = st.one_of(st.sampled_from(HOSTILE_URLS), texts.map("https://a.example/{}".format))
ids = st.one_of(
    st.sampled_from(("arxiv:2401.08281", "doi:10.1/x|y>", "title:0123456789abcdef")),
    st.text(st.characters(exclude_categories=("Z", "C")), min_size=1, max_size=200),
)
papers = st.builds(
    Paper,
    id=ids,
    title=texts,
    abstract=texts,
    authors=st.lists(texts, max_size=6),
    more_authors=st.booleans(),
    area=st.none() | texts,
    published=st.none() | st.dates(),
    venue=st.none() | texts,
    has_code=st.none() | st.booleans(),
    urls=st.lists(urls, max_size=7),
    sources=st.lists(texts, max_size=4),
)
reasons = st.builds(Reason, texts, st.lists(texts, max_size=15).map(tuple), st.floats(0.001, 100))
matches = st.builds(
    lambda paper, found: Match(paper, sum(reason.share for reason in found), tuple(found)),
    papers,
    st.lists(reasons, max_size=20),
)
# Pages of papers are large: explaining a failure takes Hypothesis minutes, shrinking it seconds.
bounded = settings(
    deadline=None,
    max_examples=30,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
pages = st.lists(matches, max_size=10, unique_by=lambda match: match.paper.id)
views = st.builds(View, st.sampled_from(ViewKind), ids, st.integers(0, MAX_OFFSET))


def json_of(message: Message) -> list[dict[str, Any]]:
    """The blocks as they go to Slack."""
    return [block.to_dict() for block in message.blocks]


def markup(json: Any) -> Iterator[str]:
    """Every text in some JSON that Slack reads as markup."""
    if isinstance(json, list):
        for item in json:
            yield from markup(item)
    elif isinstance(json, dict):
        if json.get("type") == "mrkdwn":
            yield json["text"]
        for value in json.values():
            yield from markup(value)


def check(message: Message, mentions: tuple[str, ...] = ()) -> None:
    """Slack takes the message, and nothing in it but our own links and mentions means anything."""
    refuse_message(message.text, json_of(message), [])
    for text in (message.text, *markup(json_of(message))):
        rest = TARGET.sub("", text)
        for mention in mentions:
            rest = rest.replace(mention, "")
        assert not set("<>") & set(rest)
        assert all(is_visible(character) for character in text)


def is_visible(character: str) -> bool:
    """Neither a control character nor one that reverses or hides what is around it."""
    return character in "\n\u200d" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


@given(pages, views, texts, st.none() | st.integers(1, MAX_OFFSET))
@bounded
def test_a_listing_of_any_papers_is_taken_and_harmless(
    page: list[Match], view: View, query: str, more: int | None
) -> None:
    """A page of arbitrary papers under an arbitrary query is within the limits and only text."""
    check(looks.listing(looks.Listing(f"Papers for “{query}”", page, view, more=more)))


@given(pages, views, texts)
@bounded
def test_a_digest_of_any_papers_is_taken_and_harmless(
    page: list[Match], view: View, line: str
) -> None:
    """A digest of arbitrary papers is within the limits and only text."""
    lines, footer = [mrkdwn(f"of {line}", 200)], mrkdwn(f"by {line}", 200)
    labels = {match.paper.id: "from the archive" for match in page}
    shown = looks.Listing("Monday", page, view, notes=lines, labels=labels, footer=footer)
    check(looks.listing(shown))


def shared_by(paper: Paper, person: str = "U0000000001") -> Share:
    """How somebody shares a paper."""
    return Share("0" * 32, paper.id, person, MONDAY)


@given(matches, texts)
@bounded
def test_any_single_paper_is_taken_and_harmless(match: Match, comment: str) -> None:
    """In full, explained, shared, or unexplained: an arbitrary paper breaks no message."""
    check(looks.full_paper(match.paper, Marks()))
    check(looks.why(match, match.paper))
    check(looks.why(None, match.paper))
    for has_thread in (True, False):
        share = shared_by(match.paper)
        shared = looks.shared_paper(match.paper, share, comment, has_thread=has_thread)
        check(shared, ("<@U0000000001>",))


@given(texts)
@example("&" * 5_000)
@bounded
def test_any_sentence_is_taken_and_harmless(text: str) -> None:
    """A sentence that quotes arbitrary text is within the limits, unless nothing is left of it."""
    check(sentence(f"No paper answers to “{text}”."))


def test_ten_of_the_longest_papers_fit_into_one_digest() -> None:
    """Ten papers with every field at its longest stay below what Slack takes of text."""
    long = "&" + "long " * 1_000
    paper = Paper(
        id="x" * 200,
        title=long,
        authors=(long,) * 9,
        area=long,
        published=date(2026, 3, 2),
        venue=long,
        has_code=True,
        urls=("https://a.example/" + "y" * (MAX_URL - 18),),
    )
    words = tuple(f"{n}{long}" for n in range(9))
    reasons = [Reason(long, words, 1.0) for _ in range(3)]
    match = Match(paper, 4.0, (*reasons, Reason("paper:liked", words, 1.0)))
    page = [replace(match, paper=replace(paper, id=f"{n}{paper.id[1:]}")) for n in range(10)]
    view, ids = View(ViewKind.DIGEST, "f" * 32), frozenset(each.paper.id for each in page)
    notes, labels = [long[:400]] * 2, dict.fromkeys(ids, "beyond your interests")
    shown = looks.Listing(
        "Papers",
        page,
        view,
        Marks(saved=ids, disliked=ids),
        notes=notes,
        labels=labels,
        titles={"liked": long},
        footer=long[:400],
        shares=True,
    )
    message = looks.listing(shown)
    check(message)
    assert all_text(json_of(message)) > MESSAGE_BLOCK_TEXT * 0.9


def test_a_title_is_shown_as_it_is_written() -> None:
    """Markup in a title comes out as the same characters, and a link keeps its address."""
    shown = link("https://a.example/?a=1&b=2", "R&D <b> of C*-algebras: snake_case, x_", 200)
    assert shown == (
        "*<https://a.example/?a=1&amp;b=2|R&amp;D &lt;b&gt; of C∗-algebras: snake_case, xˍ>*"
    )


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_an_address_never_ends_its_link(url: str) -> None:
    """An address is one whole link to the web, or no link at all."""
    shown = link(url, "title", 50)
    assert shown == "*title*" or TARGET.fullmatch(shown.strip("*"))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "x" * 3_000])
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    """Only http and https addresses of a length that Slack takes become links."""
    assert link(url, "title", 50) == "*title*"


def test_a_paper_without_a_title_can_still_be_read() -> None:
    """A title of nothing visible says so rather than leave an empty link."""
    assert link("https://a.example", "\u202e\x00", 50) == "*<https://a.example|(no title)>*"


@given(texts, st.integers(1, 300))
@bounded
def test_text_is_cut_to_its_limit_and_never_inside_an_escape(text: str, limit: int) -> None:
    """Whatever the limit, escaped text is no longer, and every & begins a whole escape."""
    assert len(plain(text, limit)) <= limit
    safe = mrkdwn(text, limit)
    assert len(safe) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", safe)


@given(
    st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="&<>`"), max_size=50)
)
def test_what_is_to_be_typed_is_shown_to_the_letter(text: str) -> None:
    """What stands in fixed-width letters can be copied and typed again."""
    assert code(text, 400) == f"`{text}`"


@given(st.lists(texts.map(lambda text: mrkdwn(text, 2_000)), min_size=1, max_size=40))
@bounded
def test_many_lines_are_shown_and_the_rest_is_counted(lines: list[str]) -> None:
    """A note shows as many lines as a message takes, and says how many it leaves out."""
    check(note("first", *lines))


def test_lines_left_out_are_counted() -> None:
    """The number at the end is that of the lines that are not shown."""
    message = note(*(f"{number} {'x' * 1_000}" for number in range(20)))
    shown = [line for text in markup(json_of(message)) for line in text.splitlines()]
    assert shown[-1] == f"…and {20 - len(shown) + 1} more"
    assert [int(line.split()[0]) for line in shown[:-1]] == list(range(len(shown) - 1))


def test_the_reasons_of_a_paper_are_parts_of_a_whole() -> None:
    """Three reasons are named with their part of the score, and the others are counted."""
    reasons = tuple(Reason(f"r{n}", (), share) for n, share in enumerate((4.0, 3.0, 2.0, 1.0)))
    match = Match(Paper("x:1", "T"), 10.0, reasons)
    assert looks.because(match) == "Matches r0 40 % · r1 30 % · r2 20 % · and 1 more"


def test_unknown_facts_are_left_out() -> None:
    """What is not known of a paper leaves no trace, and a cut list of authors says so."""
    assert looks.facts(Paper("x:1", "T")) == ""
    known = Paper("x:1", "T", authors=("A", "B"), more_authors=True, published=date(2026, 3, 2))
    assert looks.facts(known) == "A, B et al. · 2 Mar 2026"


@given(views, st.integers(0, 50))
def test_a_view_comes_back_from_its_block(view: View, number: int) -> None:
    """What a block's id carries is read again, whatever the key."""
    encoded = view.encode(number)
    assert View.decode(encoded) == view
    assert len(encoded) <= 255


@given(st.text(max_size=60) | st.sampled_from(("search|٣|1|x", "search|-1|1|x", "search|1|1")))
def test_junk_is_no_view_or_one_within_bounds(junk: str) -> None:
    """A block id that is none of ours is read as nothing, or as a view that can do no harm."""
    view = View.decode(junk)
    assert view is None or 0 <= view.offset <= MAX_OFFSET


@pytest.mark.parametrize(
    "text", ["", "-1", "1.5", "x", "1001", "9" * 5_000, "1" + "0" * 9, " 1", "1e3"]
)
def test_an_offset_out_of_range_is_none(text: str) -> None:
    """A forged offset is not a number to start a list at."""
    assert offset_in(text) is None


@given(ids, st.integers(1, 10), views)
def test_a_menu_knows_its_paper(paper: str, number: int, view: View) -> None:
    """The block of a paper's menu names the paper, and no other block does."""
    match = Match(Paper(paper, "T"), 1.0, (Reason("x", (), 1.0),))
    block_ids = [
        block.block_id
        for block in looks.paper_blocks(match, number, looks.Listing("T", [match], view))
    ]
    known = [looks.paper_of(block_id) for block_id in block_ids if block_id]
    assert known == [paper, None]


@given(st.lists(st.floats(0.001, 1_000), min_size=1, max_size=12))
def test_percentages_add_up(shares: list[float]) -> None:
    """To 100, none further from its share than one."""
    found = percents(shares)
    assert sum(found) == 100
    exact = [100 * share / sum(shares) for share in shares]
    assert all(abs(whole - each) < 1.001 for whole, each in zip(found, exact, strict=True))
