"""Boundaries from GeoJSON: wards, outlines, and what is wrong with a file."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from schemas.boundary import WardProperties, area_of, read_boundary
from schemas.reference import load_area
from schemas.toml_reader import ReferenceFileError
from tests.shared_data import shared

SQUARE = "[[0,0],[0,2],[2,2],[2,0],[0,0]]"
HOLE = "[[0.5,0.5],[0.5,1],[1,1],[1,0.5],[0.5,0.5]]"
PROPERTIES = WardProperties(code="code", name="name")


def feature(geometry: str, properties: str = '{"code":"W1","name":"West"}') -> str:
    return f'{{"type":"Feature","properties":{properties},"geometry":{geometry}}}'


def polygon(*rings: str) -> str:
    return f'{{"type":"Polygon","coordinates":[{",".join(rings)}]}}'


def file_of(folder: Path, *features: str) -> Path:
    file = folder / "b.geojson"
    file.write_text('{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}")
    return file


def test_a_feature_with_a_code_and_a_name_is_a_ward(tmp_path: Path) -> None:
    boundary = read_boundary(file_of(tmp_path, feature(polygon(SQUARE))), PROPERTIES)
    assert [(ward.code, ward.name) for ward in boundary.wards] == [("W1", "West")]
    assert shapely.area(area_of(boundary.outline)) == 4.0


def test_without_ward_properties_it_is_an_outline(tmp_path: Path) -> None:
    boundary = read_boundary(file_of(tmp_path, feature(polygon(SQUARE, HOLE), "null")), None)
    assert boundary.wards == ()
    assert shapely.area(area_of(boundary.outline)) == 3.75


def test_a_ward_of_several_parts_keeps_parts_and_holes(tmp_path: Path) -> None:
    isle = SQUARE.replace("2", "7").replace("0", "6")
    geometry = f'{{"type":"MultiPolygon","coordinates":[[{SQUARE},{HOLE}],[{isle}]]}}'
    (ward,) = read_boundary(file_of(tmp_path, feature(geometry)), PROPERTIES).wards
    assert shapely.area(area_of(ward.rings)) == 4.75


@pytest.mark.parametrize(
    ("features", "line", "said"),
    [
        ([], 1, "FeatureCollection that is not empty"),
        ([feature(polygon(SQUARE), '{"code":"W1"}')], 2, "properties.name = None: must be a text"),
        ([feature(polygon(SQUARE)), feature(polygon(SQUARE), '{"code":7,"name":"x"}')], 3, "properties.code = 7"),
        ([feature(polygon(SQUARE)), feature(polygon(SQUARE))], None, "'W1': stands for two features"),
        ([feature('{"type":"Point","coordinates":[0,0]}')], 2, "'Point': must be Polygon or MultiPolygon"),
        ([feature("null")], 2, "must be Polygon or MultiPolygon"),
        ([feature(polygon("[[0,0],[0,2],[2,2],[0,1]]"))], 2, "4 points and must close"),
        ([feature(polygon("[[0,0],[2,2],[0,2],[2,0],[0,0]]"))], 2, "must not cross itself"),
        ([feature(polygon("[[0,0],[0,2],[2,200],[0,0]]"))], 2, "[longitude, latitude] in WGS84"),
        ([feature(polygon('[[0,0],[0,"2"],[2,2],[0,0]]'))], 2, "[longitude, latitude] in WGS84"),
        ([feature(polygon("5"))], 2, "nested lists"),
        ([feature(polygon())], 2, "must enclose something"),
        (['{"type":"Thing"}'], None, "must be a Feature"),
        (["7"], None, "must be a Feature"),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path: Path, features: list[str], line: int | None, said: str) -> None:
    with pytest.raises(ReferenceFileError) as refused:
        read_boundary(file_of(tmp_path, *features), PROPERTIES)
    assert said in str(refused.value)
    assert refused.value.line == line


def test_what_is_not_json_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "b.geojson"
    file.write_text('{"type":\n oops}')
    with pytest.raises(ReferenceFileError, match=r"b\.geojson:2: is not a readable GeoJSON"):
        read_boundary(file, None)
    with pytest.raises(ReferenceFileError, match="not a readable GeoJSON file"):
        read_boundary(tmp_path, None)


def test_westminsters_wards_share_their_edges_and_leave_no_gap() -> None:
    wards = [area_of(ward.rings) for ward in load_area().wards]
    assert shapely.coverage_is_valid(wards)
    assert len(load_area().outline or ()) == 1


def test_westminsters_wards_lie_within_ten_metres_of_the_published_ones() -> None:
    published = read_boundary(
        shared("geo/westminster_wards_2022.geojson"), WardProperties(code="WD22CD", name="WD22NM")
    ).wards
    for ours, theirs in zip(load_area().wards, published, strict=True):
        assert (ours.code, ours.name) == (theirs.code, theirs.name)
        one, other = (shapely.transform(area_of(rings), _metres) for rings in (ours.rings, theirs.rings))
        assert shapely.hausdorff_distance(one, other) < 10


def _metres(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(points * [69_200, 111_195])
