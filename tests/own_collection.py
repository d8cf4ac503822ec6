"""Test collections for tests: a tiny one, and ours, whose papers come from the seed documents."""

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.library import Library
from bot.store import Store
from recommender import Paper

FOLDER = Path(__file__).parent / "collection"

PAPERS: list[dict[str, Any]] = [
    {"_id": "p1", "title": "Speech translation", "text": "Translating spoken language."},
    {"_id": "p2", "title": "Vector search", "text": "Finding the nearest vectors."},
    {"_id": "p3", "title": "Speech synthesis", "text": "A voice from text.", "metadata": {}},
    {"_id": "p4", "title": "Vectors in databases", "text": "Search at scale, vectors, vectors."},
    {"_id": "p5", "title": "Compilers", "text": "Faster programs."},
]
QUERIES: list[dict[str, Any]] = [
    {"_id": "q1", "text": "speech translation"},
    {"_id": "q2", "text": "vector search"},
]
JUDGED = "q1\tp1\t2\nq1\tp3\t1\nq2\tp4\t1\nq2\tp5\t0\n"
PROFILES: list[dict[str, Any]] = [{"_id": "ada", "liked": ["p2"], "relevant": ["p4"]}]


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., str]:
    """Writes files, a name and a content each; the folder. A name in .gz is compressed."""

    def put(**files: str | None) -> str:
        for name, content in files.items():
            path = tmp_path / name.replace("__", ".")
            if content is None:
                path.unlink()
            elif path.suffix == ".gz":
                path.write_bytes(gzip.compress(content.encode()))
            else:
                path.write_text(content, encoding="utf-8")
        return str(tmp_path)

    return put


@pytest.fixture
def queries(put: Callable[..., str]) -> str:
    """A folder with papers, two queries and their judgements."""
    return put(corpus__jsonl=lines(PAPERS), queries__jsonl=lines(QUERIES), qrels__tsv=JUDGED)


@pytest.fixture
def own(seeded: Path, tmp_path: Path) -> str:
    """The collection of tests/collection with its papers."""
    store = Store(f"sqlite:///{seeded}")
    papers = list(Library(store).index)
    store.close()
    return str(write_collection(papers, tmp_path))


def write_collection(papers: list[Paper], folder: Path) -> Path:
    """The seed papers and our judgements of them, in the folder, as `paperwire evaluate` reads."""
    rows = [
        {
            "_id": paper.id,
            "title": paper.title,
            "text": paper.abstract,
            "authors": list(paper.authors),
            "organisations": list(paper.organisations),
            "area": paper.area,
            "published": paper.published.isoformat() if paper.published else None,
        }
        for paper in papers
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "corpus.jsonl").write_text(lines, encoding="utf-8")
    for path in FOLDER.iterdir():
        if path.suffix != ".md":
            shutil.copy(path, folder)
    return folder
