"""A query as a plan: what ranks, and which papers may be shown at all."""

from collections.abc import Sequence

import numpy as np

from recommender.arrays import Bools, Ints
from recommender.asking import Typed, asked, telling_words
from recommender.corpus import Corpus
from recommender.facets import FacetName
from recommender.identity import title_key
from recommender.joining import join
from recommender.likeness import feedback
from recommender.links import RULE, linked
from recommender.phrases import answering
from recommender.plan import Plan, scores
from recommender.query import Filter, FilterName, Query, QueryError, parse
from recommender.ranking import Ranking
from recommender.text import bare, fold_words, tokens

FACETS = {
    FilterName.AUTHOR: FacetName.AUTHOR,
    FilterName.AREA: FacetName.AREA,
    FilterName.ORGANISATION: FacetName.ORGANISATION,
    FilterName.VENUE: FacetName.VENUE,
}
"""The filters that look at a facet."""

EXACT_TITLE = "exact title"
"""The reason of a paper whose title is the whole query."""


BEST_MATCHES = "like the best matches"
"""The reason of what a paper has in common with the best papers, beside the words typed."""


def read(corpus: Corpus, text: str) -> Query:
    """The query that `text` says, which may also be the bare id, address or title of a paper here.

    A title is one also where it cannot be read as a query: "A challenge:results".
    """
    wanted, tables = text.strip(), corpus.tables
    if tables.ids.find(wanted) >= 0:
        return Query(text, ids=(wanted,))
    if known := linked(tables.link, wanted):
        return Query(text, ids=(known,))
    try:
        return parse(text)
    except QueryError:
        if tables.titles.find(title_key(text)) < 0:
            raise
        return Query(text, words=tuple(text.split()))


def ranking(plan: Plan, allowed: Bools | None) -> Ranking:
    """The ranking by a plan, with feedback if it wants that."""
    evidence = plan.evidence()
    total = scores(evidence, len(plan.corpus))
    likenesses = []
    if plan.wants_feedback:
        clause = plan.clause(BEST_MATCHES)
        likenesses = [each for each in (feedback(plan.corpus, total, clause),) if each]
    return Ranking.of(plan, evidence, likenesses, allowed, total)


def planned(corpus: Corpus, query: Query) -> tuple[Plan, Bools | None]:
    """The plan, and for each paper whether it may be shown (None: every paper may).

    Words and phrases add what `recommender.asking` and `recommender.joining` say; a word that more
    papers have among their authors' names than in their text adds the idf of the name as well.
    Where the query has filters only, every paper that passes gets log((N + 1) / passing), in equal
    shares for the filters.
    What is looked up by its id or title gets more than anything else can.
    """
    plan, runs = Plan(corpus), _runs(query)
    _ask(plan, runs)
    for word in query.words:
        _read_as_name(plan, corpus, word)
    allowed = _allowed(corpus, query)
    if allowed is not None and not plan.terms and not query.ids:
        _rank_filtered(plan, query, np.flatnonzero(allowed).astype(np.int32))
    looked_up = _put_first(plan, corpus, query)
    plan.wants_feedback &= not looked_up
    return plan, allowed


def planned_similar(corpus: Corpus, row: int, label: str) -> tuple[Plan, Bools]:
    """The same for papers similar to one: its title and abstract are the query.

    nDCG@10 of what else is in the library of somebody who has the paper: .724 against .690 of
    what is recommended to one who likes it alone; of csfcube nDCG%20 .575, .538.
    """
    paper, plan = corpus.papers[row], Plan(corpus)
    _ask(plan, [Typed.of([(label, text)]) for text in (paper.title, paper.abstract)])
    allowed = np.ones(len(corpus), np.bool_)
    allowed[row] = False
    return plan, allowed


