"""How much of what a child says is shown: a burst, then a steady trickle; the rest is counted, never silent."""

from collections.abc import Callable
from typing import Final

BURST_LINES: Final = 200
LINES_PER_SECOND: Final = 20.0


class Flood:
    """The allowance of one child: a broker that is away makes its clients say so hundreds of times.

    `clock` is monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._allowed, self._at = float(BURST_LINES), clock()
        self._left_out = 0

    def lets_through(self) -> bool:
        """Whether one more line may be shown; one that may not is counted."""
        self._refill()
        if self._allowed < 1:
            self._left_out += 1
            return False
        self._allowed -= 1
        return True

    def left_out(self) -> int:
        """How many lines were left out since it was last asked, once there is room for a line that says so; else 0."""
        self._refill()
        if self._allowed < 1:
            return 0
        told, self._left_out = self._left_out, 0
        self._allowed -= 1 if told else 0
        return told

    def _refill(self) -> None:
        now = self._clock()
        self._allowed = min(BURST_LINES, self._allowed + (now - self._at) * LINES_PER_SECOND)
        self._at = now
