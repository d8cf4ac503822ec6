"""Searching, and the index as a collection and as a file."""

import random
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import (
    Index,
    IndexFileError,
    Interest,
    InterestKind,
    Match,
    Paper,
    Profile,
    QueryError,
)

PAPERS = [
    Paper(
        "arxiv:1702.08734",
        "Billion-scale similarity search with GPUs",
        "Similarity search finds application in vector search over images.",
        ("Jeff Johnson", "Matthijs Douze", "Hervé Jégou"),
        area="cs.CV",
        published=date(2017, 2, 28),
        organisations=("meta-ai",),
        has_code=True,
    ),
    Paper(
        "arxiv:2401.08281",
        "The Faiss library",
        "Vector databases manage embedding vectors. Vector search is long at the core.",
        ("Matthijs Douze", "H. Jegou"),
        area="LG",
        published=date(2024, 1, 16),
        organisations=("Meta AI",),
        has_code=True,
    ),
    Paper(
        "doi:10.1234/abc",
        "Self-supervised speech translation",
        "We search for a vector. Reinforcement learning for code.",
        ("Alexandre Défossez", "Ming Long", "Mei Long", "Ann Long"),
        area="cs.CL",
        published=date(2023, 5, 31),
        venue="NeurIPS 2023",
        has_code=False,
    ),
    Paper("title:00000000000000ff", "Learning code by reinforcement", "A long abstract. Long."),
]
JOHNSON, FAISS, SPEECH, CODE = (paper.id for paper in PAPERS)


@pytest.fixture(name="index", scope="module")
def _index() -> Index:
    return Index(PAPERS)


def ids(matches: list[Match]) -> list[str]:
    return [match.paper.id for match in matches]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"vector search"', {JOHNSON, FAISS}),
        ('search -"vector search"', {SPEECH}),
        ('"reinforcement learning for code"', {SPEECH}),
        ('"selfsupervised"', {SPEECH}),
        ('"self supervised speech"', {SPEECH}),
        ('"GPUs similarity"', set()),
        ('"the of"', set()),
        ("author:Jegou", {JOHNSON, FAISS}),
        ('author:"H. Jégou"', {JOHNSON, FAISS}),
        ('author:"Jégou, Hervé"', {JOHNSON, FAISS}),
        ("author:défossez", {SPEECH}),
        ('author:"Ming Mei"', set()),
        ('author:"Hervé Johnson"', set()),
        ('author:"!"', set()),
        ("area:cs", {JOHNSON, SPEECH}),
        ("area:cl", {SPEECH}),
        ("area:cs.LG", {FAISS}),
        ("area:LG", {FAISS}),
        ('org:"meta ai"', {JOHNSON, FAISS}),
        ("venue:neurips", {SPEECH}),
        ("has:code", {JOHNSON, FAISS}),
        ("-has:code", {SPEECH, CODE}),
        ("since:2023-05-31", {FAISS, SPEECH}),
        ("before:2023-05-31", {JOHNSON}),
        ("since:2017 before:2024", {JOHNSON, SPEECH}),
        ("author:douze -author:johnson", {FAISS}),
        ("search since:2023", {FAISS, SPEECH}),
        ("-vector", {CODE}),
        ("unheard since:2023", set()),
        ("the of since:2024", {FAISS}),
        ("jegou", {JOHNSON, FAISS}),
        ("long", {FAISS, CODE}),
        ("arxiv:2401.08281", {FAISS}),
        ("https://arxiv.org/abs/2401.08281v2", {FAISS}),
        ("doi:10.1234/ABC", {SPEECH}),
        ("https://doi.org/10.1234/abc", {SPEECH}),
        ("title:00000000000000ff", {CODE}),
        ("arxiv:2401.99999", set()),
        ("", set()),
        ("!!! 😀", set()),
        ("of the", set()),
        ("unheard", set()),
    ],
)
def test_what_a_query_finds(index: Index, query: str, expected: set[str]) -> None:
    """Phrases and filters restrict, words rank; a name is read as one where no text has it."""
    assert set(ids(index.search(query))) == expected


@pytest.mark.parametrize(
    "query",
    [
        *("vector search", "Jegou vector", '"vector search" similarity', "since:2017 has:code"),
        *("The Faiss library", "2401.08281 search", "speech speech vector", "-speech area:cs"),
        "self-supervised translation -author:jegou",
    ],
)
def test_shares_add_up_to_the_score(index: Index, query: str) -> None:
    """And reasons come heaviest first, without empty ones."""
    found = index.search(query)
    assert found
    for match in found:
        shares = [reason.share for reason in match.reasons]
        assert sum(shares) == pytest.approx(match.score, rel=1e-9)
        assert shares == sorted(shares, reverse=True)
        assert min(shares) > 0


