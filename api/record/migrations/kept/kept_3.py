"""People with passwords, enrolments, whose each session is, and what an audit line is about."""

import sqlalchemy as sa
from alembic import op

revision = "kept_3"
down_revision = "kept_2"
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables and columns; a line of the audit may go once it is a year old."""
    _people()
    _enrolments()
    for name, kind in (("person_id", ID), ("enrolment_id", ID), ("device", sa.Text)):
        op.add_column("sessions", sa.Column(name, kind))
    for name in ("who", "about", "supplier", "purpose"):
        op.add_column("audit", sa.Column(name, sa.Text))
    op.create_index("audit_by_supplier", "audit", ["supplier", "id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_delete")
        op.execute(
            "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
            "WHEN OLD.at > (CAST(strftime('%s', 'now') AS INTEGER) - 31536000) * 1000 "
            "BEGIN SELECT RAISE(ABORT, 'the audit is append only'); END"
        )
    else:
        _guard_audit_in_postgresql()


def _guard_audit_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the audit is append only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    young = "WHEN (OLD.at > (extract(epoch FROM now()) - 31536000) * 1000)"
    refuses = "EXECUTE FUNCTION audit_refuses()"
    op.execute(f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW {refuses}")
    op.execute(f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW {young} {refuses}")
    op.execute(f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit {refuses}")


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("venue", sa.Text),
        sa.Column("haven", sa.Text),
        sa.Column("team", sa.Text),
        sa.Column("password", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("removed_at", sa.BigInteger),
    )
    op.create_index("people_by_name", "people", ["name"])


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("venue", sa.Text),
        sa.Column("haven", sa.Text),
        sa.Column("team", sa.Text),
        sa.Column("person_id", ID),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.Column("revoked_at", sa.BigInteger),
    )
