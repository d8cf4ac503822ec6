"""Composes the digests of many subscriptions from many new papers, and prints how fast that is.

    python -m tests.benchmarks.compose [--subscriptions N] [--papers N] [--corpus PATH]

The library holds as many papers again, of which everybody has had a digest before. Beside it, in
the same run, a naive peer composes some of the same digests: each in a transaction of its own, by
rank_bm25 over the new papers. Without a corpus the papers are made up.
"""

import argparse
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
from rank_bm25 import BM25Plus

from bot.digests import compose_due, shelf_of
from bot.library import Library
from bot.models import (
    WORKING_DAYS,
    Digest,
    Funnel,
    Pick,
    Schedule,
    Subscriber,
    Subscription,
    Weekly,
)
from bot.store import Store, digests, interests, outbox, papers, people, subscriptions
from recommender import Interest, InterestKind, Match, Paper, Profile
from recommender.text import paper_tokens, tokens
from tests.benchmarks.search import made_up_papers, read_papers

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEYWORDS = 5
LIKED = 3
WITH_LIKED = 0.2
"""The share of profiles that follow liked papers as well."""
SAMPLE = 25
"""How many digests the naive peer composes."""


@dataclass(frozen=True, slots=True)
class Case:
    """A store in which a digest of every subscription is due; `others` have none."""

    store: Store
    new: Sequence[Paper]
    others: Sequence[Subscriber]


def main(arguments: Sequence[str]) -> None:
    """Prints the figures of one run."""
    options = parsed(arguments)
    found = read_papers(options.corpus) if options.corpus else made_up_papers()
    chosen = list(islice(found, 2 * options.papers))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/bot.db")
        case = prepared(store, chosen, options.subscriptions)
        naive = naive_speed(case)
        print(f"naive:     {naive:10.1f} digests a second ({SAMPLE} of them)", flush=True)
        began = time.perf_counter()
        shelf = shelf_of(Library(store))
        print(f"index:     {time.perf_counter() - began:10.1f} seconds for {len(shelf.index):,}")
        began = time.perf_counter()
        composed = compose_due(store, shelf, NOW)
        speed = composed / (time.perf_counter() - began)
        print(f"paperwire: {speed:10.1f} digests a second ({composed:,} of them)")
        print(f"           {speed / naive:10.1f} times as many")
        store.close()


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.compose")
    parser.add_argument("--subscriptions", type=int, default=10_000)
    parser.add_argument("--papers", type=int, default=5_000, help="how many are new")
    parser.add_argument("--corpus", type=Path, help="papers as JSON lines")
    return parser.parse_args(arguments)


def prepared(store: Store, chosen: Sequence[Paper], count: int) -> Case:
    """Old and new papers, and people who had a digest between the two."""
    old, new = chosen[: len(chosen) // 2], chosen[len(chosen) // 2 :]
    chance = random.Random(2)
    subscribers = [Subscriber("T1", f"U{number:07}") for number in range(count + SAMPLE)]
    others = subscribers[count:]
    with store.writing() as connection:
        people.put_workspace(connection, "T1", "Lab")
        papers.put(connection, old, NOW)
        revision = papers.state(connection).revision
        for who in subscribers:
            for interest in a_profile(chance, chosen).interests:
                interests.put(connection, who, interest)
            if who not in others:
                subscriptions.put(connection, a_subscription(who))
            digests.put(connection, a_digest(who, revision, (), NOW - timedelta(days=7)))
        papers.put(connection, new, NOW)
    return Case(store, new, others)


def a_subscription(who: Subscriber) -> Subscription:
    """One whose digest is due."""
    schedule = Schedule(Weekly(WORKING_DAYS), NOW.time(), "UTC")
    return Subscription(who, schedule, 5, who.id, NOW, follows_zone=False)


def a_profile(chance: random.Random, chosen: Sequence[Paper]) -> Profile:
    """Words of some paper, as somebody who works on its subject would follow them."""
    words = tokens(chance.choice(chosen).title)
    followed = [Interest(word) for word in dict.fromkeys(words[:KEYWORDS])]
    if chance.random() < WITH_LIKED:
        liked = chance.sample(chosen, LIKED)
        followed += [Interest(paper.id, kind=InterestKind.PAPER) for paper in liked]
    return Profile(followed)


def a_digest(who: Subscriber, revision: int, picks: tuple[Pick, ...], at: datetime) -> Digest:
    """A regular digest, with those papers."""
    funnel = Funnel(None, 0, 0)
    return Digest(uuid.uuid4().hex, who, at, at, revision, funnel, picks)


def naive_speed(case: Case) -> float:
    """Digests a second of somebody who takes rank_bm25 and a transaction for each digest."""
    ranker = BM25Plus([list(paper_tokens(paper)) for paper in case.new], delta=0)
    began = time.perf_counter()
    for who in case.others:
        with case.store.writing() as connection:
            profile = interests.profile(connection, who)
            digest = a_digest(who, 2, tuple(naive_picks(ranker, case.new, profile)), NOW)
            digests.put(connection, digest)
            outbox.put(connection, digest)
    return len(case.others) / (time.perf_counter() - began)


def naive_picks(ranker: BM25Plus, new: Sequence[Paper], profile: Profile) -> Iterator[Pick]:
    """The best five papers."""
    words = [word for interest in profile.interests for word in tokens(interest.text)]
    scores = ranker.get_scores(words)
    for rank, row in enumerate(np.argsort(scores)[::-1][:5], 1):
        yield Pick(Match(new[int(row)], float(scores[row])), rank=rank)


if __name__ == "__main__":
    main(sys.argv[1:])
