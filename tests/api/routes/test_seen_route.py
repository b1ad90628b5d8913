"""Whoever opens an incident at the desk has seen its reports, and each reporter's receipt says so."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import get_ident

import pytest

from schemas.audiences import Role
from schemas.times import rfc3339
from tests.builders_http import site
from tests.builders_record import SATURDAY
from tests.builders_reports import THEFT, UUID, Door, Unreadable, door


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Door]:
    with door(tmp_path) as opened:
        yield opened


def test_opening_an_incident_is_on_every_receipt_of_it(desk: Door) -> None:
    venue = desk.key()
    incident = desk.post("reports", THEFT, key=venue, name=UUID).json()["incident"]
    for role in (Role.OPERATIONS, Role.LEAD):
        seen = desk.post(f"incidents/{incident}/seen", key=desk.key(role))
        assert (seen.status_code, seen.json()) == (200, {"seen_at": rfc3339(SATURDAY)})
    receipt = desk.get(f"reports/{UUID}", key=venue).json()
    assert (receipt["status"], receipt["seen_at"], receipt["advice"]) == ("seen", rfc3339(SATURDAY), [])


@pytest.mark.parametrize(
    ("category", "may"),
    [
        ("theft", {Role.OPERATIONS, Role.LEAD}),
        ("suspicious_behaviour", {Role.PROTECT}),
        ("hidden_harm", {Role.SAFEGUARD}),
    ],
)
def test_each_sees_their_own_categories_and_another_is_as_one_that_is_not_there(
    desk: Door, category: str, may: set[Role]
) -> None:
    body = {"category": category, "severity": 2}
    incident = desk.post("reports", body, key=desk.key(), name=UUID).json()["incident"]
    for role in (Role.OPERATIONS, Role.LEAD, Role.PROTECT, Role.SAFEGUARD):
        answer = desk.post(f"incidents/{incident}/seen", key=desk.key(role))
        nowhere = desk.post("incidents/i0/seen", key=desk.key(role))
        assert answer.status_code == (200 if role in may else 404)
        assert role in may or answer.json() == nowhere.json()


def test_what_reporters_and_others_look_at_is_not_seen(desk: Door) -> None:
    incident = desk.post("reports", THEFT, key=desk.key(), name=UUID).json()["incident"]
    for role in set(Role) - {Role.OPERATIONS, Role.LEAD, Role.PROTECT, Role.SAFEGUARD, Role.HAVEN}:
        assert desk.post(f"incidents/{incident}/seen", key=desk.key(role)).status_code == 403, role
    assert desk.incident(incident).seen_at is None


@pytest.mark.parametrize(
    ("category", "number"), [("suspicious_behaviour", "0800 789 321"), ("hidden_harm", "08000 121 700")]
)
def test_a_protective_report_is_told_its_helpline(desk: Door, category: str, number: str) -> None:
    receipt = desk.post("reports", {"category": category, "severity": 2}, key=desk.key(), name=UUID).json()
    assert any(number in line for line in receipt["advice"])


def test_a_record_that_cannot_be_read_is_waited_for_by_whoever_asked_alone(desk: Door, tmp_path: Path) -> None:
    unreadable = Unreadable(desk.owner, [])
    other = site(desk.house, tmp_path / "pages", incoming=replace(desk.incoming, desk=unreadable))
    answer = other.ask("POST", "/api/v1/incidents/i1/seen", headers=other.as_role(Role.LEAD))
    assert answer.status_code == 503
    assert len(unreadable.tried_in) == 1
    assert unreadable.tried_in != [get_ident()], "the loop, which runs in this thread, goes on meanwhile"
