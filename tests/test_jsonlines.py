"""Papers in a file of JSON lines: what is read, and what is said of the rest."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceError, UserError
from bot.sources import open_source
from bot.sources.jsonlines import MAX_LINE_BYTES, parse_line, read_json_lines
from bot.sources.records import Found, Problem, Record
from recommender import Paper, paper_id

Reader = Callable[[bytes], list[Record]]
GOOD = b'{"title": "Good"}\n'


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Reads some bytes as a file would be read."""

    def read(content: bytes) -> list[Record]:
        path = tmp_path / "papers.jsonl"
        path.write_bytes(content)
        return list(read_json_lines(path))

    return read


def test_every_field_is_read() -> None:
    """What `paperwire papers` writes is read as the same paper."""
    paper = Paper(
        "arxiv:2401.08281",
        "The Faiss library",
        "Vector databases…",
        ("Matthijs Douze", "Hervé Jégou"),
        more_authors=True,
        area="cs.LG",
        published=date(2024, 1, 16),
        organisations=("Meta",),
        venue="arXiv",
        has_code=True,
        urls=("https://github.com/facebookresearch/faiss",),
        sources=("seeds:a.txt",),
    )
    assert parse_line(json.dumps(paper.to_json()).encode(), 1, "file:a") == paper


def test_a_title_is_enough() -> None:
    """Unknown is empty; the id comes from the title and the source is the file."""
    assert one({"title": "Good", "colour": "blue"}) == Paper(
        paper_id("Good"), "Good", sources=("file:a",)
    )


def test_nulls_are_unknown() -> None:
    """Null in every other field is the same as leaving it out."""
    names = set(Paper.__dataclass_fields__) - {"title"}
    assert one(dict.fromkeys(names) | {"title": "Good"}) == one({"title": "Good"})


def test_empty_texts_are_unknown() -> None:
    """No area and no venue is null, never an empty text."""
    assert one({"title": "Good", "area": "", "venue": " "}) == one({"title": "Good"})


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("arXiv:2401.08281v2", "arxiv:2401.08281"),
        ("https://arxiv.org/abs/2401.08281", "arxiv:2401.08281"),
        ("https://doi.org/10.1000/ABC", "doi:10.1000/abc"),
        ("my-own-42", "my-own-42"),
    ],
)
def test_ids_are_the_same_for_the_same_work(written: str, key: str) -> None:
    """The usual spellings of arXiv ids and DOIs are one; other ids stay."""
    assert paper_of({"title": "Good", "id": written}).id == key


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("  Two\n lines\tand\u00a0spaces ", "Two lines and spaces"),
        ("a\0b\x1b[31mc\x7fd", "a b [31mc d"),
        ("trans\u00adlation", "translation"),
        ("safe\u202eevil\u2066", "safeevil"),
        ("مقاله\u200cها", "مقاله\u200cها"),
        ("👩\u200d🔬 at work", "👩\u200d🔬 at work"),
        ("<!channel> & co", "<!channel> & co"),
    ],
)
def test_text_is_one_line_that_shows_what_it_says(written: str, title: str) -> None:
    """Control characters and marks of direction go; spelling, emoji and markup stay."""
    assert paper_of({"title": written}).title == title


