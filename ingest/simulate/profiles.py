"""When things happen: hourly curves by place type and by category, laid on a night's wall-clock quarter hours."""

from enum import StrEnum
from itertools import accumulate
from random import Random
from typing import Final

from schemas.night import SLOT, OperatingNight
from schemas.times import HOUR, Instant

_FIRST_HOUR: Final = 18
_SLOTS_AN_HOUR: Final = HOUR // SLOT

Hours = tuple[float, ...]
"""Twelve weights, for the local hours 18 to 05."""


class Curve(StrEnum):
    """How a kind of event is spread over a night."""

    THEFT = "theft"
    VIOLENCE = "violence"
    NEED = "need"
    NUISANCE = "nuisance"
    ALARM = "alarm"
    VEHICLE = "vehicle"


CURVES: Final[dict[Curve, Hours]] = {
    Curve.THEFT: (10, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1),
    Curve.VIOLENCE: (2, 3, 4, 6, 8, 10, 11, 10, 9, 6, 3, 1),
    Curve.NEED: (1, 2, 3, 5, 7, 9, 10, 10, 9, 7, 4, 2),
    Curve.NUISANCE: (5, 6, 7, 9, 10, 10, 8, 6, 4, 3, 2, 1),
    Curve.ALARM: (10, 10, 9, 8, 7, 6, 5, 4, 3, 3, 3, 4),
    Curve.VEHICLE: (2, 3, 5, 8, 10, 10, 8, 6, 4, 2, 1, 1),
}

STREET: Final = "street"
"""The place type of what happens away from any premises."""

PLACE_HOURS: Final[dict[str, Hours]] = {
    "pub": (5, 7, 8, 9, 10, 10, 6, 2, 1, 0.5, 0.3, 0.3),
    "bar": (3, 5, 7, 9, 10, 10, 9, 6, 3, 1, 0.4, 0.3),
    "club": (0.3, 0.4, 0.7, 2, 5, 8, 10, 10, 10, 8, 4, 1),
    "restaurant": (7, 10, 10, 9, 6, 3, 1, 0.3, 0.2, 0.2, 0.2, 0.2),
    "hotel": (5, 5, 5, 5, 5, 6, 6, 6, 5, 4, 3, 3),
    "casino": (2, 3, 4, 5, 6, 7, 8, 9, 9, 8, 6, 4),
    "shop": (10, 8, 6, 4, 3, 2, 2, 1.5, 1, 1, 1, 1),
    STREET: (4, 5, 6, 7, 8, 9, 9, 8, 6, 4, 2, 1),
}


class Timetable:
    """Draws instants of one night; curves are laid on its panes once for each place type and curve asked for."""

    def __init__(self, night: OperatingNight) -> None:
        self._night = night
        self._cumulative: dict[tuple[str, Curve], list[float]] = {}

    def draw(self, rng: Random, place_type: str, curve: Curve) -> Instant:
        """An instant of the night, uniform within its quarter hour; an unknown place type counts as street."""
        cumulative = self._cumulative.get((place_type, curve))
        if cumulative is None:
            cumulative = self._cumulative[place_type, curve] = self._laid(place_type, curve)
        pane = rng.choices(range(len(cumulative)), cum_weights=cumulative)[0]
        return self._night.opens_at + pane * SLOT + int(rng.random() * SLOT)

    def _laid(self, place_type: str, curve: Curve) -> list[float]:
        places, kinds = PLACE_HOURS.get(place_type, PLACE_HOURS[STREET]), CURVES[curve]
        hours = (_hour(slot) for slot in self._night.panes)
        return list(accumulate(places[hour] * kinds[hour] for hour in hours))


def _hour(slot: int) -> int:
    """The index of a wall-clock slot's hour in a curve; hours by day count as the last of the night."""
    hour = (slot // _SLOTS_AN_HOUR - _FIRST_HOUR) % 24
    return min(hour, 11)
