"""Test collections as DESIGN.md 4.4 has them: a folder of papers and of what is relevant to whom.

Foreign files, read strictly where a figure depends on it: what is wrong with a line is one
sentence with its number.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError, WrapValidator
from pydantic import ValidatorFunctionWrapHandler as Check

from bot.errors import PaperwireError
from bot.evaluation import Option
from recommender import Paper

CORPUS, QUERIES, PROFILES = "corpus.jsonl", "queries.jsonl", "profiles.jsonl"
JUDGEMENTS, CANDIDATES = "qrels.tsv", "candidates.txt"


class CollectionError(PaperwireError):
    """A test collection lacks a file, or a line of one cannot be read."""


@dataclass(frozen=True, slots=True)
class Task:
    """A query or, where `text` is None, a profile; and which papers are how relevant to it.

    `grades` are by paper: 1 and more is relevant. `without` are never ranked.
    """

    id: str
    grades: dict[str, int]
    text: str | None = None
    liked: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """Papers by their ids, and the tasks that have at least one relevant paper.

    `candidates` are the papers to rank among, None where it is all. `strays` counts judgements
    of queries that are not there.
    """

    papers: dict[str, Paper] = field(repr=False)
    tasks: tuple[Task, ...] = field(repr=False)
    candidates: frozenset[str] | None = field(default=None, repr=False)
    strays: int = 0

    def is_told_by(self, option: Option) -> bool:
        """Whether an option matters to any of its tasks."""
        queries = [task.text is not None for task in self.tasks]
        return (option.queries and any(queries)) or (option.profiles and not all(queries))

    @property
    def noun(self) -> str:
        """What its tasks are, one or several."""
        one = len(self.tasks) == 1
        if all(task.text is not None for task in self.tasks):
            return "query" if one else "queries"
        return "profile" if one else "profiles"

    def first(self, limit: int | None) -> "Collection":
        """The same with fewer tasks, for a quick look; None is all."""
        return replace(self, tasks=self.tasks[:limit])


def _or_none(value: Any, check: Check) -> Any:
    try:
        return check(value)
    except ValidationError:
        return None


# Other collections carry what they like under these names.
Foreign = WrapValidator(_or_none)
Id = Annotated[str, Field(min_length=1)]


class _Row(BaseModel, coerce_numbers_to_str=True):
    id: Annotated[Id, Field(alias="_id")]


class _PaperRow(_Row):
    title: str | None = None
    text: str | None = None
    authors: Annotated[list[str] | None, Foreign] = None
    organisations: Annotated[list[str] | None, Foreign] = None
    area: Annotated[str | None, Foreign] = None
    published: Annotated[date | None, Foreign] = None

    def paper(self) -> Paper:
        return Paper(
            self.id,
            self.title or "",
            self.text or "",
            authors=tuple(self.authors or ()),
            organisations=tuple(self.organisations or ()),
            area=self.area,
            published=self.published,
        )


class _QueryRow(_Row):
    text: str


class _ProfileRow(_Row):
    liked: list[Id]
    relevant: list[Id]
    without: list[Id] | None = None

    def task(self) -> Task:
        # What is never ranked cannot be found: to be fair it is not looked for.
        hidden = {*self.liked, *(self.without or ())}
        grades = {paper: 1 for paper in self.relevant if paper not in hidden}
        return Task(self.id, grades, None, tuple(self.liked), tuple(self.without or ()))


Row = TypeVar("Row", bound=_Row)


def read_collection(folder: Path, profiles: Path | None = None) -> Collection:
    """The collection in a folder; its queries, or its profiles where it has no queries.

    `profiles` names a file of profiles to take instead of either. Queries and profiles without
    a relevant paper are left out. Raises CollectionError.
    """
    papers = {row.id: row.paper() for row in _rows(_needed(folder, CORPUS), _PaperRow)}
    queries = None if profiles else _present(folder, QUERIES)
    source = profiles or _present(folder, PROFILES)
    candidates, strays = None, 0
    if queries is not None:
        tasks = {row.id: Task(row.id, {}, row.text) for row in _unique(queries, _QueryRow)}
        strays = _judge(tasks, _needed(folder, JUDGEMENTS))
    elif source is not None:
        tasks = {row.id: row.task() for row in _unique(source, _ProfileRow)}
        candidates = _candidates(folder / CANDIDATES)
    else:
        raise CollectionError(f"{folder} has neither {QUERIES} nor {PROFILES}.")
    relevant = tuple(task for task in tasks.values() if max(task.grades.values(), default=0) > 0)
    if not relevant:
        raise CollectionError(f"{folder} has nothing to measure: no relevant paper is known.")
    return Collection(papers, relevant, candidates, strays)


def _judge(tasks: dict[str, Task], judgements: Path) -> int:
    """Enters the grades; how many are of queries that are not there."""
    strays = 0
    for number, line in _lines(judgements):
        parts = [part.strip() for part in line.decode("utf-8", "replace").split("\t")]
        if len(parts) != 3 or not all(parts):
            raise _wrong(judgements, number, "not query, paper and grade with tabs between them")
        query, paper, grade = parts
        if number == 1 and _whole(grade) is None:
            continue
        value = _grade(judgements, number, grade)
        if query in tasks:
            tasks[query].grades[paper] = value
        strays += query not in tasks
    return strays


def _grade(path: Path, number: int, text: str) -> int:
    grade = _whole(text)
    if grade is None:
        raise _wrong(path, number, f"“{text[:40]}” is no grade; grades are whole numbers")
    return grade


def _whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _candidates(path: Path) -> frozenset[str] | None:
    if not path.exists():
        return None
    lines = (line.decode("utf-8", "replace").strip() for _, line in _lines(path))
    return frozenset(filter(None, lines))


def _unique(path: Path, kind: type[Row]) -> Iterator[Row]:
    seen: set[str] = set()
    for number, row in _numbered(path, kind):
        if row.id in seen:
            raise _wrong(path, number, f"“{row.id[:40]}” stands in an earlier line already")
        seen.add(row.id)
        yield row


def _rows(path: Path, kind: type[Row]) -> Iterator[Row]:
    return (row for _, row in _numbered(path, kind))


def _numbered(path: Path, kind: type[Row]) -> Iterator[tuple[int, Row]]:
    for number, line in _lines(path):
        try:
            yield number, kind.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_input=False, include_context=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise _wrong(path, number, f"{where}: {first['msg']}".removeprefix(": ")) from None


def _lines(path: Path) -> Iterable[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or "it is damaged or no gzip file"
        raise CollectionError(f"{path} cannot be read: {reason}.") from None


def _present(folder: Path, name: str) -> Path | None:
    both = (folder / name, folder / f"{name}.gz")
    return next((path for path in both if path.exists()), None)


def _needed(folder: Path, name: str) -> Path:
    path = _present(folder, name)
    if path is None:
        raise CollectionError(f"{folder} has no {name}.")
    return path


def _wrong(path: Path, number: int, what: str) -> CollectionError:
    return CollectionError(f"{path}, line {number}: {what}.")
