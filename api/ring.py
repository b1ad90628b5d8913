"""The last deltas of a topic, within a bound of number and of bytes."""

from collections import deque
from itertools import islice

from api.view import Published


class Ring:
    """Deltas in order of seq, none left out between the oldest and the newest."""

    def __init__(self, *, deltas_max: int, bytes_max: int) -> None:
        self._deltas_max = deltas_max
        self._bytes_max = bytes_max
        self._deltas: deque[Published] = deque()
        self._bytes = 0

    def add(self, delta: Published) -> None:
        """Take the newest; the oldest leave until both bounds hold, and that may be all."""
        self._deltas.append(delta)
        self._bytes += len(delta.frame)
        while len(self._deltas) > self._deltas_max or self._bytes > self._bytes_max:
            self._bytes -= len(self._deltas.popleft().frame)

    def after(self, seq: int, limit: int) -> tuple[Published, ...] | None:
        """Up to `limit` deltas that follow `seq`, or None when the first of them has left."""
        if not self._deltas or seq < self._deltas[0].seq - 1:
            return None
        start = seq - self._deltas[0].seq + 1
        return tuple(islice(self._deltas, start, start + limit))
