"""Which sightings are one incident: greedy, in the order in which things happened, by distance and time from the first.

A sighting joins the nearest earlier incident of its family whose first member lies within the metres and minutes that
the policy gives for that first member's category, unless its reporter is in that incident already (the same reporter
never fuses with itself; all calls of the Fire Brigade are one reporter). Else it begins an incident of its own.
"""

from bisect import bisect_left, insort
from collections.abc import Container, Iterable

from schemas.distance import metres_between
from schemas.times import Instant
from streams.core.rules import Family, Rules
from streams.core.sightings import Sighting

_Line = list[tuple[Instant, str, Sighting]]


class Cluster:
    """Sightings held to be one incident; the first is the anchor that distances are measured from."""

    __slots__ = ("anchor", "members")

    def __init__(self, anchor: Sighting) -> None:
        self.anchor = anchor
        self.members = [anchor]

    def may_admit(self, sighting: Sighting) -> bool:
        """Whether a sighting is of the same family and its reporter is not in it yet."""
        if sighting.family != self.anchor.family:
            return False
        return all(member.reporter != sighting.reporter for member in self.members)


class Timelines:
    """All sightings remembered, by family, in order of (when it happened, id)."""

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

    def near_before(self, sighting: Sighting, rules: Rules) -> list[Sighting]:
        """Sightings of the family before it in order and not too long before, nor too far north or south, to be one
        incident with it by any rule; nearest in time first.
        """
        line = self._lines[sighting.family]
        here = len(line) - 1 if line[-1][2] is sighting else bisect_left(line, sighting.order)
        since = sighting.at - rules.longest_fusion
        found = []
        while here > 0:
            here -= 1
            at, _, other = line[here]
            if at < since:
                break
            if abs(other.lat - sighting.lat) <= rules.widest_fusion_degrees:
                found.append(other)
        return found

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
    """(metres, milliseconds) between two sightings when the earlier, as an anchor, would take the later; else None.

    Two of one reporter never meet in an incident: what one does to the other goes by way of others' sightings.
    """
    if first.reporter == second.reporter or abs(first.lat - second.lat) > rules.widest_fusion_degrees:
        return None
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
        link = linked(cluster.anchor, sighting, rules)
        if link is None or not cluster.may_admit(sighting):
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
            home.members.append(sighting)
    return clusters
