"""The audit: who did what when, added in the same transaction as the deed, never changed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, insert, select

from api.record.kept import Kept
from api.record.kept_tables import audit
from schemas.audiences import Audience, Role
from schemas.times import Instant

LINES_MAX: Final = 1_000


class Action(StrEnum):
    """What is audited today."""

    KEY_ADDED = "key_added"
    KEY_REVOKED = "key_revoked"
    LINK_MADE = "link_made"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One deed; `key_id` is the key that was made or used, None for a sign-in link."""

    at: Instant
    action: Action
    role: Role
    subject: str | None
    key_id: int | None


def note(connection: Connection, at: Instant, action: Action, whom: Audience, key_id: int | None = None) -> None:
    """Add one line, within the transaction of the deed."""
    line = {"at": at, "action": action, "role": whom.role, "subject": whom.subject, "key_id": key_id}
    connection.execute(insert(audit).values(line))


def newest_lines(kept: Kept, limit: int = LINES_MAX) -> list[AuditLine]:
    """The newest lines, oldest of them first."""
    columns = (audit.c.at, audit.c.action, audit.c.role, audit.c.subject, audit.c.key_id)
    with kept.store.reading() as connection:
        rows = connection.execute(select(*columns).order_by(audit.c.id.desc()).limit(limit)).all()
    return [
        AuditLine(at=at, action=Action(action), role=Role(role), subject=subject, key_id=key_id)
        for at, action, role, subject, key_id in reversed(rows)
    ]
