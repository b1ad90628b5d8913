"""The desk's state as bytes, in two parts: tonight (small, changes always) and the ledgers (large, change seldom).

What can be computed from the rest is left out and computed again: timelines, counts, deadlines. The same state gives
the same bytes, so a test can hold a restored desk against one that never stopped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec
import orjson

from schemas.journal import Reported, Triggered, Withdrawn
from schemas.night import OperatingNight
from schemas.picture import FeedStatus, Kind
from schemas.times import Instant
from streams.core.chain import Chain
from streams.core.corrections import Report, Told
from streams.core.counts import StreamCount
from streams.core.desk import Desk, adopt
from streams.core.feeds import Sensor
from streams.core.nights import NightTally
from streams.core.origins import Origins
from streams.core.sightings import Sighting
from streams.core.usual import Counts, PastNight

VERSION: Final = 1
TONIGHT: Final = "tonight"
LEDGERS: Final = "ledgers"


class StateUnreadable(ValueError):
    """A snapshot's bytes are not a state of this version."""


@dataclass(frozen=True, slots=True)
class _ReportRow:
    key: str
    revision: int
    seen: tuple[int, ...]
    at: Instant
    fact: Reported | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class _IncidentRow:
    id: str
    live: bool
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _NightRow:
    key: str
    as_of: Instant
    groups: dict[str, int]
    numbers: tuple[int, int, int, int, int, int, int]
    blind: tuple[tuple[Instant, Instant], ...]
    touched: bool
    expected: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class _SensorRow:
    id: str
    heard_at: Instant | None
    since: Instant
    status: FeedStatus


@dataclass(frozen=True, slots=True)
class _FeedRow:
    source: str
    heard_tonight: int
    by_hour: dict[int, int]
    learned: tuple[dict[int, int], ...]
    sensors: tuple[_SensorRow, ...]


@dataclass(frozen=True, slots=True)
class _HeldRow:
    key: str
    kind: str
    fact: msgspec.Raw


@dataclass(frozen=True, slots=True)
class _Tonight:
    v: int
    fold: int
    clock: Instant
    policy: str
    origins: dict[str, tuple[int, int]]
    streams: dict[str, StreamCount]
    opened: dict[str, int]
    reports: tuple[_ReportRow, ...]
    held: tuple[_HeldRow, ...]
    incidents: tuple[_IncidentRow, ...]
    windows: dict[str, Instant]
    usual: dict[str, Counts]
    feeds: tuple[_FeedRow, ...]
    nights: tuple[_NightRow, ...]
    night_open: str | None
    night_shown: str | None
    nights_touched: int
    chain: str
    versions: dict[Kind, dict[str, tuple[int, int, Instant]]]
    waiting: dict[Kind, tuple[str, ...]]
    repeated: tuple[int, int, Instant]
    flush_at: Instant | None
    ledger_changes: int


@dataclass(frozen=True, slots=True)
class _Ledgers:
    v: int
    reports: tuple[_ReportRow, ...]
    incidents: tuple[_IncidentRow, ...]
    usual: dict[str, Counts]
    past: dict[int, tuple[str, ...]]
    nights: tuple[_NightRow, ...]


_TOLD: Final[dict[str, type[Told]]] = {"reported": Reported, "triggered": Triggered, "withdrawn": Withdrawn}
_NAMES: Final = {kind: name for name, kind in _TOLD.items()}


