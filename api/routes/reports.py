"""Reports of businesses: made, looked at, put right, taken back: `/api/v1/reports`."""

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from api.rates import A_KEY, A_VENUE
from api.record.reports import SavedReport
from api.reports.receipts import Receipt
from api.reports.statements import Statement
from api.routes.bodies import CorrectionBody, ReportBody, Sender, corrected, reported, taken_back
from api.routes.caller import caller_of
from api.routes.described import said, shown_as
from api.routes.examples import RECEIPT_EXAMPLE, RECEIPTS_EXAMPLE
from api.routes.limits import limit
from api.routes.problems import Reason, Refused
from api.routes.saying import IdempotencyKey, Told, caller_name, key_name, say
from api.routes.services import Services
from api.routes.validators import JSON
from schemas.audiences import Audience, Role
from schemas.feeds import Source

LISTED_MAX: Final = 100
DESK: Final = frozenset({Role.OPERATIONS, Role.LEAD})
_SAID: Final = (Reason.NOT_UNDERSTOOD, Reason.NOT_SIGNED_IN, Reason.NOT_ALLOWED, Reason.TOO_OFTEN, Reason.NOT_NOW)
_EXAMPLE: Final[dict[str, Any]] = {
    "theft": {
        "summary": "A phone was stolen",
        "value": {"category": "theft_from_person", "severity": 2, "help_needed": "none", "words": "Phone, at the bar."},
    },
    "fight": {
        "summary": "A fight, told by operations for a venue",
        "value": {"category": "serious_violence", "severity": 4, "help_needed": "staff_now", "venue": "blue-door"},
    },
}

