"""Placements: where and when an incident counts, which is its first member's place and time."""

from dataclasses import dataclass
from typing import Final

from schemas.categories import GROUP_OF, Category
from schemas.night import OperatingNight
from schemas.times import HOUR, Instant
from streams.core.fusion import Cluster
from streams.core.rules import Rules
from streams.core.sightings import Sighting

STANDS_OUTSIDE_A_NIGHT: Final = 12 * HOUR
"""How long an incident that belongs to no night stays in the live picture."""

_GROUP: Final = {category: group.value for category, group in GROUP_OF.items()}


@dataclass(slots=True, eq=False)
class Placement:
    """Where and when an incident counts. `live` ends when it leaves the picture; nothing else ever changes.

    `limits` are the (metres, milliseconds) within which a report is held to be the same incident.
    """

    incident: str
    at: Instant
    ward: str | None
    cell: str
    group: str
    category: Category
    night: OperatingNight | None
    leaves_at: Instant
    live: bool
    limits: tuple[int, int]

    def counts_like(self, other: "Placement") -> bool:
        """Whether every count of places and times stays as it is when the one becomes the other."""
        return (
            self.at == other.at
            and self.cell == other.cell
            and self.ward == other.ward
            and self.group == other.group
            and self.night == other.night
        )

    def waits_like(self, other: "Placement") -> bool:
        """Whether both leave, or are forgotten, at the same time."""
        return self.leaves_at == other.leaves_at and self.at == other.at and self.live is other.live


def placed(id_: str, cluster: Cluster, night: OperatingNight | None, rules: Rules, clock: Instant) -> Placement:
    """The placement of a cluster whose first member's time lies in `night`."""
    members = cluster.members
    fact = members[0].fact
    leaves_at = fact.at + STANDS_OUTSIDE_A_NIGHT if night is None else night.closes_at
    category = fact.category if len(members) == 1 else _most_harmful(members, rules)
    limits = rules.fusion_limits(fact.category, fact.at)
    return Placement(
        id_, fact.at, fact.ward, fact.cell, _GROUP[category], category, night, leaves_at, leaves_at > clock, limits
    )


def _most_harmful(members: list[Sighting], rules: Rules) -> Category:
    """The category an incident goes by: the most harm, then the first to say so."""
    at = members[0].at
    return max(members, key=lambda member: rules.harm_weight(member.fact.category, at)).fact.category
