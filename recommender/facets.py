"""What papers are filed under: their authors, area, organisations and venue."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from recommender.arrays import Bools, Ints, Ragged, Strings, are_in, new_numbers, rows_sorted
from recommender.models import Paper
from recommender.names import fold_area, fold_name, same_area, same_author

# Ends a key that stands for all words with that initial; no folded word holds it.
_ANY = "*"
_BEFORE = np.frombuffer(b" .", np.uint8)


class FacetName(StrEnum):
    """The facets, named as in the search language."""

    AUTHOR = "author"
    AREA = "area"
    ORGANISATION = "org"
    VENUE = "venue"


@dataclass(frozen=True, slots=True)
class Rule:
    """How one facet reads papers and compares values; values and typed text are folded first.

    `keys` are what a value is looked up by; `sought` are the keys for a typed text, of each
    inner tuple any, and of all tuples one; `same` decides about the values so found.
    """

    read: Callable[[Paper], tuple[str, ...]]
    fold: Callable[[str], str]
    keys: Callable[[str], Iterable[str]]
    sought: Callable[[str], list[tuple[str, ...]]]
    same: Callable[[str, str], bool]

    def named(self, paper: Paper, typed: str) -> tuple[str, ...]:
        """The paper's values that answer the typed text, as the paper spells them."""
        folded = self.fold(typed)
        return tuple(v for v in self.read(paper) if self.same(folded, self.fold(v)))


def _author_keys(name: str) -> set[str]:
    words = name.split()
    return {*words, *(word[0] + _ANY for word in words)}


def _author_sought(typed: str) -> list[tuple[str, ...]]:
    words = typed.split()
    full = tuple(word for word in words if len(word) > 1)
    if len(words) == 1 or not full:
        return [(word,) for word in words]
    # The full words come first: they leave few names to compare with the initials.
    each = [(word, word[0]) if len(word) > 1 else (word + _ANY,) for word in words]
    return [full, *each]


def _area_keys(area: str) -> set[str]:
    return {area, *area.split("."), *([] if "." in area else ["." + area])}


def _area_sought(typed: str) -> list[tuple[str, ...]]:
    return [(typed, "." + typed.rpartition(".")[2])] if "." in typed else [(typed,)]


def _same_author(typed: str, name: str) -> bool:
    return same_author(typed.split(), name.split())


def _all_words(typed: str, value: str) -> bool:
    return set(typed.split()) <= set(value.split())


def _each_word(typed: str) -> list[tuple[str, ...]]:
    return [(word,) for word in typed.split()]


def _words(read: Callable[[Paper], tuple[str, ...]]) -> Rule:
    return Rule(read, fold_name, str.split, _each_word, _all_words)


