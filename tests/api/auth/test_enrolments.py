"""Enrolments: a link that is good once and for a day, and a phone that stays a venue's until it is taken back."""

from threading import Barrier, Thread

import pytest

from api.auth.authenticator import SignedIn
from api.auth.enrolments import HOURS_MAX, HOURS_USUAL, EnrolmentRefused, State
from api.auth.sessions import ENROLLED_LASTS, LASTS
from schemas.audiences import Audience, Role
from schemas.times import HOUR
from tests.builders_auth import GRANTS, SHELL, Accounts

VENUE = Audience(role=Role.BUSINESS, subject="blue-door")


def _states(house: Accounts) -> list[State]:
    return [one.state for one in house.authenticator.enrolments.listed(house.clock())]


def _cookie(signed: SignedIn | None) -> dict[str, str]:
    assert signed is not None
    return {"cookie": f"nightdesk={signed.secret}"}


def test_the_phone_that_opens_it_is_the_venues_for_half_a_year(house: Accounts) -> None:
    cookie = _cookie(house.authenticator.sign_in({}, link=house.enrolment(), device="Chrome on Android"))
    house.clock.now += ENROLLED_LASTS - 1
    assert house.authenticator.identify(cookie) == VENUE
    house.clock.now += 1
    assert house.authenticator.identify(cookie) is None


def test_a_persons_link_opens_one_night(house: Accounts) -> None:
    cookie = _cookie(house.authenticator.sign_in({}, link=house.enrolment(Role.OPERATIONS, "ann")))
    house.clock.now += LASTS
    assert house.authenticator.identify(cookie) is None


def test_it_is_good_once_and_for_a_day(house: Accounts) -> None:
    once, late = house.enrolment(), house.enrolment()
    assert _states(house) == [State.WAITING, State.WAITING]
    assert house.authenticator.sign_in({}, link=once) is not None
    assert house.authenticator.sign_in({}, link=once) is None
    house.clock.now += HOURS_USUAL * HOUR
    assert house.authenticator.sign_in({}, link=late) is None
    assert _states(house) == [State.EXPIRED, State.USED]


def test_of_many_at_once_one_wins(house: Accounts) -> None:
    token, start = house.enrolment(), Barrier(6)
    found: list[bool] = []

    def use() -> None:
        start.wait()
        found.append(house.authenticator.enrolments.use(token, house.clock()) is not None)

    threads = [Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 5 + [True]


def test_taken_back_it_ends_the_session_it_opened_and_no_other(house: Accounts) -> None:
    first = _cookie(house.authenticator.sign_in({}, link=house.enrolment()))
    second = _cookie(house.authenticator.sign_in({}, link=house.enrolment()))
    assert house.authenticator.enrolments.revoke(1, house.clock(), SHELL)
    assert not house.authenticator.enrolments.revoke(1, house.clock(), SHELL)
    assert not house.authenticator.enrolments.revoke(99, house.clock(), SHELL)
    assert house.authenticator.identify(first) is None
    assert house.authenticator.identify(second) == VENUE
    assert _states(house) == [State.USED, State.REVOKED]


def test_taken_back_before_it_was_opened_it_opens_nothing(house: Accounts) -> None:
    token = house.enrolment()
    house.authenticator.enrolments.revoke(1, house.clock(), SHELL)
    assert house.authenticator.sign_in({}, link=token) is None


def test_the_link_of_a_person_who_was_removed_opens_nothing(house: Accounts) -> None:
    token = house.enrolment(Role.OPERATIONS, "ann")
    house.authenticator.people.remove("ann", house.clock(), SHELL)
    assert house.authenticator.sign_in({}, link=token) is None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.BUSINESS, Role.HAVEN, Role.NIGHTSTARS, Role.FEED}))
def test_a_role_that_people_hold_needs_a_name(role: Role, house: Accounts) -> None:
    with pytest.raises(EnrolmentRefused, match=f"role {role} is held by people"):
        house.enrolment(role)


def test_a_program_is_not_enrolled(house: Accounts) -> None:
    with pytest.raises(EnrolmentRefused, match="make a key"):
        house.enrolment(Role.FEED, "ann")


@pytest.mark.parametrize("hours", [0, HOURS_MAX + 1])
def test_the_hours_are_bounded(hours: int, house: Accounts) -> None:
    with pytest.raises(EnrolmentRefused, match="between 1 and 168"):
        house.authenticator.enrolments.make(GRANTS[Role.HAVEN], None, house.clock(), SHELL, hours)


def test_the_token_is_nowhere_on_the_disk(house: Accounts) -> None:
    token = house.enrolment()
    assert house.authenticator.sign_in({}, link=token) is not None
    assert token.encode() not in house.stored()
