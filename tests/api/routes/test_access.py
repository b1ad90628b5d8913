"""Every call x role x field against the table of access.py, which has a row for each call that there is."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from schemas.audiences import Role
from schemas.categories import Category
from schemas.feeds import Source
from schemas.picture import BlindGap, Change, Kind, PictureRecord
from schemas.times import HOUR, MINUTE
from tests.api.routes.access import ACCESS, Row
from tests.api.routes.access import THEFT as THEFT_REPORT
from tests.builders_contracts import SATURDAY_23H, feed_health, incident, member, night_summary, window
from tests.builders_http import Site
from tests.builders_record import SATURDAY
from tests.builders_reports import door

CALLS = pytest.mark.parametrize("row", ACCESS, ids=lambda row: str(row.call))
THEFT = "theft-in-soho"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A desk that has told one incident for each desk of three, and one record of each other kind."""
    with door(tmp_path_factory.mktemp("desk")) as opened:
        _tell(opened.site)
        yield opened.site


def _tell(desk: Site) -> None:
    house = desk.house
    reporters = [(Source.SBN, "venue:blue-door"), (Source.NIGHTSTARS, "team:soho"), (Source.LFB, "lfb")]
    incidents = {
        key: incident(
            *(
                member(id=f"{key}:{n}", source=s, reporter=r, category=c, words_ref="w-1")
                for n, (s, r) in enumerate(reporters)
            ),
            id=key,
        )
        for key, c in (
            (THEFT, Category.THEFT),
            ("watched", Category.SUSPICIOUS_BEHAVIOUR),
            ("harmed", Category.HIDDEN_HARM),
        )
    }
    gap = BlindGap(since=SATURDAY_23H, until=SATURDAY_23H)
    records: list[tuple[Kind, str, PictureRecord]] = [
        *((Kind.INCIDENTS, key, record) for key, record in incidents.items()),
        (Kind.WINDOWS, "w", window()),
        (Kind.FEEDS, "noise", feed_health()),
        (Kind.NIGHT, "2026-05-16", night_summary(blind=(gap,))),
    ]
    desk.told.tell(
        *(
            Change(kind=kind, key=key, offset=1, index=index, at=SATURDAY - HOUR, record=record)
            for index, (kind, key, record) in enumerate(records)
        )
    )
    house.enrolment()
    house.words.keep("w-1", "blue-door", "he had a bottle")
    opens = {"Authorization": f"Bearer {house.key(Role.OPERATIONS)}"}
    desk.ask("POST", f"/api/v1/incidents/{THEFT}/words", json={"purpose": "to see"}, headers=opens)


def ask(desk: Site, row: Row, headers: dict[str, str], key: str | None = None) -> tuple[int, object]:
    """The status, and the answer where it is JSON."""
    method, _, path = row.call.partition(" ")
    body = {"key": key or "nd_nobody"} if row.call == "POST /api/v1/session" else row.body
    desk.cookies.clear()
    place = path.format(
        theft=THEFT, words="w-1", session="nobodys", source="sbn", enrolment=_enrolment(desk, path),
        report=_receipt(desk, path, "{report}", headers)["id"],
        reported=_receipt(desk, path, "{reported}", headers)["incident"],
    )  # fmt: skip
    headers = {**headers, "Idempotency-Key": str(uuid4())}
    answer = desk.ask(method, place, headers=headers, json=body)
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    return answer.status_code, answer.json() if is_json and answer.content else None


def _enrolment(desk: Site, path: str) -> int:
    """The id of a new enrolment, where the path needs one."""
    made = {"role": "business", "subject": "blue-door"}
    if "{enrolment}" not in path:
        return 0
    answer = desk.ask("POST", "/api/v1/enrolments", json=made, headers=desk.as_role(Role.ADMIN))
    return int(answer.json()["enrolment"]["id"])


def _receipt(desk: Site, path: str, wanted: str, headers: dict[str, str]) -> dict[str, Any]:
    """The receipt of a new report, where the path needs one: the asker's own or, if they report nothing, a venue's."""
    if wanted not in path:
        return {"id": None, "incident": None}
    for whose in (headers, desk.as_role(Role.BUSINESS)):
        named = {**whose, "Idempotency-Key": str(uuid4())}
        answer = desk.ask("POST", "/api/v1/reports", json=THEFT_REPORT, headers=named)
        if answer.status_code == 201:
            break
    found: dict[str, Any] = answer.json()
    return found


def fields_of(value: object, prefix: str = "") -> Iterator[str]:
    """Every path through an answer; keys that are ids are `*`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            path = f"{prefix}.{_name(prefix, name)}".lstrip(".")
            yield path
            yield from fields_of(inner, path)
    elif isinstance(value, list):
        for inner in value:
            yield from fields_of(inner, prefix)


KEYED = re.compile(
    r"(state\.\w+|wards|groups|categories|cameras|venues|teams|cameras_at|venues_at|rejected|layers|cells)$"
)


def _name(prefix: str, name: str) -> str:
    return "*" if KEYED.fullmatch(prefix) else name


@CALLS
def test_each_role_gets_its_fields_and_no_others(row: Row, told: Site) -> None:
    for role in Role:
        key = told.house.key(role)
        status, answer = ask(told, row, {"Authorization": f"Bearer {key}"}, key)
        told.house.clock.now += MINUTE  # and with it room for one more sign-in
        assert status == (row.ok if role in row.shown else row.by_role.get(role, row.refused)), role
        if role in row.shown:
            assert set(fields_of(answer)) == row.shown[role], role


@CALLS
def test_nobody_gets_only_what_is_for_everybody(row: Row, told: Site) -> None:
    assert ask(told, row, {})[0] == row.nobody


def test_a_key_that_was_revoked_is_nobody_at_once(told: Site) -> None:
    for row in ACCESS:
        if row.nobody != 401 or not row.shown or row.call.startswith("POST /api/v1/session"):
            continue
        key = told.house.key(next(iter(row.shown)))
        headers, made = {"Authorization": f"Bearer {key}"}, told.house.keys.listed()[-1].id
        assert ask(told, row, headers)[0] == row.ok, row.call
        assert told.house.keys.revoke(made, told.house.clock())
        assert ask(told, row, headers)[0] == 401, row.call


def test_there_is_a_row_for_every_call(told: Site) -> None:
    document = told.ask("GET", "/api/v1/openapi.json").json()
    calls = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    rows = {re.sub(r"\{\w+\}", "{id}", row.call.partition("?")[0]) for row in ACCESS}
    assert rows == {re.sub(r"\{\w+\}", "{id}", call) for call in calls}
