"""Which sightings are one incident: greedy, in the order in which things happened, by distance and time from the first.

A sighting joins the nearest earlier incident of its family whose first member lies within the metres and minutes that
the policy gives for that first member's category, unless its reporter is in that incident already (the same reporter
never fuses with itself; all calls of the Fire Brigade are one reporter). Else it begins an incident of its own.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable

from schemas.distance import metres_between
from schemas.times import Instant
from streams.core.rules import Family, Rules
from streams.core.sightings import Sighting

_Line = list[tuple[Instant, str, Sighting]]


class Cluster:
    """Sightings held to be one incident; the first is the anchor that distances are measured from."""

    __slots__ = ("members", "reporters")

    def __init__(self, anchor: Sighting) -> None:
        self.members = [anchor]
        self.reporters = {anchor.reporter: None}

    @property
    def anchor(self) -> Sighting:
        return self.members[0]

    def admit(self, sighting: Sighting) -> None:
        self.members.append(sighting)
        self.reporters[sighting.reporter] = None


class Timelines:
    """All sightings remembered, by family, in order of (when it happened, id)."""

    def __init__(self) -> None:
        self._lines: dict[Family, _Line] = {}

    def insert(self, sighting: Sighting) -> None:
        """Put a sighting in its place."""
        line = self._lines.setdefault(sighting.family, [])
        item = (*sighting.order, sighting)
        if not line or line[-1][:2] < sighting.order:
            line.append(item)
        else:
            insort(line, item)

    def remove(self, sighting: Sighting) -> None:
        """Take a sighting out."""
        line = self._lines[sighting.family]
        del line[bisect_left(line, sighting.order)]

    def is_last(self, sighting: Sighting, within: Instant) -> bool:
        """Whether nothing of its family happened after it and within so many milliseconds of it."""
        line = self._lines[sighting.family]
        after = bisect_left(line, sighting.order) + 1 if line[-1][2] is not sighting else len(line)
        return after == len(line) or line[after][0] > sighting.at + within

    def earlier(self, sighting: Sighting, within: Instant) -> Iterable[Sighting]:
        """Sightings of the family before it in order, nearest in time first."""
        line = self._lines[sighting.family]
        here = len(line) - 1 if line[-1][2] is sighting else bisect_left(line, sighting.order)
        since = sighting.at - within
        while here > 0:
            here -= 1
            at, _, other = line[here]
            if at < since:
                return
            yield other

    def around(self, sighting: Sighting, within: Instant) -> Iterable[Sighting]:
        """Sightings of the family before and after it, itself left out."""
        line = self._lines.get(sighting.family, [])
        for here in range(bisect_left(line, (sighting.at - within,)), len(line)):
            at, _, other = line[here]
            if at > sighting.at + within:
                return
            if other is not sighting:
                yield other


def linked(first: Sighting, second: Sighting, rules: Rules) -> tuple[float, int] | None:
    """(metres, milliseconds) between two sightings when the earlier, as an anchor, would take the later; else None."""
    if second.order < first.order:
        first, second = second, first
    metres_max, within = rules.fusion_limits(first.fact.category, first.at)
    apart = second.at - first.at
    if apart > within:
        return None
    metres = metres_between(first.lat, first.lon, second.lat, second.lon)
    return None if metres > metres_max else (round(metres, 3), apart)


def best_home(sighting: Sighting, clusters: Iterable[Cluster], rules: Rules) -> Cluster | None:
    """The cluster an arriving sighting joins: nearest by metres, then time, then order; None when none will have it."""
    best: Cluster | None = None
    best_rank: tuple[float, int, tuple[Instant, str]] | None = None
    for cluster in clusters:
        if sighting.reporter in cluster.reporters:
            continue
        link = linked(cluster.anchor, sighting, rules)
        if link is None:
            continue
        rank = (*link, cluster.anchor.order)
        if best_rank is None or rank < best_rank:
            best, best_rank = cluster, rank
    return best


def neighbourhood(seeds: Iterable[Sighting], timelines: Timelines, rules: Rules) -> list[Sighting]:
    """Every sighting that could be affected by the seeds: those joined to them by a chain of links, in order."""
    found: dict[str, Sighting] = {}
    frontier = list(seeds)
    while frontier:
        sighting = frontier.pop()
        if sighting.key in found:
            continue
        found[sighting.key] = sighting
        frontier.extend(
            other
            for other in timelines.around(sighting, rules.longest_fusion)
            if other.key not in found and linked(sighting, other, rules) is not None
        )
    return sorted(found.values(), key=lambda s: s.order)


def fused(sightings: Iterable[Sighting], rules: Rules) -> list[Cluster]:
    """Sightings, in order, as clusters."""
    clusters: list[Cluster] = []
    for sighting in sightings:
        home = best_home(sighting, clusters, rules)
        if home is None:
            clusters.append(Cluster(sighting))
        else:
            home.admit(sighting)
    return clusters
