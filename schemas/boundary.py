"""Reads an area's boundary: GeoJSON polygons in WGS84, one feature a ward, or an outline alone."""

import re
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Final

import orjson
import shapely

from schemas.area import Ring, Rings, Ward
from schemas.toml_reader import ReferenceFileError

_FEATURE: Final = re.compile(r'"type"\s*:\s*"Feature"')
_RING_POINTS_LEAST: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """The outline of an area and, where its features are wards, the wards in order of their codes."""

    outline: Rings
    wards: tuple[Ward, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WardProperties:
    """Which properties of a feature hold a ward's code and its name."""

    code: str
    name: str


def read_boundary(file: Path, properties: WardProperties | None) -> Boundary:
    """The boundary of a GeoJSON file; without `properties` its features are an outline only."""
    features = [_Feature(file, line, value) for line, value in _features(file)]
    if properties is None:
        return Boundary(outline=_union([feature.rings() for feature in features]), wards=())
    wards = sorted((feature.ward(properties) for feature in features), key=lambda ward: ward.code)
    _refuse_twins(file, wards)
    return Boundary(outline=_union([ward.rings for ward in wards]), wards=tuple(wards))


def area_of(rings: Rings) -> shapely.Geometry:
    """The valid geometry of rings, in degrees: inside where an odd number of rings hold a point."""
    whole: shapely.Geometry = shapely.Polygon()
    for ring in rings:
        whole = shapely.symmetric_difference(whole, shapely.Polygon(ring))
    return whole


class _Feature:
    """One feature of the file, with the line it starts at."""

    def __init__(self, file: Path, line: int | None, value: object) -> None:
        self._file, self._line = file, line
        if not isinstance(value, dict) or value.get("type") != "Feature":
            raise self._refusal("type", value, "every item of features must be a Feature")
        self._value: dict[str, object] = value

    def ward(self, properties: WardProperties) -> Ward:
        return Ward(code=self._property(properties.code), name=self._property(properties.name), rings=self.rings())

    def rings(self) -> Rings:
        geometry = self._value.get("geometry")
        kind, coordinates = (
            (geometry.get("type"), geometry.get("coordinates")) if isinstance(geometry, dict) else (None, None)
        )
        if kind == "Polygon":
            polygons = [coordinates]
        elif kind == "MultiPolygon" and isinstance(coordinates, list):
            polygons = coordinates
        else:
            raise self._refusal("geometry.type", kind, "must be Polygon or MultiPolygon")
        rings = tuple(self._ring(ring) for polygon in polygons for ring in self._listed(polygon))
        if not rings or shapely.area(area_of(rings)) == 0:
            raise self._refusal("geometry.coordinates", coordinates, "must enclose something")
        return rings

    def _property(self, key: str) -> str:
        properties = self._value.get("properties")
        value = properties.get(key) if isinstance(properties, dict) else None
        if not isinstance(value, str) or not value:
            raise self._refusal(f"properties.{key}", value, "must be a text: it makes the feature a ward")
        return value

    def _ring(self, points: object) -> Ring:
        ring = tuple(self._point(point) for point in self._listed(points))
        if len(ring) < _RING_POINTS_LEAST or ring[0] != ring[-1]:
            raise self._refusal("geometry.coordinates", f"{len(ring)} points", "a ring needs 4 points and must close")
        if not shapely.Polygon(ring).is_valid:
            raise self._refusal("geometry.coordinates", f"{len(ring)} points", "a ring must not cross itself")
        return ring

    def _point(self, point: object) -> tuple[float, float]:
        if isinstance(point, list) and len(point) in (2, 3) and all(isinstance(v, int | float) for v in point):
            lon, lat = float(point[0]), float(point[1])
            if isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90:
                return lon, lat
        raise self._refusal("geometry.coordinates", point, "must be [longitude, latitude] in WGS84 degrees")

    def _listed(self, value: object) -> list[object]:
        if not isinstance(value, list):
            raise self._refusal("geometry.coordinates", value, "must be nested lists of points")
        return value

    def _refusal(self, key: str, value: object, rule: str) -> ReferenceFileError:
        shown = value if value is None or isinstance(value, str | int | float) else str(value)[:60]
        return ReferenceFileError(self._file, self._line, key, shown, rule)


def _features(file: Path) -> list[tuple[int | None, object]]:
    try:
        body = file.read_bytes()
        document = orjson.loads(body)
    except (OSError, orjson.JSONDecodeError) as error:
        line = error.lineno if isinstance(error, orjson.JSONDecodeError) else None
        raise ReferenceFileError(file, line, "", None, f"is not a readable GeoJSON file: {error}") from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise ReferenceFileError(file, 1, "features", None, "a boundary must be a FeatureCollection that is not empty")
    text = body.decode()
    starts = [text.count("\n", 0, match.start()) + 1 for match in _FEATURE.finditer(text)]
    exact = len(starts) == len(features)
    return [(starts[index] if exact else None, feature) for index, feature in enumerate(features)]


def _refuse_twins(file: Path, wards: list[Ward]) -> None:
    for ward, following in pairwise(wards):
        if ward.code == following.code:
            raise ReferenceFileError(file, None, "ward code", ward.code, "stands for two features")


def _union(shapes: list[Rings]) -> Rings:
    whole = shapely.union_all([area_of(rings) for rings in shapes])
    return tuple(
        tuple((float(lon), float(lat)) for lon, lat in line.coords)
        for polygon in shapely.get_parts(whole)
        for line in (polygon.exterior, *polygon.interiors)
    )
