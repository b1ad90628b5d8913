"""Records of the picture, made of the desk's state: what a key is now, and the changes that are ready to go out."""

from collections.abc import Iterable, Mapping
from typing import assert_never

from schemas.categories import CategoryGroup
from schemas.feeds import Source
from schemas.picture import (
    BlindGap,
    Change,
    FeedHealth,
    GroupCount,
    Incident,
    IncidentStatus,
    Kind,
    Member,
    NightStatus,
    NightSummary,
    PictureRecord,
    SensorHealth,
    Window,
)
from schemas.times import MINUTE, SECOND, Instant, moment
from streams.core import incidents
from streams.core.corrections import Report
from streams.core.desk import Desk
from streams.core.nights import NightTally
from streams.core.sightings import Sighting


def drain(desk: Desk) -> list[Change]:
    """The changes that are ready, oldest first. Call it before the next entry is folded."""
    return [_change(desk, kind, key, *version) for version, kind, key in desk.changes.drained()]


def picture(desk: Desk) -> dict[Kind, dict[str, PictureRecord]]:
    """The live picture, whole, keys sorted: what everything people see is a view of."""
    state: dict[Kind, dict[str, PictureRecord]] = {kind: {} for kind in Kind}
    for kind in Kind:
        for key in sorted(_live_keys(desk, kind)):
            record = record_of(desk, kind, key)
            if record is not None:
                state[kind][key] = record
    return state


def _live_keys(desk: Desk, kind: Kind) -> Iterable[str]:
    """What is in the live picture; nothing is before the clock's first reading."""
    if not desk.clock:
        return ()
    match kind:
        case Kind.INCIDENTS:
            return (id_ for id_, incident in desk.incidents.known.items() if incident.placement.live)
        case Kind.WINDOWS:
            return desk.windows.cells
        case Kind.FEEDS:
            return desk.feeds.known
        case Kind.NIGHT:
            return () if desk.nights.shown is None else (desk.nights.shown,)
        case _ as never:
            assert_never(never)


def record_of(desk: Desk, kind: Kind, key: str) -> PictureRecord | None:
    """What a key is now, or None where it is no more."""
    if kind is Kind.INCIDENTS:
        found = desk.incidents.known.get(key)
        return None if found is None else _incident(found, desk.reports.known)
    if kind is Kind.WINDOWS:
        return _window(desk, key)
    if kind is Kind.FEEDS:
        return _feed(desk, key)
    tally = desk.nights.known.get(key)
    return None if tally is None else _night(desk, tally)


def _change(desk: Desk, kind: Kind, key: str, offset: int, index: int, at: Instant) -> Change:
    live = key in desk.changes.versions[kind]
    record = record_of(desk, kind, key)
    return Change(kind=kind, key=key, offset=offset, index=index, at=at, record=record, live=live or record is None)


def _incident(incident: incidents.Incident, reports: Mapping[str, Report]) -> Incident:
    placement, members = incident.placement, incident.cluster.members
    anchor = members[0]
    metres, within = placement.limits
    seen = [reports[member.key].seen_at for member in members]
    return Incident(
        id=incident.id,
        category=placement.category,
        category_group=CategoryGroup(placement.group),
        severity=max(member.fact.severity for member in members),
        at=moment(placement.at),
        last_at=moment(members[-1].at),
        lat=anchor.lat,
        lon=anchor.lon,
        ward=placement.ward,
        cell=placement.cell,
        night=None if placement.night is None else placement.night.key,
        sources=tuple(dict.fromkeys(member.fact.source for member in members)),
        reporters=tuple(dict.fromkeys(member.reporter for member in members)),
        reports=len(members),
        status=IncidentStatus.OPEN if placement.live else IncidentStatus.CLOSED,
        late=any(member.late for member in members),
        outside_wards=anchor.fact.outside_wards,
        limit_m=metres,
        limit_s=within // SECOND,
        members=tuple(_member(member, anchor, at) for member, at in zip(members, seen, strict=True)),
        seen_at=None if None in seen else moment(max(at for at in seen if at is not None)),
    )


def _member(sighting: Sighting, anchor: Sighting, seen_at: Instant | None) -> Member:
    fact = sighting.fact
    metres = 0 if sighting is anchor else incidents.metres_apart(anchor, sighting)
    return Member(
        id=sighting.id,
        source=fact.source,
        reporter=fact.reporter,
        category=fact.category,
        severity=fact.severity,
        at=moment(fact.at),
        received_at=moment(fact.received_at),
        lat=fact.lat,
        lon=fact.lon,
        metres=metres,
        seconds=(sighting.at - anchor.at) // SECOND,
        revision=fact.revision,
        late=sighting.late,
        clock_wrong=fact.clock_wrong,
        ambiguous_time=fact.ambiguous_time,
        words_ref=fact.words_ref,
        seen_at=None if seen_at is None else moment(seen_at),
    )


def _window(desk: Desk, key: str) -> Window | None:
    cell = desk.windows.cells.get(key)
    if cell is None:
        return None
    night = desk.nights.open
    expected = None
    if night is not None:
        since = night.opens_at if cell.span is None else cell.ends_at - cell.span * MINUTE
        expected = desk.usual.expected(cell.place, cell.group, since, cell.ends_at)
    return Window(
        place=cell.place,
        category_group=CategoryGroup(cell.group),
        span_minutes=cell.span,
        count=cell.count,
        expected=expected,
        night=None if night is None else night.key,
        ends_at=moment(cell.ends_at),
    )


def _feed(desk: Desk, source: str) -> FeedHealth | None:
    feed = desk.feeds.known.get(source)
    if feed is None:
        return None
    heard = [sensor.heard_at for sensor in feed.sensors.values() if sensor.heard_at is not None]
    blind_at = desk.feeds.blind_at(source, desk.rules)
    return FeedHealth(
        source=Source(source),
        status=feed.status,
        last_at=moment(max(heard)) if heard else None,
        since=moment(max(s.since for s in feed.sensors.values() if s.status is feed.status)),
        usual_per_hour=desk.feeds.usual_now(source, desk.rules),
        blind_at=None if blind_at is None else moment(blind_at),
        heard_tonight=feed.heard_tonight,
        sensors=tuple(
            SensorHealth(id=id_, status=s.status, last_at=None if s.heard_at is None else moment(s.heard_at))
            for id_, s in sorted(feed.sensors.items())
            if id_
        ),
    )


def _night(desk: Desk, tally: NightTally) -> NightSummary:
    night, is_open = tally.night, desk.nights.open is not None and desk.nights.open.key == tally.night.key
    usual = desk.usual.by_group(night, tally.as_of) if is_open else tally.expected
    known = [value for value in usual.values() if value is not None]
    return NightSummary(
        night=night.key,
        status=NightStatus.OPEN if is_open else NightStatus.CLOSED,
        opens_at=moment(night.opens_at),
        closes_at=moment(night.closes_at),
        incidents=sum(tally.groups.values()),
        expected=round(sum(known), 2) if known else None,
        reports=tally.reports,
        late=tally.late,
        corrected=tally.corrected,
        withdrawn=tally.withdrawn,
        triggers_below_threshold=tally.below,
        groups=tuple(
            GroupCount(category_group=g, count=tally.groups.get(g.value, 0), expected=usual.get(g.value))
            for g in CategoryGroup
        ),
        blind=tuple(BlindGap(since=moment(since), until=moment(until)) for since, until in tally.blind),
        past_nights=tally.past_nights,
        revision=tally.revision,
    )
