"""Files of papers: how they are opened, line by line or whole, whatever wrote them."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from bot.errors import SourceError
from bot.sources.records import Checkpoint, Record

MOST_BYTES = 100_000_000
"""Of a file that is read as a whole; libraries of 100,000 entries have a fifth of that."""

LINES_A_PLACE = 10_000


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file, unpacked if it is packed. Raises SourceError, inside the block too, if it fails."""
    try:
        with _open(path) as file:
            yield file
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise SourceError(f"{path} is damaged: it cannot be unpacked to its end.") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from None


def _open(path: Path) -> BinaryIO:
    if path.exists() and not (path.is_file() or path.is_dir()):
        # One waits at a pipe until somebody writes to it, and a device may have no end.
        raise SourceError(f"{path} is no file.")
    is_packed = path.suffix.lower() == ".gz"
    return cast(BinaryIO, gzip.open(path)) if is_packed else path.open("rb")


def text_in(path: Path) -> str:
    """The text of a whole file, in UTF-8, UTF-16 with its mark, or one byte a character.

    Line ends are as one program would write them. Raises SourceError for one that is too large.
    """
    with opened(path) as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise SourceError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB: split it.")
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for name in ("utf-16" if marked else "utf-8-sig", "cp1252"):
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
    return raw.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")


Lines = Callable[[BinaryIO, int], Iterator[tuple[int, Record]]]
"""The records of an open file behind so many lines, each with the number of its line."""


def resumed(path: Path, place: str | None, lines: Lines) -> Iterator[Record]:
    """The records of a file from where the last reading of the same file stopped, and places."""
    with opened(path) as file:
        known = path.stat()
        mark = f"{known.st_size}-{known.st_mtime_ns}"
        was, _, number = (place or "").rpartition(":")
        begin = int(number) if was == mark and number.isdecimal() else 0
        last = begin
        for at, record in lines(file, begin):
            if at - last >= LINES_A_PLACE:
                # Everything up to the line before has been given.
                yield Checkpoint(f"{mark}:{at - 1}")
                last = at
            yield record
    if place or last:
        # Read to its end: the next time it is read from the start.
        yield Checkpoint("")
