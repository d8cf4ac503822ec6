"""The tables, as SQLAlchemy sees them; `migrations` builds them.

Everything that belongs to a workspace carries its id. Papers belong to nobody.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.paper_tables import addresses as addresses
from bot.store.paper_tables import aliases as aliases
from bot.store.paper_tables import checkpoints as checkpoints
from bot.store.paper_tables import corpus as corpus
from bot.store.paper_tables import ingestions as ingestions
from bot.store.paper_tables import papers as papers
from bot.store.paper_tables import readers as readers
from bot.store.paper_tables import sources as sources
from bot.store.schema import Instant as Instant
from bot.store.schema import metadata as metadata

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("enterprise", String(64)),
    Column("off_reason", Text),
)

people = Table(
    "people",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("is_admin", Boolean, nullable=False),
    Column("refreshed_at", Instant, nullable=False),
)

interests = Table(
    "interests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace", String(64), nullable=False),
    Column("subscriber", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("key", String(255), nullable=False),
    Column("text", String(255), nullable=False),
    Column("weight", Float, nullable=False),
    Column("muted", Boolean, nullable=False),
    UniqueConstraint("workspace", "subscriber", "kind", "key"),
)

saved = Table(
    "saved",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("paper", ForeignKey("papers.id"), primary_key=True),
    Column("saved_at", Instant, nullable=False),
)

# Papers that somebody never wants to see again, though nothing is to be learned from it.
hidden = Table(
    "hidden",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("paper", ForeignKey("papers.id"), primary_key=True),
    Column("hidden_at", Instant, nullable=False),
)

# What was shared in a channel; without `ts` while Slack has not told where it stands.
shares = Table(
    "shares",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("paper", ForeignKey("papers.id"), nullable=False),
    Column("person", String(64), nullable=False),
    Column("shared_at", Instant, nullable=False),
    Column("ts", String(32)),
    Column("thread", String(32)),
    Index(None, "workspace", "channel", "paper"),
)

# What Slack has told already, so that the same event is not answered twice.
events = Table(
    "events",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("workspace", String(64), nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

# The Home tabs that people have opened: the fingerprint of what stands there, Slack's hash of it,
# and what it says of digests, by which a Home that time has made untrue is found.
homes = Table(
    "homes",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("next_due", Instant),
    Column("last_digest", String(32)),
    Column("channels", Integer, nullable=False),
)

# Forms that people have opened, and whose settings each is about.
forms = Table(
    "forms",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("subscriber", String(64), nullable=False),
    Column("opened_at", Instant, nullable=False, index=True),
)

searches = Table(
    "searches",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("made_at", Instant, nullable=False, index=True),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("subscriber", String(64), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("schedule", JSON, nullable=False),
    Column("follows_zone", Boolean, nullable=False),
    Column("limit", Integer, nullable=False),
    Column("when_nothing_new", String(16), nullable=False),
    Column("explores", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("pause_reason", Text),
    Column("snoozed_until", Instant),
    Column("last_due", Instant),
    Column("missed_due", Instant),
    Column("next_due", Instant, nullable=False, index=True),
)

digests = Table(
    "digests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", String(64), nullable=False),
    Column("subscriber", String(64), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("composed_at", Instant, nullable=False),
    Column("asked_for", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("since", Instant),
    Column("new", Integer, nullable=False),
    Column("matched", Integer, nullable=False),
    Column("failing", JSON, nullable=False),
    Column("silent", JSON, nullable=False),
    Index(None, "workspace", "subscriber", "composed_at"),
)

digest_papers = Table(
    "digest_papers",
    metadata,
    Column("digest", ForeignKey("digests.id", ondelete="CASCADE"), primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("paper", ForeignKey("papers.id"), nullable=False),
    Column("part", Integer, nullable=False),
    Column("slot", String(16), nullable=False),
    Column("score", Float, nullable=False),
    Column("reasons", JSON, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("subscriber", String(64), primary_key=True),
    Column("paper", ForeignKey("papers.id"), primary_key=True),
    Column("digest", ForeignKey("digests.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("part", Integer, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("digest", ForeignKey("digests.id", ondelete="CASCADE"), nullable=False),
    Column("workspace", String(64), nullable=False),
    Column("subscriber", String(64), nullable=False),
    Column("part", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("begun_at", Instant),
    Column("lease_until", Instant),
    Column("channel", String(64)),
    Column("ts", String(32)),
    Column("error", Text),
    UniqueConstraint("digest", "part"),
    # In the order in which they are taken: among 10,000 that wait, the first is found at once.
    Index(None, "state", "not_before", "digest", "part"),
    Index(None, "workspace", "subscriber", "state"),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("at", Instant, nullable=False),
)
