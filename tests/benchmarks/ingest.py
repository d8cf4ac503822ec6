"""How long a corpus takes to come in: `python -m tests.benchmarks.ingest --corpus FILE.jsonl.gz`.

Reads all but the last papers, makes the index, then the last as a daily update would, while
another thread searches.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Event, Thread

import click

from bot.library import Library, one_line
from bot.sources import open_source
from bot.store import Store

QUERY = "speech translation with large models"


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--update", default=2_000, show_default=True, help="Papers of the daily update.")
def main(corpus: Path, update: int) -> None:
    """Print seconds, and the memory at most, of each step."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/paperwire.db")
        library = Library(store)
        total = sum(1 for _ in open_source(f"file:{corpus}"))
        records = (each for each in open_source(f"file:{corpus}"))
        with _measured(f"read, merged and stored {total - update:,} records"):
            run, _ = library.ingest("first", islice(records, total - update), _now)
        click.echo(f"   {one_line(run)}")
        with _measured("indexed"):
            library.refresh()
        with _measured("first search"):
            library.index.search(QUERY)
        with _searching(library):
            with _measured(f"read, merged and stored {update:,} more"):
                run, _ = library.ingest("update", records, _now)
            with _measured("taken into the index"):
                library.refresh()
        click.echo(f"   {one_line(run)}")
        with _measured("first search after it"):
            library.index.search(QUERY)
        with _measured("the index of another process, from the file and the update"):
            Library(store).refresh()
        store.close()


@contextmanager
def _searching(library: Library) -> Iterator[None]:
    """Searches over and over; prints the slowest."""
    over = Event()
    slowest = [0.0]

    def search() -> None:
        while not over.is_set():
            begun = time.perf_counter()
            library.index.search(QUERY)
            slowest[0] = max(slowest[0], time.perf_counter() - begun)
            time.sleep(0.01)

    thread = Thread(target=search)
    thread.start()
    yield
    over.set()
    thread.join()
    click.echo(f"   slowest search meanwhile: {slowest[0] * 1000:.0f} ms")


@contextmanager
def _measured(what: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    seconds = time.perf_counter() - begun
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(f"{what}: {seconds:.2f} s, {megabytes:,.0f} MB at most so far")


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
