"""What a page is sent to draw: the pack or our schematic, the area's wards, and the cells that windows count by."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import h3
import msgspec

from api.basemap.build import build_files
from api.basemap.pack import FORMAT, Layer, Pack, Shape, packed, read_pack
from schemas.area import Area, Rings
from schemas.geo import CELL_RESOLUTION

_HERE: Final = Path(__file__).parent
_WARD_CREDITS: Final = {"westminster": "Wards: ONS and OS, © Crown copyright 2022, OGL v3"}
"""Of the built-in reference files."""
_CELLS_AROUND: Final = 1
"""Cells beyond those whose middle is inside, for positions just outside."""
_CELLS_MAX: Final = 20_000
"""2,000 square kilometres; beyond them hexes are not drawn, and the list says the same."""


class _Answer(msgspec.Struct, kw_only=True):
    format: int
    credit: list[str]
    schematic: bool
    layers: dict[Layer, list[Shape]]
    cells: dict[str, list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """The answer's bytes as JSON, plain and compressed, and the hash by which a page knows that it has them."""

    etag: str
    plain: bytes
    gzipped: bytes


def basemap_of(area: Area, path: Path | None) -> Basemap:
    """The basemap of an area: the pack at `path`, else the schematic we have of it, else its wards alone.

    A pack without stations gets ours.
    """
    ours = _schematic(area)
    pack = ours if path is None else read_pack(path)
    wards = [packed(ward.rings, name=ward.name, kind=ward.code) for ward in area.wards]
    answer = _Answer(
        format=FORMAT,
        credit=[line for line in (pack.credit, _WARD_CREDITS.get(area.id, "")) if line],
        schematic=path is None,
        layers={
            Layer.STATION: ours.layers.get(Layer.STATION, []),
            **pack.layers,
            Layer.WARD: wards,
            Layer.AREA: [packed(area.outline)] if area.outline else [],
        },
        cells=_cells(area.outline or ()),
    )
    plain = msgspec.json.encode(answer)
    return Basemap(etag=hashlib.sha256(plain).hexdigest()[:24], plain=plain, gzipped=gzip.compress(plain, 6, mtime=0))


def _schematic(area: Area) -> Pack:
    file = _HERE / f"{area.id}.geojson"
    return build_files([file], None).pack if file.is_file() else Pack(format=FORMAT, credit="", layers={})


def _cells(outline: Rings) -> dict[str, list[int]]:
    """The rings of the cells that hold the outline, by their ids."""
    found: set[str] = set()
    for ring in outline:
        polygon = h3.LatLngPoly([(lat, lon) for lon, lat in ring])
        found.update(h3.h3shape_to_cells_experimental(polygon, CELL_RESOLUTION, contain="overlap"))
        if len(found) > _CELLS_MAX:
            return {}
    around = {near for cell in found for near in h3.grid_disk(cell, _CELLS_AROUND)}
    return {cell: packed([_ring(cell)]).g[0] for cell in sorted(around)}


def _ring(cell: str) -> list[tuple[float, float]]:
    corners = [(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]
    return [*corners, corners[0]]
