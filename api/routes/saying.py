"""How what people say is answered: saved first, then judged by the desk within two seconds, or saved and not yet."""

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Final, TypeVar

from fastapi import Header, Request

from api.auth.authenticator import Authenticator, bearer
from api.record.errors import RecordError
from api.record.reports import SaidOtherwise, SavedReport
from api.reports.incoming import JUDGED_WITHIN_S, Incoming
from api.reports.outbox import OutboxFull
from api.reports.receipts import Receipt, receipt_of
from api.reports.statements import NothingToPutRight, Statement
from api.routes.bodies import KEY_CHARS_MAX
from api.routes.problems import Reason, Refused
from schemas.audiences import Audience
from schemas.verdicts import NOT_TAKEN, Judgement, Standing, Verdict

SAVED_WITHIN_S: Final = 10.0
AGAIN: Final = {"Retry-After": "2"}
T = TypeVar("T")

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=KEY_CHARS_MAX,
        pattern=r"^[!-~]+$",
        description="The caller's own name for this request, best a UUIDv7: sent again, it is the same request.",
    ),
]
_UNREADABLE: Final = "It is saved. Its receipt cannot be read just now: send it again. In danger now: call 999."
_REFUSED: Final = {
    Judgement.CONFLICT: (Reason.CONFLICT, "Another report has this id. Send this one under a key of its own."),
    Judgement.TOO_OLD: (Reason.TOO_OLD, "It happened longer ago than the desk remembers."),
    Judgement.OUTSIDE: (Reason.OUTSIDE_AREA, "The position lies outside the area that this desk looks after."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A receipt, and whether what was said is new and is judged."""

    receipt: Receipt
    is_new: bool
    is_judged: bool

    @property
    def status(self) -> int:
        """201 for what is new, 200 for what was said before, 202 for what the desk has not judged yet."""
        if not self.is_judged:
            return 202
        return 201 if self.is_new else 200


async def say(incoming: Incoming, statement: Statement) -> Told:
    """Have a statement saved and judged. Refused says why it cannot be."""
    try:
        said = await _in_time(incoming.outbox.say(statement), SAVED_WITHIN_S)
    except OutboxFull as full:
        raise Refused(
            Reason.NOT_NOW, "Too much is being reported. Try again. In danger now: call 999.", AGAIN
        ) from full
    except SaidOtherwise as otherwise:
        detail = "Its Idempotency-Key was sent before with another body; what was said then stands."
        raise Refused(Reason.CONFLICT, detail) from otherwise
    except NothingToPutRight as unknown:
        raise Refused(Reason.NOT_FOUND, "You have made no such report.") from unknown
    if said is None:
        raise Refused(Reason.NOT_NOW, "It could not be saved in time. Try again. In danger now: call 999.", AGAIN)
    verdict = await _in_time(said.verdict, JUDGED_WITHIN_S)
    incoming.outbox.waits_no_more(said)
    _refuse(verdict)
    if said.is_new and said.report.revision == 0:  # nobody can have seen it, and no record holds it yet
        receipt = receipt_of([said.report], _standing(said.report, verdict))
    else:
        receipt = await asyncio.to_thread(_receipt, incoming, said.report, verdict)
    return Told(receipt=receipt, is_new=said.is_new, is_judged=verdict is not None)


def _receipt(incoming: Incoming, report: SavedReport, verdict: Verdict | None) -> Receipt:
    """What a report says with all its revisions. That it is saved stays true where the record cannot be read."""
    try:
        revisions = incoming.saved.revisions(report.id)
    except RecordError as error:
        raise Refused(Reason.NOT_NOW, _UNREADABLE, AGAIN) from error
    try:
        return incoming.receipt(revisions)
    except RecordError:
        return receipt_of(revisions, _standing(report, verdict))


def _standing(report: SavedReport, verdict: Verdict | None) -> Standing | None:
    """How a report stands by what was just heard alone."""
    if verdict is None or verdict.judgement in NOT_TAKEN:
        return None
    return Standing(revision=report.revision, counts=True, incident=verdict.incident, seen_at=None)


async def _in_time(future: "Future[T]", within_s: float) -> T | None:
    """What a future gives, or None when that takes too long."""
    waiting = asyncio.wrap_future(future)
    await asyncio.wait([waiting], timeout=within_s)
    return waiting.result() if waiting.done() else None


def _refuse(verdict: Verdict | None) -> None:
    """What the desk did not take is not taken."""
    refused = None if verdict is None else _REFUSED.get(verdict.judgement)
    if refused is not None:
        raise Refused(*refused)


def caller_name(audience: Audience) -> str:
    """Within whose keys an Idempotency-Key must be its own."""
    return f"{audience.role.value}:{audience.subject or ''}"


def key_name(request: Request, authenticator: Authenticator) -> str:
    """The key or session of a request, as rates know it."""
    secret = bearer(request.headers) or authenticator.cookie_secret(request.headers) or ""
    return "key:" + blake2b(secret.encode(), digest_size=8).hexdigest()
