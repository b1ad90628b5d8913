"""Many consecutive simulated nights, for backtests and benchmarks."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from ingest.simulate.night import SimulatedNight, Simulator
from schemas.area import Area
from schemas.night import NightCalendar

_DAYS_WITHOUT_A_NIGHT_MAX: Final = 400


def nights(area: Area, first: date, count: int, seed: int, *, story: bool = False) -> Iterator[SimulatedNight]:
    """The `count` operating nights from `first` on, made one at a time; no id stands in two of them.

    ValueError: the area's rules open no night for more than a year.
    """
    simulator = Simulator(area, seed)
    for evening in _evenings(area, first, count):
        yield simulator.night(evening, story=story)


def _evenings(area: Area, first: date, count: int) -> Iterator[date]:
    calendar = NightCalendar(area.nights)
    evening, found, empty = first, 0, 0
    while found < count:
        if calendar.night_on(evening) is not None:
            yield evening
            found, empty = found + 1, 0
        elif (empty := empty + 1) > _DAYS_WITHOUT_A_NIGHT_MAX:
            raise ValueError(f"area {area.id!r} opens no night within {_DAYS_WITHOUT_A_NIGHT_MAX} days of {evening}")
        evening += timedelta(days=1)
