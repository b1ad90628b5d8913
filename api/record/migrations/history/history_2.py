"""What is over, by time, and the history of one incident or night. The record is told everything again to fill it."""

import sqlalchemy as sa
from alembic import op

revision = "history_2"
down_revision = "history_1"


def upgrade() -> None:
    """Make the table and the indexes; the header says that the record was not told everything yet."""
    op.create_index(
        "history_by_key",
        "history",
        ["area", "kind", "key", "offset", "idx"],
        sqlite_where=sa.text("kind IN ('incidents', 'night')"),
        postgresql_where=sa.text("kind IN ('incidents', 'night')"),
    )
    op.create_table(
        "past",
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("idx", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("area", "kind", "key"),
    )
    op.create_index("past_by_time", "past", ["area", "kind", "at", "key"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 0")
