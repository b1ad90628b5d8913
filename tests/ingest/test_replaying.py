"""Files to replay: named by what is in them, counted whole each time, standard input among them."""

import io
import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from ingest.feeding import Records
from ingest.replaying import Given, Nobody, Replayed, checked_speed, columns_of, given, speed_of
from schemas.feeds import Source
from schemas.times import Instant
from tests.builders_area import an_area
from tests.builders_ingest import SBN, csv_of, sbn_row

FRIDAY, SATURDAY = "2026-05-15T22:00:00Z", "2026-05-16T22:00:00Z"


def a_file(folder: Path, name: str, *reports: str, at: str = FRIDAY) -> Given:
    rows = [sbn_row(report_id=report, reported_at=at, occurred_at=at) for report in reports]
    path = folder / name
    path.write_bytes(csv_of(SBN, *rows))
    return Given(path, str(path))


def replayed(*files: Given, night: date | None = None) -> Replayed:
    return Replayed(an_area(), Source.SBN, files, {}, night)


def everything(found: Replayed) -> list[str]:
    """The ids of all that it gives, as fast as it goes."""
    ids: list[str] = []

    def submit(records: Records, tick_to: Instant | None = None) -> int:
        assert tick_to is None
        assert {origin.stream for _, origin in records} <= {found.stream}
        ids.extend(getattr(record, "source_id", "") for record, _ in records)
        return 0

    found.give(submit, Nobody(), Nobody(), None, None)
    return ids


def test_the_same_bytes_are_the_same_stream_wherever_they_lie(tmp_path: Path) -> None:
    one, other = a_file(tmp_path, "a.csv", "r1"), a_file(tmp_path, "b.csv", "r1")
    different = a_file(tmp_path, "c.csv", "r2")
    assert replayed(one).stream == replayed(other).stream != replayed(different).stream
    assert replayed(one, different).stream not in (replayed(one).stream, replayed(different).stream)


def test_one_night_of_a_file_is_a_stream_of_its_own(tmp_path: Path) -> None:
    rows = [sbn_row(report_id=at[8:10], reported_at=at, occurred_at=at) for at in (FRIDAY, SATURDAY)]
    path = tmp_path / "two.csv"
    path.write_bytes(csv_of(SBN, *rows))
    both = Given(path, str(path))
    found = replayed(both, night=date(2026, 5, 16))
    assert found.stream == replayed(both).stream + ":2026-05-16"
    assert everything(found) == ["16"]


def test_what_revises_a_night_s_report_after_its_close_belongs_to_the_night(tmp_path: Path) -> None:
    after, of_friday, of_saturday = "2026-05-17T09:00:00Z", {"occurred_at": FRIDAY}, {"occurred_at": SATURDAY}
    taken_back = {"revision": "2", "status": "withdrawn", "reported_at": after, "occurred_at": ""}
    rows = [
        sbn_row(report_id="friday", reported_at=FRIDAY, **of_friday),
        sbn_row(report_id="saturday", reported_at=SATURDAY, **of_saturday),
        sbn_row(report_id="saturday", revision="1", status="corrected", reported_at=after, occurred_at=FRIDAY),
        sbn_row(report_id="friday", **taken_back),
        sbn_row(report_id="saturday", **taken_back),
    ]
    path = tmp_path / "two.csv"
    path.write_bytes(csv_of(SBN, *rows))
    assert everything(replayed(Given(path, "two.csv"), night=date(2026, 5, 16))) == ["saturday"] * 3


def test_a_day_that_opens_no_night_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-05-13 is not an operating night of The Square"):
        replayed(night=date(2026, 5, 13))


def test_several_files_come_as_one_stream_in_the_order_of_receipt(tmp_path: Path) -> None:
    late, early = a_file(tmp_path, "a.csv", "r1", at=SATURDAY), a_file(tmp_path, "b.csv", "r2", at=FRIDAY)
    assert everything(replayed(late, early)) == ["r2", "r1"]


def test_a_file_that_cannot_be_read_leaves_its_reason_and_the_others_are_read(tmp_path: Path) -> None:
    missing, good = Given(tmp_path / "none.csv", "none.csv"), a_file(tmp_path, "b.csv", "r2")
    found = replayed(missing, good)
    assert everything(found) == ["r2"]
    assert "none.csv: does not exist" in str(found.failure)


def test_refused_rows_are_counted_by_their_reason(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(csv_of(SBN, sbn_row(report_id="r1"), sbn_row(report_id="r2", severity="9")))
    found = replayed(Given(path, "bad.csv"))
    assert everything(found) == ["r1"]
    assert (found.tally.read, found.tally.rejected.total(), found.failure) == (2, 1, None)


def test_standard_input_becomes_a_file_for_as_long_as_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Standard:
        buffer = io.BytesIO(csv_of(SBN, sbn_row(report_id="r9")))

    monkeypatch.setattr(sys, "stdin", Standard)
    with ExitStack() as stack:
        file = given(Path("-"), stack)
        assert file.name == "standard input"
        assert everything(replayed(file)) == ["r9"]
    assert not file.path.exists()


def test_a_file_is_called_what_the_user_calls_it() -> None:
    with ExitStack() as stack:
        assert given(Path("x/calls.csv"), stack) == Given(Path("x/calls.csv"), "x/calls.csv")


def test_paced_the_same_records_go_in_the_same_order(tmp_path: Path) -> None:
    file = a_file(tmp_path, "a.csv", "r1", "r2", "r3")
    sent: list[str] = []

    def submit(records: Records, tick_to: Instant | None = None) -> int:
        sent.extend(getattr(record, "source_id", "") for record, _ in records)
        return 0

    found = replayed(file)
    found.give(submit, Nobody(), Nobody(), 1e9, None)
    assert sent == everything(replayed(file)) == ["r1", "r2", "r3"]


@pytest.mark.parametrize(("text", "speed"), [("max", None), ("60", 60.0), ("0.5", 0.5)])
def test_a_speed_is_max_or_a_number(text: str, speed: float | None) -> None:
    assert speed_of(text) == speed


@pytest.mark.parametrize("text", ["", "fast", "0", "-1", "nan", "inf", "1e308"])
def test_what_is_neither_is_refused_with_what_was_given(text: str) -> None:
    with pytest.raises(ValueError, match=rf"--speed: '{text}' is neither max nor a number above 0"):
        speed_of(text)


@pytest.mark.parametrize("speed", [float("nan"), float("inf"), 1e308, 0.0, -1.0])
def test_what_is_no_speed_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="is no number above 0 and at most 1,000,000,000"):
        checked_speed(speed)


def test_columns_are_pairs() -> None:
    assert columns_of("") == {}
    assert columns_of("time=Date, lat=Latitude") == {"time": "Date", "lat": "Latitude"}


@pytest.mark.parametrize("text", ["time", "time=", "=Date", "time=Date,lat"])
def test_what_is_no_pair_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is not NAME=VALUE"):
        columns_of(text)
