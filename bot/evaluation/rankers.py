"""What can be compared on a test collection: Paperwire as it is, and what stands in a table."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from bot.evaluation import Option
from bot.evaluation.collection import Collection, Task
from recommender import DEFAULT, Index, Interest, InterestKind, Paper, Profile, Query
from recommender.peers import Bag, Tokenise, split, stems
from recommender.text import tokens

OURS = "paperwire"


Rank = Callable[[Task, int | None], list[str]]
"""The ids of the papers that answer a task, best first; a limit of None is none."""

Make = Callable[[Collection, Iterable[Paper]], Rank]
"""A ranking of a collection, from its papers in their order."""


def paperwire(collection: Collection, index: Index) -> Rank:
    """What people get from an index. A query is its words: its quotes and colons are prose."""
    among = None if collection.candidates is None else index.subset(collection.candidates)

    def rank(task: Task, limit: int | None) -> list[str]:
        if task.text is not None:
            query = Query(task.text, words=tuple(task.text.split()))
            found = index.search(query, limit, explain=False)
        else:
            profile = Profile(Interest(paper, kind=InterestKind.PAPER) for paper in task.liked)
            found = index.recommend(profile, limit, among, task.without, explain=False)
        return [match.paper.id for match in found]

    return rank


def without(option: Option, collection: Collection, index: Index) -> Rank:
    """The same with an option switched off."""
    return paperwire(collection, index.ranked_by(replace(DEFAULT, **option.off)))


def bag(tokenise: Tokenise, okapi: bool, collection: Collection, papers: Iterable[Paper]) -> Rank:
    """BM25 of the query's words, or of all words of the liked papers."""
    texts = {paper.id: f"{paper.title} {paper.abstract}" for paper in papers}
    model = Bag(texts, tokenise, okapi=okapi)

    def rank(task: Task, limit: int | None) -> list[str]:
        text = task.text
        if text is None:
            text = " ".join(texts[paper] for paper in task.liked if paper in texts)
        return model.rank(text, limit, collection.candidates, {*task.liked, *task.without})

    return rank


PEERS: dict[str, Make] = {
    "naive": partial(bag, split, True),
    "stemmed": partial(bag, stems, True),
    "words": partial(bag, tokens, False),
}
"""The rankings of others that `--compare` knows, by name.

`naive` is rank_bm25 on `text.lower().split()`, as most bots do it; `stemmed` the same on stems
without stop words; `words` our own words and scores, and nothing else of ours.
"""
