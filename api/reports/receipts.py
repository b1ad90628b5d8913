"""Receipts: how a report stands, for whoever made it, for as long as it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from api.record.reports import SavedReport
from api.reports.statements import Report
from schemas.categories import URGENCY_OF, Category, HelpNeeded, Urgency
from schemas.feeds import SbnReport, Source, Withdrawal
from schemas.times import rfc3339
from schemas.verdicts import NOT_TAKEN, Standing

UNSEEN_AFTER_S: Final = 60
"""After so long unseen a page says so."""

NOT_SEEN: Final = "Saved. Not yet seen by anyone. In danger now: call 999."
IN_DANGER: Final = "In danger now: call 999. Nightdesk does not send the police."
REFUSED: Final = "The desk has not taken this report. In danger now: call 999."
_LINES: Final = {
    Category.SUSPICIOUS_BEHAVIOUR: ("The anti-terrorist hotline is 0800 789 321. If it is immediate, call 999."),
    Category.HIDDEN_HARM: "The modern slavery helpline is 08000 121 700.",
}


class ReceiptStatus(StrEnum):
    """How far a report has come. Saved: only we have it; received: it is on the desk; seen: somebody opened it.

    Refused: the desk did not take it, and why is in the advice.
    """

    SAVED = "saved"
    RECEIVED = "received"
    SEEN = "seen"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a report says now, and what became of it. Times are RFC 3339 UTC."""

    id: str
    status: ReceiptStatus
    revision: int
    category: Category
    severity: int
    help_needed: HelpNeeded
    at: str
    received_at: str
    seen_at: str | None
    incident: str | None
    unseen_after_s: int
    advice: list[str]


def report_key(report: Report | Withdrawal) -> str:
    """What the desk calls a report."""
    if isinstance(report, Withdrawal):
        return f"{report.source.value}:{report.source_id}"
    return f"{(Source.SBN if isinstance(report, SbnReport) else Source.NIGHTSTARS).value}:{report.source_id}"


def receipt_of(revisions: Sequence[SavedReport], standing: Standing | None) -> Receipt:
    """The receipt of a report with all its revisions, oldest first, and what the desk knows of it.

    A correction that the desk did not take is none: what was said before it stands. What was taken back is in no
    incident, also where `standing` is of before: another process may have heard the verdict.
    """
    revisions = [saved for saved in revisions if saved.judgement not in NOT_TAKEN] or revisions[:1]
    said = [saved.record for saved in revisions if not isinstance(saved.record, Withdrawal)]
    newest, last, status = said[-1], revisions[-1], _status(revisions, standing)
    seen_at = None if standing is None else standing.seen_at
    return Receipt(
        id=last.id,
        status=status,
        revision=last.revision,
        category=newest.category,
        severity=newest.severity,
        help_needed=newest.help_needed if isinstance(newest, SbnReport) else HelpNeeded.NONE,
        at=rfc3339(newest.occurred_at),
        received_at=rfc3339(said[0].received_at),
        seen_at=None if seen_at is None else rfc3339(seen_at),
        incident=None if standing is None or status is ReceiptStatus.WITHDRAWN else standing.incident,
        unseen_after_s=UNSEEN_AFTER_S,
        advice=_advice(newest, status, is_seen=seen_at is not None),
    )


def _status(revisions: Sequence[SavedReport], standing: Standing | None) -> ReceiptStatus:
    last = revisions[-1]
    if last.judgement in NOT_TAKEN:
        return ReceiptStatus.REFUSED
    is_known = standing is not None and standing.revision >= last.revision
    if not is_known and last.judgement is None:
        return ReceiptStatus.SAVED
    if isinstance(last.record, Withdrawal):
        return ReceiptStatus.WITHDRAWN
    if last.revision:
        return ReceiptStatus.CORRECTED
    return ReceiptStatus.SEEN if standing is not None and standing.seen_at is not None else ReceiptStatus.RECEIVED


def _advice(report: Report, status: ReceiptStatus, *, is_seen: bool) -> list[str]:
    """Plain sentences for whoever reported, the most urgent first."""
    lines = []
    if status is ReceiptStatus.REFUSED:
        lines.append(REFUSED)
    elif not is_seen and status is not ReceiptStatus.WITHDRAWN:
        lines.append(NOT_SEEN)
    elif URGENCY_OF[report.category] is Urgency.LIFE_RISK or report.severity == 4:
        lines.append(IN_DANGER)
    line = _LINES.get(report.category)
    return lines if line is None else [*lines, line]
