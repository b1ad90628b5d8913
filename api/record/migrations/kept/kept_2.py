"""What people reported by HTTP, saved before it is judged."""

import sqlalchemy as sa
from alembic import op

revision = "kept_2"
down_revision = "kept_1"
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the table of reports."""
    op.create_table(
        "reports",
        sa.Column("seq", ID, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("reporter", sa.Text, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", sa.BigInteger, nullable=False),
        sa.Column("judgement", sa.Text),
    )
    op.create_index("reports_by_key", "reports", ["caller", "key"], unique=True)
    op.create_index("reports_by_id", "reports", ["id", "revision"], unique=True)
    op.create_index("reports_by_reporter", "reports", ["reporter", "seq"])
    op.create_index("reports_by_judgement", "reports", ["judgement", "seq"])
