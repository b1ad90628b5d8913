"""All sightings remembered, by family, in the order in which they happened."""

from bisect import bisect_left, insort
from collections.abc import Container

from schemas.times import Instant
from streams.core.rules import Family, Reach
from streams.core.sightings import Sighting

_Line = list[tuple[Instant, str, Sighting]]


class Timelines:
    """By family: (when it happened, id) and the sighting, sorted."""

    def __init__(self) -> None:
        self._lines: dict[Family, _Line] = {}

    def insert(self, sighting: Sighting) -> None:
        """Put a sighting in its place."""
        line = self._lines.get(sighting.family)
        if line is None:
            line = self._lines[sighting.family] = []
        item = (*sighting.order, sighting)
        if not line or line[-1] < item:
            line.append(item)
        else:
            insort(line, item)

    def remove(self, sighting: Sighting) -> None:
        """Take a sighting out."""
        line = self._lines[sighting.family]
        del line[bisect_left(line, sighting.order)]

    def forget(self, before: Instant, incidents: Container[str]) -> None:
        """Let go of sightings older than an instant whose incident is not among these any more."""
        for line in self._lines.values():
            end = bisect_left(line, (before,))
            line[:end] = [item for item in line[:end] if item[2].incident in incidents]

    def is_last(self, sighting: Sighting, within: Instant) -> bool:
        """Whether nothing of its family happened after it and within so many milliseconds of it."""
        line = self._lines[sighting.family]
        if line[-1][2] is sighting:
            return True
        after = bisect_left(line, sighting.order) + 1
        return after == len(line) or line[after][0] > sighting.at + within

    def firsts_before(self, sighting: Sighting, reach: Reach) -> list[Sighting]:
        """First members of incidents of the family that are before it in order and within reach, but for longitude."""
        line = self._lines[sighting.family]
        here = len(line) - 1 if line[-1][2] is sighting else bisect_left(line, sighting.order)
        since, lat = sighting.at - reach.within, sighting.lat
        found = []
        while here > 0:
            here -= 1
            at, _, other = line[here]
            if at < since:
                break
            if other.is_first and abs(other.lat - lat) <= reach.degrees:
                found.append(other)
        return found

    def between(self, family: Family, since: Instant, until: Instant) -> list[Sighting]:
        """Sightings of a family from one instant to before another."""
        line = self._lines.get(family, [])
        start = bisect_left(line, (since,))
        return [item[2] for item in line[start : bisect_left(line, (until,), start)]]
