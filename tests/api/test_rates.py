"""How often one may ask: so many at once, and so many more each minute."""

import pytest

from api.live.session import OPS
from api.rates import Bucket, Rate, Rates

FIVE = Rate(at_once=5, a_minute=60)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_again() -> None:
    clock = Clock()
    rates = Rates(clock)
    assert [rates.wait_s("a", FIVE) for _ in range(6)] == [0, 0, 0, 0, 0, 1.0]
    assert rates.wait_s("b", FIVE) == 0, "another's is full"
    clock.now += 1
    assert [rates.wait_s("a", FIVE) for _ in range(2)] == [0, 1.0]
    clock.now += 3_600
    assert [rates.wait_s("a", FIVE) for _ in range(6)] == [0, 0, 0, 0, 0, 1.0]


@pytest.mark.parametrize(("cost", "waits"), [(5, 0.0), (6, 0.0), (4, 0.0)])
def test_a_batch_costs_what_it_holds_and_one_too_large_the_whole_bucket(cost: int, waits: float) -> None:
    rates = Rates(Clock())
    assert rates.wait_s("a", FIVE, cost) == waits
    assert rates.wait_s("a", FIVE, 2) == max(0, min(cost, 5) - 3)


def test_the_one_that_was_quiet_for_the_longest_is_forgotten_first() -> None:
    rates = Rates(Clock(), buckets_max=2)
    for name in ("a", "a", "a", "a", "a", "b", "c"):
        assert rates.wait_s(name, FIVE) == 0
    assert rates.wait_s("a", FIVE) == 0, "forgotten, so full"


def test_what_was_good_is_given_back_and_never_more_than_was_taken() -> None:
    rates = Rates(Clock())
    for _ in range(3 * FIVE.at_once):
        assert rates.wait_s("a", FIVE) == 0
        rates.give_back("a", FIVE)
    rates.give_back("a", FIVE)
    rates.give_back("nobody", FIVE)
    assert taken(rates, "a") == taken(rates, "nobody") == FIVE.at_once
    rates.give_back("a", FIVE)
    assert taken(rates, "a") == 1


def test_one_name_has_a_bucket_for_each_rate() -> None:
    rates = Rates(Clock())
    assert taken(rates, "a") == FIVE.at_once
    assert rates.wait_s("a", Rate(at_once=1, a_minute=1)) == 0


def test_a_clock_that_goes_back_neither_helps_nor_locks_out() -> None:
    clock = Clock()
    rates = Rates(clock)
    taken(rates, "a")
    clock.now -= 50
    assert rates.wait_s("a", FIVE) == 1
    clock.now += 1
    assert rates.wait_s("a", FIVE) == 0


def test_a_socket_may_ask_fifty_at_once_then_ten_a_second() -> None:
    bucket = Bucket(OPS, 0.0)

    def asked(at: float) -> int:
        return next(number for number in range(1_000) if bucket.wait_s(at))

    assert [asked(at) for at in (0.0, 0.0, 1.0, 1.05, 1.1, 100.0)] == [50, 0, 10, 0, 1, 50]


def taken(rates: Rates, name: str) -> int:
    """How many a name is given before it has to wait."""
    return next(number for number in range(1_000) if rates.wait_s(name, FIVE))
