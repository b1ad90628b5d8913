"""The incidents that a change may touch: those that a chain of near sightings joins to it, whole.

Sightings of one incident are always found together. So what is around is looked for once an incident, not once a
sighting, and it is enough that any two of two incidents are near each other.
"""

from collections.abc import Callable, Iterable
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

from schemas.times import Instant
from streams.core.fusion import linked
from streams.core.rules import Family, Rules
from streams.core.sightings import Sighting
from streams.core.timelines import Timelines

FEW: Final = 8
"""Incidents for each of which all that is near in time is sooner gone through."""
Together = Callable[[Sighting], list[Sighting]]
"""The members of a sighting's incident, in order; itself alone where it has none yet."""


class _Box(NamedTuple):
    """Nothing outside of it is near any sighting that it was made around."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, sightings: Iterable[Sighting]) -> list[Sighting]:
        """Those within."""
        south, north, west, east = self
        return [s for s in sightings if south <= s.lat <= north and west <= s.lon <= east]


class Neighbourhood:
    """What was found so far. Each sighting of the timelines is looked at about once, however many are near it."""

    def __init__(self, timelines: Timelines, together: Together, rules: Rules) -> None:
        self._timelines = timelines
        self._together = together
        self._rules = rules
        self._found: dict[str, list[Sighting]] = {}
        self._panes: dict[tuple[Family, Instant], list[Sighting]] = {}

    def sightings(self) -> list[Sighting]:
        """All that were found, in order."""
        return sorted(chain.from_iterable(self._found.values()), key=attrgetter("order"))

    def reach(self, *seeds: Sighting) -> None:
        """Find the incidents of these sightings and whatever a chain of links joins to them."""
        frontier = self._find(seeds)
        while frontier:
            frontier.extend(self._find(self.around(frontier.pop())))

    def around(self, members: list[Sighting]) -> list[Sighting]:
        """A sighting of each incident not found yet that has one near one of these, which are of one family."""
        left = self._left_between(members[0], members[-1])
        near: dict[str, list[Sighting]] = {}
        for other in _box_around(members, self._rules).holds(left) if left else left:
            near.setdefault(other.incident or other.key, []).append(other)
        return [others[0] for others in near.values() if self._touch(members, others)]

    def _find(self, sightings: Iterable[Sighting]) -> list[list[Sighting]]:
        """The members of the incidents of these, but for those that were found already."""
        new = []
        for sighting in sightings:
            group = sighting.incident or sighting.key
            if group not in self._found:
                self._found[group] = members = self._together(sighting)
                new.append(members)
        return new

    def _touch(self, members: list[Sighting], others: list[Sighting]) -> bool:
        if len(members) > 1:
            members = _box_around(others, self._rules).holds(members)
        for other in others:
            for member in members:
                if linked(member, other, self._rules):
                    return True
        return False

    def _left_between(self, first: Sighting, last: Sighting) -> list[Sighting]:
        """What was not found yet from (at least) so long before the first to so long after the last as two may be near.

        Once there were many looks it is kept by panes of time, which forget what was found: so that what is near is not
        gone through again for each incident that is found near it.
        """
        family, within = first.family, max(0, self._rules.reach[first.family].within)
        since, until = first.at - within, last.at + within
        if len(self._found) <= FEW:
            return self._left(self._timelines.between(family, since, until + 1))
        pane, between = 2 * within + 1, list[Sighting]()
        for number in range(since // pane, until // pane + 1):
            kept = self._panes.get((family, number))
            if kept is None:
                kept = self._timelines.between(family, number * pane, (number + 1) * pane)
            kept = self._panes[family, number] = self._left(kept)
            between += kept
        return between

    def _left(self, sightings: list[Sighting]) -> list[Sighting]:
        return [s for s in sightings if (s.incident or s.key) not in self._found]


def _box_around(sightings: list[Sighting], rules: Rules) -> _Box:
    first = sightings[0]
    reach = rules.reach[first.family]
    south = north = first.lat
    west = east = first.lon
    if len(sightings) > 1:
        lats, lons = [s.lat for s in sightings], [s.lon for s in sightings]
        south, north, west, east = min(lats), max(lats), min(lons), max(lons)
    aside = reach.aside(max(-south, north))
    return _Box(south - reach.degrees, north + reach.degrees, west - aside, east + aside)
