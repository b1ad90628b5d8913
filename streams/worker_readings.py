"""What a worker's desks count, for the metrics: read when somebody looks."""

import threading
from collections.abc import Callable, Iterable, Mapping

from schemas.meters import FEED_STATES
from schemas.telemetry import Metric, Reading
from streams.core.desk import Desk
from streams.counted import Counted
from streams.held_partition import HeldPartition
from streams.kept_desk import Clock

Held = Callable[[], Mapping[int, HeldPartition]]
"""The partitions in this worker's hands now."""


def worker_readings(held: Held, clock: Clock) -> dict[Metric, Reading]:
    """A reading for each metric that the desks' own state answers; any thread may call it."""

    def tick_age() -> float:
        ages = [clock() - at for one in list(held().values()) if (at := one.desk.ticked_at) is not None]
        return max(ages, default=0.0)

    risen = _Risen(held)
    return {
        Metric.QUEUED: lambda: {(): sum(one.queued for one in list(held().values()))},
        Metric.SKIPPED: lambda: {(): sum(one.desk.skipped for one in list(held().values()))},
        Metric.TICK_AGE: lambda: {(): tick_age()},
        Metric.FEED_STATE: lambda: _feed_states(
            desk for one in list(held().values()) if one.is_live for desk in one.desk.desks.values()
        ),
        Metric.ENTRIES: lambda: {(): risen().records},
        Metric.DUPLICATES: lambda: {(): risen().repeats},
        Metric.LATE: lambda: {(): risen().late},
    }


class _Risen:
    """What the desks of this process have counted while they were its own; what it lets go of stays counted.

    Of what is let go, the last moments may be missing: what was counted after somebody last looked.
    """

    def __init__(self, held: Held) -> None:
        self._held, self._lock = held, threading.Lock()
        self._gone = Counted()
        self._seen: dict[HeldPartition, Counted] = {}

    def __call__(self) -> Counted:
        with self._lock:
            now = {one: one.counted for one in list(self._held().values())}
            for one, last in self._seen.items():
                if one not in now:
                    self._gone = self._gone.plus(last)
            self._seen, total = now, self._gone
            for each in now.values():
                total = total.plus(each)
            return total


def _feed_states(desks: Iterable[Desk]) -> dict[tuple[str, ...], float]:
    """Each feed as it stands where it stands worst."""
    found: dict[tuple[str, ...], float] = {}
    for desk in desks:
        for source, feed in list(desk.feeds.known.items()):
            found[(source,)] = max(found.get((source,), 0), FEED_STATES[feed.status])
    return found
