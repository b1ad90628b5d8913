"""What became of everything that was said: counted a stream, and incidents opened a category."""

from dataclasses import dataclass, field

from schemas.categories import Category
from streams.core.corrections import Judgement


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
        self.accepted += 1
        self.late += late
        self.held += judgement is Judgement.HELD


class Counts:
    """All counts of a desk."""

    def __init__(self) -> None:
        self.streams: dict[str, StreamCount] = {}
        self.incidents: dict[str, int] = {}

    def stream(self, name: str) -> StreamCount:
        """The count of one origin stream."""
        found = self.streams.get(name)
        if found is None:
            found = self.streams[name] = StreamCount()
        return found

    def opened(self, before: Category | None, after: Category | None) -> None:
        """An incident was opened, took another category, or turned out to be none."""
        if before is after:
            return
        if before is not None:
            self.incidents[before.value] -= 1
        if after is not None:
            self.incidents[after.value] = self.incidents.get(after.value, 0) + 1
