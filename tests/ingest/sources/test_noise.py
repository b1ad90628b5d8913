"""The noise vendor's triggers and levels, in each of its shapes."""

import json

import pytest

from schemas.dead_letters import Reason
from schemas.feeds import FeedHeartbeat, NoiseTrigger, Source
from schemas.times import from_rfc3339
from tests.builders_ingest import LEVELS, RAW_EXPORT, TRIGGERS, csv_of, kinds, one_letter, outcomes, records

AT = from_rfc3339("2026-05-16T22:10:07.418Z")


def trigger_of(header: str, row: str) -> NoiseTrigger:
    (record,) = records(Source.NOISE, csv_of(header, row))
    assert isinstance(record, NoiseTrigger)
    return record


def test_a_trigger_with_its_level() -> None:
    read = trigger_of(TRIGGERS, "Pall Mall 01,2026-05-16 23:10:07.418,84.0,Transport road - Passenger car,86.4,79.9")
    assert (read.camera, read.occurred_at, read.received_at, read.level_db) == ("pall-mall", AT, AT, 86.4)


def test_a_trigger_without_level_class_or_certainty_is_kept() -> None:
    assert trigger_of(TRIGGERS, "Pall Mall  01,2026-05-16 23:10:07.418,,,,").level_db is None


def test_the_raw_export_has_semicolons_day_first_dates_and_no_level() -> None:
    read = trigger_of(RAW_EXPORT, "255440;Pall Mall 01;16/05/2026 23:10:07.418;16;;0;%;Unsupported;")
    assert (read.camera, read.occurred_at, read.level_db) == ("pall-mall", AT, None)


def test_a_level_row_is_a_heartbeat_even_without_levels() -> None:
    body = csv_of(
        LEVELS, "Pall Mall 01,2026-05-16 23:10:00,67.2,63.2,66.8,82.5", "Pall Mall 01,2026-05-16 23:20:00,,,,"
    )
    first, second = records(Source.NOISE, body)
    at = from_rfc3339("2026-05-16T22:10:00Z")
    assert first == FeedHeartbeat(source=Source.NOISE, sensor="pall-mall", at=at, received_at=at)
    assert isinstance(second, FeedHeartbeat)


def test_json_as_an_array_and_as_lines() -> None:
    trigger = {
        "description": "Pall Mall 01",
        "result_timestamp": "2026-05-16T23:10:07.418+01:00",
        "noise_event_laeq_primary_detected_certainty": 84.0,
        "noise_event_laeq_primary_detected_class": None,
        "lamax": 86.4,
        "laeq": None,
    }
    stamp = "2026-05-16 23:20:00"
    level = {"description": "Pall Mall 01", "result_timestamp": stamp, "lamax": 60, "laeq": 5, "lceq": 6, "lcpeak": 7}
    for body in (json.dumps([trigger, level], indent=1), json.dumps(trigger) + "\n" + json.dumps(level) + "\n"):
        first, second = records(Source.NOISE, body.encode())
        assert isinstance(first, NoiseTrigger)
        assert (first.occurred_at, first.level_db) == (AT, 86.4)
        assert isinstance(second, FeedHeartbeat)


def test_identical_triggers_are_each_their_own() -> None:
    row = "Pall Mall 01,2026-05-16 23:10:07.418,,,,"
    read = records(Source.NOISE, csv_of(TRIGGERS, row, row, row))
    ids = [record.source_id for record in read if isinstance(record, NoiseTrigger)]
    assert len(set(ids)) == 3
    assert [each.rsplit("-", 1)[1] for each in ids] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        ("Abbey Road 01,2026-05-16 23:10:07,,,80,", Reason.UNKNOWN_CAMERA, "description"),
        (",2026-05-16 23:10:07,,,80,", Reason.MISSING_VALUE, "description"),
        ("Pall Mall 01,late,,,80,", Reason.BAD_TIME, "result_timestamp"),
        ("Pall Mall 01,2026-05-16 23:10:07,,,loud,", Reason.BAD_NUMBER, "lamax"),
        ("Pall Mall 01,2026-05-16 23:10:07,,,nan,", Reason.BAD_NUMBER, "lamax"),
        ("Pall Mall 01,2026-05-16 23:10:07,,,-3,", Reason.BAD_NUMBER, "lamax"),
        ("Pall Mall 01,2026-05-16 23:10:07,,,500,", Reason.BAD_NUMBER, "lamax"),
    ],
)
def test_a_bad_trigger_is_refused_by_field_and_reason(row: str, reason: Reason, field: str) -> None:
    found = outcomes(Source.NOISE, csv_of(TRIGGERS, row, "Pall Mall 01,2026-05-16 23:10:07,,,80,"))
    assert kinds(found) == [reason, "read"]
    assert one_letter(found).field == field
