"""Searches the same papers with our Index and with rank_bm25, and prints how much faster it is.

    python -m tests.benchmarks.search [--corpus papers.jsonl.gz] [--papers N] [--queries N]

Both get the same tokens and answer the same queries of 5 to 15 words in turn, ten papers each,
ours with pairs and feedback. Then every word of a query is asked for alone, and it stops where a
score differs. Without a corpus the papers are made up of words drawn as they
are in real text, the n-th most frequent with 1/n.
"""

import argparse
import gzip
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Protocol, TypeVar

import numpy as np
from rank_bm25 import BM25Plus

from recommender import Index, Paper, Query
from recommender.parameters import DEFAULT
from recommender.text import fold_words, paper_tokens, raw_words, tokens

T = TypeVar("T")
TOP = 10


class Scorer(Protocol):
    """What of rank_bm25 is used."""

    def get_scores(self, query: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]: ...


def read_papers(path: Path) -> Iterator[Paper]:
    """The papers of a JSON-lines file, gzipped or not, as far as they can be read."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        for line in lines:
            found = json.loads(line)
            day = found.get("date") or ""
            found["published"] = day if len(day) == 10 else None
            found["area"] = next(iter(found.get("categories") or ()), None)
            yield Paper.from_json(found)


def made_up_papers() -> Iterator[Paper]:
    """Papers without end, the same at every run: 150 words out of 50,000."""
    chance = random.Random(1)
    vocabulary = [f"{chance.choice('bcdfgklmnprstvz')}{i:x}" for i in range(50_000)]
    weights = np.cumsum(1 / np.arange(1, len(vocabulary) + 1)).tolist()
    number = 0
    while True:
        words = chance.choices(vocabulary, cum_weights=weights, k=160)
        yield Paper(f"made:{number}", " ".join(words[:10]), " ".join(words[10:]))
        number += 1


def made_queries(papers: Sequence[Paper], count: int) -> list[str]:
    """Words drawn from abstracts, but for those that the search reads as names or leaves out."""
    chance = random.Random(2)
    names = {word for paper in papers for name in paper.authors for word in fold_words(name)}
    queries: list[str] = []
    while len(queries) < count:
        words = [w for w in raw_words(chance.choice(papers).abstract) if w not in names]
        several = chance.sample(words, min(len(words), chance.randint(5, 15)))
        if len([word for word in several if tokens(word)]) >= 5:
            queries.append(" ".join(several))
    return queries


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and its seconds."""
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def report(text: str) -> None:
    """Progress, apart from the figures."""
    print(text, file=sys.stderr, flush=True)


def memory() -> int:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def rank_bm25_top(oracle: Scorer, query: str) -> list[float]:
    """The scores of the best papers by rank_bm25, found as its `get_top_n` finds them."""
    scores = oracle.get_scores(tokens(query))
    return [float(scores[i]) for i in np.argsort(scores)[::-1][:TOP] if scores[i] > 0]


def oracle_of(papers: Sequence[Paper]) -> BM25Plus:
    """rank_bm25 with our tokens and parameters."""
    return BM25Plus([paper_tokens(paper) for paper in papers], k1=DEFAULT.k1, b=DEFAULT.b, delta=0)


def check(index: Index, oracle: Scorer, query: str) -> None:
    """Whether each word by itself scores as with rank_bm25; a query is a weighted sum of these.

    `index` joins no acronyms: they add what they stand for.
    """
    for word in {word for word in query.split() if len(tokens(word)) == 1}:
        # Not the text, which might be a title.
        found = index.search(Query("", words=(word,)), TOP, explain=False)
        expected = rank_bm25_top(oracle, word)
        np.testing.assert_allclose([m.score for m in found], expected, rtol=1e-9, atol=1e-9)


@dataclass
class Seconds:
    """What each query took."""

    theirs: list[float] = field(default_factory=list)
    ranked: list[float] = field(default_factory=list)
    explained: list[float] = field(default_factory=list)


def compare(index: Index, oracle: Scorer, queries: Sequence[str]) -> Seconds:
    """The seconds of each query with rank_bm25 and with ours, in turn in one run.

    rank_bm25 comes before each of ours, so that neither finds the processor's caches filled.
    """
    seconds, plain = Seconds(), index.ranked_by(replace(DEFAULT, acronym=0))
    for at, query in enumerate(queries):
        report(f"query {at + 1} of {len(queries)}")
        expected, slow = timed(partial(rank_bm25_top, oracle, query))
        found, explained = timed(partial(index.search, query, TOP))
        check(plain, oracle, query)
        _, ranked = timed(partial(index.search, query, TOP, explain=False))
        if len(found) < len(expected):
            raise ValueError(f"{query!r} finds too little")
        seconds.theirs.append(slow)
        seconds.explained.append(explained)
        seconds.ranked.append(ranked)
    return seconds


def saved_and_loaded(index: Index, query: str) -> str:
    """Figures of the file; the first search after loading included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "papers.index"
        _, saving = timed(lambda: index.save(path))
        loaded, loading = timed(lambda: Index.load(path))
        _, first = timed(lambda: loaded.search(query))
        size = path.stat().st_size / 1e6
    return f"save {saving:.2f} s, {size:.0f} MB; load {loading:.4f} s, first search {first:.4f} s"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--corpus", type=Path)
    options.add_argument("--papers", type=int, default=100_000)
    options.add_argument("--queries", type=int, default=30)
    chosen = options.parse_args()
    source = read_papers(chosen.corpus) if chosen.corpus else made_up_papers()
    report("reading papers")
    papers = list(islice(source, chosen.papers))
    before = memory()
    report("building the index")
    index, building = timed(lambda: Index(papers))
    print(f"{len(index):,} papers: build {building:.1f} s, memory {before} -> {memory()} MB")
    queries = made_queries(papers, chosen.queries)
    print(saved_and_loaded(index, queries[0]))
    report("building rank_bm25")
    oracle, building = timed(lambda: oracle_of(papers))
    seconds = compare(index, oracle, queries)
    theirs, ranked, explained = (
        median(each) for each in (seconds.theirs, seconds.ranked, seconds.explained)
    )
    print(f"rank_bm25: build {building:.1f} s, median {theirs * 1e3:.1f} ms a query")
    print(f"Index:     median {ranked * 1e3:.2f} ms a query, {explained * 1e3:.2f} with reasons")
    print(f"ratio:     {theirs / ranked:.0f}, {theirs / explained:.0f} with reasons; scores equal")


if __name__ == "__main__":
    main()