def test_reasons_name_the_clause_and_spell_words_as_the_paper_does(index: Index) -> None:
    (speech, *_) = index.search("défossez self-supervised translations").copy()
    shown = {reason.interest: reason.terms for reason in speech.reasons}
    assert shown == {
        "défossez": ("Alexandre Défossez",),
        "self-supervised": ("Self", "supervised", "Self-supervised"),
        "translations": ("translation",),
    }
    (faiss,) = index.search('author:"h jegou" since:2024')
    assert {reason.interest: reason.terms for reason in faiss.reasons} == {
        'author:"h jegou"': ("H. Jegou",),
        "since:2024": (),
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("vector search?", {"vector", "search"}),
        ("{faiss}, (library},", {"faiss", "library"}),
        ('"vector search"? search.', {'"vector search"', "search"}),
        ("C++, search", {"C++", "search"}),
    ],
)
def test_reasons_name_words_without_what_stands_around_them(query: str, names: set[str]) -> None:
    paper = Paper("id:1", "The Faiss library: vector search in C++", "It searches vectors.")
    (match,) = Index([paper]).search(query)
    assert {reason.interest for reason in match.reasons} == names


@pytest.mark.parametrize("query", ["the faiss library", "ARXIV:2401.08281 billion-scale search"])
def test_an_id_or_a_title_in_full_comes_first(query: str) -> None:
    """However much better others answer the words."""
    rivals = [Paper(f"r{i}", "Faiss Faiss library library billion-scale") for i in range(3)]
    assert ids(Index([*rivals, *PAPERS]).search(query))[0] == FAISS


def test_any_id_in_the_index_is_looked_up() -> None:
    index = Index([Paper("nips:x y", "Speech"), Paper("b", "all of nips x y")])
    assert ids(index.search(" nips:x y ")) == ["nips:x y"]


def test_ties_go_to_the_newer_then_to_the_id() -> None:
    """Papers without a date come last, whatever the order in which they were given."""
    days = {"d": None, "a": None, "c": 2020, "b": 2020, "z": 2021}
    papers = [
        Paper(name, "speech", published=date(year, 1, 1) if year else None)
        for name, year in days.items()
    ]
    for seed in range(5):
        random.Random(seed).shuffle(papers)
        index = Index(papers)
        assert ids(index.search("speech")) == ["z", "b", "c", "a", "d"]
        assert ids(index.search("speech", limit=3)) == ["z", "b", "c"]


def test_the_best_are_the_first_of_all() -> None:
    """Cutting a ranking short does not change it, in a corpus of many blocks and ties."""
    chance = random.Random(3)
    texts = [" ".join(chance.choices("abcdefgh", k=chance.randint(1, 6))) for _ in range(3000)]
    index = Index(Paper(f"{i:05}", text) for i, text in enumerate(texts))
    everything = index.search("b c d", limit=None, explain=False)
    assert len(everything) > 2000
    for limit in (1, 10, 46, 47, 500):
        assert index.search("b c d", limit, explain=False) == everything[:limit]


def test_limits() -> None:
    index = Index(PAPERS)
    assert index.search("search", limit=0) == []
    assert len(index.search("search", limit=2)) == 2
    with pytest.raises(ValueError, match="not -1"):
        index.search("search", limit=-1)


def test_a_long_query_has_an_answer(index: Index) -> None:
    words = " ".join(f"word{i}" for i in range(5000))
    assert set(ids(index.search(f"{words} {'speech ' * 5000}"))) == {SPEECH}


def test_queries_that_cannot_be_read_are_refused(index: Index) -> None:
    with pytest.raises(QueryError):
        index.search('an "open phrase')


def test_an_empty_index_answers_nothing() -> None:
    index = Index([])
    assert len(index) == 0
    assert list(index) == []
    for query in ("speech", '"a phrase"', "since:2020", "author:x", "-x", "2401.08281", ""):
        assert index.search(query) == []
    assert index.recommend(Profile([Interest("speech translation")])) == []
    index.add([])
    assert len(index) == 0


def test_papers_without_words_do_no_harm() -> None:
    index = Index([Paper("a", "!!!"), Paper("b", "", ""), Paper("c", "speech", "")])
    assert ids(index.search("speech")) == ["c"]
    assert Index([Paper("a", "???")]).search("speech") == []


def test_one_paper_is_found() -> None:
    (match,) = Index([PAPERS[0]]).search("similarity")
    assert match.score > 0


def test_phrases_do_not_cross_from_title_to_abstract_or_to_the_next_paper() -> None:
    index = Index([Paper("a", "deep speech", "translation of"), Paper("b", "models", "x")])
    assert index.search('"speech translation"') == []
    assert index.search('"translation models"') == []
    assert index.search('"translation of models"') == []


