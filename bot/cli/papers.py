"""`paperwire ingest`, `papers`, `search` and `recommend`."""

import json
import sys
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing, nullcontext
from typing import Any

import click
from tqdm import tqdm

from bot.blocks.text import one_line as printable
from bot.cli.shell import opened, utc_now
from bot.commands.spelling import parse_interest, under_own_id
from bot.errors import PaperwireError, SourceError
from bot.library import Library, one_line
from bot.library.rounds import SITES
from bot.library.turns import Turns
from bot.settings import read_settings
from bot.sources import check_source, open_source
from bot.sources.reach import Reach
from bot.sources.records import Record
from bot.sources.web import Web
from bot.store import Store
from bot.store import papers as corpus
from bot.store import sources as kept_places
from recommender import Interest, InterestKind, Match, Profile

MAX_PROBLEMS = 20

limit = click.option("--limit", type=click.IntRange(1, 1_000), default=10, show_default=True)
output = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…")
def ingest(sources: Sequence[str]) -> None:
    """Read papers into the corpus: `seeds`, `arxiv:cs.CL`, `file:PATH`, and others."""
    for source in sources:
        check_source(source)
    settings = read_settings()
    web = Web(settings.contact)
    failed = []
    with opened(settings) as (store, library):
        for source in sources:
            try:
                click.echo(_read(source, store, library, web))
            except SourceError as error:
                # The others are read all the same.
                failed.append(f"{source[:60]}: {error}" if len(sources) > 1 else str(error))
    if failed:
        raise PaperwireError(" ".join(failed))


def _read(source: str, store: Store, library: Library, web: Web) -> str:
    """Reads one source from where it stopped, with a progress bar; the summary."""
    records = _records(source, store, web)
    shown = tqdm(records, desc=source[:60], unit=" papers", disable=not sys.stderr.isatty())
    with closing(records):
        run, problems = library.ingest(source, shown, utc_now)
    for problem in problems[:MAX_PROBLEMS]:
        click.echo(str(problem), err=True)
    left = run.skipped.get("cannot be read", 0) - MAX_PROBLEMS
    if left > 0:
        click.echo(f"…and {left} more of this kind", err=True)
    return one_line(run)


def _records(source: str, store: Store, web: Web) -> Generator[Record]:
    """The records of a source; of one at a site, when nobody else is asking there."""
    turns = Turns.by_hand(store, utc_now)
    is_at_site = kept_places.kind_of(source) in SITES
    with turns.taken(source, time.sleep, _say_waiting) if is_at_site else nullcontext():
        with store.reading() as connection:
            place = kept_places.place(connection, source)
        records = open_source(source, Reach(utc_now(), web, place))
        yield from turns.kept(source, records) if is_at_site else records


def _say_waiting(other: str) -> None:
    click.echo(f"The running bot reads {other[:60]} just now; waiting for my turn.", err=True)


@click.command()
@click.option("--format", "form", type=click.Choice(["jsonl"]), default="jsonl", show_default=True)
def papers(form: str) -> None:
    """Print the corpus, one paper a line."""
    with opened(read_settings()) as (store, _library), store.reading() as connection:
        for paper in corpus.since(connection, 0):
            click.echo(json.dumps(paper.to_json(), ensure_ascii=False))


@click.command()
@click.argument("query")
@limit
@output
def search(query: str, limit: int, form: str) -> None:
    """Print the papers that match a query, best first."""
    with opened(read_settings()) as (_store, library):
        _print(library.index.search(query, limit=limit), form, len(library.index))


@click.command()
@click.option("--interest", "texts", multiple=True, metavar="TEXT", help="Follow; may be repeated.")
@click.option("--mute", "muted", multiple=True, metavar="TEXT", help="Leave out; may be repeated.")
@click.option("--like", "liked", multiple=True, metavar="PAPER_ID", help="May be repeated.")
@limit
@output
def recommend(
    texts: Sequence[str], muted: Sequence[str], liked: Sequence[str], limit: int, form: str
) -> None:
    """Print the papers that match a profile, best first."""
    if not texts and not liked:
        raise click.UsageError("Give at least one --interest or --like.")
    with opened(read_settings()) as (_store, library):
        likes = (_known(library, id) for id in liked)
        wanted = _interests(texts, muted, likes)
        profile = Profile(under_own_id(library, interest) for interest in wanted)
        _print(library.index.recommend(profile, limit=limit), form, len(library.index))


def _known(library: Library, written: str) -> str:
    """The id of a paper that may be named by another of its ids."""
    paper = library.paper(written)
    if paper is None:
        raise PaperwireError(f"No paper has the id {written[:80]}: `paperwire papers` lists them.")
    return paper.id


def _interests(
    texts: Iterable[str], muted: Iterable[str], liked: Iterable[str]
) -> Iterable[Interest]:
    yield from (parse_interest(text) for text in texts)
    yield from (parse_interest(text, muted=True) for text in muted)
    yield from (Interest(id, kind=InterestKind.PAPER) for id in liked)


def _print(matches: Sequence[Match], form: str, known: int) -> None:
    if form == "json":
        rows = [_json(rank, match) for rank, match in enumerate(matches, 1)]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for rank, match in enumerate(matches, 1):
        click.echo(_text(rank, match))
    if not known:
        click.echo(
            "The corpus is empty: `paperwire ingest seeds` reads the first papers.", err=True
        )
    elif not matches:
        click.echo("Nothing matches.", err=True)


def _json(rank: int, match: Match) -> dict[str, Any]:
    return {
        "rank": rank,
        "score": match.score,
        "paper": match.paper.to_json(),
        "reasons": [
            {"interest": r.interest, "terms": list(r.terms), "share": r.share}
            for r in match.reasons
        ],
    }


def _text(rank: int, match: Match) -> str:
    paper = match.paper
    cut = " et al." if paper.more_authors or len(paper.authors) > 3 else ""
    authors = ", ".join(paper.authors[:3]) + cut if paper.authors else ""
    date = paper.published.isoformat() if paper.published else ""
    facts = " · ".join(filter(None, (authors, date, paper.area, "code" if paper.has_code else "")))
    words = "; ".join(f"{r.interest} {r.share:.2f}" for r in match.reasons[:5])
    below = filter(None, (facts, f"{match.score:.2f}: {words}", paper.id))
    return f"{rank:3}. {printable(paper.title)}" + "".join(f"\n     {printable(b)}" for b in below)
