"""The corpus: papers, the revision at which each last changed, and the runs that read them."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.store import addresses
from bot.store.tables import corpus, ingestions, papers
from recommender import Paper

# SQLite takes at most 32,766 values in one statement.
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class CorpusState:
    """Which corpus this is (`token`, random) and how often it has changed."""

    token: str
    revision: int


@dataclass(frozen=True, slots=True)
class Ingestion:
    """What reading one source came to; `read` = `new` + `updated` + those skipped.

    `skipped` counts entries by the reason, which is a few words for people. `error` says why the
    source could not be read to its end, if it could not.
    """

    source: str
    started_at: datetime
    finished_at: datetime
    read: int
    new: int
    updated: int
    skipped: dict[str, int]
    error: str | None = None


def state(connection: Connection) -> CorpusState:
    """The corpus as this transaction sees it."""
    row = connection.execute(select(corpus.c.token, corpus.c.revision)).one()
    return CorpusState(row.token, row.revision)


def count(connection: Connection) -> int:
    """How many papers are known."""
    return connection.execute(select(func.count()).select_from(papers)).scalar_one()


def get(connection: Connection, ids: Collection[str]) -> dict[str, Paper]:
    """The papers of those ids by id; unknown ones are left out."""
    found: dict[str, Paper] = {}
    wanted = list(ids)
    for start in range(0, len(wanted), _BATCH):
        rows = connection.execute(
            select(papers.c.body).where(papers.c.id.in_(wanted[start : start + _BATCH]))
        )
        found |= {paper.id: paper for paper in map(_paper, rows.scalars())}
    return found


def put(connection: Connection, changed: Iterable[Paper], now: datetime) -> None:
    """Writes papers, new or changed, as one new revision of the corpus."""
    written = list(changed)
    rows = [{"key": paper.id, "new_body": json.dumps(paper.to_json())} for paper in written]
    if not rows:
        return
    revision = connection.execute(
        update(corpus).values(revision=corpus.c.revision + 1).returning(corpus.c.revision)
    ).scalar_one()
    known = get(connection, [row["key"] for row in rows])
    old = [row for row in rows if row["key"] in known]
    new = [row for row in rows if row["key"] not in known]
    if old:
        connection.execute(
            update(papers)
            .where(papers.c.id == bindparam("key"))
            .values(body=bindparam("new_body"), revision=revision),
            old,
        )
    if new:
        connection.execute(
            insert(papers).values(
                id=bindparam("key"),
                body=bindparam("new_body"),
                revision=revision,
                added=revision,
                first_seen=now,
            ),
            new,
        )
    addresses.put(connection, written)


def since(connection: Connection, revision: int) -> Iterator[Paper]:
    """Papers that changed after that revision, oldest change first; a stream."""
    query = select(papers.c.body).where(papers.c.revision > revision)
    rows = connection.execution_options(yield_per=1_000).execute(
        query.order_by(papers.c.revision, papers.c.id)
    )
    return map(_paper, rows.scalars())


def ids_added(connection: Connection, after: int, until: int) -> list[str]:
    """The ids of the papers that first came after one revision, up to and with another."""
    query = select(papers.c.id).where(papers.c.added > after, papers.c.added <= until)
    return list(connection.execute(query).scalars())


def ids_seen(connection: Connection, since: datetime) -> list[str]:
    """The ids of the papers that first came at that time or later."""
    query = select(papers.c.id).where(papers.c.first_seen >= since)
    return list(connection.execute(query).scalars())


def record(connection: Connection, run: Ingestion) -> None:
    """Keeps what a run came to."""
    connection.execute(
        insert(ingestions).values(
            source=run.source,
            started_at=run.started_at,
            finished_at=run.finished_at,
            read=run.read,
            new=run.new,
            updated=run.updated,
            skipped=run.skipped,
            error=run.error,
        )
    )


def last_ingestions(connection: Connection) -> list[Ingestion]:
    """The newest run of each source, in the order of their names."""
    newest = select(func.max(ingestions.c.id)).group_by(ingestions.c.source)
    rows = connection.execute(
        select(ingestions).where(ingestions.c.id.in_(newest)).order_by(ingestions.c.source)
    )
    return [
        Ingestion(
            r.source, r.started_at, r.finished_at, r.read, r.new, r.updated, r.skipped, r.error
        )
        for r in rows
    ]


def failing(connection: Connection) -> list[str]:
    """The sources whose newest run failed, in the order of their names."""
    return [run.source for run in last_ingestions(connection) if run.error]


def _paper(body: str) -> Paper:
    return Paper.from_json(json.loads(body))
