"""Signing in and out over HTTP: the cookie, the link, the key, the limits."""

import pytest

from api.auth.links import VALID_FOR
from api.rates import ATTEMPTS_AN_ADDRESS
from schemas.audiences import Role
from schemas.times import HOUR, MINUTE, rfc3339
from tests.builders_auth import GRANTS, Accounts
from tests.builders_http import Site, site

SESSION = "/api/v1/session"


def test_a_link_signs_in_and_the_cookie_is_as_shut_as_it_can_be(desk: Site) -> None:
    answer = desk.ask("POST", SESSION, json={"link": desk.house.token()}, headers={"Origin": desk.origin})
    assert answer.status_code == 200
    assert answer.json() == {
        "role": "operations",
        "subject": None,
        "expires_at": rfc3339(desk.house.clock() + 12 * HOUR),
        "name": None,
        "has_password": None,
    }
    cookie = answer.headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    assert name == "nightdesk"
    assert {part.strip() for part in rest.split(";")[1:]} == {"HttpOnly", "Max-Age=43200", "Path=/", "SameSite=strict"}


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(house: Accounts, desk: Site) -> None:
    house.secure = True
    public = site(house, desk.services.pages)
    cookie = public.sign_in().headers["set-cookie"]
    assert cookie.startswith("__Host-nightdesk=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert public.ask("GET", SESSION).status_code == 200


def test_a_link_used_twice_is_refused(desk: Site) -> None:
    token = desk.house.token()
    first, second = (desk.ask("POST", SESSION, json={"link": token}, headers={"Origin": desk.origin}) for _ in "12")
    assert (first.status_code, second.status_code) == (200, 401)
    assert second.json()["type"] == "/problems/sign_in_refused"
    assert "was used, or is too old" in second.json()["detail"]
    assert "set-cookie" not in second.headers


def test_an_expired_link_is_refused(desk: Site) -> None:
    token = desk.house.token()
    desk.house.clock.now += VALID_FOR
    assert desk.ask("POST", SESSION, json={"link": token}).status_code == 401


def test_a_revoked_key_is_refused_and_its_session_with_it(desk: Site) -> None:
    key = desk.house.key()
    assert desk.ask("POST", SESSION, json={"key": key}, headers={"Origin": desk.origin}).status_code == 200
    desk.house.keys.revoke(1, desk.house.clock())
    assert desk.ask("GET", SESSION).status_code == 401
    desk.cookies.clear()
    assert desk.ask("POST", SESSION, json={"key": key}).json()["type"] == "/problems/sign_in_refused"


@pytest.mark.parametrize("role", Role)
def test_everybody_can_ask_who_they_are_by_cookie_and_by_key(role: Role, desk: Site) -> None:
    audience = GRANTS[role].audience
    by_key = desk.ask("GET", SESSION, headers=desk.as_role(role))
    assert by_key.json() == {
        "role": role.value, "subject": audience.subject, "expires_at": None, "name": None, "has_password": None,
    }  # fmt: skip
    desk.sign_in(role)
    by_cookie = desk.ask("GET", SESSION)
    assert by_cookie.json()["subject"] == audience.subject
    assert by_cookie.json()["expires_at"] == rfc3339(desk.house.clock() + 12 * HOUR)


def test_nobody_is_told_how_to_sign_in(desk: Site) -> None:
    answer = desk.ask("GET", SESSION)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["detail"] == "Sign in at /sign-in, or send a key."


def test_signing_out_ends_the_session_and_takes_the_cookie_away(desk: Site) -> None:
    desk.sign_in()
    kept = dict(desk.cookies)
    answer = desk.ask("DELETE", SESSION, headers={"Origin": desk.origin})
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    desk.cookies = kept
    assert desk.ask("GET", SESSION).status_code == 401
    assert desk.ask("DELETE", SESSION, headers={"Origin": desk.origin}).status_code == 204


def test_signing_in_again_changes_the_cookie_and_ends_the_old_session(desk: Site) -> None:
    desk.sign_in()
    first = dict(desk.cookies)
    desk.sign_in()
    assert desk.cookies != first
    desk.cookies = first
    assert desk.ask("GET", SESSION).status_code == 401


@pytest.mark.parametrize(
    "body", [{"name": "ann"}, {"password": "x"}, {"key": "a", "password": "x"}, {"link": "a", "name": "b"}]
)
def test_a_password_comes_with_a_name_and_nothing_else(body: object, desk: Site) -> None:
    answer = desk.ask("POST", SESSION, json=body)
    assert answer.json()["detail"] == "Send either link, or key, or name and password."


@pytest.mark.parametrize(
    "body", [{}, {"link": "a", "key": "b"}, {"key": ""}, {"key": 7}, {"link": "x" * 129}, [], "nd_x", {"key": None}]
)
def test_a_body_that_is_not_one_credential_is_not_understood(body: object, desk: Site) -> None:
    answer = desk.ask("POST", SESSION, json=body)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/not_understood"


def test_a_refusal_never_repeats_what_was_sent(desk: Site) -> None:
    answer = desk.ask("POST", SESSION, json={"key": "nd_secret" * 40})
    assert "nd_secret" not in answer.text
    assert answer.json()["fields"] == [{"field": "key", "rule": "may have at most 128 characters"}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"key":"%s"}' % (b"x" * 129), "key: may have at most 128 characters."),
        (b'{"key":""}', "key: is empty."),
        (b'{"key":7}', "key: is no text."),
        (b'{"key":7,"link":""}', "link: is empty; key: is no text."),
        (b"{", "The body: is no JSON."),
        (b"[]", "The body: is no JSON object."),
        (b"", "The body: is missing."),
        (b"{}", "Send either link, or key, or name and password."),
    ],
)
def test_what_is_wrong_with_a_body_is_said_in_plain_words(content: bytes, said: str, desk: Site) -> None:
    answer = desk.ask("POST", SESSION, content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["detail"]) == (422, said)


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 60_000, b'{"key":"\\ud800"}', b"\xff\xfe", b'{"key":' * 9_000])
def test_rubbish_is_refused_by_the_client_errors(content: bytes, desk: Site) -> None:
    answer = desk.ask("POST", SESSION, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 401, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_form_of_another_site_cannot_sign_in(desk: Site) -> None:
    headers = {"Content-Type": "text/plain"}
    answer = desk.ask("POST", SESSION, content=b'{"key":"nd_x"}', headers=headers)
    assert answer.status_code == 422


def test_signing_in_well_is_no_attempt(desk: Site) -> None:
    assert {desk.sign_in().status_code for _ in range(2 * ATTEMPTS_AN_ADDRESS.at_once)} == {200}


def test_ten_attempts_a_minute_then_wait(desk: Site) -> None:
    statuses = [
        desk.ask("POST", SESSION, json={"key": "nd_wrong"}).status_code for _ in range(ATTEMPTS_AN_ADDRESS.at_once)
    ]
    assert set(statuses) == {401}
    refused = desk.ask("POST", SESSION, json={"key": desk.house.key()})
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "6"
    desk.address = "192.0.2.77"
    assert desk.ask("POST", SESSION, json={"key": "nd_wrong"}).status_code == 401
    desk.address = "192.0.2.9"
    desk.house.clock.now += MINUTE
    desk.sign_in()
