"""Rows as GeoJSON (RFC 7946): incidents as points, windows as the ground they count."""

from collections.abc import Mapping
from typing import Final

import h3
import orjson
import shapely

from api.reads.pages import Page
from api.reads.rows import Row, encoded
from schemas.area import Area
from schemas.boundary import area_of
from schemas.picture import Kind

Geometry = Mapping[str, object]
WITH_PLACES: Final = frozenset({Kind.INCIDENTS, Kind.WINDOWS})


class Shapes:
    """The outlines of an area's wards, made once."""

    def __init__(self, area: Area) -> None:
        self._wards: dict[str, Geometry] = {ward.code: _outline(area_of(ward.rings)) for ward in area.wards}

    def of(self, place: str) -> Geometry | None:
        """The ground of a ward or cell; None for the borough, which is all of it."""
        ward = self._wards.get(place)
        if ward is not None:
            return ward
        if not h3.is_valid_cell(place):
            return None
        ring = [(lon, lat) for lat, lon in h3.cell_to_boundary(place)]
        return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def page_as_geojson(page: Page, kind: Kind, shapes: Shapes) -> bytes:
    """A page as a FeatureCollection, with the cursor of the next beside it; what has no place has no geometry."""
    features = (
        {
            "type": "Feature",
            "id": row.place[1],
            "geometry": _point(row) if kind is Kind.INCIDENTS else shapes.of(str(row.fields.get("place", ""))),
            "properties": orjson.Fragment(row.body),
        }
        for row in page.rows
    )
    return encoded({"type": "FeatureCollection", "features": list(features), "next": page.next})


def _point(row: Row) -> Geometry | None:
    if "lat" not in row.fields or "lon" not in row.fields:
        return None
    return {"type": "Point", "coordinates": [row.fields["lon"], row.fields["lat"]]}


def _outline(shape: shapely.Geometry) -> Geometry:
    """Outer lines counter-clockwise, as the standard wants them."""
    outline: Geometry = orjson.loads(shapely.to_geojson(shapely.orient_polygons(shape, exterior_cw=False)))
    return outline