def _ask(plan: Plan, runs: Sequence[Typed]) -> None:
    """Adds what the runs of words ask for; longer ones get feedback, or are read as a paper.

    Where a query is a paper itself, long papers would come first, since they hold more of all its
    words: what a text is worth is divided by its length as a vector to the power `document_size`.
    """
    by, different = plan.corpus.by, telling_words(runs)
    plan.add_asked(asked(runs, by))
    if different < by.document_words:
        for run in runs:
            join(plan, run)
    plan.wants_feedback = by.feedback > 0 and different >= by.feedback_words
    if different >= by.document_words:
        plan.scale = plan.corpus.vectors.sizes.astype(np.float64) ** -by.document_size


def _runs(query: Query) -> list[Typed]:
    """The words in their order, and each phrase by itself; both are named without punctuation."""
    phrases = [Typed.of([(f'"{bare(phrase)}"', phrase)]) for phrase in query.phrases]
    return [Typed.of((bare(word), word) for word in query.words), *phrases]


def _read_as_name(plan: Plan, corpus: Corpus, word: str) -> None:
    names, terms = fold_words(word), tokens(word)
    if len(names) != 1 or len(names[0]) < 2 or not terms:
        return
    in_text = max(plan.papers_with(term) for term in terms)
    if corpus.tables.author.most_filed(names[0]) <= in_text:
        return
    docs = corpus.tables.filed(FacetName.AUTHOR, word)
    if len(docs) > in_text:
        plan.add_facet(bare(word), FacetName.AUTHOR, word, docs, 1.0)


def _allowed(corpus: Corpus, query: Query) -> Bools | None:
    required = [phrase for phrase in query.phrases if tokens(phrase)]
    if not required and not query.filters:
        return None
    allowed = np.ones(len(corpus), np.bool_)
    for phrase in required:
        allowed &= _mask(corpus, answering(corpus.tables.text, phrase))
    for clause in query.filters:
        allowed &= _passing(corpus, clause) ^ clause.negated
    return allowed


def _mask(corpus: Corpus, docs: Ints) -> Bools:
    mask = np.zeros(len(corpus), np.bool_)
    mask[docs] = True
    return mask


def _passing(corpus: Corpus, clause: Filter) -> Bools:
    """The papers that answer a filter's value; those without a date answer no date."""
    published = corpus.tables.published
    if clause.name is FilterName.WORDS:
        return _mask(corpus, answering(corpus.tables.text, clause.value))
    if clause.name is FilterName.HAS:
        return np.asarray(corpus.tables.has_code == 1)
    if facet := FACETS.get(clause.name):
        return _mask(corpus, corpus.tables.filed(facet, clause.value))
    if clause.day is None:
        raise ValueError(f"{clause.name}: needs a day")
    if clause.name is FilterName.SINCE:
        return np.asarray(published >= clause.day.toordinal())
    return np.asarray((published > 0) & (published < clause.day.toordinal()))


def _rank_filtered(plan: Plan, query: Query, docs: Ints) -> None:
    for clause in query.filters:
        facet = None if clause.negated else FACETS.get(clause.name)
        plan.add_facet(clause.typed, facet, clause.value, docs, 1 / len(query.filters))


def _put_first(plan: Plan, corpus: Corpus, query: Query) -> bool:
    """Whether a paper is looked up by its id or its title."""
    tables = corpus.tables
    wanted = {typed: _with_id(corpus, typed) for typed in query.ids}
    key = title_key(query.text)
    if key and not query.filters:
        wanted[EXACT_TITLE] = tables.titles.find_all(key)
    worth = plan.ceiling() + plan.idf_of(1) if any(wanted.values()) else 0.0
    for label, rows in wanted.items():
        if rows:
            plan.add_docs(label, np.array(rows, np.int32), worth)
    return any(wanted.values())


def _with_id(corpus: Corpus, typed: str) -> list[int]:
    """The papers of that id or, where there are none, with an address that stands for it."""
    rows = corpus.tables.ids.find_all(typed)
    return rows or [int(row) for row in corpus.tables.link.filed(RULE, typed)]
