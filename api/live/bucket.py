"""How fast a client may ask: a token bucket."""

from typing import Final

OPS_AT_ONCE: Final = 50
OPS_A_SECOND: Final = 10.0


class Bucket:
    """Full at first; each op takes one, and ten come back a second."""

    def __init__(self, at: float) -> None:
        self._left = float(OPS_AT_ONCE)
        self._at = at

    def take(self, at: float) -> bool:
        """Whether there was one left, at a time on one monotonic clock."""
        self._left = min(OPS_AT_ONCE, self._left + max(0.0, at - self._at) * OPS_A_SECOND)
        self._at = at
        if self._left < 1:
            return False
        self._left -= 1
        return True
