"""Instants and their text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.times import from_rfc3339, instant, moment, rfc3339, zone

IN_RANGE = st.integers(min_value=-30_000_000_000_000, max_value=200_000_000_000_000)


@given(IN_RANGE)
def test_an_instant_survives_its_text(at: int) -> None:
    assert from_rfc3339(rfc3339(at)) == at


@given(IN_RANGE, IN_RANGE)
def test_text_order_is_time_order(one: int, other: int) -> None:
    assert (rfc3339(one) < rfc3339(other)) == (one < other)


def test_text_always_has_milliseconds_and_z() -> None:
    assert rfc3339(0) == "1970-01-01T00:00:00.000Z"


def test_an_offset_is_taken_into_account() -> None:
    assert from_rfc3339("2026-05-16T23:00:00+01:00") == from_rfc3339("2026-05-16T22:00:00Z")


def test_a_part_of_a_millisecond_rounds_down_before_and_after_1970() -> None:
    half = timedelta(microseconds=500)
    assert instant(datetime(1970, 1, 1, tzinfo=UTC) + half) == 0
    assert instant(datetime(1970, 1, 1, tzinfo=UTC) - half) == -1


def test_a_naive_time_is_refused_by_value() -> None:
    with pytest.raises(ValueError, match="2026-05-16T23:00:00 has no offset"):
        instant(datetime.fromisoformat("2026-05-16T23:00"))
    with pytest.raises(ValueError, match="has no offset"):
        from_rfc3339("2026-05-16T23:00:00")


def test_another_zone_is_the_same_instant() -> None:
    east = datetime(2026, 5, 17, 0, 0, tzinfo=timezone(timedelta(hours=2)))
    assert moment(instant(east)) == east
    assert moment(instant(east)).tzinfo is UTC


@pytest.mark.parametrize("name", ["Europe/Londin", "Europe", "", "../tzdata", "Mars/Olympus"])
def test_an_unknown_time_zone_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="not a time zone"):
        zone(name)


def test_a_zone_is_read_once() -> None:
    assert zone("Europe/London") is zone("Europe/London")
