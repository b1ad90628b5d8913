"""Playing records at a chosen speed: the virtual clock runs `speed` times as fast as ours, and takes records along."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final, Protocol

from ingest.feeding import Records
from schemas.feeds import FeedRecord
from schemas.journal import Origin
from schemas.times import Instant

BEAT_SECONDS: Final = 0.05
"""How often the virtual clock moves on."""


class Submit(Protocol):
    """Whoever takes records, durably, and then moves the virtual clock."""

    def __call__(self, records: Records, tick_to: Instant | None = None) -> int: ...


def play(
    batches: Iterable[Records],
    submit: Submit,
    *,
    speed: float,
    begin: Instant,
    until: Instant,
    clock: Callable[[], float],
    wait: Callable[[float], bool],
) -> bool:
    """Submit records as the virtual clock reaches their receipt, from `begin` to `until`; False when told to stop.

    What was received before `begin` goes first, at once. `wait(seconds)` is True when it is time to stop.
    """
    records = _one_by_one(batches)
    following = next(records, None)
    early: Records = []
    while following is not None and following[0].received_at <= begin:
        early.append(following)
        if len(early) >= 500:
            submit(early)
            early = []
        following = next(records, None)
    submit(early, begin)
    began = clock()
    while True:
        now = min(until, begin + round((clock() - began) * speed * 1000))
        due: Records = []
        while following is not None and following[0].received_at <= now:
            due.append(following)
            following = next(records, None)
        submit(due, now)
        if now >= until:
            left = [] if following is None else [following, *records]
            submit(left)
            return True
        if wait(BEAT_SECONDS):
            return False


def _one_by_one(batches: Iterable[Records]) -> Iterator[tuple[FeedRecord, Origin]]:
    return chain.from_iterable(batches)
