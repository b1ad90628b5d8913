"""The audit, searched: all of it for the admin and data protection; for a business, who read its own reports' words."""

from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from api.auth.audit import Action, Asked, AuditLine, Doer, note, searched
from api.routes.caller import doer_of
from api.routes.described_accounts import the_audit
from api.routes.problems import Reason, Refused
from api.routes.queries import Named, Time
from api.routes.services import Services
from schemas.audiences import Role
from schemas.times import rfc3339

LINES_USUAL: Final = 100
LINES_MAX: Final = 500
_CURSOR: Final = "a"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """One deed. `who` and `key_id` are left out for a business: it learns which role read it, and what for."""

    at: str
    action: Action
    role: Role
    subject: str | None
    who: str | None
    key_id: int | None
    about: str | None
    supplier: str | None
    purpose: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesShown:
    """Newest first; `next` asks for those before, and is null at the end."""

    items: list[LineShown]
    next: str | None


class Filters(BaseModel):
    """What is wanted; what is left out is not asked about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: Annotated[Time | None, Field(description="From this time on.")] = None
    until: Annotated[Time | None, Field(description="Up to, and not including, this time.")] = None
    role: Role | None = None
    subject: Annotated[Named | None, Field(description="Whose deeds: a venue, haven or team.")] = None
    action: Action | None = None
    supplier: Annotated[Named | None, Field(description="Whose data: venue:<id>, team:<id>.")] = None
    cursor: Annotated[str | None, Field(max_length=64, description="Where the page before ended: its `next`.")] = None
    limit: Annotated[int, Field(ge=1, le=LINES_MAX, description="How many at most.")] = LINES_USUAL


def audit_routes(services: Services) -> APIRouter:
    """The one call."""
    router = APIRouter(prefix="/api/v1", tags=["audit"])
    readers = doer_of(services.authenticator, Role.ADMIN, Role.DATAPROTECTION, Role.BUSINESS)

    @router.get("/audit", summary="Who did and read what, when, and what for", **the_audit())
    def read_audit(filters: Annotated[Filters, Query()], reader: Annotated[Doer, Depends(readers)]) -> LinesShown:
        is_own = reader.audience.role is Role.BUSINESS
        asked = _own(_asked(filters), reader) if is_own else _asked(filters)
        lines = searched(services.holdings.kept, asked, filters.limit + 1)
        if not is_own and asked.before is None:
            _note_reading(services, reader, filters)
        shown = lines[: filters.limit]
        more = len(lines) > filters.limit
        return LinesShown(
            items=[_line(line, is_own) for line in shown], next=_CURSOR + str(shown[-1].id) if more else None
        )

    return router


def _own(asked: Asked, reader: Doer) -> Asked:
    """Who read the words of a venue's own reports, and nothing else."""
    return replace(asked, supplier=f"venue:{reader.audience.subject}", action=Action.WORDS_READ)


def _asked(filters: Filters) -> Asked:
    return Asked(
        since=filters.since,
        until=filters.until,
        role=filters.role,
        subject=filters.subject,
        action=filters.action,
        supplier=filters.supplier,
        before=_before(filters.cursor),
    )


def _before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    digits = cursor.removeprefix(_CURSOR)
    if not cursor.startswith(_CURSOR) or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise Refused(Reason.NOT_UNDERSTOOD, "cursor: is none that this server gave.")
    return int(digits)


def _note_reading(services: Services, reader: Doer, filters: Filters) -> None:
    asked = {"role": filters.role, "subject": filters.subject, "action": filters.action, "supplier": filters.supplier}
    about = ", ".join(f"{name} {value[:64]}" for name, value in asked.items() if value is not None)
    with services.holdings.kept.store.writing() as connection:
        note(
            connection, services.now(), Action.AUDIT_READ, reader.audience, reader.key_id,
            who=reader.name, about=about or "all",
        )  # fmt: skip


def _line(line: AuditLine, is_own: bool) -> LineShown:
    return LineShown(
        at=rfc3339(line.at),
        action=line.action,
        role=line.role,
        subject=line.subject,
        who=None if is_own else line.who,
        key_id=None if is_own else line.key_id,
        about=line.about,
        supplier=line.supplier,
        purpose=line.purpose,
    )
