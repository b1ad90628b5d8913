"""How often one may ask, report or try to sign in: token buckets."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

BUCKETS_MAX: Final = 10_000
"""Buckets remembered; the one that has been quiet for the longest is forgotten first, and begins full again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many at once, and so many more each minute."""

    at_once: int
    a_minute: int


A_VENUE: Final = Rate(at_once=120, a_minute=120)
A_KEY: Final = Rate(at_once=600, a_minute=1_200)
UPLOADS_A_KEY: Final = Rate(at_once=30, a_minute=60)
READS_A_KEY: Final = Rate(at_once=200, a_minute=3_000)
"""A page that starts reads a dozen things; one that rewinds, four pictures a second."""
ATTEMPTS_AN_ADDRESS: Final = Rate(at_once=10, a_minute=10)
ATTEMPTS_A_NAME: Final = Rate(at_once=5, a_minute=5)
"""Passwords tried for one name, from wherever: enough for whoever mistypes, 7,200 a day for whoever guesses."""


class Bucket:
    """One of a rate, full at first. Times are seconds on one monotonic clock; one that goes back earns nothing."""

    __slots__ = ("_at", "_left", "_rate")

    def __init__(self, rate: Rate, at: float) -> None:
        self._rate, self._at, self._left = rate, at, float(rate.at_once)

    def wait_s(self, at: float, cost: int = 1) -> float:
        """0 and it is taken, or in how many seconds there is room for it; more than fits at once waits for all."""
        cost = min(cost, self._rate.at_once)
        earned = max(0.0, at - self._at) * self._rate.a_minute / 60
        self._left, self._at = min(self._rate.at_once, self._left + earned), at
        if self._left < cost:
            return (cost - self._left) * 60 / self._rate.a_minute
        self._left -= cost
        return 0.0

    def give_back(self) -> None:
        """What was taken last is not counted."""
        self._left = min(self._rate.at_once, self._left + 1)


class Rates:
    """A bucket for each name and rate; safe from any thread. `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float], buckets_max: int = BUCKETS_MAX) -> None:
        self._clock, self._buckets_max = clock, buckets_max
        self._buckets: OrderedDict[tuple[str, Rate], Bucket] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, name: str, rate: Rate, cost: int = 1) -> float:
        """0 and it is taken, or in how many seconds there is room for it."""
        now, key = self._clock(), (name, rate)
        with self._lock:
            bucket = self._buckets.pop(key, None) or Bucket(rate, now)
            self._buckets[key] = bucket
            if len(self._buckets) > self._buckets_max:
                self._buckets.popitem(last=False)
            return bucket.wait_s(now, cost)

    def give_back(self, name: str, rate: Rate) -> None:
        """What a name took last is not counted."""
        with self._lock:
            if (bucket := self._buckets.get((name, rate))) is not None:
                bucket.give_back()
