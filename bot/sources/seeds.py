"""The seed documents that travel with the bot: the first papers of every installation."""

from collections.abc import Iterator
from pathlib import Path

import bot
from bot.errors import SourceError
from bot.sources.collaborators import is_collaborators_page, parse_collaborators
from bot.sources.listing import is_date_line, parse_listing
from bot.sources.pages import Parsed, lines_of, problem
from bot.sources.records import Problem, Record

YEAR_TAKEN = 2026
"""The listings leave out the year of entries of the year in which they were taken: this one.

It is a fact about the documents (seeds/README.md), whatever the clock says.
"""


def seed_records() -> Iterator[Record]:
    """The papers and problems of all seed documents, in the order of `read_seeds`."""
    for parsed in read_seeds():
        yield from parsed.records


def read_seeds(folder: Path | None = None) -> Iterator[Parsed]:
    """The seed documents, or those of another folder, parsed, in the order of their names.

    Raises SourceError when there is no such folder, no document in it, or one cannot be opened.
    """
    folder = folder or seeds_folder()
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise SourceError(f"There are no seed documents (*.txt) in {folder}.")
    for path in paths:
        yield parse(_text(path), f"seeds:{path.name}", YEAR_TAKEN)


def seeds_folder() -> Path:
    """Where the documents are: inside the installed package, or at the root of a checkout.

    Raises SourceError when they are in neither.
    """
    package = Path(bot.__file__).resolve().parent
    for folder in (package / "seeds", package.parent / "seeds"):
        if any(folder.glob("*.txt")):
            return folder
    raise SourceError(f"The seed documents are missing from {package}: install paperwire anew.")


def parse(text: str, source: str, year_taken: int) -> Parsed:
    """A page of either format; of another kind, or empty, it is one problem.

    `year_taken` is the year of dates that name none.
    """
    lines = lines_of(text)
    if not lines:
        return Parsed(source, (Problem(source, 1, "the document is empty"),))
    if is_collaborators_page(text):
        return parse_collaborators(text, source)
    if "\0" not in text and any(is_date_line(line.text) for line in lines):
        return parse_listing(text, source, year_taken)
    wrong = "this is neither a listing of papers by date nor a page of collaborating authors"
    return Parsed(source, (problem(source, lines, wrong),))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from None
