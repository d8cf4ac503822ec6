"""Acronyms that a query or an interest uses, joined with what they stand for, and back."""

from collections.abc import Iterator

from recommender.acronyms import LONGEST, Parts, acronyms, as_phrase, meaning
from recommender.asking import FUNCTION_TERMS, Ask, Typed
from recommender.plan import Plan

Place = tuple[str, str | None]
"""A label, and the term that stands there."""


def join(plan: Plan, run: Typed, weight: float = 1.0) -> None:
    """Adds what acronyms of the run stand for, and the acronyms of what it spells out.

    Each counts `acronym` times as much as if it had been typed, for the labels of the words that it
    stands for. Nothing is added that is in the run already, nor where the papers do not agree.
    """
    by, places = plan.corpus.by.acronym, _places(run)
    typed = {part for _, part in places}
    if not by:
        return
    for label, part in places:
        meant = _meaning(plan, part) if part and part not in FUNCTION_TERMS else ()
        if meant and not set(meant) <= typed:
            plan.add_phrase(label, as_phrase(meant), weight * by)
    plan.add_asked((ask for ask in shortened(plan, run) if ask.key not in typed), weight)


def shortened(plan: Plan, run: Typed) -> Iterator[Ask]:
    """The acronyms of what the run spells out, clear ones only."""
    places, first = _places(run), 0
    while first < len(places):
        ask, first = _longest(plan, places, first)
        if ask:
            yield ask


def _longest(plan: Plan, places: list[Place], first: int) -> tuple[Ask | None, int]:
    """The acronym of the longest run of places from `first` that has one; where to go on."""
    for last in range(min(first + LONGEST, len(places)), first + 1, -1):
        labels, parts = zip(*places[first:last], strict=True)
        if parts[0] and parts[-1]:
            for short in acronyms(plan.corpus.tables.acronym, parts):
                if _meaning(plan, short) == parts:
                    return Ask(short, plan.corpus.by.acronym, labels), last
    return None, first + 1


def _meaning(plan: Plan, term: str) -> Parts:
    return meaning(plan.corpus.tables.acronym, term, plan.papers_with(term))


def _places(run: Typed) -> list[Place]:
    return [(label, part) for label, word in run.words for part in word.parts]
