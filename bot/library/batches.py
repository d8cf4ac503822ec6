"""Some records against the corpus: which works they tell of, and what they change."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import chain, count

from bot.library.merging import first_told, revised
from bot.sources.records import Found
from bot.store import Connection, identities, papers
from recommender import Paper, Work, best_id, contradict, same_work, title_id

MAX_ID = 255
"""What the database takes; a longer id is no help to anyone."""


class Outcome(StrEnum):
    """What became of a record."""

    NEW = "new"
    UPDATED = "updated"
    KNOWN = "already known"
    WITHDRAWN = "withdrawn"


class Batch:
    """The papers that some records may tell of, as they are and as they become.

    Takes the records one after the other; `write` then puts what has changed into the database.
    """

    def __init__(self, connection: Connection, records: Sequence[Found]) -> None:
        papers.hold(connection)
        self._connection = connection
        keys = {key for found in records for key in ids_of(found)}
        self._holders = identities.holders(connection, keys)
        ids = set().union(*self._holders.values()) if self._holders else set()
        self._papers = papers.get(connection, ids)
        self._told = dict(papers.origins(connection, ids))
        self._names = identities.names(connection, ids)
        self._stored = {
            key: (paper, frozenset(self._names[key])) for key, paper in self._papers.items()
        }
        self._rekeyed: set[str] = set()

    def take(self, found: Found) -> tuple[Outcome, str]:
        """Takes a record in; what became of it, and the id of its paper."""
        keys = ids_of(found)
        twins = self._twins(_work(found.paper, keys), keys)
        if not twins:
            if found.withdrawn:
                return Outcome.WITHDRAWN, found.paper.id
            return Outcome.NEW, self._begin(found, keys)
        before = [(self._papers[key], len(self._names[key])) for key in twins]
        kept = self._joined(twins, keys)
        paper = Paper.from_json(found.paper.to_json() | {"id": kept})
        told = self._told.get(kept, {})
        record = Found(paper, found.ids, found.version, found.withdrawn)
        self._papers[kept], self._told[kept] = revised(self._papers[kept], told, record)
        after = [(self._papers[kept], len(self._names[kept]))]
        return (Outcome.KNOWN if before == after else Outcome.UPDATED), kept

    def write(self, now: datetime) -> None:
        """Puts what has changed into the database."""
        changed = [
            paper
            for key, paper in self._papers.items()
            if key in self._rekeyed or self._stored.get(key, (None,))[0] != paper
        ]
        papers.put(self._connection, changed, now, self._told)
        named = {
            key: self._names[key] - {key}
            for key in self._papers
            if key not in self._stored or self._stored[key][1] != self._names[key]
        }
        papers.name(self._connection, named)

    def _twins(self, work: Work, keys: Iterable[str]) -> list[str]:
        """The papers that are of that work, none of which contradicts another; the best first."""
        near = set().union(*(self._holders.get(key, ()) for key in keys))
        same = [key for key in near if same_work(self._work(key), work)]
        twins: list[str] = []
        for key in sorted(same, key=lambda key: (best_id([key, *same]) != key, key)):
            if not any(contradict(self._names[key], self._names[other]) for other in twins):
                twins.append(key)
        return twins

    def _work(self, key: str) -> Work:
        return _work(self._papers[key], self._names[key])

    def _begin(self, found: Found, keys: frozenset[str]) -> str:
        """A new paper; an id that another work has already is not taken from it."""
        paper = found.paper
        own = self._free_id(paper, keys)
        self._papers[own] = paper if own == paper.id else _with_id(paper, own)
        self._told[own] = first_told(found)
        self._name(own, {*keys, own})
        return own

    def _free_id(self, paper: Paper, keys: frozenset[str]) -> str:
        free = [key for key in keys if key not in self._papers]
        serious = [key for key in free if not key.startswith("title:")]
        if serious or free:
            return best_id(serious or free)
        first = paper.authors[0] if paper.authors else "?"
        further = (title_id(paper.title, f"{first} {number}") for number in count(2))
        several = chain([title_id(paper.title, first)], further)
        return next(key for key in several if self._is_free(key))

    def _is_free(self, key: str) -> bool:
        """Whether no paper has that id, here or among those that no record seems to tell of."""
        return key not in self._papers and not identities.holders(self._connection, [key])

    def _joined(self, twins: Sequence[str], keys: frozenset[str]) -> str:
        """Makes one paper of those and gives it all ids; the id by which it goes."""
        names = set(keys).union(*(self._names[key] for key in twins))
        free = {key for key in names if key in twins or key not in self._papers}
        kept = best_id(free, twins[0])
        for key in twins:
            if key != kept:
                self._rekey(key, kept)
        self._name(kept, names)
        return kept

    def _rekey(self, old: str, new: str) -> None:
        if old in self._stored:
            identities.rekey(self._connection, old, new)
            self._rekeyed.add(new)
            self._stored[new] = self._stored.pop(old)
        moved, told = _with_id(self._papers.pop(old), new), self._told.pop(old, {})
        if new in self._papers:
            record = Found(moved)
            self._papers[new], _ = revised(self._papers[new], self._told.get(new, {}), record)
            self._told[new] = {**told, **self._told.get(new, {})}
        else:
            self._papers[new], self._told[new] = moved, told
        for key in self._names.pop(old):
            self._holders[key] = self._holders.get(key, set()) - {old}
            self._name(new, {key})
        self._name(new, {old})

    def _name(self, key: str, names: Iterable[str]) -> None:
        self._names.setdefault(key, {key}).update(names)
        for name in names:
            self._holders.setdefault(name, set()).add(key)


def ids_of(found: Found) -> frozenset[str]:
    """All ids of a record: its paper's, its others, and its title's."""
    ids = {found.paper.id, *found.ids, title_id(found.paper.title)}
    return frozenset(key for key in ids if len(key) <= MAX_ID and key.isprintable())


def _work(paper: Paper, ids: Iterable[str]) -> Work:
    year = paper.published.year if paper.published else None
    return Work(
        frozenset(ids),
        paper.title,
        paper.authors,
        paper.more_authors,
        paper.abstract,
        year,
        frozenset(paper.urls),
    )


def _with_id(paper: Paper, key: str) -> Paper:
    return Paper.from_json(paper.to_json() | {"id": key})
