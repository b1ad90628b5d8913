"""Sessions: whose are beside each other, and how they end, one or all."""

import pytest
from sqlalchemy import insert

from api.auth.audit import endings_since
from api.auth.authenticator import SignedIn
from api.auth.devices import device_of
from api.auth.tokens import hashed
from api.record.kept_tables import sessions
from schemas.audiences import Audience, Role
from tests.builders_auth import PASSWORD, SHELL, Accounts

VENUE = Audience(role=Role.BUSINESS, subject="blue-door")
OPERATIONS = Audience(role=Role.OPERATIONS)


def _is(signed: SignedIn | None) -> SignedIn:
    assert signed is not None
    return signed


def _cookie(signed: SignedIn) -> dict[str, str]:
    return {"cookie": f"nightdesk={signed.secret}"}


def _person(house: Accounts, name: str = "ann") -> SignedIn:
    return _is(house.authenticator.sign_in({}, name=name, password=PASSWORD))


def _beside(house: Accounts, signed: SignedIn) -> set[str]:
    return {one.id for one in house.authenticator.sessions.beside(signed.session, house.clock())}


def test_a_persons_sessions_are_theirs_alone(house: Accounts) -> None:
    house.person("ann")
    house.person("ben")
    first, second, others = _person(house), _person(house), _person(house, "ben")
    assert _beside(house, first) == {first.session.id, second.session.id}
    assert house.authenticator.sign_out(_cookie(first), everywhere=True) == 2
    assert house.authenticator.identify(_cookie(second)) is None
    assert house.authenticator.identify(_cookie(others)) == OPERATIONS


def test_a_venues_phones_are_beside_each_other(house: Accounts) -> None:
    phones = [_is(house.authenticator.sign_in({}, link=house.enrolment())) for _ in range(2)]
    by_key = _is(house.authenticator.sign_in({}, key=house.key(Role.BUSINESS)))
    house.person("ann", Role.BUSINESS)
    person = _person(house)
    assert _beside(house, phones[0]) == {signed.session.id for signed in (*phones, by_key)}
    assert _beside(house, person) == {person.session.id}


def test_a_keys_sessions_are_that_keys_and_a_links_is_alone(house: Accounts) -> None:
    key = house.key()
    first, second = (_is(house.authenticator.sign_in({}, key=key)) for _ in "12")
    other = _is(house.authenticator.sign_in({}, key=house.key()))
    by_link = _is(house.authenticator.sign_in({}, link=house.token()))
    assert _beside(house, first) == {first.session.id, second.session.id}
    assert _beside(house, other) == {other.session.id}
    assert _beside(house, by_link) == {by_link.session.id}


def test_nobody_ends_a_session_that_is_not_beside_theirs(house: Accounts) -> None:
    house.person("ann")
    house.person("ben")
    ann, ben = _person(house), _person(house, "ben")
    assert house.authenticator.sessions.end(ann.session, house.clock(), [ben.session.id]) == 0
    assert house.authenticator.sessions.end(ann.session, house.clock(), ["", "%"]) == 0
    assert house.authenticator.identify(_cookie(ben)) == OPERATIONS
    assert house.authenticator.identify(_cookie(ann)) == OPERATIONS


def test_an_id_tells_nothing_of_the_secret(house: Accounts) -> None:
    signed = _is(house.authenticator.sign_in({}, link=house.token()))
    assert signed.session.id not in signed.secret
    assert house.authenticator.identify({"cookie": f"nightdesk={signed.session.id}"}) is None


def test_every_way_to_end_says_whose_it_was(house: Accounts) -> None:
    house.person("ann")
    mark, ended = endings_since(house.kept, None)
    assert not ended
    signed = _person(house)
    mark, ended = endings_since(house.kept, mark)
    assert not ended, "signing in ends nothing"
    house.authenticator.sign_out(_cookie(signed))
    mark, ended = endings_since(house.kept, mark)
    assert ended == {OPERATIONS}
    house.authenticator.sign_in({}, link=house.enrolment())
    mark, _ = endings_since(house.kept, mark)
    house.authenticator.enrolments.revoke(2, house.clock(), SHELL)
    house.key(Role.GROUP)
    house.keys.revoke(1, house.clock())
    mark, ended = endings_since(house.kept, mark)
    assert ended == {VENUE, Audience(role=Role.GROUP)}
    assert endings_since(house.kept, mark) == (mark, frozenset())


def test_a_browser_that_signs_in_as_another_ends_what_it_was(house: Accounts) -> None:
    before = _is(house.authenticator.sign_in({}, link=house.enrolment()))
    mark, _ = endings_since(house.kept, None)
    _is(house.authenticator.sign_in(_cookie(before), link=house.token()))
    assert endings_since(house.kept, mark)[1] == {VENUE}


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
        ("curl/8.5.0", "A program"),
        ("", "A program"),
    ],
)
def test_a_device_is_named_by_its_kind(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device


def test_however_many_there_are_all_end(house: Accounts) -> None:
    first = _is(house.authenticator.sign_in({}, link=house.enrolment()))
    more = {"role": "business", "venue": "blue-door", "created_at": 1, "expires_at": house.clock() + 1}
    with house.kept.store.writing() as connection:
        connection.execute(insert(sessions), [{"hash": hashed(str(number)), **more} for number in range(3_000)])
    assert house.authenticator.sign_out(_cookie(first), everywhere=True) == 3_001
    assert _beside(house, first) == set()
