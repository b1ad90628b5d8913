"""Vendors' times: how they are written, and the two hours a year that are not like the others."""

import pytest

from ingest.local_time import LocalClock, iso_date
from ingest.outcomes import Refusal
from schemas.dead_letters import Reason
from schemas.times import from_rfc3339, rfc3339

LONDON = "Europe/London"


def told(*texts: str, zone: str = LONDON) -> list[str]:
    """Each time in order, as UTC, with `?` where it was ambiguous."""
    clock = LocalClock(zone)
    found = [clock.ordered(text, "at") for text in texts]
    return [rfc3339(at)[11:16] + ("?" if is_ambiguous else "") for at, is_ambiguous in found]


def refusal_of(text: str, zone: str = LONDON) -> Refusal:
    with pytest.raises(Refusal) as caught:
        LocalClock(zone).ordered(text, "at")
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-16 23:10:07",
        "2026-05-16T23:10:07",
        "2026-05-16 23:10:07.000",
        "2026-05-16 23:10:07,000",
        "16/05/2026 23:10:07",
        "16/05/2026 23:10:07.000",
        "16 May 2026 23:10:07",
        "16-May-2026 23:10:07",
        "16.5.2026 23:10:07",
        " 2026-05-16  23:10:07 ",
        "2026-05-16T23:10:07+01:00",
        "2026-05-16T22:10:07Z",
        "2026-05-17T01:10:07+03:00",
    ],
)
def test_one_moment_in_all_the_ways_that_vendors_write_it(text: str) -> None:
    clock = LocalClock(LONDON)
    expected = (from_rfc3339("2026-05-16T22:10:07Z"), False)
    assert clock.ordered(text, "at") == expected
    assert clock.free(text, "at") == expected


def test_minutes_are_enough_and_milliseconds_are_kept() -> None:
    clock = LocalClock(LONDON)
    assert rfc3339(clock.ordered("2026-01-16 23:10", "at")[0]) == "2026-01-16T23:10:00.000Z"
    assert rfc3339(clock.ordered("1/3/2026 3:52:12.714", "at")[0]) == "2026-03-01T03:52:12.714Z"


@pytest.mark.parametrize(
    "text",
    [
        *("yesterday", "2026-05-16", "2026-13-01 00:00", "2026-02-30 10:00", "2026-05-16 24:30", "2026-05-16 10:61"),
        *("16/05/2026", "31/02/2026 10:00", "16 Foo 2026 10:00", "1026-05-16 10:00", "2126-05-16 10:00"),
        *("0001-01-01 00:00", "9999-12-31 23:59", "9999-12-31T23:59:59-14:00", "2026-05-16 10:00 PM"),
        *("٢٠٢٦-05-16 10:00", "nan", "-", "2026-05-16T10:00:00+25:00", "1747346400", "2026-W20-6T10:00"),
    ],
)
def test_what_is_no_time_is_refused_with_the_value(text: str) -> None:
    refusal = refusal_of(text)
    assert refusal.reason is Reason.BAD_TIME
    assert (refusal.field, refusal.value) == ("at", text)


def test_no_time_at_all_is_a_missing_value() -> None:
    assert refusal_of(" ").reason is Reason.MISSING_VALUE


def test_clocks_going_back_by_the_vendor_s_order() -> None:
    # London, 25 October 2026: 01:00 to 02:00 comes twice, first at +1, then at 0.
    assert told(
        "2026-10-25 00:50",
        "2026-10-25 01:10",
        "2026-10-25 01:55",
        "2026-10-25 01:05",  # goes back by more than half an hour: the second pass begins
        "2026-10-25 01:20",
        "2026-10-25 02:05",
    ) == ["23:50", "00:10?", "00:55?", "01:05", "01:20", "02:05"]


def test_a_small_step_back_in_the_repeated_hour_is_only_disorder() -> None:
    assert told("2026-10-25 01:40", "2026-10-25 01:15") == ["00:40?", "00:15?"]


def test_the_first_pass_is_taken_again_when_a_file_starts_its_night_over() -> None:
    # one sensor after the other, each with its whole night
    assert told(
        *("2026-10-25 01:50", "2026-10-25 01:00", "2026-10-25 02:10"),
        *("2026-10-25 00:50", "2026-10-25 01:00"),
    ) == ["00:50?", "01:00", "02:10", "23:50", "00:00?"]


def test_a_late_row_of_the_repeated_hour_is_the_first_flagged() -> None:
    assert told("2026-10-25 02:30", "2026-10-25 01:10") == ["02:30", "00:10?"]


def test_an_offset_settles_the_repeated_hour() -> None:
    assert told("2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00+00:00") == ["00:30", "01:30"]


def test_a_time_that_no_order_settles_is_the_first_flagged() -> None:
    clock = LocalClock(LONDON)
    clock.ordered("2026-10-25 01:50", "reported_at")
    clock.ordered("2026-10-25 01:05", "reported_at")
    at, is_ambiguous = clock.free("2026-10-25 01:02", "occurred_at")
    assert (rfc3339(at)[11:16], is_ambiguous) == ("00:02", True)


def test_an_hour_that_never_was_is_refused_with_the_zone() -> None:
    refusal = refusal_of("2026-03-29 01:30:00")
    assert refusal.reason is Reason.NOT_LOCAL_TIME
    assert "Europe/London" in refusal.rule
    assert told("2026-03-29 00:59", "2026-03-29 02:00") == ["00:59", "01:00"]


def test_other_cities_change_at_other_hours() -> None:
    assert refusal_of("2026-03-08 02:30", "America/Chicago").reason is Reason.NOT_LOCAL_TIME
    assert told("2026-03-08 01:59", "2026-03-08 03:00", zone="America/Chicago") == ["07:59", "08:00"]
    # Lord Howe Island moves by half an hour: 02:00 to 02:30 never was, 02:30 was.
    assert refusal_of("2026-10-04 02:10", "Australia/Lord_Howe").reason is Reason.NOT_LOCAL_TIME
    assert told("2026-10-04 02:30", zone="Australia/Lord_Howe") == ["15:30"]


def test_many_hours_do_not_grow_without_bound() -> None:
    clock = LocalClock("UTC")
    for day in range(1, 29):
        for year in range(2000, 2040):
            clock.ordered(f"{year}-02-{day:02} 10:00", "at")
            assert len(clock._offsets) <= 20_000


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2017-01-01", "2017-01-01"),
        ("2017-01-01T00:00:00", "2017-01-01"),
        ("01 Jan 2009", "2009-01-01"),
        ("1-sep-2009", "2009-09-01"),
        ("01/02/2009 00:00", "2009-02-01"),
    ],
)
def test_dates_as_the_fire_brigade_has_written_them(text: str, date: str) -> None:
    assert iso_date(text, "date_of_call") == date


@pytest.mark.parametrize("text", ["", "today", "01 Foo 2009"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        iso_date(text, "date_of_call")
    assert caught.value.reason is Reason.BAD_TIME
