"""Grants and keys: what a role needs, what it may not have, and what a secret looks like."""

import re

import pytest

from api.auth.grants import Grant, GrantRefused
from schemas.audiences import Role
from schemas.reference import load_area
from tests.builders_auth import Accounts


def test_secrets_are_long_and_never_twice_the_same(house: Accounts) -> None:
    secrets = {house.key() for _ in range(20)}
    assert len(secrets) == 20
    assert all(re.fullmatch(r"nd_[A-Za-z0-9_-]{32}", secret) for secret in secrets)


@pytest.mark.parametrize(("role", "name"), [(Role.BUSINESS, "venue"), (Role.HAVEN, "haven")])
def test_a_role_of_one_place_needs_it(role: Role, name: str) -> None:
    with pytest.raises(GrantRefused, match=f"role {role} needs a {name}"):
        Grant(role=role)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.BUSINESS])
def test_no_other_role_has_a_venue(role: Role) -> None:
    with pytest.raises(GrantRefused, match=f"role {role} has no venue, and 'blue-door' was given"):
        Grant(role=role, venue="blue-door", haven="lamp-room" if role is Role.HAVEN else None)


def test_a_subject_that_the_area_does_not_know_is_refused_with_those_it_does() -> None:
    area = load_area()
    known = next(iter(area.venues))
    Grant(role=Role.BUSINESS, venue=known).check_known(area)
    Grant(role=Role.OPERATIONS).check_known(area)
    with pytest.raises(GrantRefused, match=f"venue 'nowhere' is not one of {area.name}: .*{known}"):
        Grant(role=Role.BUSINESS, venue="nowhere").check_known(area)
