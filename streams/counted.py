"""What desks have counted, in numbers that can be taken from each other: for metrics that only rise.

A desk's own counts begin with its journal. An owner that told them as they are would jump by all that went before each
time it takes an area over, and fall each time it lets one go.
"""

from collections.abc import Iterable
from typing import NamedTuple

from streams.core.desk import Desk


class Counted(NamedTuple):
    """Records counted, repeats among them, and late ones."""

    records: int = 0
    repeats: int = 0
    late: int = 0

    def plus(self, other: "Counted") -> "Counted":
        """Both together."""
        return Counted(*(one + more for one, more in zip(self, other, strict=True)))

    def since(self, before: "Counted") -> "Counted":
        """What came in between; nothing where an entry was left out afterwards."""
        return Counted(*(max(0, now - then) for now, then in zip(self, before, strict=True)))


def counted(desks: Iterable[Desk]) -> Counted:
    """Since the beginnings of their journals; any thread may ask."""
    streams = [stream for desk in desks for stream in list(desk.counts.streams.values())]
    repeats = sum(stream.duplicates for stream in streams)
    accepted, late = sum(stream.accepted for stream in streams), sum(stream.late for stream in streams)
    return Counted(records=accepted + repeats, repeats=repeats, late=late)
