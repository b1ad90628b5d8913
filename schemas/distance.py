"""Metres between two positions, near enough for a city: exact to a few centimetres in a kilometre."""

from math import cos, hypot, radians
from typing import Final

METRES_PER_DEGREE: Final = 111_195.08
"""Of latitude, on the sphere of the Earth's mean radius (6,371,008.8 m)."""


def metres_between(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Equirectangular distance at the mean latitude, in metres."""
    north = (lat_b - lat_a) * METRES_PER_DEGREE
    east = (lon_b - lon_a) * METRES_PER_DEGREE * cos(radians((lat_a + lat_b) / 2))
    return hypot(north, east)
