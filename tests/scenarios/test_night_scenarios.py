"""Operating nights, drawn in time: open, close, clock changes, extra dates, and the summary of a night."""

from dataclasses import replace
from datetime import date

import pytest

from schemas.categories import CategoryGroup
from schemas.picture import Kind, NightStatus
from schemas.times import HOUR, instant
from tests.builders_night import Night, call, encounter, report, trigger, westminster

SATURDAY = "2026-05-16"


def test_a_saturday_opens_at_six_and_closes_at_six() -> None:
    night = Night(SATURDAY)
    assert Kind.NIGHT in night.run.shown()
    assert night.to("17:59:59").run.desk.nights.open is None
    assert night.to("18:00").summary().status is NightStatus.OPEN
    assert night.to("05:59:59").summary().status is NightStatus.OPEN
    assert night.to("06:00").summary().status is NightStatus.CLOSED
    assert list(night.run.shown()[Kind.NIGHT]) == [SATURDAY], "a closed night stays shown until the next opens"


def test_the_next_night_takes_the_place_of_the_last() -> None:
    night = Night("2026-05-15", begins="2026-05-15 17:00")
    night.at("2026-05-15 23:00", report("theft"))
    night.to("2026-05-16 18:00:05")
    assert list(night.run.shown()[Kind.NIGHT]) == [SATURDAY]
    last = [one for one in night.run.told if one.key == "2026-05-15"][-1]
    assert last.record is not None
    assert not last.live, "told as leaving the picture, with its record"


def test_a_desk_that_starts_in_the_middle_of_a_night_has_it_open() -> None:
    night = Night(SATURDAY, begins="2026-05-17 00:30")
    night.at("00:31", report("theft"))
    night.wants("00:32", incidents=1, windows={"theft/night": 1}).because("the night opened six hours ago")
    assert night.summary().status is NightStatus.OPEN


def test_incidents_leave_the_picture_when_their_night_closes() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft"))
    night.at("05:59", report("drugs"))
    night.wants("05:59:30", incidents=2).because("the night runs")
    night.wants("06:00", incidents=0, windows={"drugs/15": 1, "drugs/night": 0}).because("its rolling windows run on")


@pytest.mark.parametrize(
    ("evening", "hours"), [("2026-05-16", 12), ("2026-03-28", 11), ("2026-10-24", 13), ("2026-03-27", 12)]
)
def test_a_night_has_eleven_or_thirteen_hours_when_the_clocks_change(evening: str, hours: int) -> None:
    night = Night(evening)
    night.to("18:01")
    summary = night.summary()
    assert instant(summary.closes_at) - instant(summary.opens_at) == hours * HOUR
    night.at_instant(instant(summary.closes_at) - 1, report("theft"))
    night.to(instant(summary.closes_at) - 1)
    assert night.summary().status is NightStatus.OPEN
    night.to(instant(summary.closes_at))
    assert (night.summary().status, night.summary().incidents) == (NightStatus.CLOSED, 1)


def test_an_hour_that_comes_twice_is_one_night_and_windows_run_on_elapsed_time() -> None:
    night = Night("2026-10-24")
    night.at("01:30", report("theft", id="first"))
    night.at("01:30 GMT", report("theft", id="second"))
    night.wants(
        "01:30 GMT", incidents=2, windows={"theft/15": 1, "theft/60": 1, "theft/180": 2, "theft/night": 2}
    ).because("an hour lies between the two half past ones")
    assert {one.night for one in night.incidents()} == {"2026-10-24"}


def test_an_extra_date_opens_a_night() -> None:
    policy = westminster().policy
    eve = replace(policy, nights=replace(policy.nights, extra_dates=(date(2026, 12, 31),)))
    night = Night("2026-12-31", policy=eve)
    night.at("23:59", report("theft"))
    night.wants("00:01", incidents=1, windows={"theft/night": 1}).because("New Year's Eve is a Thursday")
    assert night.summary().night == "2026-12-31"


