"""Windows, drawn in time: exact counts of 15, 60 and 180 minutes and of the night so far, and what is usual."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from schemas.picture import Change, Kind, Window
from schemas.times import MINUTE, SECOND
from tests.builders_night import Night, call, encounter, report

SATURDAY = "2026-05-16"


@pytest.mark.parametrize("minutes", [15, 60, 180])
def test_an_incident_counts_until_its_span_has_passed_to_the_millisecond(minutes: int) -> None:
    night = Night(SATURDAY)
    at = night.time("20:00") + 123
    night.at_instant(at, report("theft"))
    ends = at + minutes * MINUTE
    night.wants(ends - 1, windows={f"theft/{minutes}": 1}).because("(at, at + span) holds it")
    night.wants(ends, windows={f"theft/{minutes}": 0}).because("the span has passed")


def test_an_incident_counts_once_however_many_saw_it() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("serious_violence"), encounter("serious_violence"))
    night.wants("23:01", reports=2, windows={"violence/15": 1, "violence/night": 1}).because("one fight")


def test_the_night_so_far_counts_from_its_opening_only() -> None:
    night = Night(SATURDAY)
    night.at("17:59:59", call("fire"))
    night.at("18:00", call("fire"))
    night.wants("18:01", windows={"fire/60": 2, "fire/night": 1}).because("the night opens at 18:00")
    night.wants("23:59", windows={"fire/60": 0, "fire/night": 1}).because("the night goes on")
    night.wants("06:00", windows={"fire/night": 0}).because("the night is over")


def test_what_is_told_just_before_the_opening_of_just_after_it_counts_when_the_night_opens() -> None:
    night = Night(SATURDAY)
    night.at("17:59", call("fire", happened="18:00:30"))
    night.wants("17:59:30", windows={"fire/15": 1, "fire/night": 0}).because("no night is open")
    night.wants("18:00:05", windows={"fire/15": 1, "fire/night": 1}).because("it belongs to the night that opened")


def test_a_window_is_told_for_borough_ward_and_cell() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft"))
    night.to("23:00:05")
    (theft,) = night.incidents()
    assert theft.ward is not None
    places = {key.split("/")[0] for key in night.run.shown()[Kind.WINDOWS]}
    assert places == {"E09000033", theft.ward, theft.cell}
    assert len(night.run.shown()[Kind.WINDOWS]) == 3 * 4


def test_a_changed_window_goes_out_at_most_once_in_five_seconds() -> None:
    night = Night(SATURDAY)
    start = night.time("23:00")
    for second in range(0, 60, 2):
        night.at_instant(start + second * SECOND, report("theft", id=f"r{second}"))
    for second in range(1, 80):
        night.to(start + second * SECOND)
    told = _told(night, "E09000033/theft/60")
    marks = [one.at for one in told if one.at > start]
    assert len(marks) == 12
    assert all(later - earlier >= 5 * SECOND for earlier, later in pairwise(marks))
    last = told[-1].record
    assert isinstance(last, Window)
    assert last.count == 30, "the last word is exact"


def test_a_window_at_zero_is_told_as_gone_and_leaves_the_picture() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft"))
    night.to("23:01").to("23:15:05")
    told = _told(night, "E09000033/theft/15")
    assert [one.record is None for one in told] == [False, True]
    assert "E09000033/theft/15" not in night.run.shown()[Kind.WINDOWS]


def test_a_window_says_when_its_count_last_changed() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft"))
    night.at("23:10", report("theft", venue="lantern-yard", metres_from=("blue-door", 300)))
    window = night.to("23:12").window("theft", "60")
    assert window is not None
    assert (window.count, window.ends_at.strftime("%H:%M:%S")) == (2, "22:10:00")
    window = night.to("00:05").window("theft", "60")
    assert window is not None
    assert (window.count, window.ends_at.strftime("%H:%M:%S")) == (1, "23:00:00")


def _several_saturdays(count: int, *, quiet: tuple[int, ...] = ()) -> Night:
    """Saturdays before 16 May 2026 with one theft at 22:07, 23:07 and 23:08 each; `quiet` ones have no record."""
    first = _saturday(-count)
    night = Night(first, begins=f"{first} 17:00")
    for week in range(count):
        day = _saturday(week - count)
        if week not in quiet:
            for clock in ("22:07", "23:07", "23:08"):
                night.at(f"{day} {clock}", report("theft", id=f"{day}-{clock}"))
    return night


def _saturday(weeks: int) -> str:
    return (date.fromisoformat(SATURDAY) + timedelta(weeks=weeks)).isoformat()


def test_under_four_past_nights_of_the_weekday_nothing_is_usual() -> None:
    night = _several_saturdays(3)
    night.at(f"{SATURDAY} 23:00", report("theft"))
    window = night.to(f"{SATURDAY} 23:01").window("theft", "night")
    assert window is not None
    assert window.expected is None
    assert night.summary(SATURDAY).past_nights == 3
    assert night.summary(SATURDAY).expected is None


def test_the_usual_is_the_mean_of_four_past_nights_up_to_now() -> None:
    night = _several_saturdays(4)
    night.at(f"{SATURDAY} 22:30", report("theft"))
    night.at(f"{SATURDAY} 23:15", report("theft", venue="lantern-yard"))
    window = night.to(f"{SATURDAY} 22:31").window("theft", "night")
    assert window is not None
    assert (window.count, window.expected) == (1, 1.0)
    window = night.to(f"{SATURDAY} 23:16").window("theft", "night")
    assert window is not None
    assert (window.count, window.expected) == (2, 3.0)
    hour = night.window("theft", "60")
    assert hour is not None
    assert (hour.count, hour.expected) == (2, 2.0)


def test_within_a_quarter_hour_the_usual_grows_evenly() -> None:
    night = _several_saturdays(4)
    night.at(f"{SATURDAY} 23:05", report("theft"))
    window = night.to(f"{SATURDAY} 23:06").window("theft", "night")
    assert window is not None
    assert window.expected == round(1 + 2 * 5 / 15, 2)


def test_a_night_without_a_record_is_no_history() -> None:
    night = _several_saturdays(5, quiet=(1,))
    night.at(f"{SATURDAY} 23:15", report("theft"))
    window = night.to(f"{SATURDAY} 23:16").window("theft", "night")
    assert window is not None
    assert window.expected == 3.0, "four nights of three thefts; the empty one is none"
    assert night.summary(SATURDAY).past_nights == 4


def test_only_the_last_eight_nights_count() -> None:
    night = _several_saturdays(10)
    first, second = _saturday(-10), _saturday(-9)
    for day in (first, second):
        for venue in range(4):
            night.at(f"{day} 21:00", report("theft", id=f"{day}-{venue}-more"))
    night.at(f"{SATURDAY} 23:15", report("theft"))
    window = night.to(f"{SATURDAY} 23:16").window("theft", "night")
    assert window is not None
    assert window.expected == 3.0, "the two busy Saturdays are ten and nine weeks ago"
    assert night.summary(SATURDAY).past_nights == 8


def test_a_friday_is_no_history_of_a_saturday() -> None:
    night = _several_saturdays(4)
    night.at("2026-05-15 23:15", report("theft"))
    window = night.to("2026-05-15 23:16").window("theft", "night")
    assert window is not None
    assert window.expected is None
    assert night.summary("2026-05-15").past_nights == 0


def test_a_window_that_reaches_before_the_opening_has_no_usual() -> None:
    night = _several_saturdays(4)
    night.at(f"{SATURDAY} 18:59:59", report("theft", id="a"))
    window = night.to(f"{SATURDAY} 18:59:59").window("theft", "60")
    assert window is not None
    assert window.expected is None
    night.at(f"{SATURDAY} 19:00", report("theft", id="b"))
    window = night.to(f"{SATURDAY} 19:00").window("theft", "60")
    assert window is not None
    assert window.expected == 0.0


def test_between_nights_a_window_has_neither_night_nor_usual() -> None:
    night = _several_saturdays(4)
    night.at(f"{SATURDAY} 12:00", call("fire"))
    window = night.to(f"{SATURDAY} 12:01").window("fire", "60")
    assert window is not None
    assert (window.night, window.expected) == (None, None)


def test_what_comes_late_for_a_past_night_changes_what_is_usual_and_every_window_is_told_again() -> None:
    night = _several_saturdays(4)
    night.at(f"{SATURDAY} 23:30", report("theft"))
    night.to(f"{SATURDAY} 23:31")
    night.run.told.clear()
    day = _saturday(-2)
    for venue in ("a", "b"):
        night.at(f"{SATURDAY} 23:40", report("theft", id=venue, happened=f"{day} 20:00"))
    window = night.to(f"{SATURDAY} 23:40:05").window("theft", "night")
    assert window is not None
    assert window.expected == 3.5
    assert "E09000033/theft/night" in {one.key for one in night.run.told}


def test_the_usual_of_a_group_that_never_came_is_nothing_not_unknown() -> None:
    night = _several_saturdays(4)
    night.at(f"{SATURDAY} 23:30", report("drugs"))
    window = night.to(f"{SATURDAY} 23:31").window("drugs", "night")
    assert window is not None
    assert window.expected == 0.0


def _told(night: Night, key: str) -> list[Change]:
    return [one for one in night.run.told if one.kind is Kind.WINDOWS and one.key == key]
