"""The basemap as a page gets it: the schematic or a pack, wards and cells always, credited, and once."""

from dataclasses import replace
from pathlib import Path

import orjson

from api.basemap.answer import basemap_of
from api.basemap.pack import FORMAT, Layer, Pack, packed, write_pack
from schemas.audiences import Role
from schemas.geo import Places
from schemas.reference import load_area
from tests.builders_http import Site

BASEMAP = "/api/v1/basemap"
AREA = load_area()


def test_nobody_gets_none(desk: Site) -> None:
    assert desk.ask("GET", BASEMAP).status_code == 401


def test_the_configuration_says_where_it_is(desk: Site) -> None:
    caller = desk.as_role(Role.OPERATIONS)
    where = desk.ask("GET", "/api/v1/config", headers=caller).json()["basemap"]
    assert desk.ask("GET", where, headers=caller).status_code == 200


def test_without_a_pack_it_is_the_schematic_with_the_wards(desk: Site) -> None:
    answer = desk.ask("GET", BASEMAP, headers=desk.as_role(Role.OPERATIONS)).json()
    assert answer["schematic"] is True
    assert len(answer["layers"]["ward"]) == 18
    assert {"Oxford Street", "Strand"} <= {street["n"] for street in answer["layers"]["street"]}
    assert any("Schematic" in line for line in answer["credit"])
    assert any("OGL" in line for line in answer["credit"])


def test_who_has_it_is_sent_nothing_again(desk: Site) -> None:
    caller = desk.as_role(Role.OPERATIONS)
    first = desk.ask("GET", BASEMAP, headers=caller)
    again = desk.ask("GET", BASEMAP, headers=caller | {"If-None-Match": first.headers["etag"]})
    plain = desk.ask("GET", BASEMAP, headers=caller | {"Accept-Encoding": "identity"})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["content-encoding"] == "gzip"
    assert plain.json() == first.json()
    assert plain.headers["etag"] != first.headers["etag"]


def test_a_pack_stands_in_place_of_the_schematic_with_its_own_credit(tmp_path: Path) -> None:
    street = packed([[(-0.13, 51.51), (-0.12, 51.52)]], name="Only Street", kind="major")
    write_pack(Pack(format=FORMAT, credit="© Somebody", layers={Layer.STREET: [street]}), tmp_path / "pack")
    answer = orjson.loads(basemap_of(AREA, tmp_path / "pack").plain)
    assert [shape["n"] for shape in answer["layers"]["street"]] == ["Only Street"]
    assert answer["credit"][0] == "© Somebody"
    assert "Leicester Square" in {station["n"] for station in answer["layers"]["station"]}
    assert (answer["schematic"], len(answer["layers"]["ward"])) == (False, 18)


def test_every_venue_and_camera_lies_in_a_cell_that_can_be_drawn() -> None:
    cells = orjson.loads(basemap_of(AREA, None).plain)["cells"]
    places = Places(AREA)
    positions = [(venue.lat, venue.lon) for venue in AREA.venues.values()]
    positions += [(camera.lat, camera.lon) for camera in AREA.cameras.values()]
    assert {places.place(*position).cell for position in positions} <= set(cells)


def test_an_area_that_has_neither_is_drawn_by_its_wards_alone() -> None:
    answer = orjson.loads(basemap_of(replace(AREA, id="elsewhere", outline=None), None).plain)
    drawn = [layer for layer, shapes in answer["layers"].items() if shapes]
    assert (drawn, answer["cells"], answer["credit"]) == (["ward"], {}, [])
