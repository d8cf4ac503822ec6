"""Whatever papers, profiles, queries and shares there are: Slack takes it, and it stays text."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import Message
from bot.blocks import papers as looks
from bot.blocks.bibtex import bibtex, key
from bot.blocks.text import code_block
from bot.blocks.views import MAX_OFFSET, View, ViewKind
from bot.models import Marks
from bot.slack.messages import PRESSES
from recommender import Index, Interest, InterestKind, Match, Paper, Profile, Reason
from recommender.searching import BEST_MATCHES
from tests.test_blocks import (
    bounded,
    check,
    ids,
    json_of,
    pages,
    papers,
    shared_by,
    texts,
    views,
)

FIELDS = {"title", "author", "year", "journal", "doi", "url"}
FIELDS |= {"eprint", "archivePrefix", "primaryClass"}
ESCAPES = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textasciigrave{}": "`",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    **{f"\\{character}": character for character in "$&%#_"},
}
ESCAPE = re.compile("|".join(map(re.escape, ESCAPES)))


def controls(message: Message) -> list[dict[str, Any]]:
    """Every control of a message."""
    found = [e for b in json_of(message) for e in (b.get("accessory"), *b.get("elements", []))]
    return [element for element in found if element and "action_id" in element]


def values(message: Message) -> Iterator[str]:
    """What the controls of a message carry."""
    for control in controls(message):
        yield from (option["value"] for option in control.get("options", []))
        if "value" in control:
            yield control["value"]


def readers(known: list[str]) -> st.SearchStrategy[Marks]:
    """Somebody who has said anything of any of those papers, or of others."""
    some = st.frozensets(st.sampled_from(known) | ids if known else ids, max_size=12)
    return st.builds(Marks, **{field.name: some for field in fields(Marks)})


@st.composite
def listings(draw: st.DrawFn) -> looks.Listing:
    """A page of arbitrary papers for an arbitrary reader, with reasons that name liked papers."""
    page = [liking(draw, match) for match in draw(pages)]
    known = [match.paper.id for match in page]
    liked = looks.liked_ids(page)
    return looks.Listing(
        title=f"Papers for “{draw(texts)}”",
        matches=page,
        view=draw(views),
        marks=draw(readers(known)),
        labels=dict.fromkeys(known[::2], "from the archive"),
        titles={one: draw(texts) for one in liked},
        more=draw(st.none() | st.integers(1, MAX_OFFSET)),
        shares=draw(st.booleans()),
    )


def liking(draw: st.DrawFn, match: Match) -> Match:
    """The match with some of its reasons made ones of liked papers."""
    names = draw(st.lists(ids.map("paper:{}".format), max_size=3))
    more = tuple(Reason(name, draw(st.sampled_from(WORDS)), 1.0) for name in names)
    return Match(match.paper, match.score + len(more), (*match.reasons, *more))


CHOICES = {looks.WHY, looks.SIMILAR, looks.BIBTEX, looks.SHARE, looks.SHARE_TO}
CHOICES |= {looks.HIDE, looks.UNHIDE}
WORDS: list[tuple[str, ...]] = [(), ("speech", "translation"), ("<!channel>", "`", "&" * 500)]


@given(listings())
@bounded
def test_any_page_for_any_reader_is_taken_and_harmless(page: looks.Listing) -> None:
    """Within Slack's limits, nothing but text, and each control is one that somebody hears."""
    message = looks.listing(page)
    check(message)
    known = {match.paper.id for match in page.matches}
    assert {control["action_id"] for control in controls(message)} <= set(PRESSES)
    options = [o for control in controls(message) for o in control.get("options", [])]
    assert all(len(option["value"]) <= 75 for option in options)
    carried = known | CHOICES | {str(page.more)}
    for value in set(values(message)) - carried:
        choice, view = looks.chosen(value)
        assert len(value) <= 2_000
        assert choice in {looks.HIDE, looks.UNHIDE}
        assert view == page.view


