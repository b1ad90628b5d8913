"""Playing records at a chosen speed: the virtual clock runs `speed` times as fast as ours, and takes records along."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final, Protocol

from ingest.feeding import BATCH_RECORDS, Records
from schemas.feeds import FeedRecord
from schemas.journal import Origin
from schemas.times import SECOND, Instant

BEAT_SECONDS: Final = 0.05
"""The shortest pause between two moves of the virtual clock."""
TICK_EVERY: Final = 5 * SECOND
"""The longest step of the virtual clock where a pause is longer than that."""


class Submit(Protocol):
    """Whoever takes records, durably, and then moves the virtual clock."""

    def __call__(self, records: Records, tick_to: Instant | None = None) -> int: ...


def play(
    batches: Iterable[Records],
    submit: Submit,
    *,
    speed: float,
    begin: Instant | None,
    until: Instant | None,
    clock: Callable[[], float],
    wait: Callable[[float], bool],
) -> bool:
    """Submit records as the virtual clock reaches their receipt; False when told to stop.

    The clock runs from `begin` (None: the first record's receipt) to `until` (None: the last one's). What was received
    before `begin` goes first, at once, and what is left after `until` last. `wait(seconds)` is True when it is time to
    stop. Records keep their order: one out of order waits for those before it.
    """
    ahead = _Ahead(batches, submit, ticks_on=until is not None)
    now = ahead.next_at if begin is None else begin
    if now is None:
        return True
    start, began = now, clock()
    while True:
        ahead.submit_up_to(now)
        if until is not None and now >= until:
            ahead.submit_up_to(None)
            return True
        if until is None and ahead.next_at is None:
            return True
        if wait(_pause(now, ahead.next_at, until, speed)):
            return False
        now = start + round((clock() - began) * speed * SECOND)
        now = now if until is None else min(now, until)


class _Ahead:
    """The records to come, one of them known. With `ticks_on` the clock goes on after the last of them."""

    def __init__(self, batches: Iterable[Records], submit: Submit, *, ticks_on: bool) -> None:
        self._records: Iterator[tuple[FeedRecord, Origin]] = chain.from_iterable(batches)
        self._submit = submit
        self._ticks_on = ticks_on
        self._next = next(self._records, None)

    @property
    def next_at(self) -> Instant | None:
        """When the next record was received; None when there is none."""
        return None if self._next is None else self._next[0].received_at

    def submit_up_to(self, now: Instant | None) -> None:
        """Submit what was received by `now`, then move the clock there; with None all that is left, and no further."""
        due: Records = []
        while self._next is not None and (now is None or self._next[0].received_at <= now):
            due.append(self._next)
            self._next = next(self._records, None)
            if len(due) == BATCH_RECORDS:
                self._submit(due)
                due = []
        self._submit(due, now if self._ticks_on or self._next is not None else None)


def _pause(now: Instant, following: Instant | None, until: Instant | None, speed: float) -> float:
    """Seconds until the next record is due, the next tick, or the end."""
    ends = [at for at in (now + TICK_EVERY, following, until) if at is not None]
    return max(BEAT_SECONDS, (min(ends) - now) / speed / SECOND)
