"""Which sightings are one incident: greedy, in the order in which things happened, by distance and time from the first.

A sighting joins the nearest earlier incident of its family whose first member lies within the metres and minutes that
the policy gives for that first member's category, unless its reporter is in that incident already (the same reporter
never fuses with itself; all calls of the Fire Brigade are one reporter). Else it begins an incident of its own.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

from schemas.distance import metres_between
from schemas.times import Instant
from streams.core.rules import Family, Rules
from streams.core.sightings import Sighting

FEW: Final = 16
"""Sightings that are sooner fused by looking at all of them."""


class Cluster:
    """Sightings held to be one incident; the first is the anchor that distances are measured from."""

    __slots__ = ("_reporters", "anchor", "members")

    def __init__(self, anchor: Sighting) -> None:
        self.anchor = anchor
        self.members = [anchor]
        self._reporters: set[str] | None = None

    def admit(self, sighting: Sighting) -> None:
        """One more, later than all before it."""
        self.members.append(sighting)
        if self._reporters is not None:
            self._reporters.add(sighting.reporter)

    def has(self, reporter: str) -> bool:
        """Whether one of its members is this reporter's; no two of them ever are one's."""
        known = self._reporters
        if known is None or len(known) != len(self.members):
            known = self._reporters = {member.reporter for member in self.members}
        return reporter in known


def linked(one: Sighting, other: Sighting, rules: Rules) -> bool:
    """Whether two sightings of a family are so near that the earlier, as an anchor, would take the later.

    Two of one reporter never meet in an incident: what one does to the other goes by way of others' sightings.
    """
    if one.reporter == other.reporter:
        return False
    first, second = (one, other) if one.order < other.order else (other, one)
    return apart(first, second, rules) is not None


def apart(anchor: Sighting, sighting: Sighting, rules: Rules) -> tuple[float, int] | None:
    """(metres, milliseconds) from an anchor to a later sighting of its family, or None beyond the anchor's limits."""
    metres_max, within = rules.fusion_limits(anchor.fact.category, anchor.at)
    later = sighting.at - anchor.at
    if later > within:
        return None
    metres = metres_between(anchor.lat, anchor.lon, sighting.lat, sighting.lon)
    return None if metres > metres_max else (round(metres, 3), later)


def best_home(sighting: Sighting, clusters: Iterable[Cluster], rules: Rules) -> Cluster | None:
    """The cluster of its family that a sighting joins which happened after every anchor: nearest by metres, then time,
    then order; None when none will have it.
    """
    best: Cluster | None = None
    best_rank: tuple[float, int, tuple[Instant, str]] | None = None
    for cluster in clusters:
        if cluster.anchor.reporter == sighting.reporter:
            continue
        distance = apart(cluster.anchor, sighting, rules)
        if distance is None or cluster.has(sighting.reporter):
            continue
        rank = (*distance, cluster.anchor.order)
        if best_rank is None or rank < best_rank:
            best, best_rank = cluster, rank
    return best


def fused(sightings: Sequence[Sighting], rules: Rules) -> list[Cluster]:
    """Sightings, in order, as clusters."""
    clusters: list[Cluster] = []
    anchors = _Anchors(sightings, rules) if len(sightings) > FEW else None
    for sighting in sightings:
        if anchors is None:
            near: Iterable[Cluster] = [c for c in clusters if c.anchor.family == sighting.family]
        else:
            near = anchors.near(sighting)
        home = best_home(sighting, near, rules)
        if home is not None:
            home.admit(sighting)
            continue
        home = Cluster(sighting)
        clusters.append(home)
        if anchors is not None:
            anchors.add(home)
    return clusters


class _Anchors:
    """Clusters that may still take somebody, by family and cell as wide as its reach; each stands in the cells around
    its anchor's too, so that a sighting looks in its own cell alone, whatever happened elsewhere.
    """

    def __init__(self, sightings: Sequence[Sighting], rules: Rules) -> None:
        lat_max = max(abs(sighting.lat) for sighting in sightings)
        families = dict.fromkeys(sighting.family for sighting in sightings)
        self._reach = {family: (rules.reach[family], rules.reach[family].aside(lat_max)) for family in families}
        self._cells: dict[tuple[Family, int, int], deque[Cluster]] = {}

    def near(self, sighting: Sighting) -> Iterable[Cluster]:
        """Those around a sighting's cell; what began too long before it goes, since time only moves on."""
        reach, aside = self._reach[sighting.family]
        near = self._cells.get((sighting.family, int(sighting.lat // reach.degrees), int(sighting.lon // aside)))
        if near is None:
            return ()
        since = sighting.at - reach.within
        while near and near[0].anchor.at < since:
            near.popleft()
        return near

    def add(self, cluster: Cluster) -> None:
        """Put in a cluster that has just begun."""
        anchor = cluster.anchor
        reach, aside = self._reach[anchor.family]
        row, column = int(anchor.lat // reach.degrees), int(anchor.lon // aside)
        for north in (row - 1, row, row + 1):
            for east in (column - 1, column, column + 1):
                self._cells.setdefault((anchor.family, north, east), deque()).append(cluster)
