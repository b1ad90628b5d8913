"""Positions as vendors give them: on Earth, not the 0, 0 of a missing one, and latitude before longitude."""

from collections.abc import Iterator
from typing import Final

from ingest.outcomes import Refusal
from schemas.area import Area
from schemas.dead_letters import Reason

_NEAR_DEGREES: Final = 0.5
"""How far round the area a point may lie before latitude and longitude are tried the other way round."""


class Positions:
    """Reads positions of one area."""

    def __init__(self, area: Area) -> None:
        points = list(_known_points(area))
        lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
        self._has_bounds = bool(points)
        self._south, self._north = min(lats, default=0) - _NEAR_DEGREES, max(lats, default=0) + _NEAR_DEGREES
        self._west, self._east = min(lons, default=0) - _NEAR_DEGREES, max(lons, default=0) + _NEAR_DEGREES

    def read(self, lat_text: str, lon_text: str, lat_field: str, lon_field: str) -> tuple[float, float]:
        """(lat, lon) in WGS84 degrees. Refusal: no numbers, not on Earth, 0/0, or plainly the other way round."""
        lat, lon = _degrees(lat_text, lat_field), _degrees(lon_text, lon_field)
        if self._south <= lat <= self._north and self._west <= lon <= self._east and (lat or lon):
            return lat + 0.0, lon + 0.0
        self._refuse(lat, lon, lat_field, lon_field)
        return lat + 0.0, lon + 0.0

    def _refuse(self, lat: float, lon: float, lat_field: str, lon_field: str) -> None:
        if self._is_near(lon, lat) and not self._is_near(lat, lon):
            rule = f"{lat_field} and {lon_field} look swapped: the other way round they lie in the area"
            raise Refusal(Reason.SWAPPED_POSITION, rule, lat_field, f"{lat}, {lon}")
        if not -90 <= lat <= 90:
            raise Refusal(Reason.OUTSIDE_WORLD, "latitude lies between -90 and 90", lat_field, str(lat))
        if not -180 <= lon <= 180:
            raise Refusal(Reason.OUTSIDE_WORLD, "longitude lies between -180 and 180", lon_field, str(lon))
        if lat == 0 and lon == 0:
            raise Refusal(Reason.BAD_POSITION, "0, 0 stands for no position", lat_field, f"{lat}, {lon}")

    def _is_near(self, lat: float, lon: float) -> bool:
        return self._has_bounds and self._south <= lat <= self._north and self._west <= lon <= self._east


def _degrees(text: str, field: str) -> float:
    """A decimal number; `nan` and `inf` are none, nor are digits of other scripts or grouped ones."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value - value != 0 or "_" in text or not text.isascii():  # nan and inf minus themselves are nan
        if not text.strip():
            raise Refusal(Reason.BAD_POSITION, "a position has both a latitude and a longitude", field)
        raise Refusal(Reason.BAD_POSITION, "must be decimal degrees", field, text)
    return value


def _known_points(area: Area) -> Iterator[tuple[float, float]]:
    """(lat, lon) of all that the reference data places."""
    for rings in (area.outline or (), *(ward.rings for ward in area.wards)):
        for ring in rings:
            yield from ((lat, lon) for lon, lat in ring)
    for placed in (area.venues, area.havens, area.cameras):
        yield from ((place.lat, place.lon) for place in placed.values())
