"""Callers are looked up once a second, and never remembered past a write to the accounts."""

import asyncio

import pytest
from starlette.datastructures import Headers

from api.auth.authenticator import Authenticator
from api.auth.remembered import CALLERS_MAX, Remembered
from schemas.audiences import Role
from schemas.times import HOUR, SECOND
from tests.builders_auth import Accounts
from tests.builders_postgres import Where
from tests.builders_running import until


class Counting(Authenticator):
    """Counts how often the accounts were asked."""

    asked = 0

    def identify(self, headers: object) -> object:  # type: ignore[override]
        self.asked += 1
        return super().identify(headers)  # type: ignore[arg-type]


@pytest.fixture
def counting(house: Accounts) -> Counting:
    return Counting(house.kept, house.clock, house.random_bytes, secure=False)


@pytest.fixture
def remembered(house: Accounts, counting: Counting) -> Remembered:
    return Remembered(counting, house.kept.store.version, house.seconds)


def who(remembered: Remembered, key: str) -> Role | None:
    found = asyncio.run(remembered.identify(Headers({"authorization": f"Bearer {key}"})))
    return None if found is None else found[0].role


def test_a_caller_is_looked_up_once_a_second(
    where: Where, house: Accounts, counting: Counting, remembered: Remembered
) -> None:
    key = house.key()
    if where.database is not None:
        until(lambda: house.kept.store.version() == 2, "our own write counted, and seen in the audit")
    assert [who(remembered, key) for _ in range(5)] == [Role.OPERATIONS] * 5
    assert counting.asked == 1
    house.clock.now += SECOND
    assert who(remembered, key) is Role.OPERATIONS
    assert counting.asked == 2


def test_a_revoked_key_is_nobody_at_once(house: Accounts, remembered: Remembered) -> None:
    key = house.key()
    assert who(remembered, key) is Role.OPERATIONS
    house.keys.revoke(1, house.clock())
    assert who(remembered, key) is None


def test_a_session_ends_with_its_time(house: Accounts, remembered: Remembered) -> None:
    signed = house.authenticator.sign_in({}, key=house.key(), link=None)
    assert signed is not None
    headers = Headers({"cookie": f"nightdesk={signed.secret}"})
    assert asyncio.run(remembered.identify(headers)) is not None
    house.clock.now += 12 * HOUR
    assert asyncio.run(remembered.identify(headers)) is None


def test_wrong_keys_do_not_fill_the_memory(house: Accounts, counting: Counting, remembered: Remembered) -> None:
    key = house.key()
    assert who(remembered, key) is Role.OPERATIONS

    async def knock() -> None:
        for number in range(CALLERS_MAX + 10):
            assert await remembered.identify(Headers({"authorization": f"Bearer wrong{number}"})) is None

    asyncio.run(knock())
    assert len(remembered._known) == CALLERS_MAX
    assert who(remembered, key) is Role.OPERATIONS
    assert counting.asked == CALLERS_MAX + 12


def test_who_shows_nothing_costs_nothing(counting: Counting, remembered: Remembered) -> None:
    assert asyncio.run(remembered.identify(Headers({}))) is None
    assert counting.asked == 0
