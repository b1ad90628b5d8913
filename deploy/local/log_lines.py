"""The one log of all children: `time name | text`, coloured by name on a terminal, floods limited."""

import os
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final, TextIO

from deploy.local.flood import Flood

WAITING_LINES_MAX: Final = 2_000
"""Lines that wait to be read: a terminal that is held still stops no child; more lines are left out and counted."""
LINE_CHARS_MAX: Final = 2_000
OURS: Final = "nightdesk"
_COLOURS: Final = ("36", "33", "32", "35", "34", "96", "93", "92", "95", "94")
_CLOSE_SECONDS: Final = 0.5


class LogLines:
    """Takes lines from any thread and writes them in one. `wall` is the time of day, `clock` monotonic seconds."""

    def __init__(
        self, out: TextIO, names: Sequence[str], *, wall: Callable[[], datetime], clock: Callable[[], float]
    ) -> None:
        self._out, self._wall = out, wall
        everyone = (OURS, *names)
        self._width = max(map(len, everyone))
        self._colours = dict(zip(everyone, _colours(out, len(everyone)), strict=True))
        self._floods = {name: Flood(clock) for name in names}
        self._waiting: queue.Queue[str | None] = queue.Queue(WAITING_LINES_MAX)
        self._lock, self._not_written = threading.Lock(), 0
        self._writer = threading.Thread(target=self._write, name="log", daemon=True)
        self._writer.start()

    def say(self, text: str) -> None:
        """A line of the supervisor's own, about a child or about all: never limited."""
        self._put(OURS, text)

    def heard(self, name: str, text: str) -> None:
        """A line that a child wrote."""
        with self._lock:
            is_shown = self._floods[name].lets_through()
        if is_shown:
            self.settle(name)
            self._put(name, text)

    def settle(self, name: str) -> None:
        """Say how many of a child's lines were left out, when that is due."""
        with self._lock:
            left_out = self._floods[name].left_out()
        if left_out:
            self._put(name, f"({left_out} lines left out: it says too much)")

    def close(self) -> None:
        """Write what waits, for half a second at most."""
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
        self._writer.join(_CLOSE_SECONDS)

    def _put(self, name: str, text: str) -> None:
        plain = "".join(c if c.isprintable() else " " for c in text.rstrip())[:LINE_CHARS_MAX]
        start, end = self._colours[name]
        line = f"{start}{self._wall():%H:%M:%S} {name:<{self._width}} |{end} {plain}\n"
        try:
            self._waiting.put_nowait(line)
        except queue.Full:
            self._not_written += 1

    def _write(self) -> None:
        while (line := self._waiting.get()) is not None:
            with suppress(OSError, ValueError):  # nobody reads any more: the children go on all the same
                if self._not_written:
                    self._out.write(f"({self._not_written} lines left out: nobody read them)\n")
                    self._not_written = 0
                self._out.write(line)
                self._out.flush()


def _colours(out: TextIO, count: int) -> list[tuple[str, str]]:
    if not out.isatty() or os.environ.get("NO_COLOR"):
        return [("", "")] * count
    return [(f"\x1b[{_COLOURS[number % len(_COLOURS)]}m", "\x1b[0m") for number in range(count)]