ReportId = Annotated[str, Path(alias="id", max_length=64, description="The receipt's `id`.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """A page of receipts, the newest first; `next` is the cursor of the page after it."""

    items: list[Receipt]
    next: str | None


class _Reports:
    """Who asks, and whose reports are theirs."""

    def __init__(self, services: Services) -> None:
        self.services, self.incoming = services, services.incoming

    def sender(self, request: Request, audience: Audience, key: str, reporter: str) -> Sender:
        """The sender of something, if it does not come too often."""
        limit(self.services.rates, key_name(request, self.services.authenticator), A_KEY)
        limit(self.services.rates, reporter, A_VENUE)
        return Sender(reporter=reporter, caller=caller_name(audience), key=key, now=self.incoming.desk.time())

    def reporter(self, audience: Audience, venue: str | None) -> str:
        """The venue that a report is of: a business's own, or the one that the desk names."""
        if audience.role is Role.BUSINESS and audience.subject is not None:
            if venue not in (None, audience.subject):
                raise Refused(Reason.NOT_ALLOWED, "A venue reports for itself alone.")
            venue = audience.subject
        elif audience.role not in DESK:
            raise Refused(Reason.NOT_ALLOWED, "Reports are made by venues, or by operations for one.")
        elif venue is None:
            raise Refused(Reason.NOT_UNDERSTOOD, "venue: is missing.")
        if venue not in self.services.area.venues:
            raise Refused(Reason.UNKNOWN_VENUE, "This area has no such venue.")
        return f"venue:{venue}"

    def own(self, audience: Audience, report: str) -> list[SavedReport]:
        """All revisions of a report of the caller's; a stranger's is not found."""
        reporter, caller = _whose(audience)
        revisions = self.incoming.saved.revisions(report)
        first = revisions[0] if revisions else None
        if first is None or (first.reporter != reporter if reporter is not None else first.caller != caller):
            raise Refused(Reason.NOT_FOUND, "You have made no such report.")
        return revisions

    async def say(self, statement: Statement, response: Response) -> Receipt:
        """Have it said; the answer's status and where its receipt is."""
        told = await say(self.incoming, statement)
        return receipt_in(told, response)


def report_routes(services: Services) -> APIRouter:
    """The five calls."""
    router = APIRouter(prefix="/api/v1/reports", tags=["reports"])
    caller, reports = caller_of(services.authenticator), _Reports(services)
    Caller = Annotated[Audience, Depends(caller)]  # noqa: N806 - a type
    new = {"model": Receipt, "content": {JSON: {"example": RECEIPT_EXAMPLE}}}
    reasons = (*_SAID, Reason.CONFLICT, Reason.TOO_OLD, Reason.OUTSIDE_AREA, Reason.UNKNOWN_VENUE)
    new_answers, about_answers = said(new, *reasons), said(new, *reasons, Reason.NOT_FOUND)

    @router.post("", status_code=201, summary="Report an incident", responses=new_answers)
    async def report(
        body: Annotated[ReportBody, Body(openapi_examples=_EXAMPLE)],
        key: IdempotencyKey, request: Request, response: Response, audience: Caller,
    ) -> Receipt:  # fmt: skip
        sender = reports.sender(request, audience, key, reports.reporter(audience, body.venue))
        return await reports.say(reported(body, sender, services.area), response)

    @router.get(
        "", summary="The receipts of my reports, the newest first", responses=shown_as(RECEIPTS_EXAMPLE, *_SAID[:3])
    )
    def receipts(
        audience: Caller,
        cursor: Annotated[str | None, Query(max_length=32)] = None,
        limit: Annotated[int, Query(ge=1, le=LISTED_MAX)] = 20,
    ) -> Receipts:
        incoming, (reporter, by) = services.incoming, _whose(audience)
        rows = incoming.saved.made(reporter=reporter, caller=by, before=_seq_of(cursor), limit=limit + 1)
        items = [incoming.receipt(incoming.saved.revisions(row.id)) for row in rows[:limit]]
        return Receipts(items=items, next=_cursor(rows[limit - 1].seq) if len(rows) > limit else None)

    @router.get("/{id}", summary="A receipt", responses=shown_as(RECEIPT_EXAMPLE, *_SAID[1:3], Reason.NOT_FOUND))
    def receipt(report: ReportId, audience: Caller) -> Receipt:
        return services.incoming.receipt(reports.own(audience, report))

    @router.post("/{id}/corrections", status_code=201, summary="Put a report right", responses=about_answers)
    async def correct(
        report: ReportId, body: CorrectionBody, key: IdempotencyKey, request: Request, response: Response,
        first: Annotated[SavedReport, Depends(_first_of(reports, caller))], audience: Caller,
    ) -> Receipt:  # fmt: skip
        sender = reports.sender(request, audience, key, first.reporter)
        return await reports.say(corrected(report, body, sender), response)

    @router.post("/{id}/withdrawal", status_code=201, summary="Take a report back", responses=about_answers)
    async def withdraw(
        report: ReportId, key: IdempotencyKey, request: Request, response: Response,
        first: Annotated[SavedReport, Depends(_first_of(reports, caller))], audience: Caller,
    ) -> Receipt:  # fmt: skip
        source = Source.SBN if first.reporter.startswith("venue:") else Source.NIGHTSTARS
        return await reports.say(
            taken_back(report, source, reports.sender(request, audience, key, first.reporter)), response
        )

    return router


def receipt_in(told: Told, response: Response) -> Receipt:
    """The receipt as the answer's body, with its address."""
    response.status_code = told.status
    response.headers["Location"] = f"/api/v1/reports/{told.receipt.id}"
    return told.receipt


def _first_of(reports: _Reports, caller: Any) -> Any:
    """A dependency that gives the first revision of a report of the caller's. It reads the disk."""

    def first(report: ReportId, audience: Annotated[Audience, Depends(caller)]) -> SavedReport:
        return reports.own(audience, report)[0]

    return first


def _whose(audience: Audience) -> tuple[str | None, str | None]:
    """The reporter whose reports are the caller's own or, where it is none, the caller itself."""
    if audience.role is Role.BUSINESS and audience.subject:
        return f"venue:{audience.subject}", None
    if audience.role is Role.NIGHTSTARS and audience.subject:
        return f"team:{audience.subject}", None
    if audience.role in DESK or audience.role is Role.NIGHTSTARS:
        return None, caller_name(audience)
    raise Refused(Reason.NOT_ALLOWED, "Receipts are for those who report.")


def _cursor(seq: int) -> str:
    return base64.urlsafe_b64encode(str(seq).encode()).decode().rstrip("=")


def _seq_of(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        seq = int(text) if text.isdigit() else -1
    except (binascii.Error, ValueError):
        seq = -1
    if not 0 < seq < 2**62:
        raise Refused(Reason.NOT_UNDERSTOOD, "cursor: is not one that this server gave.")
    return seq
