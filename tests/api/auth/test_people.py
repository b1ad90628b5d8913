"""People: a name, a role, a password of their own, and gone when removed."""

import pytest

from api.auth.audit import Action, newest_lines
from api.auth.people import PersonRefused
from schemas.audiences import Audience, Role
from tests.builders_auth import GRANTS, PASSWORD, SHELL, Accounts


def _signed_in(house: Accounts, name: str = "ann", password: str = PASSWORD) -> dict[str, str] | None:
    signed = house.authenticator.sign_in({}, name=name, password=password)
    return None if signed is None else {"cookie": f"nightdesk={signed.secret}"}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.FEED}))
def test_a_name_and_its_password_sign_in_with_the_role(role: Role, house: Accounts) -> None:
    house.person("ann", role)
    cookie = _signed_in(house, " ANN ")
    assert cookie is not None
    assert house.authenticator.identify(cookie) == GRANTS[role].audience


def test_anything_else_signs_nobody_in(house: Accounts) -> None:
    house.person("ann")
    house.person("ben", password=None)
    assert _signed_in(house, "ann", PASSWORD + " ") is None
    assert _signed_in(house, "ann", PASSWORD.upper()) is None
    assert _signed_in(house, "nobody") is None
    assert _signed_in(house, "ben", "") is None
    assert _signed_in(house, "ben", "nobody has this one") is None


def test_a_removed_person_is_nobody_at_once_and_the_name_is_free(house: Accounts) -> None:
    house.person("ann")
    cookie = _signed_in(house)
    assert cookie is not None
    assert house.authenticator.people.remove("Ann", house.clock(), SHELL)
    assert not house.authenticator.people.remove("ann", house.clock(), SHELL)
    assert house.authenticator.identify(cookie) is None
    assert _signed_in(house) is None
    house.person("ann", Role.GROUP)
    again = _signed_in(house)
    assert again is not None
    assert house.authenticator.identify(again) == Audience(role=Role.GROUP)
    assert house.authenticator.identify(cookie) is None


@pytest.mark.parametrize("name", ["", "a", "a b", "-ann", "a" * 65, "an\nn", "<ann>", "ånn"])
def test_a_name_is_one_word_that_can_be_typed(name: str, house: Accounts) -> None:
    with pytest.raises(PersonRefused, match="must be 2 to 64 letters"):
        house.person(name, password=None)
    assert house.authenticator.people.listed() == []


def test_one_name_is_not_two_people(house: Accounts) -> None:
    house.person("ann")
    with pytest.raises(PersonRefused, match="'ann' is somebody's with role operations"):
        house.person("Ann", Role.ADMIN, password=None)
    assert [person.name for person in house.authenticator.people.listed()] == ["ann"]


def test_a_second_link_ends_the_password_and_the_sessions_before(house: Accounts) -> None:
    house.person("ann")
    cookie = _signed_in(house)
    assert cookie is not None
    token = house.enrolment(Role.OPERATIONS, "ann")
    assert house.authenticator.identify(cookie) is not None, "a link that nobody opened changes nothing"
    signed = house.authenticator.sign_in({}, link=token)
    assert signed is not None
    assert (signed.session.name, signed.session.has_password) == ("ann", False)
    assert house.authenticator.identify(cookie) is None
    assert _signed_in(house) is None


def test_of_two_who_change_a_password_at_once_one_wins(house: Accounts) -> None:
    house.person("ann")
    people = house.authenticator.people
    seen = people.find("ann")
    assert seen is not None
    assert people.set_password(seen, "first", house.clock())
    assert not people.set_password(seen, "second", house.clock())
    now = people.find("ann")
    assert now is not None
    assert now.password == "first"  # noqa: S105 - no password, a mark


def test_what_people_do_is_audited_with_their_name_and_no_password(house: Accounts) -> None:
    house.person("ann")
    _signed_in(house)
    house.authenticator.people.remove("ann", house.clock(), SHELL)
    lines = [(line.action, line.who, line.about) for line in newest_lines(house.kept)]
    assert lines == [
        (Action.PERSON_ADDED, None, "ann"),
        (Action.ENROLMENT_MADE, None, "enrolment 1 of ann"),
        (Action.PASSWORD_CHANGED, "ann", None),
        (Action.SIGNED_IN, "ann", None),
        (Action.PERSON_REMOVED, None, "ann"),
    ]
    assert PASSWORD.encode() not in house.stored()
