"""A profile as a plan: what each interest is worth, and which papers must not be shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from recommender import bm25
from recommender.acronyms import as_phrase
from recommender.arrays import Bools, Ints
from recommender.asking import Ask, Typed, asked
from recommender.corpus import Corpus
from recommender.disliking import damped
from recommender.facets import FacetName
from recommender.findings import LIKES, Finding, of_typed
from recommender.identity import written_id
from recommender.joining import join, variants
from recommender.learning import Judged, Learned
from recommender.likeness import Likeness
from recommender.models import Interest, InterestKind, Profile
from recommender.phrases import answering, close, holding
from recommender.plan import Evidence, Plan
from recommender.ranking import Ranking
from recommender.text import phrase, words

FACETS = {
    InterestKind.AUTHOR: FacetName.AUTHOR,
    InterestKind.AREA: FacetName.AREA,
    InterestKind.ORGANISATION: FacetName.ORGANISATION,
}
"""The interests that look at a facet."""

_TYPED = {InterestKind.KEYWORD, *FACETS}


@dataclass(frozen=True, slots=True)
class Lesson:
    """The papers that a profile judges, and what they teach."""

    judged: Judged
    learned: Learned

    def unit(self, likes: float) -> float:
        """What a deviation of the learned scores is worth: `likes` times the likes' mean weight."""
        return likes * sum(weight for _, weight in self.judged.liked) / len(self.judged.liked)


def ranking(corpus: Corpus, profile: Profile, lesson: Lesson | None, allowed: Bools) -> Ranking:
    """What the interests and the lesson from liked papers are worth to the papers allowed.

    Its findings are those of each typed interest, and of the liked papers together: their floors
    are `floor` of the interest's best score, and `likes_floor`.
    """
    plan = planned(corpus, profile)
    likenesses = (_likeness(plan, profile, lesson),) if lesson else ()
    liked, disliked = (_papers(corpus, profile, muted=muted) for muted in (False, True))
    typed = damped(corpus, plan.evidence(), liked, disliked)
    found = Ranking.of(plan, typed, likenesses, allowed)
    findings = of_typed(typed, _weights(plan, profile), allowed, corpus.by.floor)
    findings += [_of_likes(each, lesson, allowed) for each in likenesses if lesson]
    return replace(found, findings=tuple(findings))


def _weights(plan: Plan, profile: Profile) -> dict[str, float]:
    """The weight of each typed interest's clause, in their order; one given twice is one."""
    weights: dict[str, float] = {}
    for interest in profile.interests:
        if not interest.muted and interest.kind in _TYPED:
            weights[interest.label] = weights.get(interest.label, 0.0) + interest.weight
    return {label: weights[label] for label in plan.clauses if label in weights}


def _of_likes(likeness: Likeness, lesson: Lesson, allowed: Bools) -> Finding:
    """What the liked papers find together, with their mean weight."""
    kept = allowed[likeness.docs]
    floor = lesson.unit(likeness.corpus.by.likes) * lesson.learned.floor
    return Finding(LIKES, lesson.unit(1.0), likeness.docs[kept], likeness.worth[kept], floor)


def planned(corpus: Corpus, profile: Profile) -> Plan:
    """What the interests, other than liked papers, are worth to each paper; muted ones nothing.

    A keyword of one word adds its weight times BM25. One of several words adds `words_apart` of
    that for all that it asks for, and to the papers that hold the phrase, be it with an acronym in
    it, as much again as its words and pairs can reach at most. Where the words are near each other,
    they add `words_near` of what they lack of that. So papers with the phrase come before papers
    without, whatever the frequencies. Authors, areas and organisations add their weight times the
    idf of having them.
    """
    plan = Plan(corpus)
    for interest in profile.interests:
        if interest.muted:
            continue
        if interest.kind is InterestKind.KEYWORD:
            _add_keyword(plan, interest)
        elif facet := FACETS.get(interest.kind):
            docs = corpus.tables.filed(facet, interest.text)
            plan.add_facet(interest.label, facet, interest.text, docs, interest.weight)
    return plan


