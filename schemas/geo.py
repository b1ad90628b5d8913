"""Where a position lies: its ward, its H3 cell of resolution 9, and whether it is in the area; British National Grid.

Places answers for every record, so it remembers small squares of the map: one that a single ward holds whole answers
at once, and only one that an edge crosses asks the exact geometry.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from math import cos, floor, radians
from typing import Final

import numpy as np
import shapely
from h3.api import basic_int
from numpy.typing import NDArray
from pyproj import Transformer

from schemas.area import Area
from schemas.boundary import area_of
from schemas.distance import METRES_PER_DEGREE

CELL_RESOLUTION: Final = 9
_SQUARES_A_DEGREE: Final = 1_000
"""A square is 111 m high and, in London, 69 m wide: smaller ones cost more surveys than they save exact answers."""
_STEP: Final = 1 / _SQUARES_A_DEGREE
_SQUARES_MAX: Final = 65_536
_PLACES_MAX: Final = 16_384
"""Bounds of what is remembered; past them it is forgotten whole and learned again."""
_ROUNDING: Final = 1e-9
"""Degrees by which a square is widened, so that float rounding never decides on an edge."""


_GRID_TO_WGS84: Final = (
    "+proj=pipeline"
    " +step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"
    " +step +proj=push +v_3 +step +proj=cart +ellps=airy"
    " +step +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489"
    " +convention=position_vector"
    " +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3"
    " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)
"""EPSG:1314, spelled out: by the codes alone PROJ would choose by the grid files that a machine happens to have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a position lies. `ward` is the one that holds it, else the nearest, flagged `outside_wards`.

    `cell` is its H3 cell of resolution 9; `inside`: in the area's outline (always, where it has none).
    """

    ward: str | None
    cell: str
    inside: bool
    outside_wards: bool


@dataclass(slots=True, eq=False)
class _Answer:
    """What is true of every position that one ward holds, or is nearest to; `places` are those given, by cell."""

    ward: str | None
    inside: bool
    outside_wards: bool
    places: dict[int, Place] = field(default_factory=dict)

    def place(self, cell: int) -> Place:
        place = self.places.get(cell)
        if place is None:
            if len(self.places) >= _PLACES_MAX:
                self.places.clear()
            place = self.places[cell] = Place(
                ward=self.ward, cell=f"{cell:x}", inside=self.inside, outside_wards=self.outside_wards
            )
        return place


@dataclass(frozen=True, slots=True)
class _Square:
    """What one square of the map can be: settled, or the shapes that may hold or be nearest to a point of it."""

    settled: _Answer | None
    holders: tuple[int, ...] = ()
    nearest: tuple[int, ...] = ()


class Places:
    """The wards and outline of one area, ready to be asked. One instance serves one thread."""

    def __init__(self, area: Area) -> None:
        if area.wards:
            self._codes: tuple[str | None, ...] = tuple(ward.code for ward in area.wards)
            shapes = [area_of(ward.rings) for ward in area.wards]
        else:
            self._codes = (None,) if area.outline else ()
            shapes = [area_of(area.outline)] if area.outline else []
        self._holders = [_Answer(code, inside=True, outside_wards=False) for code in self._codes]
        self._neighbours = [_Answer(code, inside=False, outside_wards=bool(area.wards)) for code in self._codes]
        self._everywhere = _Answer(None, inside=True, outside_wards=False)
        self._shapes = np.array(shapes, dtype=object)
        self._set_scale()
        self._squares: dict[tuple[int, int], _Square] = {}
        self._places: dict[tuple[float, float], Place] = {}

    def place(self, lat: float, lon: float) -> Place:
        """The place of a position in WGS84 degrees. ValueError: not finite, or not on Earth."""
        place = self._places.get((lat, lon))
        if place is None:
            place = self._new_place(lat, lon)
            if len(self._places) >= _PLACES_MAX:
                self._places.clear()
            self._places[lat, lon] = place
        return place

    def metres_outside(self, lat: float, lon: float) -> float:
        """How far a position lies outside the area; 0 inside it, or where the area has no outline."""
        if not self._codes:
            return 0.0
        return float(shapely.distance(self._metric, self._metric_point(lat, lon)).min())

    def _new_place(self, lat: float, lon: float) -> Place:
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise _nowhere(lat, lon)
        cell = basic_int.latlng_to_cell(lat, lon, CELL_RESOLUTION)
        if not self._codes:
            return self._everywhere.place(cell)
        key = (floor(lat * _SQUARES_A_DEGREE), floor(lon * _SQUARES_A_DEGREE))
        square = self._squares.get(key) or self._survey(key)
        return (square.settled or self._exact(square, lat, lon)).place(cell)

    def _exact(self, square: _Square, lat: float, lon: float) -> _Answer:
        """The first shape, in order of code, that holds the point or has it on its edge; else the nearest."""
        for index in square.holders:
            if shapely.intersects_xy(self._shapes[index], lon, lat):
                return self._holders[index]
        if len(square.nearest) == 1:
            return self._neighbours[square.nearest[0]]
        candidates = list(square.nearest)
        metres = shapely.distance(self._metric[candidates], self._metric_point(lat, lon))
        return self._neighbours[candidates[int(np.argmin(metres))]]

    def _survey(self, key: tuple[int, int]) -> _Square:
        if len(self._squares) >= _SQUARES_MAX:
            self._squares.clear()
        square = self._squares[key] = self._surveyed(key[0] * _STEP, key[1] * _STEP)
        return square

    def _surveyed(self, south: float, west: float) -> _Square:
        north, east = south + _STEP, west + _STEP
        square = shapely.box(west - _ROUNDING, south - _ROUNDING, east + _ROUNDING, north + _ROUNDING)
        holders = tuple(int(index) for index in np.flatnonzero(shapely.intersects(self._shapes, square)))
        if len(holders) == 1 and shapely.contains_properly(self._shapes[holders[0]], square):
            return _Square(self._holders[holders[0]])
        nearest = self._nearest_of(south + _STEP / 2, west + _STEP / 2)
        if not holders and len(nearest) == 1:
            return _Square(self._neighbours[nearest[0]])
        return _Square(None, holders, nearest)

    def _nearest_of(self, lat: float, lon: float) -> tuple[int, ...]:
        """The shapes that may be nearest to some point of the square round this centre.

        No distance changes by more than half the diagonal between the centre and a point of the square.
        """
        metres = shapely.distance(self._metric, self._metric_point(lat, lon))
        diagonal = float(np.hypot(*self._scale)) * (_STEP + 2 * _ROUNDING)
        return tuple(int(index) for index in np.flatnonzero(metres <= metres.min() + diagonal))

    def _set_scale(self) -> None:
        """Metres on a plane about the area's middle: right to a per mille across a city."""
        bounds = shapely.total_bounds(self._shapes) if self._codes else np.zeros(4)
        scale = cos(radians(float(bounds[1] + bounds[3]) / 2))
        self._scale = np.array([METRES_PER_DEGREE * scale, METRES_PER_DEGREE])
        self._metric = np.array([shapely.transform(shape, self._metric_of) for shape in self._shapes], dtype=object)
        for shape in self._shapes:
            shapely.prepare(shape)

    def _metric_of(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        scaled: NDArray[np.float64] = points * self._scale
        return scaled

    def _metric_point(self, lat: float, lon: float) -> shapely.Point:
        return shapely.Point(lon * self._scale[0], lat * self._scale[1])


def wgs84_of_grid(easting: float, northing: float) -> tuple[float, float]:
    """(lat, lon) in WGS84 of a British National Grid position in metres, right to about 5 m.

    ValueError: not finite, or off the grid (0 to 700,000 east, 0 to 1,300,000 north).
    """
    return wgs84_of_grid_batch([easting], [northing])[0]


def wgs84_of_grid_batch(eastings: Sequence[float], northings: Sequence[float]) -> list[tuple[float, float]]:
    """The same for many positions at once, some hundred times cheaper each; one bad position refuses the batch."""
    for easting, northing in zip(eastings, northings, strict=True):
        if not (0 <= easting <= 700_000 and 0 <= northing <= 1_300_000):
            raise ValueError(f"({easting}, {northing}) is not a position of the British National Grid")
    lons, lats = _grid().transform(np.asarray(eastings, dtype=np.float64), np.asarray(northings, dtype=np.float64))
    return [(float(lat), float(lon)) for lat, lon in zip(lats, lons, strict=True)]


def grid_of_wgs84_batch(lats: Sequence[float], lons: Sequence[float]) -> list[tuple[float, float]]:
    """(easting, northing) in metres of positions in WGS84: the way back, to the millimetre."""
    eastings, northings = _grid().transform(np.asarray(lons), np.asarray(lats), direction="INVERSE")
    return [(float(easting), float(northing)) for easting, northing in zip(eastings, northings, strict=True)]


@cache
def _grid() -> Transformer:
    return Transformer.from_pipeline(_GRID_TO_WGS84)


def _nowhere(lat: float, lon: float) -> ValueError:
    if not -90 <= lat <= 90:
        return ValueError(f"latitude {lat} must lie between -90 and 90")
    return ValueError(f"longitude {lon} must lie between -180 and 180")
