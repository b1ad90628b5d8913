"""How fast one caller may read: a token bucket for each key or session."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

AT_ONCE: Final = 200
A_SECOND: Final = 50.0
"""A page that starts reads a dozen things; one that rewinds, four pictures a second."""
CALLERS_MAX: Final = 10_000
"""Callers remembered; the one that has not read for the longest is forgotten first, and begins with a full bucket."""


class Rates:
    """The buckets of all callers, for the loop's thread; `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float], *, at_once: int = AT_ONCE, a_second: float = A_SECOND) -> None:
        self._clock = clock
        self._at_once, self._a_second = at_once, a_second
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, caller: str, cost: int = 1) -> float:
        """0 and the read is taken, or the seconds until it may be asked for again."""
        now = self._clock()
        left, since = self._buckets.pop(caller, (float(self._at_once), now))
        left = min(self._at_once, left + (now - since) * self._a_second)
        allowed = left >= cost
        self._buckets[caller] = (left - cost if allowed else left, now)
        if len(self._buckets) > CALLERS_MAX:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (cost - left) / self._a_second
