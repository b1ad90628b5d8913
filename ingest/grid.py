"""British National Grid positions, converted a batch at a time and remembered: rounded ones come again and again."""

from collections.abc import Iterable
from typing import Final

from ingest.fields import number
from ingest.outcomes import Refusal
from schemas.dead_letters import Reason
from schemas.geo import wgs84_of_grid, wgs84_of_grid_batch

EAST_MAX: Final = 700_000
NORTH_MAX: Final = 1_300_000
_REMEMBERED_MAX: Final = 50_000
"""Positions; past them all are forgotten."""
_FAR_M: Final = 1e9

Written = tuple[str, str]
"""Easting and northing in metres, as text."""
Position = tuple[float, float]


class Grid:
    """Converts grid positions to (lat, lon)."""

    def __init__(self) -> None:
        self._known: dict[Written, Position] = {}

    def look_ahead(self, wanted: Iterable[Written]) -> None:
        """Convert at once what a batch of rows will ask for; what is no position is left for its row to refuse."""
        found = {written: metres for written in wanted if (metres := self._unknown(written)) is not None}
        if found:
            self._remember(found, [east for east, _ in found.values()], [north for _, north in found.values()])

    def wgs84(self, written: Written, east_field: str, north_field: str) -> Position:
        """(lat, lon) of one position. Refusal: no number, or off the grid."""
        known = self._known.get(written)
        if known is not None:
            return known
        east, north = _metres(written[0], east_field, EAST_MAX), _metres(written[1], north_field, NORTH_MAX)
        return wgs84_of_grid(east, north)

    def _unknown(self, written: Written) -> Position | None:
        if written in self._known:
            return None
        try:
            return _metres(written[0], "", EAST_MAX), _metres(written[1], "", NORTH_MAX)
        except Refusal:
            return None

    def _remember(self, found: Iterable[Written], eastings: list[float], northings: list[float]) -> None:
        if len(self._known) > _REMEMBERED_MAX:
            self._known.clear()
        self._known.update(zip(found, wgs84_of_grid_batch(eastings, northings), strict=True))


def _metres(text: str, field: str, most: int) -> float:
    value = number(text, field, -_FAR_M, _FAR_M)
    if not 0 < value <= most:
        raise Refusal(Reason.OUTSIDE_WORLD, f"lies on the British National Grid, 1 to {most:,} m", field, text)
    return value
