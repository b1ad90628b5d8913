"""A sighting: one witness's report in its latest revision, as the fold holds it."""

from schemas.categories import GROUP_OF, Category
from schemas.feeds import Source
from schemas.journal import Reported, Triggered
from schemas.times import Instant
from streams.core.rules import FAMILY_OF, Family


class Sighting:
    """One witness's report. Sightings are ordered by (when it happened, id), never by arrival."""

    __slots__ = ("at", "fact", "family", "id", "incident", "key", "lat", "late", "lon", "order", "reporter")

    def __init__(self, key: str, fact: Reported, *, late: bool) -> None:
        self.key = key
        self.fact = fact
        self.id = f"{key}:{fact.revision}"
        self.at: Instant = fact.at
        self.lat = fact.lat
        self.lon = fact.lon
        self.reporter = fact.reporter
        self.family: Family = FAMILY_OF[fact.category]
        self.late = late
        self.order = (fact.at, self.id)
        self.incident: str = ""


def key_of(source: Source, source_id: str) -> str:
    """What a feed calls one report, whatever its revision."""
    return f"{source.value}:{source_id}"


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


def group_value(fact: Reported) -> str:
    """The category group of a report, as windows and history key it."""
    return GROUP_OF[fact.category].value
