"""Which areas were told everything, in a table: SQLite's header held it for the one area of a file."""

import sqlalchemy as sa
from alembic import op

revision = "history_3"
down_revision = "history_2"


def upgrade() -> None:
    """Make the table; what the header said of a file goes on to be so."""
    told = op.create_table("told", sa.Column("area", sa.Text, primary_key=True))
    connection = op.get_bind()
    if connection.dialect.name != "sqlite" or not connection.execute(sa.text("PRAGMA user_version")).scalar_one():
        return
    area = connection.execute(sa.text("SELECT area FROM history LIMIT 1")).scalar_one_or_none()
    if area is not None:
        op.bulk_insert(told, [{"area": area}])