def encode_tonight(desk: Desk) -> bytes:
    """The part that always changes: everything but what the ledgers hold."""
    nights, changes = desk.nights, desk.changes
    open_key = None if nights.open is None else nights.open.key
    state = {
        "v": VERSION,
        "fold": desk.version,
        "clock": desk.clock,
        "policy": desk.policy_sha256,
        "origins": desk.origins.marks,
        "streams": desk.counts.streams,
        "opened": desk.counts.incidents,
        "reports": _report_rows(desk, live=True),
        "held": [
            {"key": key, "kind": _NAMES[type(told)], "fact": told}
            for key, waiting in sorted(desk.reports.held.items())
            for told in waiting
        ],
        "incidents": _incident_rows(desk, live=True),
        "windows": {key: cell.ends_at for key, cell in desk.windows.cells.items()},
        "usual": {k: n.counts for k, n in desk.usual.nights.items() if k == open_key},
        "feeds": [_feed_row(desk, source) for source in desk.feeds.known],
        "nights": [_night_row(tally) for tally in nights.known.values() if tally.night.key == open_key],
        "night_open": open_key,
        "night_shown": nights.shown,
        "nights_touched": nights.touched,
        "chain": desk.chain.link,
        "versions": changes.versions,
        "waiting": {kind: list(waiting) for kind, waiting in changes.waiting.items()},
        "repeated": changes.repeated,
        "flush_at": changes.flush_at,
        "ledger_changes": desk.ledger_changes,
    }
    return orjson.dumps(state, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def encode_ledgers(desk: Desk) -> bytes:
    """The part that changes at a night's end and with what comes late."""
    open_key = None if desk.nights.open is None else desk.nights.open.key
    state = {
        "v": VERSION,
        "reports": _report_rows(desk, live=False),
        "incidents": _incident_rows(desk, live=False),
        "usual": {k: n.counts for k, n in desk.usual.nights.items() if k != open_key},
        "past": desk.usual.past,
        "nights": [_night_row(t) for _, t in sorted(desk.nights.known.items()) if t.night.key != open_key],
    }
    return orjson.dumps(state, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def decode(tonight: bytes, ledgers: bytes, borough: str, read_blob: Callable[[str], bytes]) -> Desk:
    """The desk of a snapshot's two parts; StateUnreadable says what is wrong with them."""
    try:
        now = msgspec.json.decode(tonight, type=_Tonight)
        then = msgspec.json.decode(ledgers, type=_Ledgers)
    except msgspec.DecodeError as error:
        raise StateUnreadable(f"the snapshot is not a state of version {VERSION}: {error}") from error
    if now.v != VERSION or then.v != VERSION:
        raise StateUnreadable(f"the snapshot is of version {now.v}; this code reads version {VERSION}")
    desk = Desk(borough, read_blob)
    desk.version = now.fold
    if now.policy:
        adopt(desk, now.policy)
    desk.clock = now.clock
    _restore_counts(desk, now)
    if now.policy:
        _restore_nights(desk, now, then)
        _restore_reports(desk, now, then)
        _restore_feeds(desk, now)
    _restore_changes(desk, now)
    return desk


def _restore_counts(desk: Desk, now: _Tonight) -> None:
    desk.origins = Origins(dict(now.origins))
    desk.counts.streams = dict(now.streams)
    desk.counts.incidents = dict(now.opened)
    desk.chain = Chain(now.chain)
    desk.ledger_changes = now.ledger_changes


def _restore_reports(desk: Desk, now: _Tonight, then: _Ledgers) -> None:
    sightings: dict[str, Sighting] = {}
    for row in (*then.reports, *now.reports):
        sighting = None if row.fact is None else Sighting(row.key, row.fact, late=row.late)
        if sighting is not None:
            sightings[row.key] = sighting
        desk.reports.known[row.key] = Report(row.revision, row.seen, row.at, sighting)
    for held in now.held:
        told: Told = msgspec.json.decode(held.fact, type=_TOLD[held.kind])
        desk.reports.held[held.key] = (*desk.reports.held.get(held.key, ()), told)
    for incident in sorted((*then.incidents, *now.incidents), key=lambda i: sightings[i.members[0]].order):
        members = [sightings[key] for key in incident.members]
        desk.incidents.restore(incident.id, members, desk.rules, desk.clock, live=incident.live)
    placements = [incident.placement for incident in desk.incidents.known.values()]
    desk.windows.restore(placements, now.windows, desk.clock, now.night_open)


def _restore_nights(desk: Desk, now: _Tonight, then: _Ledgers) -> None:
    for row in (*then.nights, *now.nights):
        desk.nights.known[row.key] = _night_of(row, _operating_night(desk, row.key))
    for key, counts in (*then.usual.items(), *now.usual.items()):
        desk.usual.nights[key] = PastNight(_operating_night(desk, key), counts)
    desk.usual.past = {weekday: list(keys) for weekday, keys in then.past.items()}
    desk.nights.open = None if now.night_open is None else _operating_night(desk, now.night_open)
    desk.nights.shown = now.night_shown
    desk.nights.touched = now.nights_touched
    desk.nights.next = desk.rules.calendar.next_night(desk.clock) if desk.clock else None
    desk.usual.follow(desk.nights.open)


def _restore_feeds(desk: Desk, now: _Tonight) -> None:
    for row in now.feeds:
        feed = desk.feeds.known.get(row.source)
        if feed is None:
            continue
        feed.heard_tonight, feed.by_hour, feed.learned = row.heard_tonight, dict(row.by_hour), list(row.learned)
        for kept in row.sensors:
            sensor = feed.sensors[kept.id] = Sensor(kept.since)
            sensor.heard_at, sensor.status = kept.heard_at, kept.status
    desk.feeds.rearm_all(desk.rules)


def _restore_changes(desk: Desk, now: _Tonight) -> None:
    changes = desk.changes
    changes.discard()
    changes.versions = {kind: dict(now.versions[kind]) for kind in Kind}
    changes.waiting = {kind: dict.fromkeys(now.waiting[kind]) for kind in Kind}
    changes.repeated = now.repeated
    changes.flush_at = now.flush_at


def _operating_night(desk: Desk, key: str) -> OperatingNight:
    night = desk.rules.calendar.night_on(date.fromisoformat(key))
    if night is None:
        raise StateUnreadable(f"the snapshot knows a night {key} that the policy does not open")
    return night


def _report_rows(desk: Desk, *, live: bool) -> list[dict[str, Any]]:
    """Reports of live incidents and those of none, or reports of past incidents; keys sorted."""
    known = desk.incidents.known
    return [
        {
            "key": key,
            "revision": report.revision,
            "seen": report.seen,
            "at": report.at,
            "fact": None if report.sighting is None else report.sighting.fact,
            "late": report.sighting is not None and report.sighting.late,
        }
        for key, report in sorted(desk.reports.known.items())
        if (report.sighting is None or known[report.sighting.incident].placement.live) is live
    ]


def _incident_rows(desk: Desk, *, live: bool) -> list[dict[str, Any]]:
    return [
        {"id": id_, "live": live, "members": [m.key for m in incident.cluster.members]}
        for id_, incident in sorted(desk.incidents.known.items())
        if incident.placement.live is live
    ]


def _feed_row(desk: Desk, source: str) -> dict[str, Any]:
    feed = desk.feeds.known[source]
    return {
        "source": source,
        "heard_tonight": feed.heard_tonight,
        "by_hour": feed.by_hour,
        "learned": feed.learned,
        "sensors": [
            {"id": id_, "heard_at": s.heard_at, "since": s.since, "status": s.status}
            for id_, s in sorted(feed.sensors.items())
        ],
    }


def _night_row(tally: NightTally) -> dict[str, Any]:
    t = tally
    return {
        "key": t.night.key,
        "as_of": t.as_of,
        "groups": t.groups,
        "numbers": (t.reports, t.late, t.corrected, t.withdrawn, t.below, t.revision, t.past_nights),
        "blind": t.blind,
        "touched": t.touched,
        "expected": t.expected,
    }


def _night_of(row: _NightRow, night: OperatingNight) -> NightTally:
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