RULES = {
    FacetName.AUTHOR: Rule(
        lambda paper: paper.authors, fold_name, _author_keys, _author_sought, _same_author
    ),
    FacetName.AREA: Rule(
        lambda paper: (paper.area,) if paper.area else (),
        fold_area,
        _area_keys,
        _area_sought,
        same_area,
    ),
    FacetName.ORGANISATION: _words(lambda paper: paper.organisations),
    FacetName.VENUE: _words(lambda paper: (paper.venue,) if paper.venue else ()),
}


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one facet over all papers.

    `values` are folded and distinct, `docs` the papers of each, ascending; `keys` are what
    values are looked up by and `members` the values of each key.
    """

    values: Strings
    docs: Ragged
    keys: Strings
    members: Ragged

    @classmethod
    def empty(cls) -> "Facet":
        """The facet of no papers."""
        return cls(Strings.of(), Ragged.empty(), Strings.of(), Ragged.empty())

    def grown(self, rule: Rule, papers: Sequence[Paper], first: int) -> "Facet":
        """With more papers, the first of which is number `first`."""
        numbers: dict[str, int] = {}
        rows, docs = [], []
        folded: dict[str, str] = {}
        for doc, paper in enumerate(papers, first):
            for spelled in rule.read(paper):
                value = folded.get(spelled)
                if value is None:
                    value = folded[spelled] = rule.fold(spelled)
                if value:
                    rows.append(numbers.setdefault(value, len(numbers)))
                    docs.append(doc)
        values, filed = _joined(self.values, self.docs, list(numbers), rows, docs)
        fresh = [values[row] for row in range(len(self.values), len(values))]
        return Facet(values, filed, *self._keys_grown(rule, fresh))

    def _keys_grown(self, rule: Rule, values: list[str]) -> tuple[Strings, Ragged]:
        numbers: dict[str, int] = {}
        rows, members = [], []
        for number, value in enumerate(values, len(self.values)):
            for key in rule.keys(value):
                rows.append(numbers.setdefault(key, len(numbers)))
                members.append(number)
        return _joined(self.keys, self.members, list(numbers), rows, members)

    def kept(self, keep: Bools) -> "Facet":
        """Only the papers to `keep`, numbered anew; a value may stay without any."""
        docs = self.docs.kept(keep[self.docs.values])
        filed = Ragged(docs.offsets, new_numbers(keep)[docs.values])
        return Facet(self.values, filed, self.keys, self.members)

    def filed(self, rule: Rule, typed: str) -> Ints:
        """The papers with a value that answers the typed text, ascending; none for no words."""
        folded = rule.fold(typed)
        sought = rule.sought(folded) if folded else []
        if not sought:
            return np.zeros(0, np.int32)
        rows = self._members(sought[0])
        for keys in sought[1:]:
            rows = rows[self._are_members(rows, keys)]
        if len(sought) > 1:
            same = [rule.same(folded, self.values[int(row)]) for row in rows]
            rows = rows[np.array(same, np.bool_)]
        return np.unique(self.docs.gathered(rows))

    def beginning(self, rule: Rule, typed: str, limit: int) -> Ints:
        """Values with a word, or a part behind a dot, that begins with the typed text.

        Those of most papers come first. All values are looked through: a million in 50 ms.
        """
        wanted = rule.fold(typed).encode("utf-8", "surrogatepass")
        blob, offsets = self.values.blob, self.values.offsets
        found = re.finditer(re.escape(wanted), blob.tobytes()) if wanted else ()
        at = np.fromiter((each.start() for each in found), np.int64)
        rows = offsets.searchsorted(at, side="right") - 1
        begins = (at == offsets[rows]) | np.isin(blob[at - 1], _BEFORE)
        whole = at + len(wanted) <= offsets[rows + 1]
        values = np.unique(rows[begins & whole])
        n_papers = self.docs.counts[values]
        order = np.argsort(-n_papers, kind="stable")[:limit]
        return np.asarray(values[order][n_papers[order] > 0], np.int32)

    def most_filed(self, key: str) -> int:
        """A bound for how many papers have a value with this key, found without counting them."""
        row = self.keys.find(key)
        members = self.members[row] if row >= 0 else self.members.values[:0]
        return int((self.docs.offsets[members + 1] - self.docs.offsets[members]).sum())

    def _are_members(self, values: Ints, keys: tuple[str, ...]) -> Bools:
        """Which of the values are looked up by one of the keys."""
        of_key = [are_in(values, self.members[row]) for row in self.keys.rows_of(keys) if row >= 0]
        return np.asarray(np.logical_or.reduce([np.zeros(len(values), np.bool_), *of_key]))

    def _members(self, keys: tuple[str, ...]) -> Ints:
        rows = self.keys.rows_of(keys)
        return np.unique(self.members.gathered(rows[rows >= 0]))


def _joined(
    strings: Strings, rows: Ragged, texts: list[str], texts_of: list[int], values: list[int]
) -> tuple[Strings, Ragged]:
    """`strings` and `rows` with pairs of `texts[texts_of[i]]` and `values[i]` put in."""
    numbers = strings.rows_of(texts)
    fresh = np.flatnonzero(numbers < 0)
    numbers[fresh] = np.arange(len(strings), len(strings) + len(fresh), dtype=np.int32)
    more = strings.grown([texts[i] for i in fresh])
    owners = numbers[np.array(texts_of, np.int64)] if texts_of else numbers[:0]
    added = rows_sorted(owners, np.array(values, np.int64), len(more))
    return more, rows.grown(added.counts, added.values)
