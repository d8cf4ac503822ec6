"""One paper of several records of the same work: the best of each field, and who gave it."""

from dataclasses import replace

from bot.errors import PaperwireError
from bot.sources.records import Found
from bot.store.papers import Origins
from recommender import Paper
from recommender.text import fold_words

REVISED = ("title", "abstract", "authors")
"""The fields that a newer version of a paper replaces, if they came from the same source."""

FIELDS = (*REVISED, "area", "published", "venue", "has_code")
"""The fields that have one value, and so come from one source."""


def revised(old: Paper, told: Origins, new: Found) -> tuple[Paper, Origins]:
    """The paper with what a record adds, and where its fields are from.

    A newer version from the source that gave a field replaces it; else the best of both stays.
    Taking in any of the records again, in any order of sources, changes nothing.
    """
    name = origin(new.paper)
    paper = merged(old, new.paper)
    fresh = {
        field: getattr(new.paper, field)
        for field in REVISED
        if _is_newer(told.get(field), name, new.version) and getattr(new.paper, field)
    }
    if "authors" in fresh:
        fresh["more_authors"] = new.paper.more_authors
    stale = {
        field: getattr(old, field)
        for field in REVISED
        if _is_newer((name, new.version), *told.get(field, ("", 0))) and getattr(old, field)
    }
    if "authors" in stale:
        stale["more_authors"] = old.more_authors
    paper = replace(paper, **fresh, **stale)
    return paper, _told(old, told, paper, new, name)


def first_told(found: Found) -> Origins:
    """Where the fields of a paper are from that only this record tells of."""
    name = origin(found.paper)
    return {f: (name, found.version) for f in FIELDS if _is_known(getattr(found.paper, f))}


def origin(paper: Paper) -> str:
    """The source that a record is from."""
    return paper.sources[0] if paper.sources else ""


def _is_newer(told: tuple[str, int] | None, name: str, version: int) -> bool:
    return told is not None and told[0] == name and version > told[1]


def _told(old: Paper, told: Origins, paper: Paper, new: Found, name: str) -> Origins:
    result = dict(told)
    for field in FIELDS:
        value = getattr(paper, field)
        came = getattr(new.paper, field)
        source, version = told.get(field, (None, 0))
        if not _is_known(came) or value != came:
            continue
        if source == name:
            result[field] = (name, max(new.version, version))
        elif source is None or value != getattr(old, field):
            result[field] = (name, new.version)
    return result


def _is_known(value: object) -> bool:
    return value is not None and value not in ("", ())


def merged(old: Paper, new: Paper) -> Paper:
    """One paper of two records of the same work: the best of each field, all of each list.

    Merging either record again changes nothing. Raises PaperwireError when the ids differ.
    """
    if old.id != new.id:
        raise PaperwireError(f"{old.id} and {new.id} are two papers.")
    authors, more_authors = _authors(old, new)
    dates = [paper.published for paper in (old, new) if paper.published is not None]
    return Paper(
        id=old.id,
        title=old.title,
        abstract=max(old.abstract, new.abstract, key=len),
        authors=authors,
        more_authors=more_authors,
        area=old.area or new.area,
        published=min(dates, default=None),
        organisations=_all(old.organisations, new.organisations),
        venue=old.venue or new.venue,
        has_code=_either(old.has_code, new.has_code),
        urls=_all(old.urls, new.urls),
        sources=_all(old.sources, new.sources),
    )


def _authors(old: Paper, new: Paper) -> tuple[tuple[str, ...], bool]:
    """The names, and whether more are missing: a complete list wins over cut ones."""
    whole = [p.authors for p in (old, new) if p.authors and not p.more_authors]
    if whole:
        return max(whole, key=len), False
    known = {_folded(name) for name in old.authors}
    added = [name for name in new.authors if _folded(name) not in known]
    return (*old.authors, *added), old.more_authors or new.more_authors


def _folded(name: str) -> tuple[str, ...]:
    """Equal for two spellings of one name: accents, case and the order of its parts aside."""
    return tuple(sorted(fold_words(name)))


def _all(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*old, *new)))


def _either(old: bool | None, new: bool | None) -> bool | None:
    known = [value for value in (old, new) if value is not None]
    return any(known) if known else None
