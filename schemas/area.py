"""An area: one place with its clock, its wards, its venues and its policy, as the reference files describe it."""

from dataclasses import dataclass

from schemas.night import NightRules
from schemas.policy import Policy
from schemas.retention import Retention

Ring = tuple[tuple[float, float], ...]
"""A closed line of (lon, lat) in degrees; the last point repeats the first."""
Rings = tuple[Ring, ...]
"""Outer lines and holes together: a point is inside when an odd number of rings hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """An electoral ward: the place that windows count by."""

    code: str
    name: str
    rings: Rings


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A member of the Safer Business Network; `made_up` where no real premises is meant."""

    id: str
    name: str
    kind: str
    lat: float
    lon: float
    made_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Haven:
    """A Safe Haven: a venue where anyone vulnerable can wait; `places` is how many at once."""

    id: str
    name: str
    lat: float
    lon: float
    places: int
    made_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """An acoustic camera; `vendor_name` is what its vendor's files call it."""

    id: str
    name: str
    vendor_name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A Night Stars team."""

    id: str
    name: str
    made_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area as its files describe it. Without an outline everything is inside; without wards nothing has one."""

    id: str
    name: str
    time_zone: str
    borough_code: str | None
    nights: NightRules
    resolution: int
    outline: Rings | None
    wards: tuple[Ward, ...]
    venues: dict[str, Venue]
    havens: dict[str, Haven]
    cameras: dict[str, Camera]
    teams: dict[str, Team]
    policy: Policy
    retention: Retention

    @property
    def borough(self) -> str:
        """What windows call the whole area: its borough code, else its id."""
        return self.borough_code or self.id
