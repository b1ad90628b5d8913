"""Many nights follow the calendar, and no id stands in two of them."""

from dataclasses import replace
from datetime import date

import orjson
import pytest

from ingest.simulate.many import nights
from ingest.simulate.night import SimulatedNight
from schemas.area import Area
from schemas.feeds import Source
from schemas.night import NightRules


@pytest.fixture(scope="module")
def year_end(area: Area) -> list[SimulatedNight]:
    """Twelve nights over the turn of the year, where the brigade's running number starts again."""
    return list(nights(area, date(2026, 12, 2), 12, 3))


def test_they_are_consecutive_fridays_and_saturdays(year_end: list[SimulatedNight]) -> None:
    evenings = [date.fromisoformat(night.night) for night in year_end]
    assert evenings[0] == date(2026, 12, 4)
    assert evenings[-1] == date(2027, 1, 9)
    assert [evening.weekday() for evening in evenings] == [4, 5] * 6


def test_ids_are_unique_over_all_nights(year_end: list[SimulatedNight]) -> None:
    ids = [key for night in year_end for key in night.truth.stands]
    assert len(ids) == len(set(ids)) > 12 * 150


def test_a_night_is_the_same_alone_and_in_a_row(area: Area, year_end: list[SimulatedNight]) -> None:
    alone = next(iter(nights(area, date(2026, 12, 19), 1, 3)))
    assert alone == next(night for night in year_end if night.night == "2026-12-19")


def test_a_nights_volume_is_the_designs(year_end: list[SimulatedNight]) -> None:
    sent = [sum(night.truth.sent.values()) for night in year_end]
    assert 220 < sum(sent) / len(sent) < 330, "250 events, and some rows more for the faults and the neighbours"


def test_reports_with_two_revisions_stand_once(year_end: list[SimulatedNight]) -> None:
    for night in year_end:
        rows = [orjson.loads(line) for line in night.files["sbn.ndjson"].splitlines()]
        told = {row["report_id"] for row in rows}
        withdrawn = {row["report_id"] for row in rows if row["status"] == "withdrawn"}
        assert night.truth.standing(Source.SBN) == len(told - withdrawn)


def test_a_calendar_without_nights_is_refused(area: Area) -> None:
    never = replace(area, nights=NightRules(time_zone="Europe/London", weekdays=()))
    with pytest.raises(ValueError, match="opens no night within 400 days"):
        list(nights(never, date(2026, 1, 1), 1, 1))
