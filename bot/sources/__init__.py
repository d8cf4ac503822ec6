"""Where papers come from. A source is a module: a pure parse and a thin fetch.

A source yields papers and problems in the order of the document; it neither merges nor stores.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import UserError
from bot.sources import biorxiv, feed
from bot.sources.arxiv import parse_asked, read_arxiv
from bot.sources.bibtex import read_bibtex
from bot.sources.jsonlines import read_json_lines
from bot.sources.reach import Reach
from bot.sources.records import Record
from bot.sources.ris import read_ris
from bot.sources.seeds import seed_records

FILE = "file:"
LINES = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")
READERS = {".bib": read_bibtex, ".bib.gz": read_bibtex, ".ris": read_ris, ".ris.gz": read_ris}
"""How to read a file as a whole, by how its name ends; LINES are read line by line."""

KNOWN = "seeds, arxiv, biorxiv, medrxiv, feed:ADDRESS or file:PATH"


def open_source(name: str, reach: Reach | None = None) -> Iterator[Record]:
    """The records of the source of that name, as it is typed after `paperwire ingest`.

    Without `reach` it is read from its beginning. Raises UserError when there is no such source,
    SourceError when it cannot be read.
    """
    check_source(name)
    reach = reach or Reach(datetime.now(UTC))
    kind, _, rest = name.partition(":")
    if kind == "seeds":
        return seed_records()
    if kind == "arxiv":
        return read_arxiv(parse_asked(rest), reach)
    if kind in biorxiv.NAMES:
        return biorxiv.read_preprints(kind, rest, reach)
    if kind == "feed":
        return feed.read_feed(rest, reach)
    path = Path(rest)
    reader = READERS.get(_ending(path))
    return reader(path) if reader else read_json_lines(path, reach.place)


def check_source(name: str) -> str:
    """The kind of a source. Raises UserError, with a sentence, when there is no such source."""
    kind, _, rest = name.partition(":")
    if name == "seeds":
        return kind
    if kind == "arxiv" and not name.endswith(":"):
        parse_asked(rest)
    elif kind in biorxiv.NAMES and not name.endswith(":"):
        biorxiv.check_words(rest, kind)
    elif kind == "feed":
        feed.check_address(rest)
    elif name.startswith(FILE):
        path = Path(rest)
        if _ending(path) not in {*LINES, *READERS}:
            known = ", ".join([*LINES[:3], *READERS])
            raise UserError(f"“{path.name[:60]}” is of no kind that can be read; known: {known}.")
    else:
        raise UserError(f"There is no source “{name[:60]}”: it is {KNOWN}.")
    return kind


def _ending(path: Path) -> str:
    """How the name ends, the kind below a packing with it: ".jsonl.gz"."""
    name = path.name.lower()
    return next(
        (end for end in sorted({*LINES, *READERS}) if name.endswith(end) and name != end), ""
    )
