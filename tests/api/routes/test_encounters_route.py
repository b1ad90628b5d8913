"""Encounters over HTTP: one or several, each once, a team's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.audiences import Role
from tests.builders_reports import UUID, Door, door

MET = {"category": "vulnerable_person", "position": {"lat": 51.5136, "lon": -0.1318}, "helped": 2}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Door]:
    with door(tmp_path) as opened:
        yield opened


def test_one_encounter_has_a_receipt(desk: Door) -> None:
    key = desk.key(Role.NIGHTSTARS, team="soho")
    answer = desk.post("encounters", MET, key=key, name=UUID)
    assert (answer.status_code, answer.json()["id"]) == (201, UUID)
    (member,) = desk.incident(answer.json()["incident"]).members
    assert (member.id, member.reporter) == (f"nightstars:{UUID}:0", "team:soho")
    assert desk.post("encounters", MET, key=key, name=UUID).status_code == 200
    assert desk.get(f"reports/{UUID}", key=key).json() == answer.json()
    gone = desk.post(f"reports/{UUID}/withdrawal", key=key, name="w-1")
    assert gone.json()["status"] == "withdrawn"


def test_a_batch_is_answered_one_by_one_and_again_it_doubles_nothing(desk: Door) -> None:
    key = desk.key(Role.NIGHTSTARS, team="soho")
    batch = [MET | {"id": "e-1"}, MET | {"severity": 3}, MET | {"position": {"lat": 48.85, "lon": 2.35}}]
    first = desk.post("encounters", batch, key=key, name="b-1")
    assert first.status_code == 201
    assert [one["status"] for one in first.json()["items"]] == [201, 201, 422]
    assert first.json()["items"][2]["type"] == "/problems/outside_area"
    again = desk.post("encounters", batch, key=key, name="b-1")
    assert [one["status"] for one in again.json()["items"]] == [200, 200, 422]
    assert [one["receipt"] for one in again.json()["items"]] == [one["receipt"] for one in first.json()["items"]]
    alone = desk.post("encounters", MET | {"id": None}, key=key, name="e-1")
    assert alone.status_code == 200, "the id within a batch is the same key"
    assert len(desk.owner.engine.desk.reports.known) == 2


def test_a_batch_with_one_that_cannot_be_read_is_refused_whole(desk: Door) -> None:
    key = desk.key(Role.NIGHTSTARS, team="soho")
    answer = desk.post("encounters", [MET, MET | {"severity": 9}], key=key, name="b-1")
    assert answer.status_code == 422
    assert "1.severity" in answer.text
    assert desk.owner.engine.desk.reports.known == {}
    assert desk.post("encounters", [], key=key, name="b-1").status_code == 422
    assert desk.post("encounters", [MET] * 101, key=key, name="b-1").status_code == 422


def test_whose_encounters(desk: Door) -> None:
    own, anybodys = desk.key(Role.NIGHTSTARS, team="soho"), desk.key(Role.NIGHTSTARS)
    assert desk.post("encounters", MET | {"team": "mayfair"}, key=own, name="1").status_code == 403
    assert desk.post("encounters", MET, key=anybodys, name="1").json()["detail"] == "team: is missing."
    assert desk.post("encounters", MET | {"team": "nobody"}, key=anybodys, name="1").status_code == 422
    assert desk.post("encounters", MET | {"team": "soho"}, key=anybodys, name="1").status_code == 201
    assert desk.post("encounters", MET, key=desk.key(), name="1").status_code == 403
