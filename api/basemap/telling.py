"""Telling what a GeoJSON feature is: by its own tags first, as OpenStreetMap has them, then by the name of its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.basemap.pack import Layer

_STREETS: Final = {
    **dict.fromkeys(("motorway", "trunk", "primary"), "major"),
    **dict.fromkeys(("secondary", "tertiary"), "mid"),
    **dict.fromkeys(("unclassified", "residential", "living_street", "pedestrian", "road", "street"), "minor"),
    **dict.fromkeys(("service", "path", "footway", "steps", "cycleway", "track"), "path"),
}
"""Kinds of street by OpenStreetMap's `highway`; a `_link` is of the kind it links."""
_AREAS: Final = {
    **dict.fromkeys(("park", "garden", "recreation_ground", "common"), Layer.PARK),
    **dict.fromkeys(("water", "river", "riverbank", "lake", "basin"), Layer.WATER),
    "block": Layer.BLOCK,
    "building": Layer.BUILDING,
}
_FILES: Final = {
    "building": Layer.BUILDING,
    "block": Layer.BLOCK,
    "park": Layer.PARK,
    "thames": Layer.WATER,
    "river": Layer.WATER,
    "water": Layer.WATER,
}
_OURS: Final = {"major": "major", "mid": "mid", "minor": "minor", "path": "path"}
_SURE: Final = "name_src"
"""A feature that carries it has a name that somebody inferred: it is drawn, and not named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a feature is; `kind` is a street's, else empty."""

    layer: Layer
    kind: str = ""
    name: str = ""


def tell_line(tags: Mapping[str, object]) -> Told | None:
    """What a line is; None when it is nothing we draw."""
    road = str(tags.get("highway") or "").removesuffix("_link")
    kind = _STREETS.get(road) or _OURS.get(str(tags.get("kind")))
    if kind is not None:
        return Told(layer=Layer.STREET, kind=kind, name=_name(tags))
    if tags.get("waterway") or tags.get("kind") == "canal":
        return Told(layer=Layer.CANAL, name=_name(tags))
    return None


def tell_area(tags: Mapping[str, object], file: str) -> Told | None:
    """What a polygon is; `file` is the name of the file it stands in."""
    if tags.get("building") not in (None, "no"):
        return Told(layer=Layer.BUILDING)
    said = (str(tags.get(key) or "") for key in ("kind", "leisure", "natural", "landuse", "waterway"))
    layer = next((_AREAS[word] for word in said if word in _AREAS), None)
    layer = layer or next((layer for word, layer in _FILES.items() if word in file.lower()), None)
    if layer is None:
        return None
    return Told(layer=layer, name="" if layer in (Layer.BUILDING, Layer.BLOCK) else _name(tags))


def tell_point(tags: Mapping[str, object]) -> Told | None:
    """What a point is: a station, or nothing we draw."""
    is_station = tags.get("kind") == "station" or tags.get("railway") in ("station", "subway_entrance")
    name = _name(tags)
    return Told(layer=Layer.STATION, name=name) if is_station and name else None


def _name(tags: Mapping[str, object]) -> str:
    """The name; of two, as "A / B", the first."""
    name = tags.get("name")
    return name.partition(" / ")[0].strip() if isinstance(name, str) and not tags.get(_SURE) else ""
