"""How often two works are taken for one, and one for two: `python -m tests.benchmarks.works`.

Where the corpus says by ids which papers are one work, the ids are hidden and the rule is asked.

- *Wrong*: pairs of papers with the same folded title whose ids say that they are two works.
- *Missed*: a paper against itself as another source would have it: without ids, authors with
  initials, the abstract cut or missing, a year later.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import click

from recommender import Work, same_work, title_key, written_id


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path, exists=True), required=True)
def main(corpus: Path) -> None:
    """Print both error rates."""
    works = list(_works(corpus))
    titles: dict[str, list[Work]] = defaultdict(list)
    for work in works:
        titles[title_key(work.title)].append(work)
    pairs = [pair for same in titles.values() for pair in combinations(same, 2)]
    for name, hidden in (("ids known", False), ("ids hidden", True)):
        judged = [_hidden(pair) if hidden else pair for pair in pairs]
        merged = [pair for pair, known in zip(judged, pairs, strict=True) if same_work(*pair)]
        wrong = sum(
            same_work(*pair) and _are_two(*known) for pair, known in zip(judged, pairs, strict=True)
        )
        click.echo(f"same title, {name}: {len(pairs)} pairs, {len(merged)} merged, {wrong} wrong")
    for name, spoil in SPOILS.items():
        missed = sum(not same_work(work, spoil(work)) for work in works)
        click.echo(f"one work, {name}: {missed} of {len(works)} missed ({missed / len(works):.2%})")
    dois: dict[str, list[Work]] = defaultdict(list)
    for work in works:
        for key in work.ids:
            if key.startswith("doi:"):
                dois[key].append(replace(work, ids=frozenset([key])))
    shared = [pair for same in dois.values() for pair in combinations(same, 2)]
    merged_dois = sum(same_work(*pair) for pair in shared)
    click.echo(f"same DOI, two arXiv ids hidden: {len(shared)} pairs, {merged_dois} merged")


def _works(corpus: Path) -> Iterator[Work]:
    with gzip.open(corpus) as file:
        for line in file:
            row = json.loads(line)
            written = [row["id"], row.get("arxiv"), f"doi:{row['doi']}" if "doi" in row else None]
            ids = {written_id(each) or each for each in written if each}
            authors = tuple(row.get("authors") or ())
            yield Work(
                frozenset(ids), row["title"], authors, False, row["abstract"], row.get("year")
            )


def _are_two(one: Work, other: Work) -> bool:
    """What the ids say; a conference paper and a preprint may be one."""
    kinds = [{key.partition(":")[0] for key in work.ids} - {"doi"} for work in (one, other)]
    return kinds[0] == kinds[1]


def _hidden(pair: tuple[Work, Work]) -> tuple[Work, Work]:
    one, other = pair
    return replace(one, ids=frozenset()), replace(other, ids=frozenset())


def _initials(work: Work) -> Work:
    names = tuple(f"{n.split()[0][0]}. {n.split()[-1]}" if n.split() else n for n in work.authors)
    return replace(work, ids=frozenset(), authors=names)


SPOILS: dict[str, Callable[[Work], Work]] = {
    "ids hidden": lambda work: replace(work, ids=frozenset()),
    "initials instead of first names": _initials,
    "authors backwards, a year later, no abstract": lambda work: replace(
        work,
        ids=frozenset(),
        authors=work.authors[::-1],
        abstract="",
        year=work.year + 1 if work.year else None,
    ),
    "three authors and et al.": lambda work: replace(
        work, ids=frozenset(), authors=work.authors[:3], is_cut=True
    ),
    "no authors": lambda work: replace(work, ids=frozenset(), authors=()),
    "no authors, no abstract": lambda work: replace(work, ids=frozenset(), authors=(), abstract=""),
}

if __name__ == "__main__":
    main()
