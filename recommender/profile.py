"""A profile as a plan: what each interest is worth, and which papers must not be shown.

The constants of profile ranking are here and nowhere else.
"""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from recommender import bm25
from recommender.arrays import Ints
from recommender.corpus import Corpus
from recommender.facets import FacetName
from recommender.identity import written_id
from recommender.models import Interest, InterestKind, Profile
from recommender.phrases import answering
from recommender.plan import Plan
from recommender.text import paper_tokens, tokens, words

WORDS_APART = 0.5
"""What the words of a phrase are worth apart, beside 1 for a word that was typed alone."""

LEARNED_TERMS = 100
"""How many terms are learned from the liked papers."""

LEARNED_WEIGHT = 3.0
"""What all learned terms weigh together, in typed keywords."""

MOST_LEARNED = 0.9
"""What one learned term weighs at most: a keyword typed by hand outweighs it."""

_FACETS = {
    InterestKind.AUTHOR: FacetName.AUTHOR,
    InterestKind.AREA: FacetName.AREA,
    InterestKind.ORGANISATION: FacetName.ORGANISATION,
}


def planned(corpus: Corpus, profile: Profile) -> Plan:
    """What the interests are worth to each paper; muted ones add nothing.

    A keyword of one word adds its weight times BM25. One of several words adds WORDS_APART of
    that for each of its words, and to the papers that hold the phrase WORDS_APART * (k1 + 1) *
    the sum of the words' idf. No impact reaches k1 + 1, so that sum is more than the words can
    reach apart: whatever the frequencies, papers with the phrase come before papers without.
    Authors, areas and organisations add their weight times the idf of having them. Liked
    papers add terms learned from them.
    """
    plan = Plan(corpus.tables.text)
    followed = [interest for interest in profile.interests if not interest.muted]
    for interest in followed:
        if interest.kind is InterestKind.KEYWORD:
            _add_keyword(plan, interest)
        elif facet := _FACETS.get(interest.kind):
            docs = corpus.tables.filed(facet, interest.text)
            plan.add_facet(interest.label, facet, interest.text, docs, interest.weight)
    _add_learned(plan, corpus, [i for i in followed if i.kind is InterestKind.PAPER])
    return plan


def _add_keyword(plan: Plan, interest: Interest) -> None:
    terms = tokens(interest.text)
    if sum(len(word.parts) for word in words(interest.text)) == 1:
        plan.add_terms(interest.label, terms, interest.weight)
        return
    weight = interest.weight * WORDS_APART
    reach = bm25.MOST_IMPACT * sum(plan.idf(term) for term in terms)
    plan.add_terms(interest.label, terms, weight)
    plan.add_docs(interest.label, answering(plan.text, interest.text), weight * reach)


def _add_learned(plan: Plan, corpus: Corpus, liked: list[Interest]) -> None:
    """Terms from the mean of the liked papers' BM25 vectors (Rocchio's positive part).

    The heaviest LEARNED_TERMS are kept, together worth LEARNED_WEIGHT times the mean weight of
    the interests. Each term counts for the liked papers in proportion to what they gave it.
    """
    rows = [(interest, _row(corpus, interest)) for interest in liked]
    known = [(interest, row) for interest, row in rows if row >= 0]
    vectors = _vectors(plan, corpus, [row for _, row in known])
    weights: dict[str, float] = {}
    for (interest, _), vector in zip(known, vectors, strict=True):
        for term, value in vector.items():
            weights[term] = weights.get(term, 0.0) + interest.weight * value
    learned = sorted(weights, key=lambda term: (-weights[term], term))[:LEARNED_TERMS]
    total = sum(weights[term] for term in learned)
    mean_weight = sum(interest.weight for interest, _ in known) / max(len(known), 1)
    for (interest, _), vector in zip(known, vectors, strict=True):
        for term in learned:
            if term in vector:
                most = MOST_LEARNED / max(LEARNED_WEIGHT * weights[term] / total, MOST_LEARNED)
                share = interest.weight * vector[term] / total
                plan.add_terms(interest.label, [term], LEARNED_WEIGHT * mean_weight * most * share)


def _vectors(plan: Plan, corpus: Corpus, rows: Iterable[int]) -> list[dict[str, float]]:
    """For each paper the idf times the impact of each of its terms."""
    norms = bm25.norms(corpus.tables.text.lengths)
    idfs: dict[str, float] = {}
    vectors = []
    for row in rows:
        counts = Counter(paper_tokens(corpus.papers[row]))
        idfs |= {term: plan.idf(term) for term in counts if term not in idfs}
        vectors.append({t: idfs[t] * bm25.impact(tf, norms[row]) for t, tf in counts.items()})
    return vectors


def _row(corpus: Corpus, interest: Interest) -> int:
    written = interest.text.strip()
    row = corpus.tables.ids.find(written)
    return row if row >= 0 else corpus.tables.ids.find(written_id(written) or written)


def left_out(corpus: Corpus, profile: Profile) -> Ints:
    """The papers that must not be shown: liked ones, and those that answer a muted interest."""
    found = [_answering(corpus, i) for i in profile.interests if i.muted]
    liked = [_row(corpus, i) for i in profile.interests if i.kind is InterestKind.PAPER]
    rows = np.array([row for row in liked if row >= 0], np.int32)
    return np.unique(np.concatenate([rows, *found])).astype(np.int32)


def _answering(corpus: Corpus, interest: Interest) -> Ints:
    if interest.kind is InterestKind.KEYWORD:
        return answering(corpus.tables.text, interest.text)
    if facet := _FACETS.get(interest.kind):
        return corpus.tables.filed(facet, interest.text)
    return np.zeros(0, np.int32)
