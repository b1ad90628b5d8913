"""Safer Business Network reports, as JSON lines, as an array, as CSV."""

import json

import pytest

from schemas.categories import Category, HelpNeeded
from schemas.dead_letters import DeadLetter, Reason
from schemas.feeds import SbnReport, Source, Withdrawal
from schemas.times import from_rfc3339
from schemas.words import words_ref
from tests.builders_area import DOOR
from tests.builders_ingest import SBN, csv_of, kinds, one_letter, outcomes, records, sbn_object, sbn_row, sbn_values


def test_a_report_is_the_same_from_csv_json_lines_and_an_array() -> None:
    expected = SbnReport(
        source_id="r1",
        venue="blue-door",
        category=Category.THEFT,
        severity=2,
        occurred_at=from_rfc3339("2026-05-16T22:10:00Z"),
        received_at=from_rfc3339("2026-05-16T22:12:00Z"),
        lat=DOOR.lat,
        lon=DOOR.lon,
    )
    assert records(Source.SBN, csv_of(SBN, sbn_row())) == [expected]
    assert records(Source.SBN, sbn_object()) == [expected]
    assert records(Source.SBN, b"[" + sbn_object() + b"," + sbn_object() + b"]") == [expected] * 2


def test_a_report_s_own_position_goes_before_its_venue_s() -> None:
    (report,) = records(Source.SBN, sbn_object(latitude=51.5120, longitude=-0.1299))
    assert isinstance(report, SbnReport)
    assert (report.lat, report.lon) == (51.5120, -0.1299)


def test_local_times_are_the_area_s() -> None:
    (report,) = records(
        Source.SBN, csv_of(SBN, sbn_row(reported_at="2026-05-16 23:12", occurred_at="16/05/2026 23:10"))
    )
    assert isinstance(report, SbnReport)
    assert report.received_at == from_rfc3339("2026-05-16T22:12:00Z")
    assert report.occurred_at == from_rfc3339("2026-05-16T22:10:00Z")


def test_corrections_and_withdrawals() -> None:
    body = (
        sbn_object(revision=1, status="corrected", severity="4.0", help_needed="staff_now")
        + json.dumps(
            {"report_id": "r1", "revision": 2, "status": "withdrawn", "reported_at": "2026-05-17T00:00:00+01:00"}
        ).encode()
    )
    corrected, withdrawn = records(Source.SBN, body)
    assert isinstance(corrected, SbnReport)
    assert (corrected.revision, corrected.severity, corrected.help_needed) == (1, 4, HelpNeeded.STAFF_NOW)
    at = from_rfc3339("2026-05-16T23:00:00Z")
    assert withdrawn == Withdrawal(source=Source.SBN, source_id="r1", revision=2, received_at=at)


def test_an_ambiguous_time_of_either_kind_is_flagged() -> None:
    (report,) = records(
        Source.SBN, csv_of(SBN, sbn_row(reported_at="2026-10-25 02:10", occurred_at="2026-10-25 01:40"))
    )
    assert isinstance(report, SbnReport)
    assert report.ambiguous_time


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"report_id": ""}, Reason.MISSING_VALUE, "report_id"),
        ({"report_id": "x" * 300}, Reason.TOO_LARGE, "report_id"),
        ({"revision": "one"}, Reason.BAD_NUMBER, "revision"),
        ({"revision": "-1"}, Reason.BAD_NUMBER, "revision"),
        ({"status": "corrected"}, Reason.BAD_NUMBER, "revision"),
        ({"status": "withdrawn"}, Reason.BAD_NUMBER, "revision"),
        ({"status": "deleted"}, Reason.UNKNOWN_STATUS, "status"),
        ({"reported_at": "now"}, Reason.BAD_TIME, "reported_at"),
        ({"occurred_at": ""}, Reason.MISSING_VALUE, "occurred_at"),
        ({"occurred_at": "2026-03-29 01:30"}, Reason.NOT_LOCAL_TIME, "occurred_at"),
        ({"venue_id": "nowhere"}, Reason.UNKNOWN_VENUE, "venue_id"),
        ({"venue_id": ""}, Reason.MISSING_VALUE, "venue_id"),
        ({"category": "rudeness"}, Reason.UNKNOWN_CATEGORY, "category"),
        ({"severity": "5"}, Reason.BAD_NUMBER, "severity"),
        ({"severity": "1.5"}, Reason.BAD_NUMBER, "severity"),
        ({"severity": ""}, Reason.MISSING_VALUE, "severity"),
        ({"help_needed": "cake"}, Reason.BAD_VALUE, "help_needed"),
        ({"latitude": "51.5"}, Reason.BAD_POSITION, "longitude"),
        ({"latitude": "-0.13", "longitude": "51.51"}, Reason.SWAPPED_POSITION, "latitude"),
        ({"latitude": "0", "longitude": "0"}, Reason.BAD_POSITION, "latitude"),
        ({"latitude": "95", "longitude": "0"}, Reason.OUTSIDE_WORLD, "latitude"),
        ({"words": "x" * 10_001}, Reason.TOO_LARGE, "words"),
    ],
)
def test_a_bad_report_is_refused_by_field_and_reason_and_harms_no_other(
    changes: dict[str, str], reason: Reason, field: str
) -> None:
    for body in (
        csv_of(SBN, sbn_row(), sbn_row(**changes), sbn_row()),
        sbn_object() + json.dumps(sbn_values(**changes)).encode() + b"\n" + sbn_object(),
    ):
        found = outcomes(Source.SBN, body)
        assert kinds(found) == ["read", reason, "read"]
        assert one_letter(found).field == field


def test_words_are_kept_for_the_venue_and_stand_nowhere_else() -> None:
    body = csv_of(SBN, sbn_row(words='He said "wait",\nthen left'))
    (report,) = records(Source.SBN, body)
    assert isinstance(report, SbnReport)
    assert report.words_ref == words_ref(Source.SBN, "r1", 0)
    assert "wait" not in repr(report)


def test_words_of_a_refused_report_are_not_in_its_reason() -> None:
    found = outcomes(Source.SBN, csv_of(SBN, sbn_row(words="secret " * 2_000), sbn_row(words="secret", severity="9")))
    assert kinds(found) == [Reason.TOO_LARGE, Reason.BAD_NUMBER]
    for letter in found:
        assert isinstance(letter, DeadLetter)
        assert "secret" not in repr((letter.field, letter.value, letter.rule))
