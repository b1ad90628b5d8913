"""One's own account over HTTP: name and password, the sessions, signing out everywhere."""

import httpx
import pytest

from api.rates import ATTEMPTS_A_NAME
from schemas.audiences import Role
from schemas.times import MINUTE
from tests.builders_auth import PASSWORD
from tests.builders_http import Site

SESSION, SESSIONS, CHANGE = "/api/v1/session", "/api/v1/sessions", "/api/v1/session/password"
NEW = "seven lanterns in the yard"


def _sign_in(desk: Site, password: str = PASSWORD, name: str = "ann") -> httpx.Response:
    return desk.ask("POST", SESSION, json={"name": name, "password": password}, headers={"Origin": desk.origin})


def _change(desk: Site, old: str | None, new: str) -> httpx.Response:
    return desk.ask("POST", CHANGE, json={"old": old, "new": new}, headers={"Origin": desk.origin})


def test_a_name_and_password_sign_in(desk: Site) -> None:
    desk.house.person("ann")
    answer = _sign_in(desk)
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["has_password"]) == ("ann", True)
    assert desk.ask("GET", SESSION).json() == answer.json()


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(desk: Site) -> None:
    desk.house.person("ann")
    desk.house.person("ben", password=None)
    answers = [_sign_in(desk, "wrong"), _sign_in(desk, name="nobody"), _sign_in(desk, name="ben")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_five_attempts_a_minute_for_one_name_from_wherever(desk: Site) -> None:
    desk.house.person("ann")
    for number in range(ATTEMPTS_A_NAME.at_once):
        desk.address = f"192.0.2.{number + 10}"
        assert _sign_in(desk, "wrong", " Ann").status_code == 401
    refused = _sign_in(desk)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "12")
    desk.house.clock.now += MINUTE
    assert _sign_in(desk).status_code == 200


def test_an_enrolled_person_chooses_a_password_and_comes_back_with_it(desk: Site) -> None:
    token = desk.house.enrolment(Role.LEAD, "ann")
    first = desk.ask("POST", SESSION, json={"link": token}, headers={"Origin": desk.origin})
    assert (first.json()["role"], first.json()["name"], first.json()["has_password"]) == ("lead", "ann", False)
    assert _change(desk, None, NEW).json()["has_password"] is True
    desk.cookies.clear()
    assert _sign_in(desk, NEW).status_code == 200


def test_a_new_password_ends_every_other_session_and_changes_this_ones_cookie(desk: Site) -> None:
    desk.house.person("ann")
    _sign_in(desk)
    elsewhere = dict(desk.cookies)
    desk.cookies.clear()
    _sign_in(desk)
    before = dict(desk.cookies)
    assert _change(desk, PASSWORD, NEW).status_code == 200
    assert desk.ask("GET", SESSION).status_code == 200
    for old in (elsewhere, before):
        desk.cookies = old
        assert desk.ask("GET", SESSION).status_code == 401
    assert _sign_in(desk, PASSWORD).status_code == 401


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wrong", NEW, "The old password is not right."),
        (None, NEW, "The old password is not right."),
        (PASSWORD, "too short", "A password has at least 12 characters. A sentence that only you know is good."),
        (PASSWORD, "Nightdesk2026!", "That is one of the first that anybody would try. Take another."),
    ],
)
def test_a_password_that_cannot_be_is_refused_and_the_old_one_stays(
    old: str | None, new: str, said: str, desk: Site
) -> None:
    desk.house.person("ann")
    _sign_in(desk)
    answer = _change(desk, old, new)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/password_refused")
    assert answer.json()["detail"] == said
    assert desk.ask("GET", SESSION).status_code == 200
    desk.cookies.clear()
    assert _sign_in(desk).status_code == 200


def test_the_old_password_is_not_guessed_from_an_open_session_either(desk: Site) -> None:
    desk.house.person("ann")
    _sign_in(desk)
    statuses = [_change(desk, "wrong", NEW).status_code for _ in range(ATTEMPTS_A_NAME.at_once)]
    assert statuses == [422] * (ATTEMPTS_A_NAME.at_once - 1) + [429]


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.BUSINESS])
def test_who_came_by_a_key_has_no_password(role: Role, desk: Site) -> None:
    desk.sign_in(role)
    assert _change(desk, None, NEW).status_code == 403
    by_key = desk.ask("POST", CHANGE, json={"new": NEW}, headers=desk.as_role(role))
    assert by_key.status_code == 401, "a key is no session"


def test_my_sessions_are_listed_with_their_device_and_ended_one_by_one(desk: Site) -> None:
    desk.house.person("ann")
    _sign_in(desk)
    elsewhere = dict(desk.cookies)
    desk.cookies.clear()
    desk.house.clock.now += MINUTE
    _sign_in(desk)
    listed = desk.ask("GET", SESSIONS).json()["items"]
    assert [(one["this"], one["device"]) for one in listed] == [(True, "A program"), (False, "A program")]
    gone = desk.ask("DELETE", f"{SESSIONS}/{listed[1]['id']}", headers={"Origin": desk.origin})
    assert gone.status_code == 204
    again = desk.ask("DELETE", f"{SESSIONS}/{listed[1]['id']}", headers={"Origin": desk.origin})
    assert again.status_code == 404
    assert len(desk.ask("GET", SESSIONS).json()["items"]) == 1
    desk.cookies = elsewhere
    assert desk.ask("GET", SESSIONS).status_code == 401


def test_nobody_ends_anothers_session(desk: Site) -> None:
    desk.house.person("ann")
    desk.house.person("ben")
    _sign_in(desk)
    [anns] = desk.ask("GET", SESSIONS).json()["items"]
    cookies = dict(desk.cookies)
    desk.cookies.clear()
    _sign_in(desk, name="ben")
    assert desk.ask("DELETE", f"{SESSIONS}/{anns['id']}", headers={"Origin": desk.origin}).status_code == 404
    desk.cookies = cookies
    assert desk.ask("GET", SESSION).status_code == 200


def test_signing_out_everywhere_ends_every_session_and_takes_the_cookie_away(desk: Site) -> None:
    desk.house.person("ann")
    jars = []
    for _ in range(3):
        desk.cookies.clear()
        _sign_in(desk)
        jars.append(dict(desk.cookies))
    answer = desk.ask("DELETE", SESSIONS, headers={"Origin": desk.origin})
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    for jar in jars:
        desk.cookies = jar
        assert desk.ask("GET", SESSION).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", CHANGE, {"new": NEW}), ("DELETE", SESSIONS, None), ("DELETE", SESSION, None)],
)
def test_another_sites_page_can_do_none_of_it(method: str, path: str, body: object, desk: Site) -> None:
    desk.house.person("ann")
    _sign_in(desk)
    answer = desk.ask(method, path, json=body, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/other_site")
    assert desk.ask("GET", SESSION).status_code == 200


def test_a_session_that_somebody_planted_is_not_taken_over(desk: Site) -> None:
    desk.house.person("ann")
    desk.cookies = {"nightdesk": "planted-by-somebody-else-1234567"}
    _sign_in(desk)
    assert desk.cookies["nightdesk"] != "planted-by-somebody-else-1234567"
    desk.cookies = {"nightdesk": "planted-by-somebody-else-1234567"}
    assert desk.ask("GET", SESSION).status_code == 401
