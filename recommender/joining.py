"""Acronyms that a query or an interest uses, joined with what they stand for, and back."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from recommender.acronyms import LONGEST, Parts, acronyms, as_phrase, meaning
from recommender.asking import FUNCTION_TERMS, Ask, Typed
from recommender.plan import Plan

MOST_PLACES = 200
"""So many places of a run are looked at; nobody types more words of which so few differ."""


class _Span(NamedTuple):
    """The places from `first` up to `last` spell out what `short` is for."""

    first: int
    last: int
    short: str


def join(plan: Plan, run: Typed, weight: float = 1.0) -> None:
    """Adds what acronyms of the run stand for, and the acronyms of what it spells out.

    Each counts `acronym` times as much as if it had been typed, for the labels of the words that it
    stands for. Nothing is added that is in the run already, nor where the papers do not agree.
    """
    by = plan.corpus.by.acronym
    if not by:
        return
    labels = [label for label, word in run.words for _ in word.parts][:MOST_PLACES]
    parts = _parts(run)[:MOST_PLACES]
    typed = set(parts)
    # However often it was typed: the first time counts.
    for part, label in dict(zip(reversed(parts), reversed(labels), strict=True)).items():
        meant = _meaning(plan, part)
        if meant and not set(meant) <= typed:
            plan.add_phrase(label, as_phrase(meant), weight * by)
    for span in _spelled_out(plan, parts):
        if span.short not in typed:
            typed.add(span.short)
            plan.add_asked([Ask(span.short, by, tuple(labels[span.first : span.last]))], weight)


def variants(plan: Plan, run: Typed) -> list[Parts]:
    """The run with acronyms for what it spells out, and with acronyms spelled out."""
    parts = _parts(run)
    if not plan.corpus.by.acronym or len(parts) > MOST_PLACES:
        return []
    long = tuple(each for part in parts for each in _meaning(plan, part) or (part,))
    short = list(parts)
    for span in reversed(list(_spelled_out(plan, parts))):
        short[span.first : span.last] = [span.short]
    return [each for each in (tuple(short), long) if each != parts]


def _spelled_out(plan: Plan, parts: Sequence[str | None]) -> Iterator[_Span]:
    """Where the parts spell out a clear acronym: the longest from each place, none within it."""
    first = 0
    while first < len(parts):
        span = _longest(plan, parts, first)
        if span:
            yield span
        first = span.last if span else first + 1


def _longest(plan: Plan, parts: Sequence[str | None], first: int) -> _Span | None:
    for last in range(min(first + LONGEST, len(parts)), first + 1, -1):
        some = tuple(parts[first:last])
        if some[0] and some[-1]:
            for short in acronyms(plan.corpus.tables.acronym, some):
                if _meaning(plan, short) == some:
                    return _Span(first, last, short)
    return None


def _meaning(plan: Plan, part: str | None) -> Parts:
    if not part or part in FUNCTION_TERMS:
        return ()
    return meaning(plan.corpus.tables.acronym, part, plan.papers_with(part))


def _parts(run: Typed) -> Parts:
    return tuple(part for _, word in run.words for part in word.parts)
