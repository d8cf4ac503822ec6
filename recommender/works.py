"""Whether two records tell of one work, and which of its ids a work goes by.

Merging two works loses one of them, leaving two records of one apart shows it twice: so what
contradicts is stronger than what agrees, and a title alone is never enough.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from recommender.identity import title_key
from recommender.names import same_author
from recommender.text import fold_words

PREPRINT_DOIS = (
    "doi:10.1101/",
    "doi:10.64898/",
    "doi:10.2139/ssrn.",
    "doi:10.20944/preprints",
    "doi:10.21203/rs.",
    "doi:10.26434/chemrxiv",
    "doi:10.31219/osf.io/",
    "doi:10.31234/osf.io/",
    "doi:10.36227/techrxiv.",
    "doi:10.48550/",
    "doi:10.5281/zenodo.",
)
"""DOIs of repositories: a work may have one of these beside that of its journal."""

TELLING_TITLE = 24
"""Letters and digits of a title that hardly two works share by chance: "The Higgs boson" has 13."""

SHORT_TITLE = 12
"""Shorter ones, such as "Erratum" and "Introduction", say nothing whoever wrote them."""

TELLING_ABSTRACT = 20
"""Different words of an abstract that can be compared with another."""

MOST_YEARS = 4
"""Between a preprint and its journal; of 993 pairs with known ids none was further apart."""

_GROUP = frozenset({"collaboration", "consortium", "group", "team"})
_RANKS = ("arxiv:", "doi:")


@dataclass(frozen=True, slots=True)
class Work:
    """What a record says of which work it is: `ids` as `written_id` writes them, or a source's own.

    `is_cut` says that authors are missing; `year` is None where it is unknown.
    """

    ids: frozenset[str]
    title: str
    authors: tuple[str, ...] = ()
    is_cut: bool = False
    abstract: str = ""
    year: int | None = None
    links: frozenset[str] = frozenset()


def best_id(ids: Iterable[str], known: str | None = None) -> str:
    """The id that a work goes by: arXiv's, else a DOI, else the one by which it is `known`.

    Among several of a kind the known one stays, else a journal's DOI comes before a preprint's,
    and then the first of the alphabet. ValueError for no ids.
    """

    def place(key: str) -> tuple[int, bool, bool, bool, str]:
        rank = next((n for n, kind in enumerate(_RANKS) if key.startswith(kind)), len(_RANKS))
        is_title = key.startswith("title:")
        return rank, key != known, is_preprint(key), is_title, key

    return min(ids, key=place)


def is_preprint(key: str) -> bool:
    """Whether a DOI is one that a repository gave."""
    return key.startswith(PREPRINT_DOIS)


def same_work(one: Work, other: Work) -> bool:
    """Whether two records tell of one work.

    They do not where both have an id of one kind and these differ. Else they do with a common
    id; a DOI, which a whole volume may have, needs more that goes together; and with
    the same folded title, a common link, or nothing that differs, or else authors that go together
    or abstracts that say the same, and not too many years between.
    """
    if contradict(one.ids, other.ids):
        return False
    common = {key for key in one.ids & other.ids if not key.startswith("title:")}
    if any(not key.startswith("doi:") for key in common):
        return True
    if common:
        return _doi_is_right(one, other)
    if title_key(one.title) != title_key(other.title):
        return False
    return bool(one.links & other.links) or _are_equal(one, other) or _go_together(one, other)


def contradict(one: Set[str], other: Set[str]) -> bool:
    """Whether two sets of ids cannot be of one work: both have one of a kind, and none in common.

    A DOI from a repository and one from a journal do not contradict each other.
    """
    mine, theirs = _by_kind(one), _by_kind(other)
    return any(
        mine[kind].isdisjoint(theirs[kind])
        and not (kind == "doi" and _is_preprint_of(mine[kind], theirs[kind]))
        for kind in mine.keys() & theirs.keys()
    )


def _by_kind(ids: Set[str]) -> dict[str, set[str]]:
    """The ids by what gave them: "arxiv", "doi", or what a source's own begin with."""
    kinds: dict[str, set[str]] = {}
    for key in ids:
        kind = key.partition(":")[0] if ":" in key else ""
        if kind != "title":
            kinds.setdefault(kind, set()).add(key)
    return kinds


def _is_preprint_of(one: set[str], other: set[str]) -> bool:
    """Whether one side has nothing but a repository's DOIs, and the other a journal's."""
    return all(map(is_preprint, one)) != all(map(is_preprint, other))


def _doi_is_right(one: Work, other: Work) -> bool:
    """Whether two records with one DOI are not two of a volume, or of a discussion, that has it."""
    shared = _shared(one.authors, other.authors)
    is_alike = _alike(one.title, other.title)
    says_the_same = _say_the_same(one.abstract, other.abstract)
    if one.authors and other.authors and not shared:
        return is_alike and (says_the_same or _is_group(one) or _is_group(other))
    if is_alike or says_the_same:
        return True
    return shared == 1 and not (one.abstract and other.abstract)


def _is_group(work: Work) -> bool:
    """Whether its author is a collaboration, which another source may have as its members."""
    return bool(_GROUP & set(fold_words(work.authors[0])))


def _are_equal(one: Work, other: Work) -> bool:
    """Whether nothing tells them apart: a record that is read again is the same record."""
    said = (one.authors, one.is_cut, one.abstract, one.year)
    return said == (other.authors, other.is_cut, other.abstract, other.year) and not (
        one.links and other.links
    )


def _go_together(one: Work, other: Work) -> bool:
    if one.year and other.year and abs(one.year - other.year) > MOST_YEARS:
        return False
    is_telling = len(title_key(one.title)) >= TELLING_TITLE
    if not one.authors or not other.authors:
        return is_telling or _say_the_same(one.abstract, other.abstract)
    shared = _shared(one.authors, other.authors)
    if one.is_cut or other.is_cut:
        return shared > 0 or is_telling or _say_the_same(one.abstract, other.abstract)
    if _say_the_same(one.abstract, other.abstract):
        return shared > 0
    first = same_name(one.authors[0], other.authors[0])
    if not is_telling:
        several = min(len(one.authors), len(other.authors)) > 1
        is_short = len(title_key(one.title)) < SHORT_TITLE
        return shared == 1 and (first or several) and not is_short
    return shared > 0.5 or (shared == 0.5 and first)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """The share of the shorter list's names that are in the other."""
    short, long = sorted((one, other), key=len)
    if not short:
        return 0.0
    left = list(long[:100])
    found = 0
    for name in short[:100]:
        twin = next((each for each in left if same_name(name, each)), None)
        if twin is not None:
            left.remove(twin)
            found += 1
    return found / len(short[:100])


def same_name(one: str, other: str) -> bool:
    """Whether two spellings may be one person: "H. Jégou", "Jegou, Hervé" and "Hervé Jégou"."""
    left, right = fold_words(one), fold_words(other)
    short, long = sorted((left, right), key=len)
    return same_author(short, long)


def _say_the_same(one: str, other: str) -> bool:
    """Whether two abstracts of some length have half of all their words in common."""
    left, right = set(fold_words(one)), set(fold_words(other))
    is_long = min(len(left), len(right)) >= TELLING_ABSTRACT
    return is_long and 2 * len(left & right) >= len(left | right)


def _alike(one: str, other: str) -> bool:
    """Whether two titles share half of the words of either."""
    left, right = set(fold_words(one)), set(fold_words(other))
    return 2 * len(left & right) >= max(len(left), len(right), 1)
