"""The bitemporal history and its frames."""

import sqlalchemy as sa
from alembic import op

revision = "history_1"
down_revision = None


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "history",
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("idx", sa.Integer, nullable=False),
        sa.Column("valid_from", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text),
        sa.PrimaryKeyConstraint("area", "offset", "idx", "kind", "key"),
    )
    op.create_index("history_by_time", "history", ["area", "valid_from", "offset"])
    op.create_table(
        "frames",
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("idx", sa.Integer, nullable=False),
        sa.Column("valid_from", sa.BigInteger, nullable=False),
        sa.Column("live", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("area", "offset", "idx"),
    )
    op.create_index("frames_by_time", "frames", ["area", "valid_from", "offset", "idx"])
