"""Intake: one feed record becomes one fact of the journal, or is found to lie outside the area. Stateless."""

from typing import Final, assert_never

from schemas.area import Area
from schemas.categories import HelpNeeded
from schemas.feeds import (
    FeedHeartbeat,
    FeedRecord,
    LfbCall,
    NightStarsEncounter,
    NoiseTrigger,
    PointEvent,
    SbnReport,
    Source,
    Withdrawal,
)
from schemas.geo import Place, Places
from schemas.journal import Fact, FeedHeard, Reported, Triggered, Withdrawn
from schemas.times import MINUTE, Instant

CLOCK_AHEAD_MAX: Final = 2 * MINUTE
"""A sender's clock that says more than this after our own receipt is wrong: the record counts when it was received."""

FIRE_BRIGADE: Final = "lfb"
"""All calls of the Fire Brigade are one reporter, so that they never fuse with each other."""


class Intake:
    """Turns feed records into facts by an area's reference data. One instance a thread."""

    def __init__(self, area: Area) -> None:
        self._area = area
        self._places = Places(area)
        self._cameras = {c.id: (c.lat, c.lon, self._places.place(c.lat, c.lon)) for c in area.cameras.values()}

    def fact(self, record: FeedRecord) -> Fact | None:
        """The fact of a record, or None where it lies outside the area."""
        if isinstance(record, LfbCall):
            return self._call(record)
        if isinstance(record, SbnReport):
            return self._reported(Source.SBN, record, f"venue:{record.venue}")
        if isinstance(record, NightStarsEncounter):
            return self._reported(Source.NIGHTSTARS, record, f"team:{record.team}")
        if isinstance(record, NoiseTrigger):
            return self._triggered(record)
        if isinstance(record, PointEvent):
            return self._point(record)
        if isinstance(record, Withdrawal):
            return Withdrawn(
                source=record.source,
                source_id=record.source_id,
                revision=record.revision,
                received_at=record.received_at,
            )
        if isinstance(record, FeedHeartbeat):
            return FeedHeard(source=record.source, sensor=record.sensor, at=record.received_at)
        assert_never(record)

    def _call(self, call: LfbCall) -> Reported | None:
        place = self._places.place(call.lat, call.lon)
        borough = self._area.borough_code
        inside = place.inside if borough is None or call.borough_code is None else call.borough_code == borough
        if not inside:
            return None
        return self._placed(Source.LFB, call, FIRE_BRIGADE, place, severity=1)

    def _reported(self, source: Source, record: SbnReport | NightStarsEncounter, reporter: str) -> Reported | None:
        place = self._places.place(record.lat, record.lon)
        if not place.inside:
            return None
        at = counted_at(record.occurred_at, record.received_at)
        return Reported(
            source=source,
            source_id=record.source_id,
            revision=record.revision,
            reporter=reporter,
            category=record.category,
            severity=record.severity,
            help_needed=record.help_needed if isinstance(record, SbnReport) else HelpNeeded.NONE,
            at=at,
            occurred_at=record.occurred_at,
            received_at=record.received_at,
            lat=record.lat,
            lon=record.lon,
            ward=place.ward,
            cell=place.cell,
            outside_wards=place.outside_wards,
            clock_wrong=at != record.occurred_at,
            ambiguous_time=record.ambiguous_time,
            words_ref=record.words_ref,
            body=record.body,
        )

    def _point(self, point: PointEvent) -> Reported | None:
        place = self._places.place(point.lat, point.lon)
        if not place.inside:
            return None
        reporter = "points" if point.reporter is None else f"points:{point.reporter}"
        return self._placed(Source.POINTS, point, reporter, place, severity=1)

    def _placed(
        self, source: Source, record: LfbCall | PointEvent, reporter: str, place: Place, *, severity: int
    ) -> Reported:
        at = counted_at(record.occurred_at, record.received_at)
        return Reported(
            source=source,
            source_id=record.source_id,
            reporter=reporter,
            category=record.category,
            severity=severity,
            at=at,
            occurred_at=record.occurred_at,
            received_at=record.received_at,
            lat=record.lat,
            lon=record.lon,
            ward=place.ward,
            cell=place.cell,
            outside_wards=place.outside_wards,
            clock_wrong=at != record.occurred_at,
            ambiguous_time=record.ambiguous_time,
        )

    def _triggered(self, trigger: NoiseTrigger) -> Triggered:
        lat, lon, place = self._cameras[trigger.camera]
        at = counted_at(trigger.occurred_at, trigger.received_at)
        return Triggered(
            source=Source.NOISE,
            source_id=trigger.source_id,
            camera=trigger.camera,
            level_db=trigger.level_db,
            at=at,
            occurred_at=trigger.occurred_at,
            received_at=trigger.received_at,
            lat=lat,
            lon=lon,
            ward=place.ward,
            cell=place.cell,
            outside_wards=place.outside_wards,
            clock_wrong=at != trigger.occurred_at,
            ambiguous_time=trigger.ambiguous_time,
        )


def counted_at(occurred_at: Instant, received_at: Instant) -> Instant:
    """The time that counts: when it happened, unless the sender's clock is ahead of ours by more than two minutes."""
    return received_at if occurred_at > received_at + CLOCK_AHEAD_MAX else occurred_at
