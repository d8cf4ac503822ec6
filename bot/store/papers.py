"""The corpus: papers, the revision at which each last changed, and the runs that read them."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from bot.store import addresses
from bot.store.tables import aliases, corpus, ingestions, papers
from recommender import Paper, title_id

Origins = Mapping[str, tuple[str, int]]
"""By field: the source that gave it, and of which version of the paper (0 where it has none)."""

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
    source could not be read to its end, if it could not; `notes` are sentences about the rest.
    """

    source: str
    started_at: datetime
    finished_at: datetime
    read: int
    new: int
    updated: int
    skipped: dict[str, int]
    error: str | None = None
    notes: tuple[str, ...] = ()


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
    for some in portions(ids):
        rows = connection.execute(select(papers.c.body).where(papers.c.id.in_(some)))
        found |= {paper.id: paper for paper in map(_paper, rows.scalars())}
    return found


def origins(connection: Connection, ids: Collection[str]) -> dict[str, Origins]:
    """Of those papers that have them, by id."""
    found: dict[str, Origins] = {}
    for some in portions(ids):
        query = select(papers.c.id, papers.c.origins).where(papers.c.id.in_(some))
        for row in connection.execute(query.where(papers.c.origins.is_not(None))):
            found[row.id] = {field: (name, at) for field, (name, at) in (row.origins or {}).items()}
    return found


def hold(connection: Connection) -> None:
    """Keeps others from changing the corpus until the end of the transaction.

    On SQLite there is one writer at a time anyway.
    """
    connection.execute(select(corpus.c.id).with_for_update())


def next_revision(connection: Connection) -> int:
    """Begins a new revision of the corpus."""
    raised = update(corpus).values(revision=corpus.c.revision + 1).returning(corpus.c.revision)
    revision: int = connection.execute(raised).scalar_one()
    return revision


def put(
    connection: Connection,
    changed: Iterable[Paper],
    now: datetime,
    told: Mapping[str, Origins] | None = None,
) -> None:
    """Writes papers, new or changed, as one new revision of the corpus.

    Each is found by its title from now on. `told` are the origins of their fields.
    """
    written = list(changed)
    rows = [_row(paper, (told or {}).get(paper.id)) for paper in written]
    if not rows:
        return
    revision = next_revision(connection)
    known = _known(connection, [row["key"] for row in rows])
    old = [row for row in rows if row["key"] in known]
    new = [row for row in rows if row["key"] not in known]
    if old:
        connection.execute(
            update(papers)
            .where(papers.c.id == bindparam("key"))
            .values(body=bindparam("new_body"), revision=revision, origins=bindparam("told")),
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
                origins=bindparam("told"),
            ),
            new,
        )
    name(connection, {row["key"]: {row["title"]} for row in rows})
    addresses.put(connection, written)


def _row(paper: Paper, told: Origins | None) -> dict[str, Any]:
    body = json.dumps(paper.to_json())
    title = title_id(paper.title)
    return {"key": paper.id, "new_body": body, "told": told, "title": title}


def _known(connection: Connection, ids: Collection[str]) -> set[str]:
    """Those of the ids that are of papers."""
    queries = (select(papers.c.id).where(papers.c.id.in_(some)) for some in portions(ids))
    return {key for query in queries for key in connection.execute(query).scalars()}


def name(connection: Connection, ids: Mapping[str, Collection[str]]) -> None:
    """Has papers found by other ids as well; `ids` are those of each paper by its own."""
    wanted = {(alias, paper) for paper, some in ids.items() for alias in some if alias != paper}
    for some in portions(ids):
        query = select(aliases.c.alias, aliases.c.paper).where(aliases.c.paper.in_(some))
        wanted -= {(row.alias, row.paper) for row in connection.execute(query)}
    if wanted:
        rows = [{"alias": alias, "paper": paper} for alias, paper in sorted(wanted)]
        connection.execute(insert(aliases), rows)


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
            notes=list(run.notes),
        )
    )


def last_ingestions(connection: Connection) -> list[Ingestion]:
    """The newest run of each source, in the order of their names."""
    newest = select(func.max(ingestions.c.id)).group_by(ingestions.c.source)
    rows = connection.execute(
        select(ingestions).where(ingestions.c.id.in_(newest)).order_by(ingestions.c.source)
    )
    return [ingestion(row) for row in rows]


def ingestion(r: Row[tuple[object, ...]]) -> Ingestion:
    """The run that a row of the table holds."""
    counts = (r.read, r.new, r.updated, r.skipped)
    notes = tuple(r.notes or ())
    return Ingestion(r.source, r.started_at, r.finished_at, *counts, r.error, notes)


def portions(ids: Collection[str]) -> Iterator[list[str]]:
    """The ids, as many at a time as one statement takes."""
    wanted = list(ids)
    return (wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH))


def _paper(body: str) -> Paper:
    return Paper.from_json(json.loads(body))
