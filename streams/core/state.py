"""The desk's state as bytes, in two parts: tonight (small, changes always) and the ledgers (large, change seldom).

What can be computed from the rest is left out and computed again: timelines, counts, deadlines. The same state gives
the same bytes, so a test can hold a restored desk against one that never stopped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from itertools import chain
from typing import Final

import msgspec
import orjson

from schemas.night import OperatingNight
from schemas.picture import Kind
from schemas.times import DAY, NEVER, Instant
from streams.core.chain import Chain
from streams.core.changes import Version
from streams.core.corrections import Report
from streams.core.desk import Desk, adopt
from streams.core.fusion import Cluster
from streams.core.incidents import Incident
from streams.core.origins import Origins
from streams.core.sightings import Sighting
from streams.core.state_rows import (
    FeedRow,
    HeldRow,
    IncidentRow,
    NightRow,
    NightTable,
    PastRow,
    ReportRow,
    StreamRow,
    feed_row,
    held_of,
    held_row,
    incident_row,
    night_row,
    placement_of,
    put_back_feed,
    report_of,
    report_row,
    tally_of,
)
from streams.core.usual import PastNight

VERSION: Final = 2
TONIGHT: Final = "tonight"
LEDGERS: Final = "ledgers"
_encode_struct: Final = msgspec.json.Encoder().encode
_CANONICAL: Final = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


class StateUnreadable(ValueError):
    """A snapshot's bytes are not a state of this version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What both parts have: rows of one kind or the other, and the nights that they name."""

    v: int
    night_table: dict[str, OperatingNight]
    incidents: dict[int, list[IncidentRow]]
    nights: list[NightRow]
    past: list[PastRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tonight(_Kept):
    fold: int
    clock: Instant
    policy: str
    origins: dict[str, tuple[int, int]]
    streams: list[StreamRow]
    opened: dict[str, int]
    dropped: int
    unseen: list[ReportRow]
    held: list[HeldRow]
    windows: dict[str, Instant]
    feeds: list[FeedRow]
    night_open: str | None
    night_next: str | None
    night_shown: str | None
    nights_touched: int
    marked_at: Instant
    chain: str
    versions: dict[Kind, dict[str, Version]]
    waiting: dict[Kind, dict[str, Instant]]
    repeated: Version
    ledger_changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ledgers(_Kept):
    history: dict[int, list[str]]


def encode_tonight(desk: Desk) -> bytes:
    """The part that always changes: everything but what the ledgers hold."""
    nights, changes, counts, table = desk.nights, desk.changes, desk.counts, NightTable()
    state = _Tonight(
        v=VERSION,
        fold=desk.version,
        clock=desk.clock,
        policy=desk.policy_sha256,
        origins=desk.origins.marks,
        streams=[StreamRow(stream, count) for stream, count in counts.streams.items()],
        opened=counts.incidents,
        dropped=counts.dropped,
        unseen=[report_row(key, desk.reports.known[key]) for key in sorted(desk.reports.unsighted)],
        held=_held_rows(desk),
        incidents={},
        windows={key: cell.ends_at for key, cell in desk.windows.cells.items()},
        past=_past_rows(desk, table, tonight=True),
        feeds=[feed_row(source, feed) for source, feed in desk.feeds.known.items()],
        nights=_night_rows(desk, table, tonight=True),
        night_open=table.name_or_none(nights.open),
        night_next=table.name_or_none(nights.next),
        night_shown=nights.shown,
        nights_touched=nights.touched,
        marked_at=nights.marked_at,
        night_table=table.nights,
        chain=desk.chain.link,
        versions=changes.standing(),
        waiting={kind: dict.fromkeys(keys, changes.due) for kind, keys in changes.waiting.items()},
        repeated=changes.repeated,
        ledger_changes=desk.ledger_changes,
    )
    return _packed(state, desk, table, live=True)


def encode_ledgers(desk: Desk) -> bytes:
    """The part that changes at a night's end and with what comes late."""
    table = NightTable()
    state = _Ledgers(
        v=VERSION,
        incidents={},
        past=_past_rows(desk, table, tonight=False),
        history=desk.usual.past,
        nights=_night_rows(desk, table, tonight=False),
        night_table=table.nights,
    )
    return _packed(state, desk, table, live=False)


def decode(tonight: bytes, ledgers: bytes, borough: str, read_blob: Callable[[str], bytes]) -> Desk:
    """The desk of a snapshot's two parts; StateUnreadable says what is wrong with them."""
    try:
        now = msgspec.json.decode(tonight, type=_Tonight)
        then = msgspec.json.decode(ledgers, type=_Ledgers)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StateUnreadable(f"the snapshot is not a state of version {VERSION}: {error}") from error
    for version in (now.v, then.v):
        if version != VERSION:
            raise StateUnreadable(f"the snapshot is of version {version}; this code reads version {VERSION}")
    desk = Desk(borough, read_blob)
    desk.version = now.fold
    if now.policy:
        adopt(desk, now.policy)
    desk.clock = now.clock
    try:
        _restore(desk, now, then)
    except (KeyError, IndexError) as error:
        raise StateUnreadable(f"the snapshot's parts do not belong together: {error!r} is missing") from error
    return desk


def _restore(desk: Desk, now: _Tonight, then: _Ledgers) -> None:
    desk.origins = Origins(now.origins)
    desk.counts.streams = {row.stream: row.count for row in now.streams}
    desk.counts.incidents = now.opened
    desk.counts.dropped = now.dropped
    desk.chain = Chain(now.chain)
    desk.ledger_changes = now.ledger_changes
    if now.policy:
        _restore_nights(desk, now, then)
        _restore_reports(desk, now, then)
        _restore_feeds(desk, now)
    due = max((mark for keys in now.waiting.values() for mark in keys.values()), default=NEVER)
    waiting = {kind: set(keys) for kind, keys in now.waiting.items()}
    desk.changes.restore(waiting, due, now.versions, now.repeated, desk.clock)
    desk.changes.ended = {key for key in now.waiting[Kind.WINDOWS] if key not in desk.windows.cells}


def _restore_nights(desk: Desk, now: _Tonight, then: _Ledgers) -> None:
    nights, usual = desk.nights, desk.usual
    for part in (then, now):
        table = part.night_table
        nights.known.update({table[row.night].key: tally_of(row, table[row.night]) for row in part.nights})
        usual.nights.update({table[row.night].key: PastNight(table[row.night], row.counts) for row in part.past})
    usual.past = then.history
    nights.open = None if now.night_open is None else now.night_table[now.night_open]
    nights.next = None if now.night_next is None else now.night_table[now.night_next]
    nights.shown, nights.touched = now.night_shown, now.nights_touched
    if desk.clock:
        nights.marked(now.marked_at)
    usual.follow(nights.open)


def _restore_reports(desk: Desk, now: _Tonight, then: _Ledgers) -> None:
    for row in now.unseen:
        desk.reports.put_back(row.key, report_of(row, None))
    for held in now.held:
        desk.reports.held[held.key] = (*desk.reports.held.get(held.key, ()), held_of(held))
    _restore_incidents(desk, then, live=False)
    _restore_incidents(desk, now, live=True)
    placements = [incident.placement for incident in desk.incidents.known.values()]
    desk.windows.restore(
        placements, now.windows, desk.clock, None if desk.nights.open is None else desk.nights.open.key
    )


def _restore_incidents(desk: Desk, part: _Kept, *, live: bool) -> None:
    for row in chain(*part.incidents.values()):
        first, *others = (_put_back(desk, member) for member in row.members)
        cluster = Cluster(first)
        cluster.members.extend(others)
        desk.incidents.restore(cluster, placement_of(row, first.fact, part.night_table, live=live))


def _put_back(desk: Desk, row: ReportRow) -> Sighting:
    if row.fact is None:
        raise KeyError(f"what the report {row.key} of an incident says")
    sighting = Sighting(row.key, row.fact, late=row.late)
    desk.reports.put_back(row.key, report_of(row, sighting))
    return sighting


def _restore_feeds(desk: Desk, now: _Tonight) -> None:
    for row in now.feeds:
        put_back_feed(row, desk.feeds.known[row.source])
    desk.feeds.rearm(desk.rules)


def _packed(state: _Kept, desk: Desk, table: NightTable, *, live: bool) -> bytes:
    """A part as canonical JSON, with the incidents that are live, or those that are past, by the day they began on.

    A line ends with each day, where a snapshot is cut: most days never change again and need not be written again.
    """
    days: dict[int, list[bytes]] = {}
    nights: dict[int, OperatingNight | None] = {}
    for _, incident in sorted(desk.incidents.known.items()):
        placement = incident.placement
        if placement.live is live:
            nights[id(placement.night)] = placement.night
            days.setdefault(placement.at // DAY, []).append(_row(incident, desk.reports.known))
    for night in nights.values():
        table.name_or_none(night)
    rows = {day: orjson.Fragment(b"[" + b",".join(found) + b"]\n") for day, found in days.items()}
    parts = {field.name: getattr(state, field.name) for field in fields(state)} | {"incidents": rows}
    return orjson.dumps(parts, default=_struct, option=_CANONICAL)


def _struct(value: object) -> orjson.Fragment:
    return orjson.Fragment(_encode_struct(value))


def _row(incident: Incident, reports: Mapping[str, Report]) -> bytes:
    """An incident's row as bytes, made once: most incidents never change again."""
    if incident.packed is None:
        incident.packed = _encode_struct(incident_row(incident, reports))
    return incident.packed


def _held_rows(desk: Desk) -> list[HeldRow]:
    return [held_row(key, told) for key, waiting in sorted(desk.reports.held.items()) for told in waiting]


def _night_rows(desk: Desk, table: NightTable, *, tonight: bool) -> list[NightRow]:
    """The open night's tally, or all others."""
    tallies = (tally for _, tally in sorted(desk.nights.known.items()))
    return [night_row(tally, table) for tally in tallies if _is_open(desk, tally.night.key) is tonight]


def _past_rows(desk: Desk, table: NightTable, *, tonight: bool) -> list[PastRow]:
    """The open night's incidents by place and slot, or those of all others."""
    nights = (past for _, past in sorted(desk.usual.nights.items()))
    return [PastRow(table.name(p.night), p.counts) for p in nights if _is_open(desk, p.night.key) is tonight]


def _is_open(desk: Desk, key: str) -> bool:
    return desk.nights.open is not None and desk.nights.open.key == key
