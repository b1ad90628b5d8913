"""The digest's chain: each incident's and each night's last values, hashed onto all that went before.

So the digest of a long replay needs no memory of it, and a single wrong value anywhere in it shows.
"""

from hashlib import sha256

import orjson

from schemas.times import Instant
from streams.core.incidents import Incident
from streams.core.nights import NightTally
from streams.core.sightings import Sighting


class Chain:
    """A running SHA-256 over last values, in the order in which they became last."""

    def __init__(self, link: str = "") -> None:
        self.link = link

    def add(self, values: list[object]) -> None:
        """Hash one more line onto the chain."""
        self.link = sha256(self.link.encode() + orjson.dumps(values)).hexdigest()

    def past(self, id_: str, incident: Incident | None) -> None:
        """An incident that was already past, or is no more, became something else."""
        self.add([id_] if incident is None else incident_values(incident))


def incident_values(incident: Incident) -> list[object]:
    """What an incident was, without versions and processing times."""
    placement, members = incident.placement, incident.cluster.members
    return [
        incident.id,
        placement.category,
        placement.at,
        placement.ward,
        placement.cell,
        [_member_values(member) for member in members],
    ]


def _member_values(member: Sighting) -> list[object]:
    fact = member.fact
    flags = [member.late, fact.clock_wrong, fact.ambiguous_time, fact.outside_wards]
    return [member.id, fact.category, fact.severity, fact.at, fact.lat, fact.lon, fact.reporter, flags]


def night_values(tally: NightTally, windows: list[tuple[str, int]]) -> list[object]:
    """What a night had, and the night's count of every place and group in it."""
    blind: list[tuple[Instant, Instant]] = tally.blind
    return [
        tally.night.key,
        sorted(tally.groups.items()),
        [tally.reports, tally.late, tally.corrected, tally.withdrawn, tally.below, tally.revision],
        blind,
        sorted(windows),
    ]