WRONG: list[tuple[dict[str, Any] | bytes, str]] = [
    (b"{", "the line: Invalid JSON"),
    (b'{"title": "a"} {"title": "b"}', "the line: Invalid JSON"),
    (b'{"title": "a",}', "the line: Invalid JSON"),
    (b"{'title': 'a'}", "the line: Invalid JSON"),
    (b"%PDF-1.7 \x00\x01\xff", "the line: Invalid JSON"),
    (b'{"title": "\xff"}', "the line: Invalid JSON"),
    (b'{"title": "\\ud800"}', "the line: Invalid JSON"),
    (b"\0\0\0", "the line: Invalid JSON"),
    (b"[" * 100_000, "the line: Invalid JSON"),
    (b"[]", "the line: Input should be an object"),
    (b"null", "the line: Input should be an object"),
    (b'"title"', "the line: Input should be an object"),
    ({}, "title: Field required"),
    ({"title": None}, "title: Input should be a valid string"),
    ({"title": 7}, "title: Input should be a valid string"),
    ({"title": " \n\0 "}, "title: String should have at least 1 character"),
    ({"title": "a" * 2_001}, "title: String should have at most 2000 characters"),
    ({"title": "a", "id": ""}, "id: String should have at least 1 character"),
    ({"title": "a", "id": "a b"}, "id: String should match pattern"),
    ({"title": "a", "id": "a" * 201}, "id: String should have at most 200 characters"),
    ({"title": "a", "id": 42}, "id: Input should be a valid string"),
    ({"title": "a", "abstract": ["a"]}, "abstract: Input should be a valid string"),
    ({"title": "a", "authors": "Ada"}, "authors: Input should be a valid array"),
    ({"title": "a", "authors": [None]}, "authors: Input should be a valid string"),
    ({"title": "a", "authors": [""]}, "authors: String should have at least 1 character"),
    ({"title": "a", "more_authors": "yes"}, "more_authors: Input should be a valid boolean"),
    ({"title": "a", "has_code": 1}, "has_code: Input should be a valid boolean"),
    ({"title": "a", "urls": {}}, "urls: Input should be a valid array"),
    ({"title": "a", "published": 0}, "published: must be a date such as 2024-05-31"),
    ({"title": "a", "published": "86400"}, "published: must be a date such as 2024-05-31"),
    ({"title": "a", "published": ""}, "published: must be a date such as 2024-05-31"),
    ({"title": "a", "published": "31.05.2024"}, "published: must be a date such as 2024-05-31"),
    ({"title": "a", "published": "2024-05-31T10:00"}, "published: must be a date such as"),
    ({"title": "a", "published": "2024-02-30"}, "published: Input should be a valid date"),
    ({"title": "a", "published": "0000-01-01"}, "published: Input should be"),
    ({"title": "a", "published": "0001-01-01"}, "published: Input should be greater"),
    ({"title": "a", "published": "9999-12-31"}, "published: Input should be less"),
]


@pytest.mark.parametrize(("line", "says"), WRONG)
def test_a_wrong_line_is_a_problem_with_its_number(
    read: Reader, line: dict[str, Any] | bytes, says: str
) -> None:
    """One short sentence on the field that is wrong; the lines around it are read."""
    raw = line if isinstance(line, bytes) else json.dumps(line).encode()
    before, problem, after = read(GOOD + b"\n" + raw + b"\n" + GOOD)
    assert isinstance(before, Paper)
    assert isinstance(after, Paper)
    assert isinstance(problem, Problem)
    assert (problem.line, problem.source) == (3, "file:papers.jsonl")
    assert problem.text.startswith(says)
    assert len(problem.text) < 200
    assert problem.text.isprintable()


@pytest.mark.parametrize(
    ("content", "titles"),
    [
        pytest.param(b"", [], id="empty"),
        pytest.param(b"\n \r\n\t\n", [], id="blank lines"),
        pytest.param(b'{"title": "a"}\n{"title": "b"}', ["a", "b"], id="no last line end"),
        pytest.param(b'{"title": "a"}\r\n{"title": "b"}\r\n', ["a", "b"], id="CRLF"),
        pytest.param(b'\xef\xbb\xbf{"title": "a"}\n', ["a"], id="byte order mark"),
        pytest.param(b"\xef\xbb\xbf\n" + GOOD, ["Good"], id="only a byte order mark"),
        pytest.param('{"title": "a\u2028b"}\n'.encode(), ["a b"], id="line separator"),
    ],
)
def test_files_as_programs_write_them(read: Reader, content: bytes, titles: list[str]) -> None:
    """Line ends, blank lines and a byte order mark make no difference."""
    assert [r.title if isinstance(r, Paper) else r for r in read(content)] == titles


