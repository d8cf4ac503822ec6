"""An ingest killed at any moment: after a restart, exactly the papers of an undisturbed one."""

import json
import random
import sys
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from bot.library import Library
from bot.sources import open_source
from bot.sources.reach import Reach, Sites
from bot.sources.records import Record
from bot.store import Store, papers, sources
from bot.store.tables import metadata
from tests import recorded as r
from tests.site import Exchange, a_site, a_web, page
from tests.store_lab import NOW

# How many records a child has read.
Progress: TypeAlias = "Synchronized[int]"

KILLS = 40
PAPERS, PAGES = 9_000, 30


def read(url: str, source: str, place_url: str, progress: Progress) -> None:
    """What the child does: reads a source from where the last one stopped, and counts."""
    store = Store(url, lock_seconds=20)
    with store.reading() as connection:
        place = sources.place(connection, source)
    sites = Sites(f"{place_url}feed/", f"{place_url}api", f"{place_url}oai")
    reach = Reach(NOW, a_web(), place, sites)
    records = counted(open_source(source, reach), progress)
    Library(store).ingest(source, records, lambda: NOW)
    store.close()


def counted(records: Iterable[Record], progress: Progress) -> Iterator[Record]:
    """The records, and how many there were so far for whoever looks on."""
    for record in records:
        progress.value += 1
        yield record


def told(url: str) -> tuple[list[str], list[str]]:
    """All papers and all their other ids, in an order of their own."""
    store = Store(url)
    with store.reading() as connection:
        known = sorted(json.dumps(paper.to_json()) for paper in papers.since(connection, 0))
        table = metadata.tables["aliases"]
        names = connection.execute(select(table.c.alias, table.c.paper))
        aliases = sorted(f"{row.alias} {row.paper}" for row in names)
    store.close()
    return known, aliases


def killed(url: str, source: str, site: str, chance: random.Random, most: int) -> int:
    """Reads until it is done, however often it is killed; how often that was.

    Each life reads about `most` records at the most, so that a fast machine is killed as often.
    """
    context = get_context("spawn")
    kills = 0
    while True:
        progress: Progress = context.Value("i", 0)
        child = context.Process(target=read, args=(url, source, site, progress))
        child.start()
        enough = chance.randrange(most) if kills < KILLS else sys.maxsize
        while progress.value < enough and child.exitcode is None:
            child.join(0.002)
        child.join(chance.uniform(0, 0.03) if kills < KILLS else None)
        if child.exitcode is None:
            child.kill()
            child.join()
            kills += 1
            continue
        assert child.exitcode == 0
        return kills


def lines(path: Path) -> None:
    """Papers of which a third tells of another one again: by a DOI, by a better id, by a title."""
    with path.open("w") as file:
        for n in range(PAPERS):
            title = f"The loom of town number {n // 3}"
            row: dict[str, object] = {
                "title": title,
                "authors": [f"Ada {n // 3}"],
                "abstract": "x" * n,
            }
            if n % 3 == 1:
                row["doi"] = f"10.1000/{n // 3}"
            if n % 3 == 2:
                row |= {"id": f"arXiv:2603.{n // 3:05}", "doi": f"10.1000/{n // 3}"}
            file.write(json.dumps(row) + "\n")


@pytest.mark.slow
def test_a_file_read_with_kills(tmp_path: Path) -> None:
    """At random moments, until it is read."""
    path = tmp_path / "papers.jsonl"
    lines(path)
    check(tmp_path, f"file:{path}", "", PAPERS // 4)


@pytest.mark.slow
def test_arxiv_read_with_kills(tmp_path: Path) -> None:
    """The archive, page by page: nothing is lost, and little is asked twice."""
    asked = 0

    def answer(exchange: Exchange) -> None:
        nonlocal asked
        if exchange.path.startswith("/feed"):
            exchange.says(r.feed([]))
            return
        asked += 1
        query = parse_qs(urlsplit(exchange.path).query)
        number = int(query.get("resumptionToken", ["0"])[0])
        records = [
            r.oai_record(f"2603.{number * 50 + n:05}", f"Loom {number} {n}") for n in range(50)
        ]
        token = str(number + 1) if number + 1 < PAGES else ""
        exchange.server.site.over.wait(0.05)  # type: ignore[attr-defined]
        exchange.says(r.oai_page(records, token, PAGES * 50))

    with a_site(page("")) as site:
        site.will(answer)
        kills = check(tmp_path, "arxiv:cs.CL", site.url, PAGES * 50 // 4)
    assert asked < 3 * PAGES + 2 * kills


def check(folder: Path, source: str, site: str, most: int) -> int:
    """Reads once in peace and once with kills, and compares; how many kills there were."""
    calm, wild = (f"sqlite:///{folder / name}.db" for name in ("calm", "wild"))
    read(calm, source, site, get_context("spawn").Value("i", 0))
    Store(wild).close()
    kills = killed(wild, source, site, random.Random(5), most)
    assert kills >= 3
    assert told(wild) == told(calm)
    print(f"{kills} kills, {len(told(calm)[0])} papers")
    return kills
