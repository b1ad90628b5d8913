"""Receipts: what a report's revisions and the desk's word on it say together."""

from msgspec.structs import replace

from api.record.reports import SavedReport
from api.reports.receipts import ReceiptStatus, receipt_of
from api.reports.statements import Record
from schemas.feeds import SbnReport, Source, Withdrawal
from schemas.verdicts import Judgement, Standing
from tests.builders_contracts import feed_records

REPORT = next(record for record in feed_records() if isinstance(record, SbnReport))
BEFORE = Standing(revision=0, counts=True, incident="i1", seen_at=None)


def saved(record: Record, revision: int, judgement: Judgement | None) -> SavedReport:
    """A row of one report."""
    return SavedReport(
        seq=revision + 1, id="r-1", revision=revision, reporter="venue:blue-door", caller="", record=record,
        saved_at=0, judgement=judgement,
    )  # fmt: skip


def test_what_was_taken_back_is_in_no_incident_though_this_process_heard_only_of_what_was_before() -> None:
    first = saved(replace(REPORT, source_id="r-1"), 0, Judgement.ACCEPTED)
    assert receipt_of([first], BEFORE).incident == "i1"
    withdrawal = Withdrawal(source=Source.SBN, source_id="r-1", revision=1, received_at=REPORT.received_at)
    receipt = receipt_of([first, saved(withdrawal, 1, Judgement.WITHDRAWN)], BEFORE)
    assert (receipt.status, receipt.incident) == (ReceiptStatus.WITHDRAWN, None)
