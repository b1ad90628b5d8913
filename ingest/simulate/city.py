"""The simulated city: 700 premises with log-normal weights round 18 centres, and who reports for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from ingest.simulate.draws import Position, nearest_first, scattered, seeded
from schemas.area import Area, Camera
from schemas.distance import metres_between
from schemas.geo import Places

PREMISES: Final = 700
CENTRES: Final = 18
SCATTER_M: Final = 28.0
_CENTRE_SD_M: Final = 170.0
_WEIGHT_SIGMA: Final = 1.0
_DENSITY_M: Final = 250.0
_APART_M: Final = 200.0
_REPORTER_CHOICE: Final = 5
_REPORTER_M: Final = 400.0
_TRIES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """One place where things happen; `precinct` is the index of its centre, `venue` the member that reports for it."""

    position: Position
    weight: float
    precinct: int
    venue: str
    place_type: str


class City:
    """An area as the simulator sees it. The premises depend on the area and the seed, not on the night."""

    def __init__(self, area: Area, seed: int) -> None:
        _require(area)
        rng = seeded(area.id, seed, "city")
        self.area = area
        self.cameras: list[Camera] = [area.cameras[key] for key in sorted(area.cameras)]
        self.teams = sorted(area.teams)
        self._places = Places(area)
        self._venues = {key: (venue.lat, venue.lon) for key, venue in sorted(area.venues.items())}
        self._box = _bounding_box(area, self._venues)
        self.centres = _centres(self._venues)
        self.premises = self._build(rng)
        self.weights = [premises.weight for premises in self.premises]

    def inside(self, position: Position) -> bool:
        """Whether a position lies in the area."""
        return self._places.place(*position).inside

    def ward(self, position: Position) -> str | None:
        """The code of a position's ward, None where the area has no wards."""
        return self._places.place(*position).ward

    def near(self, rng: Random, origin: Position, sd_m: float) -> Position:
        """A position in the area, scattered round one that lies in it."""
        for _ in range(_TRIES):
            position = scattered(rng, origin, sd_m)
            if self.inside(position):
                return position
        return origin

    def anywhere(self, rng: Random) -> Position:
        """A position uniform over the area."""
        (south, west), (north, east) = self._box
        for _ in range(_TRIES):
            position = round(rng.uniform(south, north), 6), round(rng.uniform(west, east), 6)
            if self.inside(position):
                return position
        raise ValueError(f"area {self.area.id!r}: no position inside its outline in {_TRIES} draws from its box")

    def witnesses(self, position: Position) -> list[str]:
        """The ids of all venues, nearest first."""
        return nearest_first(position, self._venues)

    def nearest_camera(self, position: Position) -> Camera:
        """The acoustic camera nearest to a position."""
        return min(self.cameras, key=lambda camera: metres_between(*position, camera.lat, camera.lon))

    def _build(self, rng: Random) -> list[Premises]:
        crowds = _crowds(self.centres, self._venues)
        spots = sorted(rng.choices(range(len(self.centres)), weights=crowds, k=PREMISES))
        burden = dict.fromkeys(self._venues, 0.0)
        premises = []
        for precinct in spots:
            position = self.near(rng, self.centres[precinct], _CENTRE_SD_M)
            weight = rng.lognormvariate(0.0, _WEIGHT_SIGMA)
            venue = self._reporter(position, burden)
            burden[venue] += weight
            kind = self.area.venues[venue].kind
            premises.append(Premises(position=position, weight=weight, precinct=precinct, venue=venue, place_type=kind))
        return premises

    def _reporter(self, position: Position, burden: dict[str, float]) -> str:
        """The least burdened of the nearest venues: else a centre's one venue would report for all of it.

        The detector counts one reporter at most twice in a place and time, so reporters have to stay many.
        """
        nearest = self.witnesses(position)[:_REPORTER_CHOICE]
        around = [venue for venue in nearest if metres_between(*position, *self._venues[venue]) <= _REPORTER_M]
        return min(around or nearest[:1], key=lambda venue: (burden[venue], venue))


def _require(area: Area) -> None:
    for name, held in (("venues", area.venues), ("teams", area.teams), ("cameras", area.cameras)):
        if not held:
            raise ValueError(f"area {area.id!r} cannot be simulated: it has no {name}")
    if area.borough_code is None:
        raise ValueError(f"area {area.id!r} cannot be simulated: it has no borough_code for the fire brigade's rows")


def _bounding_box(area: Area, venues: dict[str, Position]) -> tuple[Position, Position]:
    rings = area.outline or ()
    points = [(lat, lon) for ring in rings for lon, lat in ring] or list(venues.values())
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    return (min(lats), min(lons)), (max(lats), max(lons))


def _centres(venues: dict[str, Position]) -> list[Position]:
    """Up to 18 venues, those with most company first, no two within 200 m unless there are too few others."""
    company = dict(zip(venues, _crowds(list(venues.values()), venues), strict=True))
    ranked = sorted(venues, key=lambda key: (-company[key], key))
    chosen: list[str] = []
    for key in ranked:
        if len(chosen) < CENTRES and all(_metres(venues, key, other) >= _APART_M for other in chosen):
            chosen.append(key)
    spare = [key for key in ranked if key not in chosen]
    return [venues[key] for key in chosen + spare[: CENTRES - len(chosen)]]


def _crowds(points: Sequence[Position], venues: dict[str, Position]) -> list[float]:
    """How many venues lie within 250 m of each point."""
    return [float(sum(metres_between(*point, *venue) <= _DENSITY_M for venue in venues.values())) for point in points]


def _metres(venues: dict[str, Position], a: str, b: str) -> float:
    return metres_between(*venues[a], *venues[b])
