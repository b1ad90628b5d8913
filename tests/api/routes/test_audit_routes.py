"""The audit over HTTP: searched by whoever may, page by page; a business sees who read its own reports."""

import pytest

from api.auth.audit import Action, note
from schemas.audiences import Audience, Role
from schemas.times import HOUR, Instant, rfc3339
from tests.builders_http import Site

PATH = "/api/v1/audit"


@pytest.fixture
def read(desk: Site) -> Site:
    """Three readings, an hour apart."""
    with desk.house.kept.store.writing() as connection:
        for number, (role, supplier) in enumerate(
            [(Role.OPERATIONS, "venue:blue-door"), (Role.LEAD, "team:soho"), (Role.LEAD, "venue:blue-door")]
        ):
            note(
                connection, _at(desk, number), Action.WORDS_READ, Audience(role=role), None,
                who="ann", about=f"w-{number} of incident i1", supplier=supplier, purpose="to find who was hurt",
            )  # fmt: skip
    return desk


def _at(desk: Site, hours: int) -> Instant:
    return desk.house.clock() - 10 * HOUR + hours * HOUR


def _found(desk: Site, query: str, role: Role = Role.DATAPROTECTION) -> list[str]:
    answer = desk.ask("GET", f"{PATH}?{query}", headers=desk.as_role(role))
    assert answer.status_code == 200, answer.text
    return [one["about"] for one in answer.json()["items"] if one["action"] == "words_read"]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [2, 1, 0]),
        ("role=lead", [2, 1]),
        ("supplier=venue:blue-door", [2, 0]),
        ("supplier=venue:blue-door&role=operations", [0]),
        ("action=words_read", [2, 1, 0]),
        ("action=signed_in", []),
        ("subject=blue-door", []),
        ("since={1}", [2, 1]),
        ("until={1}", [0]),
        ("since={1}&until={2}", [1]),
    ],
)
def test_it_is_searched_by_role_subject_action_time_and_supplier(query: str, numbers: list[int], read: Site) -> None:
    times = [rfc3339(_at(read, hours)) for hours in range(3)]
    assert _found(read, query.format(*times)) == [f"w-{number} of incident i1" for number in numbers]


def test_it_is_read_page_by_page_newest_first(read: Site) -> None:
    reader = read.as_role(Role.ADMIN)
    pages, query = [], "action=words_read&limit=2"
    while query:
        answer = read.ask("GET", f"{PATH}?{query}", headers=reader).json()
        pages.append([one["about"][:3] for one in answer["items"]])
        query = f"action=words_read&limit=2&cursor={answer['next']}" if answer["next"] else ""
    assert pages == [["w-2", "w-1"], ["w-0"]]


def test_a_business_sees_who_read_its_own_reports_by_role_and_no_name(read: Site) -> None:
    answer = read.ask("GET", PATH, headers=read.as_role(Role.BUSINESS))
    assert [(one["role"], one["purpose"]) for one in answer.json()["items"]] == [
        ("lead", "to find who was hurt"),
        ("operations", "to find who was hurt"),
    ]
    assert {(one["who"], one["key_id"], one["supplier"]) for one in answer.json()["items"]} == {
        (None, None, "venue:blue-door")
    }


@pytest.mark.parametrize("query", ["supplier=team:soho", "action=signed_in", "role=lead&supplier=team:soho"])
def test_a_business_cannot_ask_for_anybody_elses(query: str, read: Site) -> None:
    items = read.ask("GET", f"{PATH}?{query}", headers=read.as_role(Role.BUSINESS)).json()["items"]
    assert {(one["supplier"], one["action"]) for one in items} == {("venue:blue-door", "words_read")}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN, Role.DATAPROTECTION, Role.BUSINESS}))
def test_nobody_else_reads_it(role: Role, read: Site) -> None:
    assert read.ask("GET", PATH, headers=read.as_role(role)).status_code == 403
    assert read.ask("GET", PATH).status_code == 401


def test_reading_it_is_written_down_once_a_search(read: Site) -> None:
    reader = read.as_role(Role.DATAPROTECTION)
    first = read.ask("GET", f"{PATH}?role=lead&limit=1", headers=reader).json()
    read.ask("GET", f"{PATH}?role=lead&limit=1&cursor={first['next']}", headers=reader)
    found = read.ask("GET", f"{PATH}?action=audit_read", headers=reader).json()["items"]
    assert [(one["role"], one["about"]) for one in found] == [("dataprotection", "role lead")]


@pytest.mark.parametrize(
    "query",
    [
        *("since=yesterday", "since=2026-05-16T00:00:00", "role=nobody", "action=x", "limit=0", "limit=501"),
        *("cursor=x", "cursor=a", "cursor=a1x", "cursor=a" + "9" * 19, "cursor=a-1"),
    ],
)
def test_a_search_that_is_none_is_not_understood(query: str, read: Site) -> None:
    answer = read.ask("GET", f"{PATH}?{query}", headers=read.as_role(Role.ADMIN))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not_understood")
