"""How long to wait before a child that ended is started again: twice as long each time, until it has stayed up."""

from typing import Final

FIRST_SECONDS: Final = 0.2
LONGEST_SECONDS: Final = 10.0
STEADY_SECONDS: Final = 30.0


class Backoff:
    """The waits of one child: 0.2 s, doubled up to 10 s; from the beginning once it was up for 30 s."""

    def __init__(self) -> None:
        self._next = FIRST_SECONDS

    def after(self, up_s: float) -> float:
        """Seconds to wait now that it ended after `up_s` seconds."""
        wait = FIRST_SECONDS if up_s >= STEADY_SECONDS else self._next
        self._next = min(2 * wait, LONGEST_SECONDS)
        return wait
