"""All papers and everything that is known of them in advance: one value that never changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np

from recommender import acronyms, bm25, links
from recommender.arrays import Bools, Floats, Ints, Strings
from recommender.facets import RULES, Facet, FacetName
from recommender.identity import title_key
from recommender.models import Paper
from recommender.pairs import Pairs
from recommender.papers import Papers
from recommender.parameters import DEFAULT, Parameters
from recommender.postings import Postings
from recommender.text import tokens
from recommender.vectors import Vectors

PORTION = 10_000
"""Papers that are read at a time: 100,000 then take 1.0 GB instead of 1.4."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What is known of the papers, by number (`(papers,)`) or found by text.

    `published` is the day's proleptic ordinal, 0 for unknown; `has_code` is 1 where it is known
    that there is code, else 0.
    """

    ids: Strings
    titles: Strings
    published: Ints
    has_code: Ints
    text: Postings
    acronym: Facet
    link: Facet
    author: Facet
    area: Facet
    org: Facet
    venue: Facet

    @classmethod
    def empty(cls) -> "Tables":
        """The tables of no papers."""
        none, strings, facet = np.zeros(0, np.int32), Strings.of(), Facet.empty()
        text = Postings.empty()
        return cls(strings, strings, none, none, text, *(facet,) * 6)

    def facet(self, name: FacetName) -> Facet:
        """The facet of that name."""
        facets = (self.author, self.area, self.org, self.venue)
        return dict(zip(FacetName, facets, strict=True))[name]

    def filed(self, name: FacetName, typed: str) -> Ints:
        """The papers whose facet answers the typed text, ascending."""
        return self.facet(name).filed(RULES[name], typed)

    def grown(self, papers: Sequence[Paper], by: Parameters) -> "Tables":
        """With more papers, whose ids are none of those here."""
        days = [p.published.toordinal() if p.published else 0 for p in papers]
        codes = [p.has_code is True for p in papers]
        facets = (self.facet(n).grown(RULES[n], papers, len(self.ids)) for n in FacetName)
        return Tables(
            self.ids.grown([p.id for p in papers]),
            self.titles.grown([title_key(p.title) for p in papers]),
            np.concatenate([self.published, np.array(days, np.int32)]),
            np.concatenate([self.has_code, np.array(codes, np.int32)]),
            self.text.grown(papers, by),
            self.acronym.grown(acronyms.RULE, papers, len(self.ids)),
            self.link.grown(links.RULE, papers, len(self.ids)),
            *facets,
        )

    def kept(self, keep: Bools, by: Parameters) -> "Tables":
        """Only the papers to `keep`, numbered anew."""
        return Tables(
            self.ids.kept(keep),
            self.titles.kept(keep),
            self.published[keep],
            self.has_code[keep],
            self.text.kept(keep, by),
            self.acronym.kept(keep),
            self.link.kept(keep),
            *(self.facet(name).kept(keep) for name in FacetName),
        )


@dataclass(frozen=True, slots=True)
class Derived:
    """What a corpus works out from its tables; the same names and meanings."""

    ranks: Ints
    pairs: Pairs
    vectors: Vectors


@dataclass(frozen=True)
class Corpus:
    """Papers numbered from 0 in the order in which they came, each id once.

    What follows from the tables is worked out when somebody asks; `saved` is what is known of
    it already.
    """

    papers: Papers
    tables: Tables
    saved: Derived | None = None
    by: Parameters = DEFAULT

    @classmethod
    def empty(cls, by: Parameters = DEFAULT) -> "Corpus":
        """No papers."""
        return cls(Papers.empty(), Tables.empty(), by=by)

    @classmethod
    def built(cls, papers: Iterable[Paper], by: Parameters = DEFAULT) -> "Corpus":
        """The corpus of a stream of papers, a portion at a time: the words of all at once would
        take twice the memory of what is made of them.
        """
        corpus, stream = cls.empty(by), iter(papers)
        while portion := list(islice(stream, PORTION)):
            corpus = corpus.grown(portion)
            if len(corpus) >= PORTION:
                corpus = replace(corpus, papers=corpus.papers.packed())
        return corpus

    def __len__(self) -> int:
        return len(self.papers)

    def grown(self, papers: Iterable[Paper]) -> "Corpus":
        """With more papers; of several with one id the last stays."""
        new = list({paper.id: paper for paper in papers}.values())
        old = self.without({paper.id for paper in new})
        if not new:
            return self
        return Corpus(old.papers.grown(new), old.tables.grown(new, self.by), by=self.by)

    def ranked_by(self, by: Parameters) -> "Corpus":
        """The same papers with other parameters; built anew only where they matter to the text."""
        if by.of_text == self.by.of_text:
            return replace(self, saved=self.derived, by=by)
        return Corpus.built((self.papers[number] for number in range(len(self))), by)

    def without(self, ids: Iterable[str]) -> "Corpus":
        """Without the papers of those ids; unknown ones are passed over."""
        rows = self.tables.ids.rows_of(ids)
        keep = np.ones(len(self), np.bool_)
        keep[rows[rows >= 0]] = False
        if keep.all():
            return self
        return Corpus(self.papers.kept(keep), self.tables.kept(keep, self.by), by=self.by)

    @cached_property
    def ranks(self) -> Ints:
        """The place of each paper among equals, `(papers,)`: newer first, no date last, then id."""
        if self.saved is not None:
            return self.saved.ranks
        ids = [self.tables.ids[number] for number in range(len(self))]
        by_id = np.array(sorted(range(len(self)), key=ids.__getitem__), np.int64)
        order = by_id[np.argsort(-self.tables.published[by_id], kind="stable")]
        ranks = np.empty(len(self), np.int32)
        ranks[order] = np.arange(len(self), dtype=np.int32)
        return ranks

    @cached_property
    def norms(self) -> Floats:
        """The `bm25.norms` of the papers."""
        return bm25.norms(self.tables.text.lengths, self.by)

    @cached_property
    def pairs(self) -> Pairs:
        """The pairs of neighbouring words."""
        return self.saved.pairs if self.saved else Pairs.of(self.tables.text, self.by)

    @cached_property
    def vectors(self) -> Vectors:
        """The papers as vectors."""
        if self.saved is not None:
            return self.saved.vectors
        return Vectors.of(self.tables.text, self.pairs, self.by)

    def column(self, column: int) -> tuple[str, ...]:
        """The term that a column of the vectors stands for, or the two terms of a pair."""
        terms = self.tables.text.terms
        if column < len(terms):
            return (terms[column],)
        return tuple(terms[row] for row in self.pairs.terms(column - len(terms)))

    def columns(self, text: str) -> list[int]:
        """The columns that stand for a word, or for two neighbouring ones, as `column` has them."""
        terms = self.tables.text.terms
        words = [[row for row in terms.rows_of(tokens(word)) if row >= 0] for word in text.split()]
        if len(words) == 1:
            return [int(row) for row in words[0]]
        if len(words) != 2:
            return []
        found = [self.pairs.find(int(a), int(b)) for a in words[0] for b in words[1]]
        return [len(terms) + row for row in found if row >= 0]

    def prepared(self) -> "Corpus":
        """This corpus with everything worked out, so that no reader waits for it."""
        _ = self.norms, self.ranks, self.pairs, self.vectors
        return self

    @property
    def derived(self) -> Derived:
        """All that follows from the tables, to be saved."""
        return Derived(self.ranks, self.pairs, self.vectors)
