"""Where papers come from. A source is a module: a pure parse and a thin fetch.

A source yields papers and problems in the order of the document; it neither merges nor stores.
"""

from collections.abc import Iterator
from pathlib import Path

from bot.errors import UserError
from bot.sources.jsonlines import read_json_lines
from bot.sources.records import Record
from bot.sources.seeds import seed_records

FILE = "file:"
READERS = {".jsonl": read_json_lines}
"""How to read a file, by how its name ends."""


def open_source(name: str) -> Iterator[Record]:
    """The records of the source of that name, as it is typed after `paperwire ingest`.

    Raises UserError when there is no such source, SourceError when it cannot be read.
    """
    if name == "seeds":
        return seed_records()
    if not name.startswith(FILE):
        raise UserError(f"There is no source “{name[:60]}”: it is seeds or {FILE}PATH.jsonl.")
    path = Path(name.removeprefix(FILE))
    if path.suffix.lower() not in READERS:
        known = ", ".join(READERS)
        raise UserError(f"“{path.name[:60]}” is of no kind that can be read; known: {known}.")
    return READERS[path.suffix.lower()](path)
