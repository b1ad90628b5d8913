"""The hourly repeat, drawn in time: every key goes out again each hour, whatever else happens at that instant."""

import pytest

from schemas.picture import Kind
from schemas.times import HOUR
from tests.builders_night import Night, call, report

SATURDAY = "2026-05-16"


def _told_at(night: Night, when: str) -> set[tuple[Kind, str]]:
    return {(one.kind, one.key) for one in night.run.told if one.at == night.time(when)}


def test_every_key_is_told_again_each_hour() -> None:
    night = Night(SATURDAY)
    night.at("22:10", report("theft"))
    night.to("22:59:59")
    shown = {(kind, key) for kind, of_kind in night.run.shown().items() for key in of_kind}
    night.run.told.clear()
    night.to("23:00:00")
    assert _told_at(night, "23:00") == shown


@pytest.mark.parametrize("second", [0, 53, 56, 59])
def test_what_else_falls_on_the_hour_does_not_swallow_the_repeat(second: int) -> None:
    night = Night(SATURDAY)
    night.at(f"22:{59 if second else 45}:{second:02}", report("theft"))
    night.to("22:59:59")
    night.to("23:00:00")
    assert night.run.desk.changes.repeated[2] == night.time("23:00")
    night.to("00:00:01")
    assert night.run.desk.changes.repeated[2] == night.time("00:00")


def test_the_repeat_comes_every_hour_day_and_night() -> None:
    night = Night(SATURDAY, begins="2026-05-16 09:30")
    night.at("2026-05-16 11:00", call("fire"))
    night.at("2026-05-16 19:55", call("fire"))
    repeated = []
    for hour in range(10, 40):
        night.to(night.time("2026-05-16 00:00") + hour * HOUR)
        repeated.append(night.run.desk.changes.repeated[2])
    assert repeated == [night.time("2026-05-16 00:00") + hour * HOUR for hour in range(10, 40)]


def test_a_repeat_is_of_a_newer_version_than_what_it_repeats() -> None:
    night = Night(SATURDAY)
    night.at("22:10", report("theft"))
    night.to("22:59:59")
    before = {(one.kind, one.key): (one.offset, one.index) for one in night.run.told}
    night.run.told.clear()
    night.to("23:00")
    again = [one for one in night.run.told if (one.kind, one.key) in before]
    assert again
    assert all((one.offset, one.index) > before[one.kind, one.key] for one in again)


def test_what_is_older_than_remembered_is_forgotten_whatever_else_happens_at_that_instant() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft"))
    for week in range(1, 17):
        midnight = night.time("2026-05-21 01:00") + week * 7 * 24 * HOUR
        night.at_instant(midnight - 2_000, call("fire"))
    night.to(night.time("2026-05-21 01:00") + 16 * 7 * 24 * HOUR + HOUR)
    kinds = {one.category.value for one in night.all_incidents()}
    assert kinds == {"fire"}, "92 days are over since the theft; forgetting is due each Thursday at midnight UTC"
