"""Index: all papers, ready to be searched, recommended from, saved and loaded."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from threading import Lock

import numpy as np

from recommender import profile as profiles
from recommender import searching, storage
from recommender.arrays import Bools
from recommender.corpus import Corpus, Derived, Tables
from recommender.facets import RULES
from recommender.identity import title_key
from recommender.learning import LearnedTerm, terms
from recommender.memory import Memory
from recommender.models import Interest, InterestKind, Match, Paper, Profile
from recommender.papers import Encoded, Papers
from recommender.parameters import DEFAULT, Parameters
from recommender.query import Query
from recommender.ranking import Ranking, Subset, known_rows
from recommender.topics import Topic, topics


class Index:
    """Papers by what they are about.

    Scores are BM25 as `recommender.bm25` says. Every ranking comes best first, ties newer
    first, papers without a date last, then by id; only papers that match are in it. Statistics
    are always those of the whole corpus. Readers in other threads see the index as it was
    before an `add` or as it is after, nothing between.
    """

    def __init__(self, papers: Iterable[Paper] = (), by: Parameters = DEFAULT) -> None:
        self._adding = Lock()
        self._memory = Memory()
        self._corpus = Corpus.built(papers, by).prepared()

    def add(self, papers: Iterable[Paper]) -> None:
        """Take in more papers: the same result as building anew with all of them.

        A paper whose id is here already, or comes twice, is replaced by the later one. All the
        work is done here, before anybody reads from the new papers.
        """
        with self._adding:
            self._corpus = self._corpus.grown(papers).prepared()

    def grown(self, papers: Iterable[Paper], without: Collection[str] = ()) -> "Index":
        """Another index with more papers and without those ids; this one stays as it is.

        What the two have in common is not copied where that can be avoided.
        """
        index = Index(by=self._corpus.by)
        index._corpus = self._corpus.without(without).grown(papers).prepared()
        return index

    def ranked_by(self, by: Parameters) -> "Index":
        """Another index of the same papers that ranks by other parameters."""
        other = Index(by=by)
        other._corpus = self._corpus.ranked_by(by)
        return other

    def __len__(self) -> int:
        return len(self._corpus)

    def __iter__(self) -> Iterator[Paper]:
        papers = self._corpus.papers
        return (papers[number] for number in range(len(papers)))

    def __contains__(self, paper_id: object) -> bool:
        return isinstance(paper_id, str) and self._corpus.tables.ids.find(paper_id) >= 0

    def get(self, paper_id: str) -> Paper | None:
        """The paper with that id, or None."""
        corpus = self._corpus
        row = corpus.tables.ids.find(paper_id)
        return corpus.papers[row] if row >= 0 else None

    def twins(self, paper: Paper) -> list[str]:
        """The ids of all papers here whose folded title is this paper's, its own among them."""
        corpus = self._corpus
        rows = corpus.tables.titles.find_all(title_key(paper.title))
        return [corpus.tables.ids[int(row)] for row in rows]

    def read(self, query: str) -> Query:
        """The query that a text says to these papers: `search` takes either.

        Raises QueryError for a text that cannot be read.
        """
        return searching.read(self._corpus, query)

    def search(
        self, query: str | Query, limit: int | None = 10, *, explain: bool = True
    ) -> list[Match]:
        """The papers that answer a query in the search language of `recommender.query`.

        Raises QueryError for a text that cannot be read and ValueError for a negative `limit`;
        None is no limit. An empty query matches nothing. Without `explain` no match has
        reasons, which is faster for long rankings.
        """
        corpus = self._corpus
        asked = searching.read(corpus, query) if isinstance(query, str) else query
        plan, allowed = searching.planned(corpus, asked)
        return searching.ranking(plan, allowed).top(limit, explain=explain)

    def recommend(
        self,
        profile: Profile,
        limit: int | None = 10,
        among: Collection[str] | Subset | None = None,
        without: Collection[str] = (),
        *,
        explain: bool = True,
    ) -> list[Match]:
        """The papers that answer a profile as `recommender.profile` says.

        `among` and `without` are ids: only those, and not those; unknown ones are passed over.
        Liked papers and those that answer a muted interest are never in it. `limit` and
        `explain` are as in `search`.
        """
        return self.rank(profile, among, without).top(limit, explain=explain)

    def rank(
        self,
        profile: Profile,
        among: Collection[str] | Subset | None = None,
        without: Collection[str] = (),
    ) -> Ranking:
        """The whole ranking of which `recommend` gives the top, to be counted and cut at will."""
        corpus = self._corpus
        allowed = _allowed(corpus, among, without)
        allowed[profiles.left_out(corpus, profile)] = False
        judged = profiles.judged(corpus, profile)
        lesson = profiles.Lesson(judged, self._memory.learned(corpus, judged)) if judged else None
        return profiles.ranking(corpus, profile, lesson, allowed)

    def learned(self, profile: Profile, limit: int = 20) -> list[LearnedTerm]:
        """The words and pairs that the profile's liked papers teach, heaviest first.

        Spelled as one of those papers spells them; weights are shares of all that was learned
        and positive. None without a like that is here.
        """
        corpus = self._corpus
        judged = profiles.judged(corpus, profile)
        return terms(corpus, self._memory.learned(corpus, judged), limit) if judged else []

    def topics(self, papers: Sequence[Paper], limit: int = 10) -> list[Topic]:
        """Words and phrases that say what these papers are about, to be followed.

        Those that several of them hold come first, then the more telling ones.
        """
        return topics(self._corpus, papers, limit)

    def values(self, kind: InterestKind, typed: str, limit: int = 20) -> list[str]:
        """Authors, areas or organisations that begin as typed, those with most papers first.

        Any word of a name may begin so. They are spelled as a paper here spells them; none for
        other kinds.
        """
        corpus = self._corpus
        name = profiles.FACETS.get(kind)
        if name is None:
            return []
        facet, rule = corpus.tables.facet(name), RULES[name]
        found = []
        for row in facet.beginning(rule, typed, limit):
            paper, folded = corpus.papers[int(facet.docs[row][0])], facet.values[int(row)]
            found += [value for value in rule.read(paper) if rule.fold(value) == folded][:1]
        return found

    def subset(self, ids: Collection[str]) -> Subset:
        """Papers to rank among again and again, looked up once; unknown ids are passed over."""
        known = frozenset(ids)
        return Subset(known, self._corpus, known_rows(self._corpus, known))

    def similar(self, paper_id: str, limit: int | None = 10) -> list[Match]:
        """The papers that answer this paper's title and abstract as a query, itself left out.

        Raises KeyError for an id that is not here.
        """
        corpus = self._corpus
        row = corpus.tables.ids.find(paper_id)
        if row < 0:
            raise KeyError(paper_id)
        label = Interest(paper_id, kind=InterestKind.PAPER).label
        return searching.ranking(*searching.planned_similar(corpus, row, label)).top(limit)

    def save(self, path: str | PathLike[str]) -> None:
        """Write everything into one file, which appears complete or not at all.

        OSError where the place cannot be written to.
        """
        corpus = self._corpus
        arrays = storage.flatten(corpus.papers.encode(), "papers")
        arrays |= storage.flatten(corpus.tables, "tables")
        storage.write(Path(path), arrays | storage.flatten(corpus.derived, "derived"))

    @classmethod
    def load(cls, path: str | PathLike[str]) -> "Index":
        """The index that was saved there, from a memory map: papers are read when shown.

        Raises IndexFileError for a file that is missing, damaged or of another version.
        """
        arrays = storage.read(Path(path))
        try:
            encoded = storage.unflatten(Encoded, arrays, "papers")
            tables = storage.unflatten(Tables, arrays, "tables")
            derived = storage.unflatten(Derived, arrays, "derived")
        except KeyError as missing:
            raise storage.IndexFileError(f"{path} lacks {missing}; build it anew.") from None
        index = cls()
        index._corpus = Corpus(Papers.of(encoded), tables, derived)
        return index


def _allowed(
    corpus: Corpus, among: Collection[str] | Subset | None, without: Collection[str]
) -> Bools:
    if isinstance(among, Subset):
        allowed = among.mask(corpus)
    else:
        allowed = np.full(len(corpus), among is None)
        allowed[known_rows(corpus, among or ())] = True
    allowed[known_rows(corpus, without)] = False
    return allowed
