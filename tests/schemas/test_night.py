"""Operating nights: whose date, how long, and what happens when the clocks change."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.night import SLOT, NightCalendar, NightRules, OperatingNight
from schemas.times import HOUR, instant, zone

LONDON = NightRules(time_zone="Europe/London")


def london(text: str) -> int:
    """The instant of a London wall-clock time."""
    return instant(datetime.fromisoformat(text).replace(tzinfo=zone("Europe/London")))


def night(key: str, rules: NightRules = LONDON) -> OperatingNight:
    found = NightCalendar(rules).night_on(date.fromisoformat(key))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("key", "hours"),
    [("2017-03-25", 11), ("2017-10-28", 13), ("2017-04-01", 12), ("2026-03-28", 11), ("2026-10-24", 13)],
)
def test_a_saturday_of_a_clock_change_is_an_hour_shorter_or_longer(key: str, hours: int) -> None:
    one = night(key)
    assert one.closes_at - one.opens_at == hours * HOUR
    assert len(one.panes) == hours * HOUR // SLOT


def test_in_spring_a_night_never_reaches_the_hour_that_is_skipped() -> None:
    assert not {4, 5, 6, 7} & set(night("2017-03-25").panes)


def test_in_autumn_a_night_reaches_one_hour_twice() -> None:
    panes = night("2017-10-28").panes
    assert [panes.count(slot) for slot in (4, 5, 6, 7)] == [2, 2, 2, 2]
    assert len(set(panes)) == 48


def test_a_night_belongs_to_its_evenings_date_and_ends_before_its_close() -> None:
    calendar = NightCalendar(LONDON)
    inside = {"2026-05-15T18:00": "2026-05-15", "2026-05-16T05:59": "2026-05-15", "2026-05-16T18:00": "2026-05-16"}
    for text, key in inside.items():
        found = calendar.night_of(london(text))
        assert found is not None, text
        assert found.key == key
        assert found.holds(london(text))
    for text in ("2026-05-15T17:59", "2026-05-16T06:00", "2026-05-14T23:00", "2026-05-17T06:00"):
        assert calendar.night_of(london(text)) is None, text


@given(st.integers(min_value=london("2016-01-01T00:00"), max_value=london("2027-01-01T00:00")))
def test_the_night_of_an_instant_is_the_only_one_that_holds_it(at: int) -> None:
    calendar = NightCalendar(LONDON)
    day = datetime.fromtimestamp(at / 1000, zone("Europe/London")).date().toordinal()
    holding = [
        one.key
        for one in (calendar.night_on(date.fromordinal(day + shift)) for shift in (-2, -1, 0, 1))
        if one is not None and one.opens_at <= at < one.closes_at
    ]
    found = calendar.night_of(at)
    assert holding == ([] if found is None else [found.key])


def test_an_extra_date_opens_a_night_on_any_weekday() -> None:
    rules = NightRules(time_zone="Europe/London", extra_dates=(date(2026, 12, 31),))
    assert night("2026-12-31", rules).weekday == 3
    assert NightCalendar(LONDON).night_on(date(2026, 12, 31)) is None


def test_the_next_night_opens_later_even_from_within_one() -> None:
    calendar = NightCalendar(LONDON)
    within = calendar.next_night(london("2026-05-15T18:00"))
    assert within is not None
    assert within.key == "2026-05-16"
    on_monday = calendar.next_night(london("2026-05-18T12:00"))
    assert on_monday is not None
    assert on_monday.key == "2026-05-22"


def test_without_weekdays_only_extra_dates_are_left_and_then_none() -> None:
    rules = NightRules(time_zone="Europe/London", weekdays=(), extra_dates=(date(2026, 12, 31),))
    calendar = NightCalendar(rules)
    found = calendar.next_night(london("2026-05-18T12:00"))
    assert found is not None
    assert found.key == "2026-12-31"
    assert calendar.next_night(london("2027-01-01T12:00")) is None


def test_a_night_may_close_before_midnight() -> None:
    rules = NightRules(time_zone="Europe/London", opens=time(9), closes=time(17))
    one = night("2026-05-15", rules)
    assert one.closes_at - one.opens_at == 8 * HOUR
