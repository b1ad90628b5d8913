"""How often one may ask and report: a token bucket for each key, session and venue."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

BUCKETS_MAX: Final = 10_000
"""Callers and venues remembered; the one that has been quiet for the longest is forgotten first."""


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


class Rates:
    """Buckets by name; safe from any thread. `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float], buckets_max: int = BUCKETS_MAX) -> None:
        self._clock, self._buckets_max = clock, buckets_max
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, name: str, rate: Rate, cost: int = 1) -> float:
        """0 and it is taken, or in how many seconds there is room for it; more than fits at once waits for all."""
        now, cost = self._clock(), min(cost, rate.at_once)
        with self._lock:
            left, since = self._buckets.pop(name, (float(rate.at_once), now))
            left = min(rate.at_once, left + (now - since) * rate.a_minute / 60)
            is_taken = left >= cost
            self._buckets[name] = (left - cost if is_taken else left, now)
            if len(self._buckets) > self._buckets_max:
                self._buckets.popitem(last=False)
        return 0.0 if is_taken else (cost - left) * 60 / rate.a_minute
