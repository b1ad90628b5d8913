"""A sighting: one witness's report in its latest revision, as the fold holds it."""

from hashlib import sha256
from typing import Final

from schemas.categories import Category
from schemas.feeds import Source
from schemas.journal import Reported, Triggered, Withdrawn
from schemas.times import Instant
from streams.core.rules import FAMILY_OF, Family, Rules

Told = Reported | Triggered | Withdrawn
"""What a feed can say of one report."""

_PREFIX: Final = {source: f"{source.value}:" for source in Source}


class Sighting:
    """One witness's report. Sightings are ordered by (when it happened, id), never by arrival.

    `incident` is the one it is in, and `is_first` whether it is the first of it.
    """

    __slots__ = (
        "_begins", "at", "fact", "family", "id", "incident", "is_first",
        "key", "lat", "late", "lon", "order", "reporter",
    )  # fmt: skip

    def __init__(self, key: str, fact: Reported, *, late: bool) -> None:
        self.key = key
        self.fact = fact
        self.id = id_ = f"{key}:{fact.revision}"
        self.at: Instant = fact.at
        self.lat = fact.lat
        self.lon = fact.lon
        self.reporter = fact.reporter
        self.family: Family = FAMILY_OF[fact.category]
        self.late = late
        self.order = (fact.at, id_)
        self.incident: str = ""
        self.is_first = False
        self._begins = ""

    def begins(self) -> str:
        """The id of the incident that it begins: opaque, so that it tells nobody who reported."""
        if not self._begins:
            self._begins = incident_id(self.key)
        return self._begins


def incident_id(key: str) -> str:
    """An incident's id, from the key of the report that began it."""
    return "i" + sha256(key.encode()).hexdigest()[:15]


def key_of(source: Source, source_id: str) -> str:
    """What a feed calls one report, whatever its revision."""
    return _PREFIX[source] + source_id


def sighted(key: str, told: Told, rules: Rules, *, late: bool) -> Sighting | None:
    """The sighting of what was said, or None: taken back, or a trigger under the threshold in force."""
    if isinstance(told, Reported):
        return Sighting(key, told, late=late)
    if isinstance(told, Withdrawn):
        return None
    threshold = rules.threshold_db(told.camera, told.at)
    if threshold is None or told.level_db is None or told.level_db < threshold:
        return None
    return Sighting(key, heard_by_camera(told), late=late)


def heard_by_camera(fact: Triggered) -> Reported:
    """A trigger that counts, as what its camera reported."""
    return Reported(
        source=fact.source,
        source_id=fact.source_id,
        reporter=f"camera:{fact.camera}",
        category=Category.NOISE,
        severity=1,
        at=fact.at,
        occurred_at=fact.occurred_at,
        received_at=fact.received_at,
        lat=fact.lat,
        lon=fact.lon,
        ward=fact.ward,
        cell=fact.cell,
        outside_wards=fact.outside_wards,
        clock_wrong=fact.clock_wrong,
        ambiguous_time=fact.ambiguous_time,
    )
