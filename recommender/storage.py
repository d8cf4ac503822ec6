"""An index as one file: a header in JSON, then arrays, each at an aligned place.

Loading maps the file into memory and reads nothing but the header. A file is never changed:
a new one takes its place, and those who have mapped the old one keep it.
"""

import json
import mmap
import os
import zlib
from dataclasses import fields, is_dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"paperwire index\n"
# To be raised with every change of the arrays, of the tokens or of the formula.
_VERSION = 3
_ALIGNMENT = 64
_PREFIX = len(_MAGIC) + 16

Arrays = dict[str, NDArray[Any]]
T = TypeVar("T")


class IndexFileError(ValueError):
    """A file that is no index, a damaged one, or one of another version: build it anew."""


def flatten(value: object, name: str = "") -> Arrays:
    """The arrays within a dataclass of arrays and dataclasses, each under its dotted name."""
    if isinstance(value, np.ndarray):
        return {name: value}
    if not is_dataclass(value):
        raise TypeError(f"{name} is neither an array nor a dataclass")
    found: Arrays = {}
    for field in fields(value):
        found |= flatten(getattr(value, field.name), f"{name}.{field.name}")
    return found


def unflatten(kind: type[T], arrays: Arrays, name: str = "") -> T:
    """The dataclass of which `flatten` made `arrays`; KeyError where one is missing."""
    values = {}
    for key, hint in get_type_hints(kind).items():
        path = f"{name}.{key}"
        nested = isinstance(hint, type) and is_dataclass(hint)
        values[key] = unflatten(hint, arrays, path) if nested else arrays[path]
    return kind(**values)


def write(path: Path, arrays: Arrays) -> None:
    """Put the arrays into a new file beside `path`, then move it there; OSError as it comes."""
    header = json.dumps(
        [(name, array.dtype.str, len(array)) for name, array in arrays.items()]
    ).encode()
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            _write(file, header, arrays)
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _write(file: Any, header: bytes, arrays: Arrays) -> None:
    numbers = (_VERSION, len(header), zlib.crc32(header), 0)
    file.write(_MAGIC + np.array(numbers, "<u4").tobytes() + header)
    for array in arrays.values():
        file.write(bytes(-file.tell() % _ALIGNMENT))
        file.write(np.ascontiguousarray(array).data)
    file.flush()
    os.fsync(file.fileno())


def read(path: Path) -> Arrays:
    """The arrays that `write` put there, mapped into memory and read-only.

    IndexFileError for a file that is missing, damaged, or not of this version. The header is
    checked by its sum and the arrays by their lengths; reading all of them would take as long
    as the map saves.
    """
    try:
        with path.open("rb") as file:
            return _read(file, path)
    except FileNotFoundError:
        raise IndexFileError(f"There is no index at {path}; build and save one first.") from None


def _read(file: Any, path: Path) -> Arrays:
    size = os.fstat(file.fileno()).st_size
    start = file.read(_PREFIX)
    if len(start) < _PREFIX or not start.startswith(_MAGIC):
        raise IndexFileError(f"{path} is not an index of papers; build it anew.")
    version, length, checksum, _ = np.frombuffer(start[len(_MAGIC) :], "<u4").tolist()
    if version != _VERSION:
        raise IndexFileError(f"{path} is of version {version}, not {_VERSION}; build it anew.")
    header = file.read(length)
    if len(header) < length or zlib.crc32(header) != checksum:
        raise IndexFileError(f"{path} is damaged in its first bytes; build it anew.")
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    arrays, end = _mapped(mapped, _PREFIX + length, json.loads(header))
    if end != size:
        raise IndexFileError(f"{path} has {size:,} bytes instead of {end:,}; build it anew.")
    return arrays


def _mapped(mapped: mmap.mmap, end: int, header: list[tuple[str, str, int]]) -> tuple[Arrays, int]:
    """The arrays of the header that fit into the map, and where the last one should end."""
    arrays: Arrays = {}
    for name, code, count in header:
        dtype = np.dtype(code)
        start = end + -end % _ALIGNMENT
        end = start + count * dtype.itemsize
        if count and end <= len(mapped):
            arrays[name] = np.frombuffer(mapped, dtype, count, start)
        else:
            arrays[name] = np.zeros(0, dtype)
    return arrays, end
