"""The message that opens the thread under a shared paper, to be taken back with it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("shares", sa.Column("thread", sa.String(length=32), nullable=True))
