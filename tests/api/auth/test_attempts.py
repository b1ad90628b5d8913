"""Attempts: ten a minute and address, one more every six seconds, and a bounded memory."""

from api.auth.attempts import PER_MINUTE, Attempts
from schemas.times import HOUR, SECOND
from tests.builders_auth import Clock


def _tries(attempts: Attempts, address: str, number: int) -> int:
    return sum(attempts.wait_ms(address) == 0 for _ in range(number))


def test_the_eleventh_in_a_minute_waits_six_seconds() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    assert _tries(attempts, "192.0.2.1", PER_MINUTE) == PER_MINUTE
    assert attempts.wait_ms("192.0.2.1") == 6 * SECOND
    clock.now += 6 * SECOND
    assert _tries(attempts, "192.0.2.1", 2) == 1


def test_what_was_good_is_given_back_and_never_more_than_was_taken() -> None:
    attempts = Attempts(Clock())
    for _ in range(3 * PER_MINUTE):
        assert attempts.wait_ms("192.0.2.1") == 0
        attempts.give_back("192.0.2.1")
    attempts.give_back("192.0.2.1")
    attempts.give_back("192.0.2.5")
    _tries(attempts, "192.0.2.7", 5)
    attempts.give_back("192.0.2.7")
    assert _tries(attempts, "192.0.2.7", PER_MINUTE) == PER_MINUTE - 4
    assert _tries(attempts, "192.0.2.1", PER_MINUTE + 1) == PER_MINUTE
    assert _tries(attempts, "192.0.2.5", PER_MINUTE + 1) == PER_MINUTE


def test_another_address_has_its_own() -> None:
    attempts = Attempts(Clock())
    _tries(attempts, "192.0.2.1", 20)
    assert attempts.wait_ms("192.0.2.2") == 0
    assert attempts.wait_ms("::ffff:192.0.2.3") == 0
    assert _tries(attempts, "::ffff:192.0.2.4", PER_MINUTE) == PER_MINUTE
    assert attempts.wait_ms("not an address") == 0


def test_one_ipv6_subscriber_is_one_place() -> None:
    attempts = Attempts(Clock())
    assert sum(attempts.wait_ms(f"2001:db8:1:2::{number}") == 0 for number in range(20)) == PER_MINUTE
    assert attempts.wait_ms("2001:db8:1:3::1") == 0


def test_a_clock_set_back_neither_helps_nor_locks_out() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    _tries(attempts, "192.0.2.1", 20)
    clock.now -= HOUR
    assert attempts.wait_ms("192.0.2.1") > 0
    clock.now += 6 * SECOND
    assert attempts.wait_ms("192.0.2.1") == 0


def test_what_is_remembered_is_bounded() -> None:
    attempts = Attempts(Clock(), addresses_max=3)
    _tries(attempts, "192.0.2.1", 20)
    for number in range(2, 5):
        attempts.wait_ms(f"192.0.2.{number}")
    assert len(attempts._buckets) == 3
    assert attempts.wait_ms("192.0.2.1") == 0
