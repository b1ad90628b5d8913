"""What is usual: the mean of past nights by the quarter hour of the wall clock, clock changes included."""

from datetime import date

import pytest

from schemas.categories import Category
from schemas.night import SLOT, NightCalendar, NightRules, OperatingNight
from schemas.times import HOUR, MINUTE, Instant
from streams.core.placements import Placement
from streams.core.usual import Usual

CALENDAR = NightCalendar(NightRules(time_zone="Europe/London"))


def _night(day: str) -> OperatingNight:
    night = CALENDAR.night_on(date.fromisoformat(day))
    assert night is not None
    return night


def _theft(night: OperatingNight, at: Instant, *, live: bool = True) -> Placement:
    return Placement(
        incident="i1",
        at=at,
        ward="W1",
        cell="c1",
        group="theft",
        category=Category.THEFT,
        night=night,
        leaves_at=night.closes_at,
        live=live,
        limits=(30, 10 * MINUTE),
    )


def _usual(*nights: tuple[str, list[Instant]], least: int = 1) -> Usual:
    """History of these nights, each with thefts so long after its opening."""
    usual = Usual("borough", nights_max=8, nights_least=least)
    for day, ages in nights:
        night = _night(day)
        usual.follow(night)
        for age in ages:
            usual.add(_theft(night, night.opens_at + age), 1)
        usual.close(night, heard=True)
    return usual


def _expected(usual: Usual, day: str, since: Instant, until: Instant, place: str = "W1") -> float | None:
    night = _night(day)
    usual.follow(night)
    return usual.expected(place, "theft", night.opens_at + since, night.opens_at + until)


def test_the_usual_is_the_mean_over_the_nights_of_the_weekday() -> None:
    usual = _usual(("2026-05-02", [HOUR, HOUR]), ("2026-05-09", [HOUR]), ("2026-05-08", [HOUR] * 9))
    assert _expected(usual, "2026-05-16", 0, 12 * HOUR) == 1.5
    assert _expected(usual, "2026-05-16", HOUR, HOUR + SLOT) == 1.5
    assert _expected(usual, "2026-05-16", 0, HOUR) == 0.0


def test_it_is_known_for_borough_ward_and_cell_alike() -> None:
    usual = _usual(("2026-05-09", [HOUR]))
    assert {_expected(usual, "2026-05-16", 0, 2 * HOUR, place) for place in ("borough", "W1", "c1")} == {1.0}
    assert _expected(usual, "2026-05-16", 0, 2 * HOUR, "W2") == 0.0


def test_it_grows_evenly_within_a_slot() -> None:
    usual = _usual(("2026-05-09", [HOUR]))
    assert _expected(usual, "2026-05-16", HOUR, HOUR + 5 * MINUTE) == 0.33


@pytest.mark.parametrize(("since", "until"), [(-1, HOUR), (0, 12 * HOUR + 1)])
def test_a_stretch_that_leaves_the_night_has_no_usual(since: Instant, until: Instant) -> None:
    assert _expected(_usual(("2026-05-09", [HOUR])), "2026-05-16", since, until) is None


def test_fewer_nights_than_the_least_are_not_known() -> None:
    usual = _usual(*((f"2026-05-{day:02}", [HOUR]) for day in (2, 9)), least=3)
    assert _expected(usual, "2026-05-16", 0, HOUR) is None


def test_between_nights_nothing_is_known() -> None:
    usual = _usual(("2026-05-09", [HOUR]))
    night = _night("2026-05-16")
    usual.follow(None)
    assert usual.expected("W1", "theft", night.opens_at, night.opens_at + HOUR) is None


def test_an_hour_that_a_past_night_had_twice_weighs_twice() -> None:
    """On 24 October 2026 01:00 to 02:00 came twice: two thefts in it are one an hour."""
    twice = _usual(("2026-10-24", [7 * HOUR + 1, 8 * HOUR + 1]))
    assert _expected(twice, "2026-10-31", 7 * HOUR, 8 * HOUR) == 1.0
    assert _expected(twice, "2026-10-31", 0, 12 * HOUR) == 1.0


def test_an_hour_that_a_past_night_never_had_does_not_weigh() -> None:
    """On 28 March 2026 01:00 to 02:00 never came: the other night alone says what is usual in it."""
    usual = _usual(("2026-03-21", [7 * HOUR + 1]), ("2026-03-28", [7 * HOUR + 1]))
    assert _expected(usual, "2026-04-04", 7 * HOUR, 8 * HOUR) == 1.0, "the 21st at 01:00"
    assert _expected(usual, "2026-04-04", 8 * HOUR, 9 * HOUR) == 0.5, "the 28th at 02:00, seven hours in; the 21st none"


def test_the_night_with_two_such_hours_expects_each_of_them() -> None:
    usual = _usual(("2026-10-17", [7 * HOUR + 1]))
    assert _expected(usual, "2026-10-24", 0, 13 * HOUR) == 2.0


def test_a_night_in_which_nothing_was_heard_is_no_history() -> None:
    usual = _usual(("2026-05-09", [HOUR]))
    empty = _night("2026-05-16")
    usual.follow(empty)
    usual.close(empty, heard=False)
    assert usual.past_nights(_night("2026-05-23")) == 1


def test_the_oldest_of_nine_nights_is_forgotten() -> None:
    days = ["2026-03-14", "2026-03-21", "2026-04-04", "2026-04-11", "2026-04-18", "2026-04-25", "2026-05-02"]
    usual = _usual(("2026-03-07", [HOUR] * 8), *((day, []) for day in days))
    assert _expected(usual, "2026-05-16", 0, 12 * HOUR) == 1.0
    last = _night("2026-05-09")
    usual.follow(last)
    assert usual.close(last, heard=True) == ["2026-03-07"]
    assert _expected(usual, "2026-05-16", 0, 12 * HOUR) == 0.0


def test_what_comes_late_for_a_past_night_of_the_weekday_changes_what_is_usual_tonight() -> None:
    usual = _usual(("2026-05-08", []), ("2026-05-09", []))
    usual.follow(_night("2026-05-16"))
    saturday, friday = _night("2026-05-09"), _night("2026-05-08")
    assert usual.add(_theft(saturday, saturday.opens_at + HOUR, live=False), 1)
    assert not usual.add(_theft(friday, friday.opens_at + HOUR, live=False), 1)
    assert _expected(usual, "2026-05-16", 0, 2 * HOUR) == 1.0


def test_what_comes_late_for_a_night_that_is_no_history_changes_nothing() -> None:
    usual = _usual(("2026-05-09", []))
    usual.follow(_night("2026-05-16"))
    forgotten = _night("2026-01-10")
    assert not usual.add(_theft(forgotten, forgotten.opens_at + HOUR, live=False), 1)
    assert _expected(usual, "2026-05-16", 0, 12 * HOUR) == 0.0
