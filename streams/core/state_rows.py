"""The rows of a snapshot: what is kept of each part of the desk, and how a row is made of it and it of a row.

Operating nights stand in a table of their own, as they were when something was first counted in them: a policy adopted
since may open them at other hours, or not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import Struct

from schemas.categories import GROUP_OF, Category
from schemas.journal import Reported, Withdrawn
from schemas.night import OperatingNight
from schemas.picture import FeedStatus
from schemas.times import Instant
from streams.core.corrections import Bodies, Report, Revision
from streams.core.counts import StreamCount
from streams.core.feeds import Feed, Sensor
from streams.core.incidents import Incident
from streams.core.nights import NightTally
from streams.core.placements import Placement
from streams.core.sightings import Sighting


class NightTable:
    """Operating nights by name, which says their hours too: under another policy the same date may have others."""

    def __init__(self) -> None:
        self.nights: dict[str, OperatingNight] = {}

    def name(self, night: OperatingNight) -> str:
        """The name of a night, which is put into the table if it is not there."""
        name = night_name(night)
        self.nights[name] = night
        return name

    def name_or_none(self, night: OperatingNight | None) -> str | None:
        """The same, where there may be no night."""
        return None if night is None else self.name(night)


def night_name(night: OperatingNight) -> str:
    """What rows call an operating night."""
    return f"{night.key}/{night.opens_at}/{night.closes_at}"


class ReportRow(Struct, frozen=True, array_like=True):
    """One report: `fact` is what its sighting says, None where it has none."""

    key: str
    revision: int
    revisions: tuple[int, ...]
    at: Instant
    fact: Reported | None = None
    late: bool = False
    bodies: Bodies = ()
    seen_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A revision that waits for its original: a correction or a withdrawal."""

    key: str
    corrected: Reported | None = None
    withdrawn: Withdrawn | None = None


class IncidentRow(Struct, frozen=True, array_like=True):
    """One incident: its members' reports in order, and the part of its placement that they do not give."""

    id: str
    category: Category
    night: str | None
    leaves_at: Instant
    limits: tuple[int, int]
    members: tuple[ReportRow, ...]


@dataclass(frozen=True, slots=True)
class NightRow:
    """One night's tally; `numbers` are its counts, in the order of `night_row`."""

    night: str
    as_of: Instant
    groups: dict[str, int]
    numbers: tuple[int, int, int, int, int, int, int]
    blind: tuple[tuple[Instant, Instant], ...]
    touched: bool
    expected: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class PastRow:
    """What one night had by place, group and slot."""

    night: str
    counts: dict[str, dict[int, int]]


@dataclass(frozen=True, slots=True)
class SensorRow:
    """One sensor of a feed."""

    id: str
    heard_at: Instant | None
    watched_at: Instant
    since: Instant
    status: FeedStatus


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One feed."""

    source: str
    heard_tonight: int
    by_hour: dict[int, int]
    learned: tuple[dict[int, int], ...]
    sensors: tuple[SensorRow, ...]


@dataclass(frozen=True, slots=True)
class StreamRow:
    """The counts of one origin stream."""

    stream: str
    count: StreamCount


def report_row(key: str, report: Report) -> ReportRow:
    """The row of a report."""
    sighting = report.sighting
    fact, late = (None, False) if sighting is None else (sighting.fact, sighting.late)
    return ReportRow(key, report.revision, report.revisions, report.at, fact, late, report.bodies, report.seen_at)


def report_of(row: ReportRow, sighting: Sighting | None) -> Report:
    """The report of a row, and of the sighting that its row makes."""
    return Report(row.revision, row.revisions, row.at, sighting, row.bodies, row.seen_at)


def held_row(key: str, told: Revision) -> HeldRow:
    """The row of a revision that waits."""
    return HeldRow(key, withdrawn=told) if isinstance(told, Withdrawn) else HeldRow(key, told)


def held_of(row: HeldRow) -> Revision:
    """The revision of a row."""
    held = row.corrected or row.withdrawn
    if held is None:
        raise KeyError(f"the revision of {row.key} that is held")
    return held


def incident_row(incident: Incident, reports: Mapping[str, Report]) -> IncidentRow:
    """The row of an incident, and of all reports in it."""
    p = incident.placement
    members = tuple(report_row(member.key, reports[member.key]) for member in incident.cluster.members)
    return IncidentRow(
        incident.id, p.category, None if p.night is None else night_name(p.night), p.leaves_at, p.limits, members
    )


def placement_of(row: IncidentRow, first: Reported, table: Mapping[str, OperatingNight], *, live: bool) -> Placement:
    """The placement of a row, as it was made in its time, by the first member's report."""
    group = GROUP_OF[row.category].value
    night = None if row.night is None else table[row.night]
    return Placement(
        row.id, first.at, first.ward, first.cell, group, row.category, night, row.leaves_at, live, row.limits
    )


def night_row(t: NightTally, table: NightTable) -> NightRow:
    """The row of a night's tally."""
    numbers = (t.reports, t.late, t.corrected, t.withdrawn, t.below, t.revision, t.past_nights)
    return NightRow(table.name(t.night), t.as_of, t.groups, numbers, tuple(t.blind), t.touched, t.expected)


def tally_of(row: NightRow, night: OperatingNight) -> NightTally:
    """The tally of a row."""
    reports, late, corrected, withdrawn, below, revision, past_nights = row.numbers
    return NightTally(
        night=night,
        as_of=row.as_of,
        groups=dict(row.groups),
        reports=reports,
        late=late,
        corrected=corrected,
        withdrawn=withdrawn,
        below=below,
        blind=list(row.blind),
        revision=revision,
        touched=row.touched,
        past_nights=past_nights,
        expected=dict(row.expected),
    )


def feed_row(source: str, feed: Feed) -> FeedRow:
    """The row of a feed."""
    sensors = (SensorRow(i, s.heard_at, s.watched_at, s.since, s.status) for i, s in sorted(feed.sensors.items()))
    return FeedRow(source, feed.heard_tonight, feed.by_hour, tuple(feed.learned), tuple(sensors))


def put_back_feed(row: FeedRow, feed: Feed) -> None:
    """Make a feed what its row says."""
    feed.heard_tonight, feed.by_hour, feed.learned = row.heard_tonight, dict(row.by_hour), list(row.learned)
    for kept in row.sensors:
        sensor = feed.sensors[kept.id] = Sensor(kept.watched_at)
        sensor.heard_at, sensor.since, sensor.status = kept.heard_at, kept.since, kept.status
