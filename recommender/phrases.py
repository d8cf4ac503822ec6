"""Papers that hold words side by side, found exactly from the terms' positions."""

import numpy as np

from recommender.arrays import Ints, Longs, are_in
from recommender.postings import Postings
from recommender.text import Phrase, phrase, words


def holding(postings: Postings, sought: Phrase) -> Ints:
    """The papers that hold the phrase within their title or within their abstract, ascending.

    Positions of the rarest word are looked up among those of each other word, so the time goes
    with the rarest word, not with the corpus. An empty phrase is held by none.
    """
    rows = [postings.terms.find(term) for term in sought.terms]
    if not rows or min(rows) < 0:
        return np.zeros(0, np.int32)
    counts = postings.positions.counts
    order = sorted(range(len(rows)), key=lambda i: int(counts[rows[i]]))
    starts = postings.positions[rows[order[0]]].astype(np.int64) - sought.offsets[order[0]]
    for i in order[1:]:
        starts = _present(starts, sought.offsets[i], postings.positions[rows[i]])
    return _within_a_field(postings, starts, sought.offsets[-1])


def _present(starts: Longs, offset: int, positions: Ints) -> Longs:
    """Those `starts` at whose `offset` there is one of the ascending `positions`."""
    # Of one type with the positions: searchsorted would copy all of them otherwise.
    return starts[are_in((starts + offset).astype(np.int32), positions)]


def close(postings: Postings, sought: Phrase, reach: int) -> Ints:
    """The papers that hold all words of the phrase near one of its rarest, ascending.

    In any order, each at most `reach` words away, in the same title or abstract.
    """
    rows = postings.terms.rows_of(dict.fromkeys(sought.terms))
    if not len(rows) or rows.min() < 0:
        return np.zeros(0, np.int32)
    rows = rows[np.argsort(postings.positions.counts[rows], kind="stable")]
    places = postings.positions[int(rows[0])]
    fields = postings.field_starts.searchsorted(places, side="right")
    low = np.maximum(places - reach, postings.field_starts[fields - 1])
    high = np.minimum(places + reach + 1, postings.field_starts[fields])
    near = np.ones(len(places), np.bool_)
    for row in rows[1:]:
        others = postings.positions[int(row)]
        # Of one type with the positions: searchsorted would copy all of them otherwise.
        near &= others.searchsorted(low.astype(np.int32)) < others.searchsorted(
            high.astype(np.int32)
        )
    return np.unique((fields[near] - 1) // 2).astype(np.int32)


def _within_a_field(postings: Postings, starts: Longs, length: int) -> Ints:
    first = postings.field_starts.searchsorted(starts, side="right")
    last = postings.field_starts.searchsorted(starts + length, side="right")
    return np.unique((first[first == last] - 1) // 2).astype(np.int32)


def answering(postings: Postings, text: str) -> Ints:
    """The papers that hold `text`, a word or a phrase, ascending.

    A compound is held whole as well as in parts: "self-supervised" is answered by
    "self supervised" and by "selfsupervised".
    """
    several = words(text)
    held = holding(postings, phrase(several))
    if len(several) == 1 and len(several[0].parts) > 1:
        joined = [postings.postings(term)[0] for term in several[0].also]
        return np.unique(np.concatenate([held, *joined]))
    return held
