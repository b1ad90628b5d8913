"""Building a pack from a folder of GeoJSON: every feature told what it is, cut to the area, and counted."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from api.basemap.pack import FORMAT, Layer, Line, Pack, Shape, packed
from api.basemap.telling import Told, tell_area, tell_line, tell_point
from schemas.area import Area

FILE_BYTES_MAX: Final = 256 * 1024 * 1024
FILES_MAX: Final = 1_000
_AROUND: Final = 0.02
"""Degrees beyond the area that are drawn too: 2 km north and south, 1.4 km east and west."""
_SMOOTH: Final = {Layer.WATER: 2e-5, Layer.PARK: 2e-5, Layer.STREET: 1e-5, Layer.CANAL: 2e-5}
"""Degrees by which a line may be simplified: a metre or two."""
_OSM_CREDIT: Final = "© OpenStreetMap contributors, ODbL"

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


class BuildRefused(ValueError):
    """The folder cannot be made a pack; the text names file, value and rule."""


class _Feature(msgspec.Struct):
    geometry: dict[str, object] | None
    properties: dict[str, object] | None = None


class _Collection(msgspec.Struct):
    features: list[_Feature]
    attribution: str = ""


@dataclass(slots=True)
class Built:
    """A pack and, by file, what of it could not be told or lies elsewhere."""

    pack: Pack
    drawn: Counter[Layer] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


def build_folder(folder: Path, area: Area, *, credit: str = "") -> Built:
    """The pack of a folder's *.geojson files, in order of their names. BuildRefused says what is wrong and where."""
    files = sorted(folder.glob("*.geojson"))
    if not 0 < len(files) <= FILES_MAX:
        raise BuildRefused(f"{folder} holds {len(files)} *.geojson files; there must be 1 to {FILES_MAX}")
    return build_files(files, bounds_of(area), credit=credit)


def build_files(files: list[Path], bounds: Bounds | None, *, credit: str = "") -> Built:
    """The pack of files; without bounds nothing is cut off."""
    layers: dict[Layer, list[Shape]] = {}
    credits_ = [credit] if credit else []
    built = Built(pack=Pack(format=FORMAT, credit="", layers=layers))
    for file in files:
        collection = _read(file)
        if not credit:
            credits_.append(collection.attribution or (_OSM_CREDIT if "osm" in file.name.lower() else ""))
        for told, lines in _told(collection, file, bounds, built.left_out):
            layers.setdefault(told.layer, []).append(packed(lines, name=told.name, kind=told.kind))
            built.drawn[told.layer] += 1
    said = " · ".join(dict.fromkeys(line for line in credits_ if line))
    if not said:
        raise BuildRefused("none of the files says whom to credit: say it with --credit")
    built.pack = Pack(format=FORMAT, credit=said, layers=layers)
    return built


def bounds_of(area: Area) -> Bounds | None:
    """What of the world is drawn for an area: its outline and some more; None for one without an outline."""
    points = [point for ring in area.outline or () for point in ring]
    if not points:
        return None
    lons, lats = zip(*points, strict=True)
    return min(lons) - _AROUND, min(lats) - _AROUND, max(lons) + _AROUND, max(lats) + _AROUND


def _read(file: Path) -> _Collection:
    if (size := file.stat().st_size) > FILE_BYTES_MAX:
        raise BuildRefused(f"{file} has {size:,} bytes; at most {FILE_BYTES_MAX:,} are read")
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Collection)
    except msgspec.DecodeError as error:
        raise BuildRefused(f"{file} is no GeoJSON FeatureCollection: {error}") from error


def _told(
    collection: _Collection, file: Path, bounds: Bounds | None, left_out: Counter[str]
) -> Iterator[tuple[Told, list[Line]]]:
    """Every simple shape within the bounds; what has none is counted in `left_out` under its file."""
    for number, feature in enumerate(collection.features):
        found = False
        for part in _parts(feature, file, number, bounds):
            told = _tell(part, feature.properties or {}, file.name)
            if told is not None:
                found = True
                yield told, _lines(part.simplify(_SMOOTH.get(told.layer, 0.0)))
        if not found:
            left_out[file.name] += 1


def _parts(feature: _Feature, file: Path, number: int, bounds: Bounds | None) -> list[BaseGeometry]:
    """The simple geometries of a feature, cut to the bounds."""
    if feature.geometry is None:
        return []
    try:
        whole = shape(feature.geometry)
        if bounds is not None and not whole.is_empty:
            whole = whole if _within(whole, bounds) else shapely.clip_by_rect(shapely.make_valid(whole), *bounds)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise BuildRefused(f"{file}, feature {number + 1}: its geometry cannot be read ({error})") from error
    return [part for part in shapely.get_parts(whole) if not part.is_empty]


def _within(whole: BaseGeometry, bounds: Bounds) -> bool:
    west, south, east, north = whole.bounds
    return bounds[0] <= west and bounds[1] <= south and east <= bounds[2] and north <= bounds[3]


def _tell(part: BaseGeometry, tags: Mapping[str, object], file: str) -> Told | None:
    match part.geom_type:
        case "LineString":
            return tell_line(tags)
        case "Polygon":
            return tell_area(tags, file)
        case "Point":
            return tell_point(tags)
        case _:
            return None


def _lines(part: BaseGeometry) -> list[Line]:
    coordinates = mapping(part)["coordinates"]
    match part.geom_type:
        case "Polygon":
            return [[(x, y) for x, y, *_ in ring] for ring in coordinates]
        case "Point":
            return [[(coordinates[0], coordinates[1])]]
        case _:
            return [[(x, y) for x, y, *_ in coordinates]]
