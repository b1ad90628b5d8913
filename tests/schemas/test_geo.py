"""Where a position lies: the same answer as plain geometry, whatever is remembered."""

from math import cos, nan, radians, sin
from pathlib import Path

import h3
import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.area import Area
from schemas.distance import METRES_PER_DEGREE
from schemas.geo import Place, Places, grid_of_wgs84_batch, wgs84_of_grid, wgs84_of_grid_batch
from schemas.reference import load_area, load_area_file

AREA = load_area()
PLACES = Places(AREA)
POLYGONS = {ward.code: shapely.Polygon(ward.rings[0]) for ward in AREA.wards}
LATS, LONS = st.floats(51.47, 51.56), st.floats(-0.25, -0.08)
CORNERS = sorted({point for ward in AREA.wards for point in ward.rings[0]})


def plain_wards(lat: float, lon: float) -> tuple[list[str], bool]:
    """The wards that plain geometry allows for a point, and whether it lies outside all of them."""
    point = shapely.Point(lon, lat)
    holding = [code for code, polygon in POLYGONS.items() if polygon.intersects(point)]
    if holding:
        return holding[:1], False
    bounds = shapely.total_bounds(list(POLYGONS.values()))
    scale = np.array([METRES_PER_DEGREE * cos(radians((bounds[1] + bounds[3]) / 2)), METRES_PER_DEGREE])
    there = shapely.Point(*(np.array([lon, lat]) * scale))
    metres = {c: shapely.transform(polygon, lambda p: p * scale).distance(there) for c, polygon in POLYGONS.items()}
    least = min(metres.values())
    return [code for code, distance in metres.items() if distance <= least + 1e-6], True


def assert_is_plain(place: Place, lat: float, lon: float) -> None:
    wards, outside = plain_wards(lat, lon)
    assert place.ward in wards
    assert place.outside_wards is outside
    assert place.inside is not outside
    assert place.cell == h3.latlng_to_cell(lat, lon, 9)


@given(LATS, LONS)
@example(51.5138, -0.1307)
@example(51.5, 0.0)
def test_a_place_is_what_plain_geometry_says(lat: float, lon: float) -> None:
    assert_is_plain(PLACES.place(lat, lon), lat, lon)


@given(st.sampled_from(CORNERS), st.floats(-1e-4, 1e-4), st.floats(-1e-4, 1e-4))
@example((-0.1524, 51.5164), 0.0, 0.0)
def test_so_it_is_at_the_corners_of_wards_and_beside_them(
    corner: tuple[float, float], east: float, north: float
) -> None:
    lat, lon = corner[1] + north, corner[0] + east
    assert_is_plain(PLACES.place(lat, lon), lat, lon)


def test_a_point_on_the_edge_of_two_wards_belongs_to_the_first_by_code() -> None:
    for lon, lat in CORNERS:
        assert PLACES.place(lat, lon).ward == plain_wards(lat, lon)[0][0]


@given(st.integers(102_940, 103_120), st.integers(-500, -160))
def test_so_it_is_on_the_lines_between_squares(south: int, west: int) -> None:
    lat, lon = south / 2_000, west / 2_000
    assert_is_plain(PLACES.place(lat, lon), lat, lon)


def test_outside_where_two_wards_are_as_near_the_nearer_is_found() -> None:
    rings = [set(ward.rings[0]) for ward in AREA.wards]
    outer = {point for ring in AREA.outline or () for point in ring}
    meetings = sorted(point for point in outer if sum(point in ring for ring in rings) > 1)
    assert len(meetings) > 10
    for lon, lat in meetings:
        for turn in range(0, 360, 10):
            for metres in (30, 90, 250):
                north = metres * sin(radians(turn)) / METRES_PER_DEGREE
                east = metres * cos(radians(turn)) / METRES_PER_DEGREE / cos(radians(lat))
                assert_is_plain(PLACES.place(lat + north, lon + east), lat + north, lon + east)


def test_what_is_remembered_changes_nothing() -> None:
    fresh = Places(AREA)
    first = [fresh.place(lat, lon) for lon, lat in CORNERS]
    assert [fresh.place(lat, lon) for lon, lat in reversed(CORNERS)] == list(reversed(first))


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemas.geo._SQUARES_MAX", 8)
    monkeypatch.setattr("schemas.geo._PLACES_MAX", 8)
    fresh = Places(AREA)
    for lon, lat in CORNERS[:100]:
        assert_is_plain(fresh.place(lat, lon), lat, lon)
        assert max(len(fresh._squares), len(fresh._places)) <= 8
        assert all(len(answer.places) <= 8 for answer in (*fresh._holders, *fresh._neighbours))