@given(papers, st.booleans(), st.data())
@bounded
def test_any_paper_alone_is_taken_and_harmless(
    paper: Paper, has_thread: bool, data: st.DataObject
) -> None:
    """In full, shared, as BibTeX, in its thread, asked about: only text, and controls that act."""
    marks = data.draw(readers([paper.id]))
    undo = looks.Undo("Undo", looks.UNLIKE)
    person = "<@U0000000001>"
    for message in (
        looks.full_paper(paper, marks, shares=has_thread),
        looks.thread_of(paper),
        looks.bibtex_page(paper),
        looks.told("Done.", paper, undo),
        looks.asked_again(f"{person} shared it", paper, "0" * 32),
        looks.shared_paper(paper, shared_by(paper), has_thread=has_thread),
    ):
        check(message, (person,))
        assert {control["action_id"] for control in controls(message)} <= set(PRESSES)


@given(st.lists(papers, max_size=8, unique_by=lambda paper: paper.id), texts, st.data())
@bounded
def test_any_profile_is_explained_in_what_slack_takes(
    known: list[Paper], word: str, data: st.DataObject
) -> None:
    """What the ranking itself says of arbitrary papers and interests can always be shown."""
    index = Index(known)
    liked = data.draw(st.lists(st.sampled_from(known), max_size=5)) if known else []
    interests = [Interest(paper.id, kind=InterestKind.PAPER) for paper in liked]
    typed = [Interest(word)] if word.strip() else []
    found = index.recommend(Profile([*typed, *interests]), None)[:10]
    titles = {paper.id: paper.title for paper in liked}
    view = View(ViewKind.DIGEST, "f" * 32)
    check(looks.listing(looks.Listing("Digest", found, view, titles=titles)))
    for match in found:
        check(looks.why(match, match.paper, titles, "You like it."))


def test_every_control_has_a_listener_and_every_listener_a_control() -> None:
    """The controls of all renderings are those of the table of presses."""
    paper = Paper("x:1", "A title", "An abstract", urls=("https://a.example",))
    match, view = Match(paper, 1.0, (Reason("title", ("title",), 1.0),)), View(ViewKind.SEARCH, "k")
    one = frozenset({paper.id})
    renderings = [
        looks.listing(looks.Listing("T", [match], view, more=5, shares=True)),
        looks.listing(looks.Listing("T", [match], view, Marks(one, one, one, one))),
        looks.full_paper(paper, Marks()),
        looks.shared_paper(paper, shared_by(paper), has_thread=True),
        looks.asked_again("Again?", paper, "k"),
        *(
            looks.told("Done.", paper, looks.Undo("Undo", action))
            for action in (looks.UNHIDE, looks.HIDE, looks.TAKE_BACK)
        ),
    ]
    found = {control["action_id"] for message in renderings for control in controls(message)}
    assert found == set(PRESSES)


@pytest.mark.parametrize(("key", "fits"), [("f" * 32, True), ("x" * 200, False)])
def test_a_menu_carries_its_view_where_there_is_room(key: str, fits: bool) -> None:
    """A choice that is too long with the view comes without it, and is answered in a word."""
    match, view = Match(Paper("x:1", "T"), 1.0), View(ViewKind.SIMILAR, key, MAX_OFFSET)
    for marks in (Marks(), Marks(hidden=frozenset({"x:1"}))):
        message = looks.listing(looks.Listing("T", [match], view, marks))
        hiding = list(values(message))[4]
        assert len(hiding) <= 75
        assert looks.chosen(hiding)[1] == (view if fits else None)


# Reasons in one line.


def test_many_liked_papers_are_one_reason() -> None:
    """However many likes speak for a paper, they are one reason, with their part together."""
    likes = [Reason(f"paper:l{n}", (f"w{n}", "speech"), 0.2) for n in range(5)]
    match = Match(Paper("x:1", "T"), 4.0, (Reason("translation", ("translation",), 3.0), *likes))
    titles = {f"l{n}": f"Title {n}" for n in range(5)}
    line = looks.because(match, titles)
    assert line == "Matches translation 75 % · like 5 papers you liked: w0, w1, w2 25 %"


def test_one_liked_paper_is_named() -> None:
    """The only one has its title, comes first when it weighs more, and its id is never shown."""
    likes = Reason("paper:l", ("speech",), 3.0)
    match = Match(Paper("x:1", "T"), 4.0, (likes, Reason("translation", (), 1.0)))
    assert looks.because(match, {"l": "On speech"}) == (
        "Like “On speech”: speech 75 % · matches translation 25 %"
    )