def _add_keyword(plan: Plan, interest: Interest) -> None:
    run = Typed.of([(interest.label, interest.text)])
    asks = asked([run], plan.corpus.by)
    if sum(len(word.parts) for _, word in run.words) == 1:
        plan.add_asked(asks, interest.weight)
        join(plan, run, interest.weight)
    else:
        _add_phrase(plan, interest, run, asks)


def _add_phrase(plan: Plan, interest: Interest, run: Typed, asks: Sequence[Ask]) -> None:
    by, label = plan.corpus.by, interest.label
    weight = interest.weight * by.words_apart
    reach = weight * bm25.most_impact(by) * sum(ask.weight * plan.idf(ask.key) for ask in asks)
    apart = [plan.of_term(ask.key, {0: weight * ask.weight}) for ask in asks]
    plan.add_asked(asks, weight)
    whole = answering(plan.text, interest.text)
    plan.add_docs(label, whole, reach)
    for variant in variants(plan, run):
        others = np.setdiff1d(holding(plan.text, as_phrase(variant)), whole).astype(np.int32)
        plan.add_held(label, others, reach, as_phrase(variant).terms)
        whole = np.union1d(whole, others)
    near = np.setdiff1d(close(plan.text, phrase(words(interest.text)), by.near_words), whole)
    lacking = reach - sum((each.of(near) for each in apart), np.zeros(len(near)))
    plan.others.append(Evidence(near, lacking, by.words_near, ((plan.clause(label), 1.0),)))


def judged(corpus: Corpus, profile: Profile) -> Judged | None:
    """The papers that the profile likes, and those that it mutes; None without a like.

    A paper both liked and muted is muted. Likes of one paper add up.
    """
    liked: dict[int, float] = {}
    disliked = set()
    for interest in profile.interests:
        row = _row(corpus, interest) if interest.kind is InterestKind.PAPER else -1
        if row >= 0 and interest.muted:
            disliked.add(row)
        elif row >= 0:
            liked[row] = liked.get(row, 0.0) + interest.weight
    known = [(row, liked[row]) for row in sorted(liked.keys() - disliked)]
    if not known:
        return None
    return Judged(tuple(known), tuple(sorted(disliked)), _forgotten(corpus, profile))


def _forgotten(corpus: Corpus, profile: Profile) -> tuple[int, ...]:
    """The columns of the vectors that stand for words which are to be learned no more."""
    wanted = [i.text for i in profile.interests if i.kind is InterestKind.LEARNED and i.muted]
    return tuple(sorted({column for text in wanted for column in corpus.columns(text)}))


def _likeness(plan: Plan, profile: Profile, lesson: Lesson) -> Likeness:
    """The learned scores, in typed keywords, as evidence that counts for the liked papers."""
    corpus, judged, learned = plan.corpus, lesson.judged, lesson.learned
    labels: dict[int, str] = {}
    for interest in profile.interests:
        if interest.kind is InterestKind.PAPER and not interest.muted:
            labels.setdefault(_row(corpus, interest), interest.label)
    rows = [row for row, _ in judged.liked]
    amounts = learned.amounts[: len(rows)]
    docs = np.flatnonzero(learned.scores).astype(np.int32)
    return Likeness(
        corpus,
        docs,
        lesson.unit(corpus.by.likes) * learned.scores[docs],
        tuple(
            corpus.vectors.row(row).without(learned.forgotten).times(a)
            for row, a in zip(rows, amounts, strict=True)
        ),
        tuple(plan.clause(labels[row]) for row in rows),
    )


def _papers(corpus: Corpus, profile: Profile, *, muted: bool) -> Ints:
    """The liked or the disliked papers, by number."""
    judged = (i for i in profile.interests if i.kind is InterestKind.PAPER and i.muted == muted)
    rows = np.array([_row(corpus, interest) for interest in judged], np.int32)
    return rows[rows >= 0]


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
    if facet := FACETS.get(interest.kind):
        return corpus.tables.filed(facet, interest.text)
    return np.zeros(0, np.int32)
