"""A folder of GeoJSON becomes a pack: each feature told what it is, cut to the area, and nothing lost in silence."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from api.basemap.build import BuildRefused, bounds_of, build_files, build_folder
from api.basemap.pack import Layer, Pack, unpacked, write_pack
from schemas.reference import load_area
from tests.shared_data import shared

AREA = load_area()
SQUARE = [[[-0.13, 51.51], [-0.12, 51.51], [-0.12, 51.52], [-0.13, 51.52], [-0.13, 51.51]]]


def feature(type_: str, coordinates: Sequence[object], **tags: object) -> dict[str, object]:
    return {"type": "Feature", "properties": tags, "geometry": {"type": type_, "coordinates": coordinates}}


def write(folder: Path, name: str, *features: dict[str, object], **more: object) -> Path:
    file = folder / name
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **more}))
    return file


def only(pack: Pack, layer: Layer) -> tuple[str, str]:
    (shape,) = pack.layers[layer]
    return shape.k, shape.n


@pytest.mark.parametrize(
    ("highway", "kind"),
    [("trunk", "major"), ("primary_link", "major"), ("tertiary", "mid"), ("residential", "minor"), ("steps", "path")],
)
def test_a_street_keeps_its_class_and_its_name(highway: str, kind: str, tmp_path: Path) -> None:
    line = feature("LineString", [[-0.13, 51.51], [-0.12, 51.52]], highway=highway, name="Old Compton Street")
    built = build_files([write(tmp_path, "streets.geojson", line)], None, credit="us")
    assert only(built.pack, Layer.STREET) == (kind, "Old Compton Street")


def test_of_two_names_the_first_is_shown_and_an_inferred_one_not_at_all(tmp_path: Path) -> None:
    ends = [[-0.13, 51.51], [-0.12, 51.52]]
    both = feature("LineString", ends, highway="path", name="Meard Street / Royalty Mews")
    guess = feature("LineString", ends, highway="path", name="Perhaps Court", name_src="nearby")
    built = build_files([write(tmp_path, "paths.geojson", both, guess)], None, credit="us")
    assert [shape.n for shape in built.pack.layers[Layer.STREET]] == ["Meard Street", ""]


@pytest.mark.parametrize(
    ("file", "tags", "layer"),
    [
        ("a.geojson", {"kind": "park"}, Layer.PARK),
        ("a.geojson", {"leisure": "park"}, Layer.PARK),
        ("a.geojson", {"building": "yes"}, Layer.BUILDING),
        ("a.geojson", {"kind": "block"}, Layer.BLOCK),
        ("a.geojson", {"natural": "water"}, Layer.WATER),
        ("my_buildings.geojson", {"h": 12}, Layer.BUILDING),
        ("thames.geojson", {}, Layer.WATER),
    ],
)
def test_an_area_is_told_by_its_tags_and_then_by_its_file(
    file: str, tags: dict[str, object], layer: Layer, tmp_path: Path
) -> None:
    built = build_files([write(tmp_path, file, feature("Polygon", SQUARE, **tags))], None, credit="us")
    assert list(built.pack.layers) == [layer]


def test_what_cannot_be_told_or_lies_elsewhere_is_counted(tmp_path: Path) -> None:
    far = feature("LineString", [[2.3, 48.8], [2.4, 48.9]], highway="primary")
    odd = feature("Point", [-0.13, 51.51], name="Nelson")
    empty: dict[str, object] = {"type": "Feature", "properties": {}, "geometry": None}
    built = build_files([write(tmp_path, "a.geojson", far, odd, empty)], bounds_of(AREA), credit="us")
    assert (dict(built.left_out), built.pack.layers) == ({"a.geojson": 3}, {})


def test_a_river_is_cut_where_the_map_ends(tmp_path: Path) -> None:
    river = [[[-1.0, 51.49], [1.0, 51.49], [1.0, 51.5], [-1.0, 51.5], [-1.0, 51.49]]]
    bounds = bounds_of(AREA)
    assert bounds is not None
    built = build_files([write(tmp_path, "thames.geojson", feature("Polygon", river))], bounds, credit="us")
    lons = [lon for lon, _ in unpacked(built.pack.layers[Layer.WATER][0])[0]]
    assert [min(lons), max(lons)] == pytest.approx([bounds[0], bounds[2]], abs=1e-5)


def test_the_credit_is_what_is_said_else_what_the_files_say_else_it_is_asked_for(tmp_path: Path) -> None:
    file = write(tmp_path, "wards.geojson", feature("Polygon", SQUARE, kind="park"), attribution="The Crown")
    osm = write(tmp_path, "parks_osm2026.geojson", feature("Polygon", SQUARE, kind="park"))
    bare = write(tmp_path, "parks.geojson", feature("Polygon", SQUARE, kind="park"))
    assert build_files([file, osm], None).pack.credit == "The Crown · © OpenStreetMap contributors, ODbL"
    assert build_files([osm], None, credit="Somebody").pack.credit == "Somebody"
    with pytest.raises(BuildRefused, match="--credit"):
        build_files([bare], None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "no GeoJSON FeatureCollection"),
        ('{"type": "Feature"}', "no GeoJSON FeatureCollection"),
        ('{"features": [{"geometry": {"type": "Polygon", "coordinates": [1]}}]}', "feature 1: its geometry"),
        ('{"features": [{"geometry": {"type": "Cube", "coordinates": []}}]}', "feature 1: its geometry"),
    ],
)
def test_what_is_no_geojson_is_refused_by_file_and_rule(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "a.geojson"
    file.write_text(text)
    with pytest.raises(BuildRefused, match=said) as refused:
        build_files([file], None, credit="us")
    assert str(file) in str(refused.value)


def test_a_folder_without_geojson_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildRefused, match="holds 0"):
        build_folder(tmp_path, AREA)


def test_the_borough_with_every_building_makes_a_pack_of_under_half_a_megabyte(tmp_path: Path) -> None:
    built = build_folder(shared("geo"), AREA)
    assert write_pack(built.pack, tmp_path / "pack") < 500_000
    assert built.drawn[Layer.BUILDING] > 10_000
    assert built.drawn[Layer.STREET] > 3_000
    assert "OpenStreetMap" in built.pack.credit
