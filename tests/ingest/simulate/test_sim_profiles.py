"""Curves peak where they should, and lie on the wall clock also when it changes."""

from collections import Counter
from datetime import date, datetime
from statistics import median

import pytest

from ingest.simulate.draws import seeded
from ingest.simulate.happenings import Happening
from ingest.simulate.mix import Stream
from ingest.simulate.profiles import CURVES, PLACE_HOURS, STREET, Curve, Timetable
from schemas.area import Area
from schemas.categories import Category
from schemas.night import NightCalendar, OperatingNight
from schemas.times import HOUR, zone

LONDON = zone("Europe/London")


def hours_of(night: OperatingNight, place_type: str, curve: Curve, draws: int = 3_000) -> Counter[int]:
    table, rng = Timetable(night), seeded("profiles", place_type, curve)
    return Counter(datetime.fromtimestamp(table.draw(rng, place_type, curve) / 1000, LONDON).hour for _ in range(draws))


@pytest.mark.parametrize(
    ("place_type", "curve", "peak"),
    [
        ("shop", Curve.THEFT, (18,)),
        ("restaurant", Curve.THEFT, (19, 20)),
        ("pub", Curve.VIOLENCE, (23,)),
        ("club", Curve.VIOLENCE, (0, 1, 2)),
        ("club", Curve.NEED, (0, 1, 2)),
        (STREET, Curve.VEHICLE, (22, 23)),
    ],
)
def test_each_place_has_its_hour(
    saturday: OperatingNight, place_type: str, curve: Curve, peak: tuple[int, ...]
) -> None:
    hours = hours_of(saturday, place_type, curve)
    assert hours.most_common(1)[0][0] in peak, hours


def test_an_unknown_kind_of_place_counts_as_street(saturday: OperatingNight) -> None:
    rng, same = seeded("x"), seeded("x")
    table = Timetable(saturday)
    assert table.draw(rng, "observatory", Curve.ALARM) == table.draw(same, STREET, Curve.ALARM)


def test_every_curve_covers_the_twelve_hours() -> None:
    assert {len(hours) for hours in (*CURVES.values(), *PLACE_HOURS.values())} == {12}


def test_theft_comes_before_need(sixty_nights: list[list[Happening]]) -> None:
    events = [event for night in sixty_nights for event in night if event.stream is not Stream.VEHICLE_NOISE]
    theft = median(event.at for event in events if event.category is Category.THEFT)
    need = median(event.at for event in events if event.category is Category.VULNERABLE_PERSON)
    assert need - theft > 1.5 * HOUR


def test_the_skipped_hour_stays_empty(area: Area) -> None:
    spring = NightCalendar(area.nights).night_on(date(2026, 3, 28))
    assert spring is not None
    hours = hours_of(spring, "club", Curve.VIOLENCE)
    assert hours[1] == 0
    assert hours[2] > 200


def test_the_hour_that_comes_twice_holds_twice_as_much(area: Area, saturday: OperatingNight) -> None:
    autumn = NightCalendar(area.nights).night_on(date(2026, 10, 24))
    assert autumn is not None
    usual, twice = hours_of(saturday, "club", Curve.VIOLENCE), hours_of(autumn, "club", Curve.VIOLENCE)
    assert 1.7 < (twice[1] / twice[0]) / (usual[1] / usual[0]) < 2.3
