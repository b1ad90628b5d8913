"""The shapes that records take for their audiences: built by hand, field by field, so that nothing slips through.

Values are ready for JSON; times are RFC 3339 UTC with milliseconds. Who gets which shape stands in audiences.py.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from schemas.picture import FeedHealth, Incident, Member, NightSummary, Window

Redacted = dict[str, object]

SMALL: Final = 5
"""Counts under this are kept from whoever reviews places and nights instead of people."""
_STREET_DECIMALS: Final = 3
"""A position rounded so far names a street (about 100 m), no door."""


def incident(incident: Incident) -> Redacted:
    """All but the reporters' words."""
    return {
        "id": incident.id,
        "category": incident.category,
        "category_group": incident.category_group,
        "severity": incident.severity,
        "at": _time(incident.at),
        "last_at": _time(incident.last_at),
        "lat": incident.lat,
        "lon": incident.lon,
        "ward": incident.ward,
        "cell": incident.cell,
        "night": incident.night,
        "sources": incident.sources,
        "reporters": incident.reporters,
        "reports": incident.reports,
        "status": incident.status,
        "late": incident.late,
        "outside_wards": incident.outside_wards,
        "limit_m": incident.limit_m,
        "limit_s": incident.limit_s,
        "seen_at": _time_or_none(incident.seen_at),
        "members": [_member(member) for member in incident.members],
    }


def _member(member: Member) -> Redacted:
    """All but `words_ref`: words are opened one by one, and that is audited."""
    return {
        "id": member.id,
        "source": member.source,
        "reporter": member.reporter,
        "category": member.category,
        "severity": member.severity,
        "at": _time(member.at),
        "received_at": _time(member.received_at),
        "lat": member.lat,
        "lon": member.lon,
        "metres": member.metres,
        "seconds": member.seconds,
        "revision": member.revision,
        "late": member.late,
        "clock_wrong": member.clock_wrong,
        "ambiguous_time": member.ambiguous_time,
        "seen_at": _time_or_none(member.seen_at),
    }


def own_incident(incident: Incident, own: Sequence[Member]) -> Redacted:
    """What became of a reporter's own reports; nothing here tells whether anybody else reported."""
    return {
        "id": incident.id,
        "category": own[0].category,
        "at": _time(own[0].at),
        "status": incident.status,
        "members": [_own_member(member) for member in own],
    }


def _own_member(member: Member) -> Redacted:
    return {
        "id": member.id,
        "category": member.category,
        "severity": member.severity,
        "at": _time(member.at),
        "received_at": _time(member.received_at),
        "revision": member.revision,
        "seen_at": _time_or_none(member.seen_at),
    }


def street_incident(incident: Incident) -> Redacted:
    """What, when and in which street."""
    return {
        "id": incident.id,
        "category": incident.category,
        "at": _time(incident.at),
        "ward": incident.ward,
        "lat": round(incident.lat, _STREET_DECIMALS),
        "lon": round(incident.lon, _STREET_DECIMALS),
        "status": incident.status,
    }


def window(window: Window) -> Redacted:
    """All of it."""
    return {
        "place": window.place,
        "category_group": window.category_group,
        "span_minutes": window.span_minutes,
        "count": window.count,
        "expected": window.expected,
        "night": window.night,
        "ends_at": _time(window.ends_at),
    }


def feed(feed: FeedHealth) -> Redacted:
    """All of it."""
    return {
        "source": feed.source,
        "status": feed.status,
        "last_at": _time_or_none(feed.last_at),
        "since": _time(feed.since),
        "usual_per_hour": feed.usual_per_hour,
        "blind_at": _time_or_none(feed.blind_at),
        "heard_tonight": feed.heard_tonight,
        "sensors": [
            {"id": sensor.id, "status": sensor.status, "last_at": _time_or_none(sensor.last_at)}
            for sensor in feed.sensors
        ],
    }


def night(summary: NightSummary) -> Redacted:
    """All of it."""
    return {
        "night": summary.night,
        "status": summary.status,
        "opens_at": _time(summary.opens_at),
        "closes_at": _time(summary.closes_at),
        "incidents": summary.incidents,
        "expected": summary.expected,
        "reports": summary.reports,
        "late": summary.late,
        "corrected": summary.corrected,
        "withdrawn": summary.withdrawn,
        "triggers_below_threshold": summary.triggers_below_threshold,
        "groups": [
            {"category_group": group.category_group, "count": group.count, "expected": group.expected}
            for group in summary.groups
        ],
        "blind": [{"since": _time(gap.since), "until": _time(gap.until)} for gap in summary.blind],
        "past_nights": summary.past_nights,
        "revision": summary.revision,
    }


def night_without_small_counts(summary: NightSummary) -> Redacted:
    """Null for every count under SMALL, and for a total that would give one away by subtraction."""
    shown = night(summary)
    for name in ("incidents", "reports", "late", "corrected", "withdrawn", "triggers_below_threshold"):
        shown[name] = _large_or_none(getattr(summary, name))
    shown["groups"] = [
        {
            "category_group": group.category_group,
            "count": _large_or_none(group.count),
            "expected": group.expected if group.count >= SMALL else None,
        }
        for group in summary.groups
    ]
    hidden = [group.count for group in summary.groups if group.count < SMALL]
    if shown["incidents"] is None or _gives_away(hidden):
        shown["incidents"] = shown["expected"] = None
    return shown


def _gives_away(hidden: Sequence[int]) -> bool:
    """Whether the total less the counts shown tells a hidden one: their sum is small, or each is as large as can be."""
    return 0 < sum(hidden) < SMALL or (len(hidden) > 0 and sum(hidden) == len(hidden) * (SMALL - 1))


def _large_or_none(count: int) -> int | None:
    return count if count >= SMALL else None


def _time(moment: datetime) -> str:
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"


def _time_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else _time(moment)
