"""`paperwire evaluate`: how good the ranking is on a test collection."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

import click
from tqdm import tqdm

from bot.cli.papers import output
from bot.errors import PaperwireError
from bot.evaluation import ABLATION, ENDINGS, OPTIONS, PEER_NAMES
from bot.evaluation.collection import Collection, read_collection

if TYPE_CHECKING:
    from bot.evaluation.results import Result

STRAYS = "Judgements of queries that are not there, passed over"

Each = TypeVar("Each")


def _drawable(_ctx: click.Context, _parameter: click.Parameter, path: Path | None) -> Path | None:
    """A place for the picture, told to be none before the work rather than after it."""
    if path is not None and path.suffix.lower() not in ENDINGS:
        raise click.BadParameter(f"“{path.name[:60]}” must end in {' or '.join(ENDINGS)}.")
    if path is not None and not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent}.")
    return path


@click.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--profiles",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Measure these profiles instead.",
)
@click.option(
    "--compare",
    "peers",
    multiple=True,
    type=click.Choice((*PEER_NAMES, *OPTIONS, ABLATION)),
    help="Another ranking beside ours, or ours without an option; may be repeated.",
)
@click.option(
    "--picture",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_drawable,
    help="Draw the figures into a .png or .svg.",
)
@click.option(
    "--limit", type=click.IntRange(1), metavar="N", help="Only the first N queries or profiles."
)
@output
def evaluate(
    folder: Path,
    profiles: Path | None,
    peers: Sequence[str],
    picture: Path | None,
    limit: int | None,
    form: str,
) -> None:
    """Measure the ranking on a test collection: queries, or profiles where it has none."""
    with _stoppable(), _with_extra():
        collection = read_collection(folder, profiles).first(limit)
        if collection.strays:
            click.echo(f"{STRAYS}: {collection.strays}", err=True)
        results = _measured(collection, peers)
        name = folder.resolve().name if profiles is None else profiles.stem
        _print(results, _title(name, collection), form, collection.noun)
        if picture is not None:
            from bot.evaluation.picture import draw

            draw(results, _title(name, collection), picture)


def _measured(collection: Collection, peers: Sequence[str]) -> "list[Result]":
    from bot.evaluation.rankers import OURS, PEERS, paperwire, without
    from bot.evaluation.results import run
    from recommender import Index

    index = Index(_shown(collection.papers.values(), f"{OURS}: papers"))
    results = []
    for name in (OURS, *_named(collection, peers)):
        if name in PEERS:
            papers = _shown(collection.papers.values(), f"{name}: papers")
            rank = PEERS[name](collection, papers)
        elif name in OPTIONS:
            rank = without(OPTIONS[name], collection, index)
        else:
            rank = paperwire(collection, index)
        tasks = _shown(collection.tasks, f"{name}: {collection.noun}")
        results.append(run(name, rank, tasks, perf_counter))
    return results


def _named(collection: Collection, peers: Sequence[str]) -> Iterable[str]:
    """The rankings to compare with, none twice, in the order asked for."""
    matter = [name for name, option in OPTIONS.items() if collection.is_told_by(option)]
    each = (name for peer in peers for name in (matter if peer == ABLATION else [peer]))
    return dict.fromkeys(each)


def _print(results: "Sequence[Result]", title: str, form: str, noun: str) -> None:
    if form == "text":
        from bot.evaluation.report import table

        click.echo(f"{title}\n\n{table(results, noun)}")
    elif len(results) == 1:
        click.echo(json.dumps(results[0].to_json(), indent=1))
    else:
        click.echo(json.dumps({result.name: result.to_json() for result in results}, indent=1))


def _title(name: str, collection: Collection) -> str:
    ranked = len(collection.papers) if collection.candidates is None else len(collection.candidates)
    return f"{name}: {len(collection.tasks):,} {collection.noun} among {ranked:,} papers"


def _shown(each: Iterable[Each], what: str) -> Iterable[Each]:
    shown: Iterable[Each] = tqdm(each, desc=what, leave=False, disable=not sys.stderr.isatty())
    return shown


@contextmanager
def _stoppable() -> Iterator[None]:
    """Nothing is kept of figures that are not complete, other than of papers that are read."""
    try:
        yield
    except KeyboardInterrupt:
        raise PaperwireError("Stopped; nothing was written.") from None


@contextmanager
def _with_extra() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as missing:
        if missing.name not in ("ir_measures", "rank_bm25", "matplotlib"):
            raise
        raise PaperwireError(
            f"{missing.name} is not installed: `pip install '.[evaluate]'` brings it."
        ) from None