def test_a_place_far_away_has_the_nearest_ward_and_is_outside() -> None:
    assert PLACES.place(41.88, -87.63).outside_wards
    assert not PLACES.place(-89.9, 179.9).inside


@pytest.mark.parametrize(
    ("lat", "lon", "said"),
    [
        (90.01, 0.0, "latitude 90.01 must lie between -90 and 90"),
        (nan, 0.0, "latitude nan"),
        (float("-inf"), 0.0, "latitude -inf"),
        (51.5, 180.5, "longitude 180.5 must lie between -180 and 180"),
        (51.5, nan, "longitude nan"),
    ],
)
def test_a_position_outside_the_world_is_refused_by_value(lat: float, lon: float, said: str) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match=said):
            PLACES.place(lat, lon)


def test_metres_outside_is_0_within_and_the_way_to_the_edge_beyond() -> None:
    assert PLACES.metres_outside(51.5138, -0.1307) == 0.0
    north = max(CORNERS, key=lambda corner: corner[1])
    assert PLACES.metres_outside(north[1] + 0.01, north[0]) == pytest.approx(1_112, abs=1)


def _area_of(folder: Path, boundary: str | None) -> Area:
    file = folder / "town.toml"
    named = 'boundary = "town.geojson"\n' if boundary else ""
    file.write_text(f'id = "town"\nname = "Town"\ntime_zone = "UTC"\n{named}')
    if boundary:
        (folder / "town.geojson").write_text(boundary)
    return load_area_file(file)


def test_an_area_without_a_boundary_holds_everything(tmp_path: Path) -> None:
    places = Places(_area_of(tmp_path, None))
    assert places.place(41.88, -87.63) == Place(
        ward=None, cell=h3.latlng_to_cell(41.88, -87.63, 9), inside=True, outside_wards=False
    )
    assert places.metres_outside(41.88, -87.63) == 0.0


def test_an_outline_alone_says_inside_or_not_and_knows_holes_and_parts(tmp_path: Path) -> None:
    square = "[[0,0],[0,9],[9,9],[9,0],[0,0]]"
    hole = "[[3,3],[3,6],[6,6],[6,3],[3,3]]"
    isle = "[[20,0],[20,1],[21,1],[21,0],[20,0]]"
    shape = f'{{"type":"MultiPolygon","coordinates":[[{square},{hole}],[{isle}]]}}'
    body = f'{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{shape}}}]}}'
    places = Places(_area_of(tmp_path, body))
    inside = {(1.0, 1.0): True, (4.0, 4.0): False, (0.5, 20.5): True, (12.0, 12.0): False}
    for (lat, lon), expected in inside.items():
        place = places.place(lat, lon)
        assert (place.inside, place.ward, place.outside_wards) == (expected, None, False), (lat, lon)


# Caister water tower as the Ordnance Survey gives it in both systems, and Trafalgar Square.
@pytest.mark.parametrize(
    ("easting", "northing", "lat", "lon"),
    [(651_409.903, 313_177.270, 52.658007, 1.716074), (530_034.0, 180_381.0, 51.50736, -0.12775)],
)
def test_a_grid_position_is_its_position_on_earth(easting: float, northing: float, lat: float, lon: float) -> None:
    position = wgs84_of_grid(easting, northing)
    assert position == pytest.approx((lat, lon), abs=5e-5)
    assert grid_of_wgs84_batch(*([each] for each in position)) == [pytest.approx((easting, northing), abs=0.001)]


def test_a_batch_gives_what_one_by_one_gives() -> None:
    eastings, northings = [530_000.0, 529_050.0], [180_000.0, 181_250.0]
    assert wgs84_of_grid_batch(eastings, northings) == [
        wgs84_of_grid(easting, northing) for easting, northing in zip(eastings, northings, strict=True)
    ]


@pytest.mark.parametrize("position", [(nan, 1.0), (-1.0, 5.0), (700_001.0, 5.0), (5.0, 1_300_001.0), (5.0, nan)])
def test_a_position_off_the_grid_is_refused_by_value(position: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"is not a position of the British National Grid"):
        wgs84_of_grid(*position)
