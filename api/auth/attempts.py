"""How often one address, or one name, may try to sign in: a token bucket each."""

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Final

from schemas.times import MINUTE, Instant

PER_MINUTE: Final = 10
NAME_PER_MINUTE: Final = 5
"""Passwords tried for one name, from wherever: enough for whoever mistypes, 7,200 a day for whoever guesses."""
ADDRESSES_MAX: Final = 10_000
"""Addresses remembered; the one that has not tried for the longest is forgotten first."""


class Attempts:
    """Sign-in attempts of all addresses, or of all names; safe from any thread."""

    def __init__(
        self, clock: Callable[[], Instant], addresses_max: int = ADDRESSES_MAX, *, per_minute: int = PER_MINUTE
    ) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._addresses_max = addresses_max
        self._buckets: OrderedDict[str, tuple[float, Instant]] = OrderedDict()
        self._lock = Lock()

    def wait_ms(self, address: str) -> int:
        """0 and the attempt is taken, or how long until the address may try again."""
        now, place = self._clock(), _place(address)
        with self._lock:
            left, since = self._buckets.pop(place, (float(self._per_minute), now))
            left = min(
                self._per_minute, left + max(0, now - since) * self._per_minute / MINUTE
            )  # a clock set back earns nothing
            allowed = left >= 1
            self._buckets[place] = (left - 1 if allowed else left, now)
            if len(self._buckets) > self._addresses_max:
                self._buckets.popitem(last=False)
        return 0 if allowed else max(1, round((1 - left) * MINUTE / self._per_minute))

    def give_back(self, address: str) -> None:
        """The attempt was good: it is not counted, so that forty phones enrol behind one address."""
        place = _place(address)
        with self._lock:
            if (found := self._buckets.get(place)) is not None:
                self._buckets[place] = (min(self._per_minute, found[0] + 1), found[1])


def _place(address: str) -> str:
    """An IPv6 subscriber has a whole /64, so that is one place."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or parsed.exploded[:19])
    return address
