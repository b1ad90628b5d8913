"""The audit: who did what when, about whose data and why, added in the same transaction as the deed, never changed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select

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
    PERSON_ADDED = "person_added"
    PERSON_REMOVED = "person_removed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a deed
    ENROLMENT_MADE = "enrolment_made"
    ENROLMENT_REVOKED = "enrolment_revoked"
    ENROLLED = "enrolled"
    WORDS_READ = "words_read"
    WORDS_ERASED = "words_erased"
    AUDIT_READ = "audit_read"
    KEPT_NO_LONGER = "kept_no_longer"


ENDING: Final = frozenset(
    {Action.KEY_REVOKED, Action.SIGNED_OUT, Action.PERSON_REMOVED, Action.PASSWORD_CHANGED}
    | {Action.ENROLMENT_REVOKED, Action.ENROLLED}
)
"""Deeds after which a key or a session may be nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doer:
    """Who does something: for whom the sharing rules are asked, by which key, and the name of a person signed in."""

    audience: Audience
    key_id: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One deed; `key_id` is the key that was made or used. `supplier` is whose data it was about, as a reporter."""

    id: int
    at: Instant
    action: Action
    role: Role
    subject: str | None
    key_id: int | None
    who: str | None
    about: str | None
    supplier: str | None
    purpose: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which lines are wanted: those that are all of it; `before` is an id, for the page after."""

    since: Instant | None = None
    until: Instant | None = None
    role: Role | None = None
    subject: str | None = None
    action: Action | None = None
    supplier: str | None = None
    before: int | None = None


def note(
    connection: Connection,
    at: Instant,
    action: Action,
    whom: Audience,
    key_id: int | None = None,
    *,
    who: str | None = None,
    about: str | None = None,
    supplier: str | None = None,
    purpose: str | None = None,
) -> None:
    """Add one line, within the transaction of the deed."""
    line = {"at": at, "action": action, "role": whom.role, "subject": whom.subject, "key_id": key_id}
    more = {"who": who, "about": about, "supplier": supplier, "purpose": purpose}
    connection.execute(insert(audit).values(line | more))


def newest_lines(kept: Kept, limit: int = LINES_MAX) -> list[AuditLine]:
    """The newest lines, oldest of them first."""
    return searched(kept, Asked(), limit)[::-1]


def searched(kept: Kept, asked: Asked, limit: int) -> list[AuditLine]:
    """At most `limit` lines that are as asked, newest first."""
    lines = select(audit).where(*_conditions(asked)).order_by(audit.c.id.desc()).limit(limit)
    with kept.store.reading() as connection:
        return [_line(row) for row in connection.execute(lines).mappings()]


def endings_since(kept: Kept, last: int | None) -> tuple[int, frozenset[Audience]]:
    """The newest line's id, and whose keys or sessions ended after line `last`; None: from now on."""
    with kept.store.reading() as connection:
        newest = connection.execute(select(func.coalesce(func.max(audit.c.id), 0))).scalar_one()
        if last is None or newest <= last:
            return newest, frozenset()
        after = audit.c.id > last, audit.c.id <= newest, audit.c.action.in_(ENDING)
        found = connection.execute(select(audit.c.role, audit.c.subject).where(*after).distinct()).all()
    return newest, frozenset(Audience(role=Role(role), subject=subject) for role, subject in found)


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    equal = {"role": asked.role, "subject": asked.subject, "action": asked.action, "supplier": asked.supplier}
    conditions = [audit.c[name] == value for name, value in equal.items() if value is not None]
    if asked.since is not None:
        conditions.append(audit.c.at >= asked.since)
    if asked.until is not None:
        conditions.append(audit.c.at < asked.until)
    if asked.before is not None:
        conditions.append(audit.c.id < asked.before)
    return conditions


def _line(row: RowMapping) -> AuditLine:
    return AuditLine(**{**row, "action": Action(row["action"]), "role": Role(row["role"])})
