"""Test collections as `paperwire evaluate` reads them (DESIGN.md 4.4), good ones and bad ones."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.own_collection import JUDGED, PAPERS, PROFILES, QUERIES, lines
from tests.test_cli import Told


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """The command line, in this process."""
    return Told(capsys)


@pytest.mark.parametrize(
    "header", ["", "query_id\tdoc_id\tgrade\n", "query-id\tcorpus-id\tscore\n"]
)
def test_judgements_may_have_a_header(told: Told, put: Any, queries: str, header: str) -> None:
    """The first line is one when its grade is no number; blank lines and CRLF do no harm."""
    put(qrels__tsv=header + JUDGED.replace("\n", "\r\n") + "\n\n")
    assert told.json("evaluate", queries, "--format", "json")["count"] == 2


def test_files_may_be_compressed(told: Told, put: Any, queries: str) -> None:
    """A .jsonl.gz is read as the .jsonl in it."""
    plain = told.json("evaluate", queries, "--format", "json")
    put(corpus__jsonl=None, queries__jsonl=None)
    put(corpus__jsonl__gz=lines(PAPERS), queries__jsonl__gz=lines(QUERIES))
    packed = told.json("evaluate", queries, "--format", "json")
    assert packed | {"ms": 0} == plain | {"ms": 0}


def test_queries_come_before_profiles_unless_a_file_is_named(
    told: Told, put: Any, queries: str
) -> None:
    """With both in the folder, `--profiles` decides."""
    put(profiles__jsonl=lines(PROFILES))
    both = told.json("evaluate", queries, "--format", "json")
    named = told.json(
        "evaluate", queries, "--profiles", f"{queries}/profiles.jsonl", "--format", "json"
    )
    assert (both["count"], named["count"]) == (2, 1)


def test_liked_and_left_out_papers_are_never_ranked(told: Told, put: Any) -> None:
    """Not by ours and not by others; being relevant as well, they are not looked for."""
    row = {"_id": "ada", "liked": ["p2", "gone"], "relevant": ["p4", "p2"], "without": ["p6"]}
    # With so many others: rank_bm25 gives nothing for a word that half of the papers hold.
    papers = [
        *PAPERS,
        *({**PAPERS[4], "_id": f"c{n}"} for n in range(9)),
        {**PAPERS[1], "_id": "p6"},
    ]
    folder = put(corpus__jsonl=lines(papers), profiles__jsonl=lines([row]))
    asked = ("evaluate", folder, "--format", "json", "--compare", "naive", "--compare", "words")
    assert {figures["map"] for figures in told.json(*asked).values()} == {1}


def test_only_candidates_are_ranked(told: Told, put: Any) -> None:
    """p4, which answers best, is no candidate: p5 is what is left, and it is not relevant."""
    folder = put(corpus__jsonl=lines(PAPERS), profiles__jsonl=lines(PROFILES))
    asked = ("evaluate", folder, "--format", "json", "--compare", "naive")
    assert [each["map"] for each in told.json(*asked).values()] == [1, 1]
    put(candidates__txt="p5\n\np1\ngone\n")
    assert [each["map"] for each in told.json(*asked).values()] == [0, 0]
    told(*asked[:2])
    assert "1 profile among 3 papers" in told.out


def test_a_query_is_prose_and_not_the_search_language(told: Told, put: Any, queries: str) -> None:
    """What a writer put between quotes or behind a dash or a colon leaves nothing out."""
    rows = [{"_id": "q1", "text": '"speech ensures" -translation note:this'}]
    put(queries__jsonl=lines(rows), qrels__tsv="q1\tp1\t1\n")
    assert told.json("evaluate", queries, "--format", "json")["recall_50"] == 1


def test_names_of_authors_are_found(told: Told, put: Any, queries: str) -> None:
    """Authors of the corpus count where they are names, and do no harm where they are not."""
    papers = [{**PAPERS[0], "authors": ["Ada Lovelace"]}, {**PAPERS[1], "authors": [{"id": 7}]}]
    put(corpus__jsonl=lines(papers), qrels__tsv="q1\tp1\t1\n")
    put(queries__jsonl=lines([{"_id": "q1", "text": "lovelace"}]))
    assert told.json("evaluate", queries, "--format", "json")["map"] == 1


def test_numbers_as_ids_are_ids(told: Told, put: Any) -> None:
    """Some collections number their papers and queries."""
    folder = put(
        corpus__jsonl='{"_id": 7, "title": "Vectors"}\n',
        queries__jsonl='{"_id": 1, "text": "vectors"}\n',
        qrels__tsv="1\t7\t1\n",
    )
    assert told.json("evaluate", folder, "--format", "json")["map"] == 1


def test_what_nobody_judged_is_left_out_and_strays_are_counted(
    told: Told, put: Any, queries: str
) -> None:
    """A query without a relevant paper has no figure; judgements of other queries are told."""
    put(qrels__tsv="q1\tp1\t1\nq2\tp2\t0\nq9\tp1\t1\n")
    assert told("evaluate", queries, "--format", "json") == 0
    assert json.loads(told.out)["count"] == 1
    assert told.err == "Judgements of queries that are not there, passed over: 1\n"


def test_an_empty_corpus_finds_nothing(told: Told, put: Any, queries: str) -> None:
    """That is a result: everything that is relevant was missed, by everybody."""
    put(corpus__jsonl="")
    compared = told.json("evaluate", queries, "--format", "json", "--compare", "naive")
    assert [each["ndcg_10"] for each in compared.values()] == [0, 0]


BAD: dict[str, tuple[dict[str, str | None], str]] = {
    "no corpus": ({"corpus__jsonl": None}, "has no corpus.jsonl"),
    "no judgements": ({"qrels__tsv": None}, "has no qrels.tsv"),
    "no tasks": ({"queries__jsonl": None}, "has neither queries.jsonl nor profiles.jsonl"),
    "nothing judged": ({"qrels__tsv": ""}, "nothing to measure"),
    "no queries": ({"queries__jsonl": "\n"}, "nothing to measure"),
    "broken paper": ({"corpus__jsonl": '{"_id": "a"}\n\n{broken'}, "corpus.jsonl, line 3: "),
    "paper without id": ({"corpus__jsonl": '{"title": "a"}'}, "line 1: _id: Field required"),
    "empty id": ({"corpus__jsonl": '{"_id": ""}'}, "line 1: _id: "),
    "a list": ({"queries__jsonl": "[]"}, "queries.jsonl, line 1: "),
    "query without text": ({"queries__jsonl": '{"_id": "q"}'}, "line 1: text: Field required"),
    "query twice": ({"queries__jsonl": lines([*QUERIES, QUERIES[0]])}, "line 3: “q1” stands"),
    "grade no number": ({"qrels__tsv": JUDGED + "q1\tp1\tgood"}, "line 5: “good” is no grade"),
    "two columns": ({"qrels__tsv": "q1 p1 1\n"}, "qrels.tsv, line 1: not query, paper and grade"),
    "no utf-8": ({"queries__jsonl": '{"_id": "q", "text": "\udcff"}'}, "queries.jsonl, line 1"),
}


@pytest.mark.parametrize(("files", "part"), BAD.values(), ids=BAD)
def test_a_collection_that_cannot_be_read_is_one_sentence(
    told: Told, queries: str, files: dict[str, str | None], part: str
) -> None:
    """It names the file, and the line where there is one."""
    for name, content in files.items():
        path = Path(queries) / name.replace("__", ".")
        path.unlink()
        if content is not None:
            path.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert part in told.fails("evaluate", queries)


@pytest.mark.parametrize(
    "row",
    ['{"_id": "a", "liked": []}', '{"_id": "a", "liked": "p1", "relevant": []}', "{}"],
)
def test_a_profile_that_cannot_be_read_is_one_sentence(told: Told, put: Any, row: str) -> None:
    """Also in a file that `--profiles` names."""
    folder = put(corpus__jsonl=lines(PAPERS), mine__jsonl=lines(PROFILES) + row)
    told_so = told.fails("evaluate", folder, "--profiles", f"{folder}/mine.jsonl")
    assert "mine.jsonl, line 2: " in told_so


def test_a_damaged_archive_is_one_sentence(told: Told, put: Any, queries: str) -> None:
    """Whether it is cut off or none at all."""
    put(corpus__jsonl=None)
    whole = gzip.compress(lines(PAPERS).encode())
    for content in (b"no archive", whole[:-12], whole[:20]):
        (Path(queries) / "corpus.jsonl.gz").write_bytes(content)
        assert "corpus.jsonl.gz cannot be read: it is damaged" in told.fails("evaluate", queries)
