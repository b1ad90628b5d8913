"""Reading of the record away from the loop: few threads, and few that wait for one."""

from collections.abc import Callable
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread

THREADS: Final = 3
"""Reads at once: they share one interpreter with the push, so more of them would only make each slower."""
WAITING_MAX: Final = 48
"""Reads that wait; one more is refused, to be tried again in a second."""

Answer = TypeVar("Answer")


class TooBusy(Exception):
    """So many reads wait that one more would not be answered in time."""


class Pool:
    """Bounded threads for reads. `run` is called in the loop."""

    def __init__(self, threads: int = THREADS, waiting_max: int = WAITING_MAX) -> None:
        self._threads = threads
        self._waiting_max = waiting_max
        self._limiter: CapacityLimiter | None = None
        self._asked = 0

    async def run(self, read: Callable[[], Answer]) -> Answer:
        """What a read gives. TooBusy: it was not begun."""
        if self._asked >= self._threads + self._waiting_max:
            raise TooBusy
        if self._limiter is None:
            self._limiter = CapacityLimiter(self._threads)
        self._asked += 1
        try:
            return await to_thread.run_sync(read, limiter=self._limiter)
        finally:
            self._asked -= 1
