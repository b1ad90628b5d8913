"""What is said is answered by what was heard of it, also where the record cannot be read just then."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import get_ident

import pytest

from api.record.reports import SavedReport, SavedReports
from api.reports.incoming import Incoming
from api.reports.receipts import NOT_SEEN, ReceiptStatus
from api.reports.statements import Statement
from api.routes.bodies import CorrectionBody, ReportBody, Sender, corrected, reported, taken_back
from api.routes.problems import Reason, Refused
from api.routes.saying import Told, say
from schemas.categories import Category
from schemas.feeds import Source
from tests.builders_night import westminster
from tests.builders_record import SATURDAY
from tests.builders_reports import GONE, UUID, Door, Unreadable, door


class Lost(SavedReports):
    """A table that cannot be read."""

    def revisions(self, _id: str) -> list[SavedReport]:
        raise GONE


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Door]:
    with door(tmp_path) as opened:
        yield opened


def sender(key: str = UUID) -> Sender:
    return Sender(reporter="venue:blue-door", caller="business:blue-door", key=key, now=SATURDAY)


def theft() -> Statement:
    return reported(ReportBody(category=Category.THEFT, severity=2), sender(), westminster())


def said(incoming: Incoming, *statements: Statement) -> list[Told]:
    return [asyncio.run(say(incoming, statement)) for statement in statements]


def test_a_new_report_asks_no_record_for_its_receipt(desk: Door) -> None:
    unreadable = Unreadable(desk.owner, [])
    (told,) = said(replace(desk.incoming, desk=unreadable), theft())
    assert (told.status, told.receipt.status, told.receipt.advice) == (201, ReceiptStatus.RECEIVED, [NOT_SEEN])
    assert told.receipt.incident is not None
    assert unreadable.tried_in == []


def test_what_follows_is_answered_by_its_verdict_where_the_record_cannot_be_read(desk: Door) -> None:
    unreadable = Unreadable(desk.owner, [])
    incoming = replace(desk.incoming, desk=unreadable)
    first, again, changed, back = said(
        incoming, theft(), theft(), corrected(UUID, CorrectionBody(severity=3), sender("c")),
        taken_back(UUID, Source.SBN, sender("w")),
    )  # fmt: skip
    assert [one.status for one in (first, again, changed, back)] == [201, 200, 201, 201]
    assert again.receipt.status is ReceiptStatus.RECEIVED
    assert (changed.receipt.status, changed.receipt.severity) == (ReceiptStatus.CORRECTED, 3)
    assert changed.receipt.incident == first.receipt.incident
    assert (back.receipt.status, back.receipt.incident) == (ReceiptStatus.WITHDRAWN, None)
    assert len(unreadable.tried_in) == 3
    assert get_ident() not in unreadable.tried_in, "whoever else asks does not wait for it"


def test_what_was_saved_is_never_said_to_be_lost(desk: Door) -> None:
    said(desk.incoming, theft())
    with pytest.raises(Refused) as refused:
        said(replace(desk.incoming, saved=Lost(desk.house.kept)), theft())
    assert refused.value.reason is Reason.NOT_NOW
    assert refused.value.detail.startswith("It is saved.")