def test_the_index_is_a_collection(index: Index) -> None:
    assert len(index) == 4
    assert list(index) == PAPERS
    assert FAISS in index
    assert "nothing" not in index
    assert index.get(FAISS) == PAPERS[1]
    assert index.get("nothing") is None


def test_the_later_of_two_papers_with_one_id_stays() -> None:
    """Within one list and against what is there; nothing of the older one is found."""
    index = Index([Paper("a", "old", authors=("Jane Roe",)), Paper("a", "speech"), PAPERS[0]])
    assert len(index) == 2
    assert not index.search("old")
    index.add([Paper("a", "vector", published=date(2020, 1, 1)), Paper("b", "speech")])
    assert ids(index.search("speech")) == ["b"]
    assert not index.search("author:roe")
    assert set(ids(index.search("vector"))) == {"a", JOHNSON}
    assert ids(index.search('"vector search"')) == [JOHNSON]
    assert ids(index.search("author:jegou")) == [JOHNSON]


def _same(left: Index, right: Index) -> bool:
    queries = ("vector search", '"vector search"', "jegou", "since:2020", "area:cs", "2401.08281")
    liked = Profile([Interest(FAISS, kind=InterestKind.PAPER)])
    return (
        list(left) == list(right)
        and all(left.search(q) == right.search(q) for q in queries)
        and left.recommend(liked) == right.recommend(liked) != []
    )


def test_saving_and_loading_keeps_everything(tmp_path: Path, index: Index) -> None:
    """Also over the file that is mapped; no other file is left behind."""
    path = tmp_path / "papers.index"
    index.save(path)
    loaded = Index.load(path)
    assert _same(loaded, index)
    loaded.save(path)
    assert _same(Index.load(path), loaded)
    Index([]).save(path)
    assert _same(loaded, index)
    assert len(Index.load(path)) == 0
    assert list(tmp_path.iterdir()) == [path]


def _changed(at: int, to: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data[:at] + to + data[at + len(to) :]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: b"", "not an index"),
        (lambda data: b"something else, longer than a prefix is", "not an index"),
        (_changed(16, b"\xff"), "version 255"),
        (_changed(40, b"\xff"), "damaged"),
        (lambda data: data[:100], "damaged"),
        (lambda data: data[:-1], "bytes"),
        (lambda data: data + b"x", "bytes"),
    ],
)
def test_damaged_files_are_refused(
    tmp_path: Path, damage: Callable[[bytes], bytes], said: str
) -> None:
    path = tmp_path / "papers.index"
    Index(PAPERS).save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(IndexFileError, match=said):
        Index.load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexFileError, match="no index"):
        Index.load(tmp_path / "nowhere")


def test_a_failed_save_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "papers.index"
    target.mkdir()
    (target / "kept").touch()
    with pytest.raises(OSError, match=r"papers\.index"):
        Index(PAPERS).save(target)
    assert list(tmp_path.iterdir()) == [target]


def test_readers_never_see_half_of_an_addition() -> None:
    """A search beside additions sees each batch of two papers whole or not at all."""
    index = Index(PAPERS)
    done = threading.Event()
    seen: set[int] = set()

    def read() -> None:
        while not done.is_set():
            seen.add(len(index.search("batchword", limit=None)) % 2)

    reader = threading.Thread(target=read)
    reader.start()
    for i in range(60):
        index.add([Paper(f"{i}a", "batchword"), Paper(f"{i}b", "batchword")])
    done.set()
    reader.join()
    assert seen == {0}
    assert len(index) == 4 + 120


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=20), max_size=5), st.text(max_size=20))
def test_any_text_can_be_indexed_and_searched(texts: list[str], query: str) -> None:
    """What is found has a positive score and reasons that add up to it."""
    index = Index(Paper(f"p{i}", text, text[::-1], (text,)) for i, text in enumerate(texts))
    try:
        found = index.search(query)
    except QueryError:
        return
    for match in found:
        assert match.score > 0
        assert sum(r.share for r in match.reasons) == pytest.approx(match.score, rel=1e-9)


def test_the_work_of_an_update_is_done_before_anybody_reads() -> None:
    """Nothing is left to be worked out by the first search or profile after it."""
    index = Index(PAPERS)
    index.add([Paper("new", "Vector search anew", "and more of vector search")])
    before = set(vars(index._corpus))
    assert index.search("vector search for all that is new")
    assert index.recommend(Profile([Interest("new", kind=InterestKind.PAPER)]))
    assert set(vars(index._corpus)) == before >= {"norms", "ranks", "pairs", "vectors"}