def test_a_thursday_opens_none() -> None:
    night = Night("2026-12-31")
    night.at("23:59", report("theft"))
    night.wants("00:01", incidents=1, windows={"theft/night": 0}).because("no night opens on a Thursday")
    assert night.incidents()[0].night is None


def test_the_summary_counts_everything_that_was_told() -> None:
    night = Night(SATURDAY)
    night.at("20:00", report("theft", id="a"), report("theft", id="b"))
    night.at("20:01", encounter("theft"))
    night.at("21:00", call("fire"))
    night.at("22:00", trigger(level_db=70), trigger(level_db=None), trigger(level_db=90))
    night.at("23:00", report("drugs", happened="22:00"))
    summary = night.to("23:01").summary()
    assert (summary.incidents, summary.reports, summary.late, summary.triggers_below_threshold) == (5, 6, 1, 2)
    counts = {one.category_group: one.count for one in summary.groups if one.count}
    assert counts == {
        CategoryGroup.THEFT: 2,
        CategoryGroup.FIRE: 1,
        CategoryGroup.NOISE: 1,
        CategoryGroup.DRUGS: 1,
    }


def test_the_summary_is_told_every_quarter_hour() -> None:
    night = Night(SATURDAY)
    night.to("18:14")
    night.run.told.clear()
    night.to("19:01")
    told = [one for one in night.run.told if one.kind is Kind.NIGHT]
    assert told, "nothing happened, yet what is usual by now has grown"


def test_a_night_that_has_not_opened_is_not_told_as_closed() -> None:
    night = Night(SATURDAY)
    night.at("17:59", call("fire", happened="18:00:30"))
    night.to("17:59:30")
    statuses = [getattr(one.record, "status", None) for one in night.run.told if one.key == SATURDAY]
    assert NightStatus.CLOSED not in statuses
    night.to("18:01")
    assert (night.summary().incidents, night.summary().reports, night.summary().status) == (1, 1, NightStatus.OPEN)


def test_a_night_counts_as_touched_once_something_was_told_of_it() -> None:
    night = Night("2026-05-15", begins="2026-05-15 17:00")
    night.at("2026-05-16 20:00", report("theft"))
    night.to("2026-05-24 12:00")
    assert night.run.desk.nights.touched == 1


def test_a_gap_of_more_than_a_minute_between_live_ticks_is_blind() -> None:
    night = Night(SATURDAY, live=True, begins="19:55")
    night.to("20:00")
    night.run.tick(night.time("20:10"), live=True)
    (gap,) = night.summary().blind
    assert (instant(gap.since), instant(gap.until)) == (night.time("20:00"), night.time("20:10"))


def test_a_gap_of_just_a_minute_is_not() -> None:
    night = Night(SATURDAY, live=True, begins="19:55")
    night.to("20:00")
    night.run.tick(night.time("20:01"), live=True)
    assert night.summary().blind == ()


def test_in_virtual_time_no_gap_is_blind() -> None:
    night = Night(SATURDAY)
    night.to("20:00").to("04:00")
    assert night.summary().blind == ()


def test_a_gap_over_a_nights_end_is_cut_at_its_close_and_revises_it() -> None:
    night = Night(SATURDAY, live=True, begins="05:55")
    night.to("05:58")
    night.run.tick(night.time("2026-05-17 09:00"), live=True)
    (gap,) = night.summary().blind
    assert (instant(gap.since), instant(gap.until)) == (night.time("05:58"), night.time("06:00"))


def test_a_gap_over_a_whole_night_is_kept_in_it() -> None:
    night = Night(SATURDAY, live=True, begins="17:50")
    night.to("17:55")
    night.run.tick(night.time("2026-05-17 09:00"), live=True)
    (gap,) = night.summary().blind
    assert instant(gap.until) - instant(gap.since) == 12 * HOUR


def test_a_clock_set_back_moves_nothing() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft"))
    night.to("23:30")
    before = night.run.shown()
    night.run.tick(night.time("22:30"), live=True)
    assert night.run.desk.clock == night.time("23:30")
    assert night.run.shown() == before
