"""Sources that are read by themselves, and the other ids of papers."""

import json

import sqlalchemy as sa
from alembic import op

from recommender import title_id

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("papers", sa.Column("origins", sa.JSON(), nullable=True))
    op.add_column("ingestions", sa.Column("notes", sa.JSON(), nullable=True))
    op.create_table(
        "aliases",
        sa.Column("alias", sa.String(length=255), nullable=False),
        sa.Column("paper", sa.String(length=255), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["paper"], ["papers.id"], name=op.f("fk_aliases_paper"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("alias", "paper", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_paper"), "aliases", ["paper"], unique=False)
    op.create_index(op.f("ix_aliases_gone"), "aliases", ["gone"], unique=False)
    op.create_table(
        "sources",
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("in_settings", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sources")),
    )
    op.create_index(op.f("ix_sources_next_due"), "sources", ["next_due"], unique=False)
    op.create_table(
        "readers",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_readers")),
    )
    op.create_table(
        "checkpoints",
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_checkpoints")),
    )
    _name_titles()


def _name_titles() -> None:
    """Papers that are here already are found by their titles, too."""
    connection = op.get_bind()
    papers = sa.table("papers", sa.column("id", sa.String), sa.column("body", sa.Text))
    aliases = sa.table("aliases", sa.column("alias", sa.String), sa.column("paper", sa.String))
    bodies = connection.execute(sa.select(papers.c.body)).scalars().partitions(1_000)
    rows = (
        [
            {"alias": title_id(paper["title"]), "paper": paper["id"]}
            for paper in map(json.loads, some)
        ]
        for some in list(bodies)
    )
    for some in rows:
        new = [row for row in some if row["alias"] != row["paper"]]
        if new:
            connection.execute(sa.insert(aliases), new)
