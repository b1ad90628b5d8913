"""Incidents: what happened in the world, by one or more witnesses, put right whenever a witness is."""

from collections.abc import Iterable
from hashlib import sha256
from heapq import heappop, heappush
from typing import NamedTuple

from schemas.categories import GROUP_OF, Category
from schemas.distance import metres_between
from schemas.night import OperatingNight
from schemas.times import HOUR, Instant
from streams.core.fusion import Cluster, Timelines, best_home, fused, linked, neighbourhood
from streams.core.rules import Rules
from streams.core.sightings import Sighting

STANDS_OUTSIDE_A_NIGHT = 12 * HOUR
"""How long an incident that belongs to no night stays in the live picture."""


class Placement(NamedTuple):
    """Where and when an incident counts: its first member's place and time."""

    incident: str
    at: Instant
    ward: str | None
    cell: str
    group: str
    category: Category
    night: OperatingNight | None
    leaves_at: Instant
    live: bool


class Move(NamedTuple):
    """An incident's placement before and after; None for one that did not exist or is no more."""

    incident: str
    before: Placement | None
    after: Placement | None


class Incident:
    """One incident: its cluster, and where it was last placed."""

    __slots__ = ("cluster", "id", "placement")

    def __init__(self, id_: str, cluster: Cluster, placement: Placement) -> None:
        self.id = id_
        self.cluster = cluster
        self.placement = placement


class Incidents:
    """All incidents remembered. `settle` is the only way in."""

    def __init__(self) -> None:
        self.known: dict[str, Incident] = {}
        self._timelines = Timelines()
        self._leaving: list[tuple[Instant, str]] = []

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

    def restore(self, id_: str, members: list[Sighting], rules: Rules, clock: Instant, *, live: bool) -> None:
        """Put back an incident of a snapshot, members in order."""
        cluster = Cluster(members[0])
        for member in members:
            self._timelines.insert(member)
            member.incident = id_
        for member in members[1:]:
            cluster.admit(member)
        placement = self._placed(id_, cluster, rules, clock)._replace(live=live)
        self.known[id_] = Incident(id_, cluster, placement)
        if live:
            heappush(self._leaving, (placement.leaves_at, id_))

    def leave_at(self) -> Instant | None:
        """When the next incident leaves the live picture."""
        return self._leaving[0][0] if self._leaving else None

    def leaving(self, now: Instant) -> list[Incident]:
        """Incidents whose time in the live picture is over, in (time, id) order; they are marked so."""
        left: list[Incident] = []
        while self._leaving and self._leaving[0][0] <= now:
            leaves_at, id_ = heappop(self._leaving)
            incident = self.known.get(id_)
            if incident is not None and incident.placement.live and incident.placement.leaves_at == leaves_at:
                incident.placement = incident.placement._replace(live=False)
                left.append(incident)
        return left

    def forget(self, before: Instant) -> list[str]:
        """Forget incidents that began before an instant; gives the keys of their reports."""
        keys: list[str] = []
        for id_ in [i.id for i in self.known.values() if i.placement.at < before and not i.placement.live]:
            for member in self.known.pop(id_).cluster.members:
                self._timelines.remove(member)
                keys.append(member.key)
        return keys

    def _arrive(self, sighting: Sighting, rules: Rules, clock: Instant) -> Move:
        """The usual case: nothing of the family happened after it, so it joins or begins, and changes nobody else."""
        earlier = self._timelines.earlier(sighting, rules.longest_fusion)
        clusters = [self.known[s.incident].cluster for s in earlier if self.known[s.incident].cluster.anchor is s]
        home = best_home(sighting, clusters, rules)
        if home is None:
            return self._enter(incident_id(sighting.key), Cluster(sighting), None, rules, clock)
        home.admit(sighting)
        id_ = home.anchor.incident
        return self._enter(id_, home, self.known[id_].placement, rules, clock)

    def _refold(self, before: Sighting | None, after: Sighting | None, rules: Rules, clock: Instant) -> list[Move]:
        seeds = [] if after is None else [after]
        if before is not None:
            self._timelines.remove(before)
            around = self._timelines.around(before, rules.longest_fusion)
            seeds.extend(s for s in around if linked(before, s, rules) is not None)
        sightings = neighbourhood(seeds, self._timelines, rules)
        touched = {s.incident: None for s in sightings if s.incident}
        if before is not None:
            touched[before.incident] = None
        old = {id_: self.known.pop(id_).placement for id_ in touched}
        moves = [
            self._enter(id_, cluster, old.pop(id_, None), rules, clock)
            for id_, cluster in _named(fused(sightings, rules), old)
        ]
        moves.extend(Move(id_, placement, None) for id_, placement in old.items())
        return moves

    def _enter(self, id_: str, cluster: Cluster, before: Placement | None, rules: Rules, clock: Instant) -> Move:
        placement = self._placed(id_, cluster, rules, clock)
        self.known[id_] = Incident(id_, cluster, placement)
        for member in cluster.members:
            member.incident = id_
        if placement.live and (before is None or not before.live or before.leaves_at != placement.leaves_at):
            heappush(self._leaving, (placement.leaves_at, id_))
        return Move(id_, before, placement)

    def _placed(self, id_: str, cluster: Cluster, rules: Rules, clock: Instant) -> Placement:
        fact = cluster.anchor.fact
        night = rules.calendar.night_of(fact.at)
        leaves_at = fact.at + STANDS_OUTSIDE_A_NIGHT if night is None else night.closes_at
        category = fact.category if len(cluster.members) == 1 else _most_harmful(cluster.members, rules)
        return Placement(
            id_, fact.at, fact.ward, fact.cell, GROUP_OF[category].value, category, night, leaves_at, leaves_at > clock
        )


def incident_id(key: str) -> str:
    """An incident's id, from the report that began it: opaque, so that it tells nobody who reported."""
    return "i" + sha256(key.encode()).hexdigest()[:15]


def metres_apart(anchor: Sighting, sighting: Sighting) -> int:
    """Whole metres from an incident's first member."""
    return round(metres_between(anchor.lat, anchor.lon, sighting.lat, sighting.lon))


def _named(clusters: list[Cluster], old: Iterable[str]) -> list[tuple[str, Cluster]]:
    """Clusters with their ids: an incident keeps the id of its first member at birth while that member is in it."""
    alive = dict.fromkeys(old)
    named = []
    for cluster in clusters:
        born = [incident_id(member.key) for member in cluster.members]
        id_ = next((b for b in born if b in alive), born[0])
        named.append((id_, cluster))
    return named


def _most_harmful(members: list[Sighting], rules: Rules) -> Category:
    """The category an incident goes by: the most harm, then the first to say so."""
    at = members[0].at
    return max(members, key=lambda member: rules.harm_weight(member.fact.category, at)).fact.category
