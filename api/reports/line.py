"""The line before the desk: saved reports that wait for it, read from the disk where they are too many for memory.

Several processes may save into one table. Each hands on what it saved itself, and after a while what nobody has got
judged, since whoever saved it may be dead. Handed on twice, a report counts once: the desk knows it by its id.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from api.record.reports import SavedReport, SavedReports
from schemas.times import SECOND, Instant

WAITING_MAX: Final = 2_000
"""Saved reports in memory that wait for the desk; what comes after is read from the disk once there is room."""
ANOTHERS_AFTER: Final = 5 * SECOND
"""A report that waits for so long is handed on by whoever finds it, whoever saved it."""
LOOKED_EVERY_S: Final = 2.0


class Line:
    """For one thread, but `give_back`. `now` is the time that reports are saved with, `clock` monotonic seconds."""

    def __init__(self, saved: SavedReports, now: Callable[[], Instant], clock: Callable[[], float]) -> None:
        self._saved, self._now, self._clock = saved, now, clock
        self._waiting: deque[SavedReport] = deque()
        self._back: deque[Sequence[SavedReport]] = deque()
        self._held = set[int]()
        self._read_to = 0
        self._has_more = True
        self._looked_to = 0
        self._look_at = 0.0

    @property
    def has_work(self) -> bool:
        """Whether anything waits, as far as is known."""
        return bool(self._waiting) or self._has_more

    def add(self, report: SavedReport) -> None:
        """One that the desk has not judged; from memory, unless so many wait that it is read when its turn comes."""
        if report.seq in self._held:
            return
        if self._has_more or len(self._waiting) >= WAITING_MAX:
            self._has_more = True
            return
        self._hold([report])
        self._read_to = max(self._read_to, report.seq)

    def take(self, limit: int) -> list[SavedReport]:
        """The next ones; they are held until they are settled or given back."""
        return [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]

    def give_back(self, some: Sequence[SavedReport]) -> None:
        """The desk did not take them: they are first in line again. From any thread."""
        self._back.append(some)

    def was_refused(self) -> bool:
        """Whether something was given back since it was asked last."""
        refused = bool(self._back)
        while self._back:
            self._waiting.extendleft(reversed(self._back.pop()))
        return refused

    def settle(self, seqs: Iterable[int]) -> None:
        """Their judgements are written down."""
        self._held.difference_update(seqs)

    def read_more(self) -> bool:
        """Read what waits on the disk, once nothing waits in memory; whether it had to. RecordError: another time."""
        if self._waiting or not (self._has_more or self._clock() >= self._look_at):
            return False
        if self._has_more:
            found = self._saved.unjudged(self._read_to)
            self._has_more = bool(found)
            self._read_to = found[-1].seq if found else self._read_to
            self._hold(found)
        else:
            self._look_for_anothers()
        return True

    def _look_for_anothers(self) -> None:
        """A page of what waits for long, whoever saved it; at its end the next look is a while away."""
        found = self._saved.unjudged(self._looked_to, saved_until=self._now() - ANOTHERS_AFTER)
        self._looked_to = found[-1].seq if found else 0
        if not found:
            self._look_at = self._clock() + LOOKED_EVERY_S
        self._hold(found)

    def _hold(self, found: Iterable[SavedReport]) -> None:
        for report in found:
            if report.seq not in self._held:
                self._held.add(report.seq)
                self._waiting.append(report)
