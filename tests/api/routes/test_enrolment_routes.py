"""Enrolments over HTTP: the admin's alone, a link shown once, a phone that is a venue's, and taking it back."""

import httpx
import pytest

from schemas.audiences import Role
from schemas.times import DAY, HOUR, rfc3339
from tests.builders_http import Site

PATH, SESSION = "/api/v1/enrolments", "/api/v1/session"
VENUE = {"role": "business", "subject": "blue-door"}


def _make(desk: Site, body: object = VENUE, role: Role = Role.ADMIN) -> httpx.Response:
    return desk.ask("POST", PATH, json=body, headers=desk.as_role(role))


def _open(desk: Site, link: str) -> httpx.Response:
    desk.cookies.clear()
    token = link.partition("#token=")[2]
    return desk.ask("POST", SESSION, json={"link": token}, headers={"Origin": desk.origin})


def test_a_phone_opens_the_link_and_is_the_venues(desk: Site) -> None:
    made = _make(desk)
    assert made.status_code == 201
    assert made.headers["location"] == f"{PATH}/1"
    assert made.json()["link"].startswith(f"{desk.services.addresses[0].page}/account#token=")
    assert made.json()["enrolment"] == {
        "id": 1, "role": "business", "subject": "blue-door", "name": None, "state": "waiting",
        "made_at": rfc3339(desk.house.clock()), "expires_at": rfc3339(desk.house.clock() + 24 * HOUR), "used_at": None,
    }  # fmt: skip
    opened = _open(desk, made.json()["link"])
    assert (opened.status_code, opened.json()["role"], opened.json()["subject"]) == (200, "business", "blue-door")
    assert f"Max-Age={180 * DAY // 1000}" in opened.headers["set-cookie"]
    assert _open(desk, made.json()["link"]).status_code == 401


def test_the_list_shows_what_became_of_each_and_no_link(desk: Site) -> None:
    link = _make(desk).json()["link"]
    _make(desk, {"role": "operations", "name": "Ann", "hours": 1})
    _open(desk, link)
    desk.house.clock.now += HOUR
    listed = desk.ask("GET", PATH, headers=desk.as_role(Role.ADMIN))
    assert [(one["name"], one["state"]) for one in listed.json()["items"]] == [("ann", "expired"), (None, "used")]
    assert "token" not in listed.text


def test_taken_back_the_phone_is_nobodys(desk: Site) -> None:
    opened = _open(desk, _make(desk).json()["link"])
    assert opened.status_code == 200
    admin = desk.as_role(Role.ADMIN)
    jar = dict(desk.cookies)
    desk.cookies.clear()
    assert desk.ask("DELETE", f"{PATH}/1", headers=admin).status_code == 204
    assert desk.ask("DELETE", f"{PATH}/1", headers=admin).status_code == 404
    desk.cookies = jar
    assert desk.ask("GET", SESSION).status_code == 401


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
@pytest.mark.parametrize(("method", "path"), [("POST", PATH), ("GET", PATH), ("DELETE", f"{PATH}/1")])
def test_it_is_the_admins_alone(role: Role, method: str, path: str, desk: Site) -> None:
    body = VENUE if method == "POST" else None
    answer = desk.ask(method, path, json=body, headers=desk.as_role(role))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not_allowed")
    assert desk.ask(method, path, json=body).status_code == 401
    assert desk.services.authenticator.enrolments.listed(desk.house.clock()) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"role": "business"}, "role business needs a venue, by its id."),
        ({"role": "business", "subject": "nowhere"}, "venue 'nowhere' is not one of Westminster"),
        ({"role": "operations", "subject": "blue-door", "name": "ann"}, "role operations has no venue"),
        ({"role": "operations"}, "role operations is held by people"),
        ({"role": "operations", "name": "A B"}, "must be 2 to 64 letters"),
        ({"role": "feed", "name": "ann"}, "make a key"),
    ],
)
def test_what_cannot_be_enrolled_is_said(body: object, said: str, desk: Site) -> None:
    answer = _make(desk, body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/enrolment_refused")
    assert said in answer.json()["detail"]


@pytest.mark.parametrize("body", [{}, {"role": "nobody"}, VENUE | {"hours": 0}, VENUE | {"hours": 169}, {"role": 1}])
def test_a_body_that_is_none_is_not_understood(body: object, desk: Site) -> None:
    assert _make(desk, body).json()["type"] == "/problems/not_understood"
