"""How often one may report: so many at once, and so many more each minute."""

import pytest

from api.rates import Rate, Rates

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