def test_what_the_best_matches_have_in_common_is_told_behind_the_words() -> None:
    """However much it weighs: nobody reads "matches like the best matches"."""
    best = Reason(BEST_MATCHES, (), 2.0)
    words = [Reason("speech", (), 1.0), Reason("translation", (), 1.0)]
    match = Match(Paper("x:1", "T"), 4.0, (best, *words))
    told = "Matches speech 25 % · translation 25 % · like the best matches 50 %"
    assert looks.because(match) == told
    alone = Match(Paper("x:1", "T"), 2.0, (best,))
    assert looks.because(alone) == "Like the best matches 100 %"


def test_a_query_that_looks_like_a_liked_paper_is_a_query() -> None:
    """Only ids of papers that are known as liked are taken for such."""
    match = Match(Paper("x:1", "T"), 1.0, (Reason("paper:mache", (), 1.0),))
    assert looks.because(match) == "Matches paper:mache 100 %"


# BibTeX.


@given(texts)
def test_nothing_ends_a_block_to_copy_but_its_end(text: str) -> None:
    """Backticks inside are marks that look like them, and no link can be forged there."""
    block = code_block(text)
    assert block.count("`") == 6
    assert block.startswith("```")
    assert block.endswith("```")
    assert not set("<>") & set(block)


@given(papers)
@bounded
def test_any_paper_gives_an_entry_that_can_be_parsed(paper: Paper) -> None:
    """Braces are balanced within each field, nothing ends the block, and it fits a section."""
    entry = bibtex(paper)
    parsed = parse(entry)
    assert re.fullmatch(r"[a-z0-9]+", key(paper))
    assert {"title"} <= set(parsed) <= FIELDS
    assert "`" not in entry
    block = code_block(entry)
    assert block.count("`") == 6
    assert len(block) <= 2_900
    assert not set("<>") & set(block)


@given(st.text(st.characters(exclude_categories=("C", "Z")), max_size=30))
def test_a_title_can_be_read_back(title: str) -> None:
    """What is escaped for LaTeX is what stands in the title, letter by letter."""
    shown = parse(bibtex(Paper("x:1", title or "T")))["title"][1:-1]
    assert ESCAPE.sub(lambda found: ESCAPES[found[0]], shown) == (title or "T")


def test_an_entry_as_people_know_it() -> None:
    """An arXiv paper with accents: who, when, what, where, and a key that can be guessed."""
    paper = Paper(
        "arxiv:2401.08281",
        "The Faiss library",
        authors=("Hervé Jégou", "Research and Development", "Last, First"),
        more_authors=True,
        area="cs.LG",
        published="2024-01-16",  # type: ignore[arg-type]
    )
    assert bibtex(paper).splitlines() == [
        "@misc{jegou2024faiss,",
        "  title = {{The Faiss library}},",
        "  author = {Hervé Jégou and {Research and Development} and Last, First and others},",
        "  year = {2024},",
        "  eprint = {2401.08281},",
        "  archivePrefix = {arXiv},",
        "  primaryClass = {cs.LG},",
        "  url = {https://arxiv.org/abs/2401.08281},",
        "}",
    ]
    doi = replace(paper, id="doi:10.1109/tpami.2010.57", venue="TPAMI & more")
    assert "  doi = {10.1109/tpami.2010.57}," in bibtex(doi)
    assert "  journal = {TPAMI \\& more}," in bibtex(doi)
    assert bibtex(doi).startswith("@article{jegou2024faiss,")


@pytest.mark.parametrize(
    ("authors", "title", "found"),
    [
        (("Jégou, Hervé",), "Product quantization", "jegouproduct"),
        (("van den Oord, Aäron",), "The use of codes", "vandenoorduse"),
        (("李明",), "李明", "paper"),
        ((), "C++ for all", "c"),
    ],
)
def test_a_key_is_of_ascii_letters(authors: tuple[str, ...], title: str, found: str) -> None:
    """The family name and the first word that says something; something always stands there."""
    assert key(Paper("x:1", title, authors=authors)) == found


def parse(entry: str) -> dict[str, str]:
    """The fields of an entry, as a reader that counts braces finds them."""
    opened = re.match(r"@(misc|article)\{([a-z0-9]+),\n", entry)
    assert opened is not None
    found: dict[str, str] = {}
    at = opened.end()
    while field := re.compile(r"  (\w+) = \{").match(entry, at):
        depth, end = 1, field.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(entry[end], 0)
            end += 1
        found[field[1]] = entry[field.end() : end - 1]
        assert entry[end : end + 2] == ",\n"
        at = end + 2
    assert entry[at:] == "}"
    return found
