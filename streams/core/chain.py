"""The digest's chain: each incident's and each night's last values, hashed onto all that went before.

So the digest of a long replay needs no memory of it, and a single wrong value anywhere in it shows.
"""

from hashlib import sha256

import orjson

from schemas.times import Instant
from streams.core.incidents import Incident
from streams.core.nights import NightTally


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
        [[m.id, m.fact.category, m.fact.severity, m.at, m.lat, m.lon, m.reporter, m.late] for m in members],
    ]


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
