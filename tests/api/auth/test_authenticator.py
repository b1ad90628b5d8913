"""Who asks: keys and cookies, and everything that is neither."""

import pytest
from websockets.datastructures import Headers

from api.auth.audit import Action, newest_lines
from api.auth.sessions import LASTS
from schemas.audiences import Audience, Role
from tests.builders_auth import GRANTS, Accounts


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def _signed_in(house: Accounts, role: Role = Role.OPERATIONS) -> dict[str, str]:
    signed = house.authenticator.sign_in({}, key=house.key(role), link=None)
    assert signed is not None
    return {"cookie": f"theme=dark; nightdesk={signed.secret}"}


@pytest.mark.parametrize("role", Role)
def test_a_key_and_its_session_give_the_same_audience(role: Role, house: Accounts) -> None:
    expected = GRANTS[role].audience
    assert house.authenticator.identify(_bearer(house.key(role))) == expected
    assert house.authenticator.identify(_signed_in(house, role)) == expected


def test_the_subject_of_a_business_is_its_venue(house: Accounts) -> None:
    found = house.authenticator.identify(_bearer(house.key(Role.BUSINESS)))
    assert found == Audience(role=Role.BUSINESS, subject="blue-door")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer nd_wrong"},
        {"authorization": "Bearer "},
        {"authorization": "Basic bmQ6bmQ="},
        {"authorization": "Bearer \ud800"},
        {"cookie": "nightdesk="},
        {"cookie": "nightdesk=wrong; nightdesk"},
        {"cookie": "nightdesk=" + "x" * 10_000},
        {"cookie": ";;;=;\x00"},
    ],
)
def test_everything_else_is_nobody(headers: dict[str, str], house: Accounts) -> None:
    house.key()
    assert house.authenticator.identify(headers) is None


def test_a_wrong_key_is_not_saved_by_a_good_cookie(house: Accounts) -> None:
    headers = _signed_in(house)
    assert house.authenticator.identify(headers) is not None
    assert house.authenticator.identify(headers | _bearer("nd_wrong")) is None


def test_the_headers_of_the_push_server_will_do_and_twice_the_same_header_is_nobody(house: Accounts) -> None:
    key = house.key()
    assert house.authenticator.identify(Headers([("Authorization", f"Bearer {key}")])) is not None
    twice = Headers([("Authorization", f"Bearer {key}"), ("Authorization", f"Bearer {key}")])
    assert house.authenticator.identify(twice) is None


def test_a_revoked_key_ends_with_its_sessions(house: Accounts) -> None:
    key = house.key()
    cookie = _signed_in(house)
    for listed in house.keys.listed():
        assert house.keys.revoke(listed.id, house.clock())
        assert not house.keys.revoke(listed.id, house.clock())
    assert house.authenticator.identify(_bearer(key)) is None
    assert house.authenticator.identify(cookie) is None
    assert all(listed.revoked_at == house.clock() for listed in house.keys.listed())


def test_a_session_lasts_one_operating_night(house: Accounts) -> None:
    cookie = _signed_in(house)
    house.clock.now += LASTS - 1
    assert house.authenticator.identify(cookie) is not None
    house.clock.now += 1
    assert house.authenticator.identify(cookie) is None


def test_signing_in_again_ends_the_session_before(house: Accounts) -> None:
    first = _signed_in(house)
    again = house.authenticator.sign_in(first, key=house.key(), link=None)
    assert again is not None
    assert house.authenticator.identify(first) is None
    assert house.authenticator.identify({"cookie": f"nightdesk={again.secret}"}) is not None


def test_signing_out_ends_it_once(house: Accounts) -> None:
    cookie = _signed_in(house)
    assert house.authenticator.sign_out(cookie)
    assert not house.authenticator.sign_out(cookie)
    assert not house.authenticator.sign_out({})
    assert house.authenticator.identify(cookie) is None


def test_behind_https_only_the_host_bound_cookie_counts(house: Accounts) -> None:
    cookie = _signed_in(house)
    house.secure = True
    assert house.authenticator.cookie == "__Host-nightdesk"
    assert house.authenticator.identify(cookie) is None


def test_deeds_are_audited_without_secrets(house: Accounts) -> None:
    house.authenticator.sign_out(_signed_in(house, Role.BUSINESS))
    lines = newest_lines(house.kept)
    assert [line.action for line in lines] == [Action.KEY_ADDED, Action.SIGNED_IN, Action.SIGNED_OUT]
    assert {(line.role, line.subject, line.key_id) for line in lines} == {(Role.BUSINESS, "blue-door", 1)}


def test_no_secret_is_on_the_disk(house: Accounts) -> None:
    key, token = house.key(), house.token()
    signed = house.authenticator.sign_in({}, key=None, link=token)
    assert signed is not None
    on_disk = house.stored()
    assert not [secret for secret in (key, token, signed.secret) if secret.encode() in on_disk]
