"""The tables of kept.db: what nothing can rebuild. Words, dead letters with their bytes, accounts, and the audit."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    event,
)

KEPT_METADATA = MetaData()
ID: Final = BigInteger().with_variant(Integer, "sqlite")
"""A row's number; in SQLite only an INTEGER counts by itself."""

words = Table(
    "words",
    KEPT_METADATA,
    Column("ref", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("text", Text, comment="null once erased; the row stays, so that a repeat does not bring the words back"),
    Column("kept_at", BigInteger, nullable=False),
    Column("erased_at", BigInteger),
)

dead_letters = Table(
    "dead_letters",
    KEPT_METADATA,
    Column("id", Text, primary_key=True),
    Column("file", Text, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("field", Text),
    Column("value", Text),
    Column("rule", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("bytes_ref", Text),
    Column("state", Text, nullable=False),
    Index("dead_letters_by_state", "state", "at"),
)

dead_bytes = Table(
    "dead_bytes",
    KEPT_METADATA,
    Column("ref", Text, primary_key=True),
    Column("raw", LargeBinary, nullable=False),
    Column("header", LargeBinary),
    Column("at", BigInteger, nullable=False),
    Index("dead_bytes_by_time", "at"),
)

reports = Table(
    "reports",
    KEPT_METADATA,
    Column("seq", ID, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("reporter", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("saved_at", BigInteger, nullable=False),
    Column("judgement", Text, comment="null until the desk has judged it"),
    Index("reports_by_key", "caller", "key", unique=True),
    Index("reports_by_id", "id", "revision", unique=True),
    Index("reports_by_reporter", "reporter", "seq"),
    Index("reports_by_judgement", "judgement", "seq"),
)

keys = Table(
    "keys",
    KEPT_METADATA,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("hash", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("venue", Text),
    Column("haven", Text),
    Column("team", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

people = Table(
    "people",
    KEPT_METADATA,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("venue", Text),
    Column("haven", Text),
    Column("team", Text),
    Column("password", Text, comment="argon2id; null until its owner chose one"),
    Column("created_at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),
    Index("people_by_name", "name"),
)

enrolments = Table(
    "enrolments",
    KEPT_METADATA,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("hash", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("venue", Text),
    Column("haven", Text),
    Column("team", Text),
    Column("person_id", ID, comment="whose account the link opens; null: a phone of the venue, haven or team"),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("revoked_at", BigInteger),
)

sessions = Table(
    "sessions",
    KEPT_METADATA,
    Column("hash", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("venue", Text),
    Column("haven", Text),
    Column("team", Text),
    Column("key_id", ID, ForeignKey("keys.id")),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("person_id", ID),
    Column("enrolment_id", ID),
    Column("device", Text, comment="browser and system, so that its owner can tell it from others"),
    Index("sessions_by_expiry", "expires_at"),
)

signin_links = Table(
    "signin_links",
    KEPT_METADATA,
    Column("hash", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

audit = Table(
    "audit",
    KEPT_METADATA,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("subject", Text),
    Column("key_id", ID),
    Column("who", Text, comment="the name of the person, where one was signed in"),
    Column("about", Text, comment="what it was done to: a reference of words, an incident, an enrolment"),
    Column("supplier", Text, comment="whose data was read or erased: venue:<id>, team:<id> ..."),
    Column("purpose", Text),
    Index("audit_by_supplier", "supplier", "id"),
)

AUDIT_DAYS_LEAST: Final = 365
"""What is younger cannot be deleted by anything that goes through the database, by the database's own clock."""
_LEAST_S: Final = AUDIT_DAYS_LEAST * 86_400
AUDIT_GUARDS: Final = {
    "sqlite": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
        f"WHEN OLD.at > (CAST(strftime('%s', 'now') AS INTEGER) - {_LEAST_S}) * 1000 "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the audit is append only' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuses()",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW "
        f"WHEN (OLD.at > (extract(epoch FROM now()) - {_LEAST_S}) * 1000) EXECUTE FUNCTION audit_refuses()",
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_refuses()",
    ),
}


@event.listens_for(audit, "after_create")
def _guard_audit(_table: Table, connection: Connection, **_options: object) -> None:
    """The database itself refuses to change the audit, or to let go of what is younger than a year."""
    for guard in AUDIT_GUARDS[connection.dialect.name]:
        connection.exec_driver_sql(guard)
