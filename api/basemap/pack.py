"""A pack: all that a basemap draws in one small file, its lines as whole steps of a hundred-thousandth of a degree."""

import gzip
import zlib
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

FORMAT: Final = 1
BYTES_MAX: Final = 32 * 1024 * 1024
"""A pack unpacked; the West End with every building has under 2 MB. A larger one is refused unread."""
_STEPS_A_DEGREE: Final = 100_000
"""A step is 1.1 m high and, in London, 0.7 m wide."""

Point = tuple[float, float]
Line = Sequence[Point]
"""Positions as (lon, lat) in degrees."""


class Layer(StrEnum):
    """What a shape is, in the order it is drawn in."""

    BLOCK = "block"
    PARK = "park"
    WATER = "water"
    BUILDING = "building"
    CANAL = "canal"
    STREET = "street"
    STATION = "station"
    WARD = "ward"
    AREA = "area"


class Shape(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One shape: `n` its name, `k` its kind, `g` its lines or rings (or one point), each x, y and then the steps on."""

    n: str = ""
    k: str = ""
    g: list[list[int]]


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """The file: whom to credit, and the shapes of each layer."""

    format: int
    credit: str
    layers: dict[Layer, list[Shape]]


class PackRefused(ValueError):
    """A file that is no pack; the text names file and rule."""

    def __init__(self, path: Path, rule: str) -> None:
        super().__init__(f"{path}: {rule}. Build one with: nightdesk basemap build DIR")


def packed(lines: Iterable[Line], *, name: str = "", kind: str = "") -> Shape:
    """A shape of lines in degrees; points that fall together are left out."""
    return Shape(n=name, k=kind, g=[_steps(line) for line in lines])


def unpacked(shape: Shape) -> list[list[Point]]:
    """The lines of a shape in degrees."""
    return [_points(steps) for steps in shape.g]


def write_pack(pack: Pack, path: Path) -> int:
    """Write it, compressed, whole or not at all; the same pack gives the same bytes. Returns how many."""
    data = gzip.compress(msgspec.json.encode(pack), mtime=0)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)
    return len(data)


def read_pack(path: Path) -> Pack:
    """The pack of a file. PackRefused says what is wrong with it."""
    try:
        with gzip.open(path) as file:
            data = file.read(BYTES_MAX + 1)
        if len(data) > BYTES_MAX:
            raise PackRefused(path, f"unpacked it has over {BYTES_MAX // 2**20} MiB")
        pack = msgspec.json.decode(data, type=Pack)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise PackRefused(path, "it is not a whole basemap pack") from error
    except msgspec.DecodeError as error:
        raise PackRefused(path, f"it is no basemap pack ({error})") from error
    if pack.format != FORMAT:
        raise PackRefused(path, f"its format is {pack.format}; this Nightdesk reads {FORMAT}")
    if not pack.credit.strip():
        raise PackRefused(path, "it credits nobody; a map is shown only with its credit")
    return pack


def _steps(line: Line) -> list[int]:
    steps: list[int] = []
    x, y = 0, 0
    for lon, lat in line:
        to_x, to_y = round(lon * _STEPS_A_DEGREE), round(lat * _STEPS_A_DEGREE)
        if not steps or (to_x, to_y) != (x, y):
            steps += (to_x - x, to_y - y)
        x, y = to_x, to_y
    return steps


def _points(steps: Sequence[int]) -> list[Point]:
    points, x, y = [], 0, 0
    for across, up in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + across, y + up
        points.append((x / _STEPS_A_DEGREE, y / _STEPS_A_DEGREE))
    return points
