"""An ingest killed at any moment: after a restart, exactly the papers of an undisturbed one."""

import json
import random
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from bot.library import Library
from bot.sources import open_source
from bot.sources.reach import Reach, Sites
from bot.store import Store, papers, sources
from bot.store.tables import metadata
from tests import recorded as r
from tests.site import Exchange, a_site, a_web, page
from tests.store_lab import NOW

KILLS = 40
PAPERS, PAGES = 9_000, 30


def read(url: str, source: str, place_url: str) -> None:
    """What the child does: reads a source from where the last one stopped."""
    store = Store(url, lock_seconds=20)
    with store.reading() as connection:
        place = sources.place(connection, source)
    sites = Sites(f"{place_url}feed/", f"{place_url}api", f"{place_url}oai")
    reach = Reach(NOW, a_web(), place, sites)
    Library(store).ingest(source, open_source(source, reach), lambda: NOW)
    store.close()


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


def killed(url: str, source: str, site: str, chance: random.Random, longest: float) -> int:
    """Reads until it is done, however often it is killed; how often that was."""
    context = get_context("spawn")
    kills = 0
    while True:
        child = context.Process(target=read, args=(url, source, site))
        child.start()
        child.join(chance.uniform(0.5, longest) if kills < KILLS else None)
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
    check(tmp_path, f"file:{path}", "", 2.5)


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
        kills = check(tmp_path, "arxiv:cs.CL", site.url, 1.6)
    assert asked < 3 * PAGES + 2 * kills


def check(folder: Path, source: str, site: str, longest: float) -> int:
    """Reads once in peace and once with kills, and compares; how many kills there were."""
    calm, wild = (f"sqlite:///{folder / name}.db" for name in ("calm", "wild"))
    read(calm, source, site)
    Store(wild).close()
    kills = killed(wild, source, site, random.Random(5), longest)
    assert kills > 3
    assert told(wild) == told(calm)
    print(f"{kills} kills, {len(told(calm)[0])} papers")
    return kills
