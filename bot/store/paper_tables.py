"""The tables of the corpus and of what fills it; they belong to no workspace."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text

from bot.store.schema import Instant, metadata

# `revision` of a paper is the corpus's when the paper last changed, so that an index that knows
# revision N reads only what came later; `added` is the corpus's when the paper first came, so that
# a digest knows what is new since the one before.
corpus = Table(
    "corpus",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
)

papers = Table(
    "papers",
    metadata,
    Column("id", String(255), primary_key=True),
    Column("revision", Integer, nullable=False, index=True),
    Column("added", Integer, nullable=False, index=True),
    Column("first_seen", Instant, nullable=False, index=True),
    Column("body", Text, nullable=False),
    # By field: which source gave it, and of which version.
    Column("origins", JSON(none_as_null=True)),
)

# Other ids by which a paper is found: DOIs, its title's, a source's own. `gone` is the revision at
# which that id ceased to be a paper's own, so that an index drops what it had under it.
aliases = Table(
    "aliases",
    metadata,
    Column("alias", String(255), primary_key=True),
    Column("paper", ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("gone", Integer, index=True),
)

sources = Table(
    "sources",
    metadata,
    Column("name", String(500), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("in_settings", Boolean, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("next_due", Instant, nullable=False, index=True),
    Column("failures", Integer, nullable=False),
)

# Who is reading sources of a kind, which are one site, and until when nobody else may. Between
# two readings there is no `source`: their reader may go on, others wait for the lease's end.
readers = Table(
    "readers",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("reader", String(64), nullable=False),
    Column("source", String(500)),
    Column("lease_until", Instant, nullable=False),
)

# Where the next reading of a source begins, of those from the command line as well.
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("source", String(500), primary_key=True),
    Column("place", Text, nullable=False),
)

# Where a paper stands beside the place that its id names; `key` is spelled as ids are. People find
# papers by them, but they say nothing of what is one work, as `aliases` do.
addresses = Table(
    "addresses",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("paper", ForeignKey("papers.id"), primary_key=True, index=True),
)

ingestions = Table(
    "ingestions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(500), nullable=False, index=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, nullable=False),
    Column("read", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("skipped", JSON, nullable=False),
    Column("error", Text),
    Column("notes", JSON(none_as_null=True)),
)
