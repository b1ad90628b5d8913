"""Seeded chance: the same bytes for the same arguments, whatever the machine's hash seed."""

from hashlib import sha256
from math import cos, hypot, radians, tau
from random import Random

from schemas.distance import METRES_PER_DEGREE

PLACES = 6
"""Decimals of a position: 0.1 m."""

Position = tuple[float, float]
"""Latitude, longitude."""


def seeded(*parts: object) -> Random:
    """A generator whose stream depends only on the text of its parts."""
    digest = sha256("|".join(str(part) for part in parts).encode()).digest()
    return Random(int.from_bytes(digest, "big"))  # noqa: S311 - a simulation must be repeatable, not secret


def poisson(rng: Random, mean: float) -> int:
    """A Poisson count: arrivals at rate 1 within `mean`."""
    count, reached = 0, rng.expovariate(1.0)
    while reached < mean:
        count += 1
        reached += rng.expovariate(1.0)
    return count


def factor(rng: Random, sd: float) -> float:
    """A Gamma factor of mean 1 and the given standard deviation."""
    shape = 1 / sd**2
    return rng.gammavariate(shape, 1 / shape)


def moved(origin: Position, metres: float, bearing_degrees: float) -> Position:
    """The position so many metres away, bearing clockwise from north."""
    angle = radians(bearing_degrees)
    return _shifted(origin, metres * cos(angle), metres * cos(angle - tau / 4))


def scattered(rng: Random, origin: Position, sd_m: float) -> Position:
    """A position with Gaussian scatter of `sd_m` on each axis."""
    return _shifted(origin, rng.gauss(0.0, sd_m), rng.gauss(0.0, sd_m))


def nearest_first(origin: Position, places: dict[str, Position]) -> list[str]:
    """The keys of `places` by distance from `origin`, ties by key."""
    lat, lon = origin
    east = cos(radians(lat))
    return sorted(places, key=lambda key: (hypot(places[key][0] - lat, (places[key][1] - lon) * east), key))


def _shifted(origin: Position, north_m: float, east_m: float) -> Position:
    lat, lon = origin
    shift = METRES_PER_DEGREE * cos(radians(lat))
    return round(lat + north_m / METRES_PER_DEGREE, PLACES), round(lon + east_m / shift, PLACES)