def test_a_file_in_another_encoding_is_all_problems(read: Reader) -> None:
    """UTF-16 is not guessed at, and not skipped over either."""
    found = read('{"title": "a"}\n{"title": "b"}\n'.encode("utf-16"))
    assert all(isinstance(record, Problem) for record in found)
    assert len(found) == 3


@pytest.mark.parametrize("filling", [b"x", b" ", b'{"title": "a"} '])
def test_a_huge_line_is_one_problem(read: Reader, filling: bytes) -> None:
    """Its rest is passed over, whatever it is made of, and the next line has its own number."""
    huge = filling * (3 * MAX_LINE_BYTES // len(filling))
    before, problem, after = read(GOOD + huge + b"{}\n" + GOOD)
    assert problem == Problem(
        "file:papers.jsonl", 2, f"the line is longer than {MAX_LINE_BYTES:,} bytes"
    )
    assert isinstance(before, Paper)
    assert before == after


def test_the_longest_line_that_is_read(read: Reader) -> None:
    """The limit counts the line with its end."""
    line = GOOD.strip().ljust(MAX_LINE_BYTES - 1) + b"\n"
    (paper,) = read(line)
    assert isinstance(paper, Paper)
    (problem,) = read(b" " + line)
    assert isinstance(problem, Problem)


def test_the_same_id_twice_is_two_records(read: Reader) -> None:
    """Merging is the library's."""
    first, second = read(b'{"id": "a", "title": "One"}\n{"id": "a", "title": "Two"}\n')
    assert isinstance(first, Paper)
    assert isinstance(second, Paper)
    assert first.id == second.id


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file and a folder are one sentence that names the path."""
    for path, reason in ((tmp_path / "no.jsonl", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(SourceError, match=f"{path.name} cannot be read: {reason}"):
            list(read_json_lines(path))


@pytest.mark.parametrize("name", ["arxiv:", "file:papers.pdf", "file:", "FILE:a.jsonl", ""])
def test_sources_that_do_not_exist(name: str) -> None:
    """What is no source is said before anything is read."""
    with pytest.raises(UserError, match=r"There is no source|of no kind that can be read"):
        open_source(name)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
objects = st.dictionaries(st.sampled_from([*Paper.__dataclass_fields__, "other"]), values)
lines = st.one_of(
    objects.map(lambda value: json.dumps(value).encode()),
    objects.map(lambda value: json.dumps(value | {"title": "a"}, ensure_ascii=False)).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    ),
    st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"")),
    st.sampled_from([b"", b"  ", b"\r", GOOD.strip()]),
)


@given(st.lists(lines, max_size=8), st.sampled_from([b"\n", b"\r\n"]))
def test_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, content: list[bytes], end: bytes
) -> None:
    """Whatever a file holds: each line that is not blank is a paper or a problem of that line."""
    path = tmp_path_factory.getbasetemp() / "fuzz.jsonl"
    path.write_bytes(end.join(content))
    numbers = [n for n, line in enumerate(content, 1) if line.strip()]
    found = list(read_json_lines(path))
    assert len(found) == len(numbers)
    for number, record in zip(numbers, found, strict=True):
        assert isinstance(record, Paper | Found) or places(record) == number


@given(objects)
def test_a_paper_that_is_read_is_read_again_as_the_same(value: dict[str, Any]) -> None:
    """What was accepted and cleaned once stays as it is."""
    record = one(value | {"title": "a"})
    if isinstance(record, Paper):
        assert one(record.to_json()) == record


def places(record: Record) -> int:
    assert isinstance(record, Problem)
    return record.line


def one(value: object) -> Record:
    return parse_line(json.dumps(value).encode(), 1, "file:a")


def paper_of(value: object) -> Paper:
    record = one(value)
    assert isinstance(record, Paper)
    return record
