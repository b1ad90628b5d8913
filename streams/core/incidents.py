"""Incidents: what happened in the world, by one or more witnesses, put right whenever a witness is."""

from collections.abc import Container
from heapq import heappop, heappush
from typing import NamedTuple

from schemas.distance import metres_between
from schemas.times import DAY, NEVER, Instant
from streams.core.fusion import Cluster, best_home, fused
from streams.core.neighbourhood import Neighbourhood
from streams.core.nights import Nights
from streams.core.placements import Placement, placed
from streams.core.rules import Rules
from streams.core.sightings import Sighting
from streams.core.timelines import Timelines


class Move(NamedTuple):
    """An incident's placement before and after; None for one that did not exist or is no more."""

    incident: str
    before: Placement | None
    after: Placement | None


class Incident:
    """One incident: its cluster, and where it was last placed. `packed` is its row in a snapshot, once it was made."""

    __slots__ = ("cluster", "id", "packed", "placement")

    def __init__(self, id_: str, cluster: Cluster, placement: Placement) -> None:
        self.id = id_
        self.cluster = cluster
        self.placement = placement
        self.packed: bytes | None = None


class Incidents:
    """All incidents remembered. `settle` is the only way in. `nights` says which night a time belongs to."""

    def __init__(self, nights: Nights) -> None:
        self.known: dict[str, Incident] = {}
        self._nights = nights
        self._timelines = Timelines()
        self._leaving: dict[Instant, list[str]] = {}
        self._leaves: list[Instant] = []
        self._past: dict[int, list[str]] = {}

    def settle(self, before: Sighting | None, after: Sighting | None, rules: Rules, clock: Instant) -> list[Move]:
        """Take one sighting out, put another in, and fold again whatever that touches."""
        if after is not None:
            self._timelines.insert(after)
        if before is None:
            if after is None:
                return []
            if self._timelines.is_last(after, rules.longest_fusion):
                return [self._arrive(after, rules, clock)]
        return self._refold(before, after, rules, clock)

    def place_again(self, rules: Rules, clock: Instant) -> list[Move]:
        """The policy changed: every live incident counts where it now says. What has left stays as it was."""
        live = sorted(id_ for id_, incident in self.known.items() if incident.placement.live)
        incidents = [self.known[id_] for id_ in live]
        return [self._enter(i.id, i.cluster, i.placement, rules, clock) for i in incidents]

    def restore(self, cluster: Cluster, placement: Placement) -> None:
        """Put back an incident of a snapshot."""
        id_ = placement.incident
        for member in cluster.members:
            self._timelines.insert(member)
        self._name(cluster, id_)
        self.known[id_] = Incident(id_, cluster, placement)
        self._await(placement)

    def leave_at(self) -> Instant:
        """When the next incident leaves the live picture."""
        return self._leaves[0] if self._leaves else NEVER

    def leaving(self, now: Instant) -> list[Incident]:
        """Incidents whose time in the live picture is over, in (time, id) order; they are marked so."""
        left: list[Incident] = []
        while self._leaves and self._leaves[0] <= now:
            leaves_at = heappop(self._leaves)
            for id_ in sorted(self._leaving.pop(leaves_at)):
                incident = self.known.get(id_)
                if incident is not None and incident.placement.live and incident.placement.leaves_at == leaves_at:
                    incident.placement.live = False
                    self._await(incident.placement)
                    left.append(incident)
        return left

    def forget(self, before: Instant) -> list[str]:
        """Forget incidents that began before a day's begin and have left; gives the keys of their reports."""
        keys: list[str] = []
        for day in [day for day in self._past if day < before // DAY]:
            for id_ in self._past.pop(day):
                incident = self.known.get(id_)
                if incident is not None and not incident.placement.live and incident.placement.at // DAY == day:
                    del self.known[id_]
                    keys.extend([member.key for member in incident.cluster.members])
        self._timelines.forget(before + DAY, self.known)
        return keys

    def _arrive(self, sighting: Sighting, rules: Rules, clock: Instant) -> Move:
        """The usual case: nothing of the family happened after it, so it joins or begins, and changes nobody else."""
        firsts = self._timelines.firsts_before(sighting, rules.reach[sighting.family])
        home = best_home(sighting, [self.known[s.incident].cluster for s in firsts], rules) if firsts else None
        if home is None:
            sighting.is_first = True
            sighting.incident = id_ = sighting.begins()
            return self._enter(id_, Cluster(sighting), None, rules, clock)
        home.admit(sighting)
        sighting.incident = id_ = home.anchor.incident
        return self._enter(id_, home, self.known[id_].placement, rules, clock)

    def _refold(self, before: Sighting | None, after: Sighting | None, rules: Rules, clock: Instant) -> list[Move]:
        """Fold again every incident that a chain of near sightings joins to the one taken out or the one put in."""
        near = Neighbourhood(self._timelines, lambda sighting: self._together(sighting, before), rules)
        if before is not None:
            self._timelines.remove(before)
            near.reach(*near.around([before]), *self._together(before, before))
        if after is not None:
            near.reach(after)
        sightings = near.sightings()
        touched = {s.incident: None for s in sightings if s.incident}
        if before is not None:
            touched[before.incident] = None
        old = {id_: self.known.pop(id_).placement for id_ in touched}
        moves = []
        for id_, cluster in _named(fused(sightings, rules), old):
            self._name(cluster, id_)
            moves.append(self._enter(id_, cluster, old.pop(id_, None), rules, clock))
        moves.extend(Move(id_, placement, None) for id_, placement in old.items())
        return moves

    def _together(self, sighting: Sighting, without: Sighting | None) -> list[Sighting]:
        """The members of a sighting's incident; itself alone where it has none yet."""
        if not sighting.incident:
            return [sighting]
        return [member for member in self.known[sighting.incident].cluster.members if member is not without]

    def _name(self, cluster: Cluster, id_: str) -> None:
        for member in cluster.members:
            member.incident, member.is_first = id_, False
        cluster.anchor.is_first = True

    def _enter(self, id_: str, cluster: Cluster, before: Placement | None, rules: Rules, clock: Instant) -> Move:
        placement = placed(id_, cluster, self._nights.night_of(cluster.anchor.at, rules), rules, clock)
        self.known[id_] = Incident(id_, cluster, placement)
        if before is None or not before.waits_like(placement):
            self._await(placement)
        return Move(id_, before, placement)

    def _await(self, placement: Placement) -> None:
        """Until when an incident is in the live picture or, once it has left, by which day it is remembered."""
        if not placement.live:
            self._past.setdefault(placement.at // DAY, []).append(placement.incident)
            return
        leaving = self._leaving.get(placement.leaves_at)
        if leaving is None:
            leaving = self._leaving[placement.leaves_at] = []
            heappush(self._leaves, placement.leaves_at)
        leaving.append(placement.incident)


def metres_apart(anchor: Sighting, sighting: Sighting) -> int:
    """Whole metres from an incident's first member."""
    return round(metres_between(anchor.lat, anchor.lon, sighting.lat, sighting.lon))


def _named(clusters: list[Cluster], old: Container[str]) -> list[tuple[str, Cluster]]:
    """Clusters with their ids: an incident keeps the id of its first member at birth while that member is in it."""
    named = []
    for cluster in clusters:
        born = (member.begins() for member in cluster.members)
        named.append((next((id_ for id_ in born if id_ in old), cluster.anchor.begins()), cluster))
    return named
