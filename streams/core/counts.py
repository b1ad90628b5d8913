"""What became of everything that was said: counted a stream, and incidents opened a category."""

from dataclasses import dataclass, field
from typing import Final

from schemas.categories import Category
from schemas.verdicts import Judgement

STREAMS_MAX: Final = 256
"""Streams counted one by one; the counts of those first heard of are then added up under EARLIER."""
EARLIER: Final = "earlier streams"


@dataclass(slots=True)
class StreamCount:
    """One origin stream: entries that took part, business repeats, late ones, and refusals by reason."""

    accepted: int = 0
    duplicates: int = 0
    late: int = 0
    held: int = 0
    rejected: dict[str, int] = field(default_factory=dict)

    def refused(self, reason: Judgement) -> None:
        """The fold refused an entry."""
        self.rejected[reason.value] = self.rejected.get(reason.value, 0) + 1

    def count(self, judgement: Judgement, *, late: bool) -> None:
        """The fold judged an entry."""
        if judgement is Judgement.REPEATED:
            self.duplicates += 1
            return
        if judgement is Judgement.CONFLICT:
            self.refused(judgement)
            return
        self.accepted += 1
        if late:
            self.late += 1
        if judgement is Judgement.HELD:
            self.held += 1

    def add(self, other: "StreamCount") -> None:
        """Take another stream's counts in."""
        self.accepted += other.accepted
        self.duplicates += other.duplicates
        self.late += other.late
        self.held += other.held
        for reason, number in other.rejected.items():
            self.rejected[reason] = self.rejected.get(reason, 0) + number


class Counts:
    """All counts of a desk. `dropped` are revisions let go because the report they put right never came."""

    def __init__(self) -> None:
        self.streams: dict[str, StreamCount] = {}
        self.incidents: dict[str, int] = {}
        self.dropped = 0

    def stream(self, name: str) -> StreamCount:
        """The count of one origin stream."""
        found = self.streams.get(name)
        if found is None:
            found = self.streams[name] = StreamCount()
            if len(self.streams) > STREAMS_MAX:
                self._add_up_earliest()
        return found

    def opened(self, before: Category | None, after: Category | None) -> None:
        """An incident was opened, took another category, or turned out to be none."""
        if before is after:
            return
        if before is not None:
            self.incidents[before] -= 1
        if after is not None:
            if after not in self.incidents:
                self.incidents[after.value] = 0
            self.incidents[after] += 1

    def _add_up_earliest(self) -> None:
        earlier = self.streams.pop(EARLIER, None) or StreamCount()
        earlier.add(self.streams.pop(next(iter(self.streams))))
        self.streams = {EARLIER: earlier, **self.streams}
