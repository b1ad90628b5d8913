"""Who may see what of the picture: the one redactor, deny by default, and the push topics that carry what it lets pass.

The rules are the partnership's sharing table. Here stands who sees a record at all; redacted.py builds it field by
field, so that a new field stays hidden until a line there lets it out.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from schemas import redacted
from schemas.categories import URGENCY_OF, Category, Urgency
from schemas.picture import (
    RECORD_OF,
    FeedHealth,
    Incident,
    Kind,
    Member,
    NightSummary,
    PictureRecord,
    Window,
)
from schemas.redacted import Redacted

_CELL: Final = re.compile(r"89[0-9a-f]{13}")

_OPEN: Final = frozenset(category for category in Category if URGENCY_OF[category] is not Urgency.PROTECTIVE)
_PROTECT: Final = frozenset({Category.SUSPICIOUS_BEHAVIOUR})
_SAFEGUARD: Final = frozenset({Category.HIDDEN_HARM})


class Role(StrEnum):
    """What somebody signed in as; a key has one."""

    OPERATIONS = "operations"
    LEAD = "lead"
    BUSINESS = "business"
    HAVEN = "haven"
    NIGHTSTARS = "nightstars"
    GROUP = "group"
    PROTECT = "protect"
    SAFEGUARD = "safeguard"
    DATAPROTECTION = "dataprotection"
    FEED = "feed"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A role and whose: `subject` is the venue of business, the haven of haven, the team of nightstars (None: any)."""

    role: Role
    subject: str | None = None


def redact(kind: Kind, record: PictureRecord, audience: Audience) -> Redacted | None:
    """What an audience may see of a record, or None: the record does not exist for them.

    None after something was given means that it has to be taken away again. ValueError: a record of another kind.
    """
    if type(record) is not RECORD_OF[kind]:
        raise ValueError(f"{type(record).__name__} is not a record of {kind}; that is {RECORD_OF[kind].__name__}")
    match record:
        case Incident():
            return _incident_for(record, audience)
        case Window():
            return _window_for(record, audience.role)
        case FeedHealth():
            return redacted.feed(record) if audience.role in _SEE_FEEDS else None
        case NightSummary():
            return _night_for(record, audience.role)
    assert_never(record)


def words_open_to(incident: Incident, audience: Audience) -> tuple[Member, ...]:
    """The members whose words an audience may open, each opening to be audited; empty: none, or no such incident."""
    categories = _SEE_IN_FULL.get(audience.role)
    if categories is not None:
        return incident.members if _is_only_of(incident, categories) else ()
    kind = _OWN_WORDS.get(audience.role)
    if kind is None or audience.subject is None:
        return ()
    return tuple(member for member in incident.members if member.reporter == f"{kind}:{audience.subject}")


def may_see(kind: Kind, role: Role) -> bool:
    """Whether the sharing rules give a role anything of a kind at all; `redact` says what."""
    return role in _SEE[kind]


def push_topic(area: str, audience: Audience) -> str | None:
    """The push topic that carries what an audience may see, or None: nothing is pushed to it."""
    role, subject = audience.role, audience.subject
    if role in _OWN_TOPIC:
        return f"{area}/{role}/{subject}" if subject else None
    name = _SHARED_TOPIC.get(role)
    return f"{area}/{name}" if name else None


def may_follow(area: str, topic: str, audience: Audience) -> bool:
    """Whether an audience may subscribe to a topic of an area. The duty lead also follows `protect`."""
    if audience.role is Role.LEAD and topic == f"{area}/{Role.PROTECT}":
        return True
    return topic == push_topic(area, audience)


def audience_of(area: str, topic: str) -> Audience | None:
    """For whom the records of a topic are redacted, or None: there is no such topic in this area."""
    prefix, _, rest = topic.partition("/")
    name, _, subject = rest.partition("/")
    if prefix != area or name not in _TOPIC_ROLES or "/" in subject:
        return None
    audience = Audience(role=Role(name), subject=subject or None)
    return audience if push_topic(area, audience) == topic else None


def topics_concerned(area: str, kind: Kind, record: PictureRecord) -> tuple[str, ...]:
    """The push topics that may carry this record as it is now, each to be asked of `redact`.

    What an earlier version of the record reached and this one does not has to be taken away by whoever sent it.
    """
    match record:
        case Incident():
            return _topics_of_incident(area, record)
        case Window():
            shared = (f"{area}/operations", f"{area}/group")
            return shared[:1] if _CELL.fullmatch(record.place) else shared
        case FeedHealth() | NightSummary():
            return (f"{area}/operations", f"{area}/group")
    raise ValueError(f"{type(record).__name__} is not a record of {kind}")


_OWN_TOPIC: Final = frozenset({Role.HAVEN, Role.BUSINESS})
_SHARED_TOPIC: Final = {
    Role.OPERATIONS: "operations",
    Role.LEAD: "operations",
    Role.GROUP: "group",
    Role.NIGHTSTARS: "nightstars",
    Role.PROTECT: "protect",
    Role.SAFEGUARD: "safeguard",
}
_TOPIC_ROLES: Final = frozenset({*_SHARED_TOPIC.values(), *(role.value for role in _OWN_TOPIC)})
_SEE_FEEDS: Final = frozenset({Role.OPERATIONS, Role.LEAD, Role.GROUP})
_OWN_WORDS: Final = {Role.BUSINESS: "venue", Role.NIGHTSTARS: "team"}
_SEE: Final = {
    Kind.INCIDENTS: frozenset(
        (Role.OPERATIONS, Role.LEAD, Role.PROTECT, Role.SAFEGUARD, Role.BUSINESS, Role.NIGHTSTARS, Role.DATAPROTECTION)
    ),
    Kind.WINDOWS: _SEE_FEEDS,
    Kind.FEEDS: _SEE_FEEDS,
    Kind.NIGHT: _SEE_FEEDS,
}
_SEE_IN_FULL: Final = {
    Role.OPERATIONS: _OPEN,
    Role.LEAD: _OPEN,
    Role.PROTECT: _PROTECT,
    Role.SAFEGUARD: _SAFEGUARD,
}


def _topics_of_incident(area: str, incident: Incident) -> tuple[str, ...]:
    topics = [f"{area}/{_desk_of(incident.category)}"]
    teams = False
    for reporter in incident.reporters:
        if reporter.startswith("venue:"):
            topics.append(f"{area}/business/{reporter[6:]}")
        teams = teams or reporter.startswith("team:")
    if teams and incident.category in _OPEN:
        topics.append(f"{area}/nightstars")
    return tuple(topics)


def _desk_of(category: Category) -> str:
    if category in _PROTECT:
        return "protect"
    return "safeguard" if category in _SAFEGUARD else "operations"


def _incident_for(incident: Incident, audience: Audience) -> Redacted | None:
    categories = _SEE_IN_FULL.get(audience.role)
    if categories is not None:
        return redacted.incident(incident) if _is_only_of(incident, categories) else None
    match audience.role:
        case Role.BUSINESS:
            return _own_incident(incident, audience.subject)
        case Role.NIGHTSTARS:
            return _street_incident(incident, audience.subject)
        case Role.DATAPROTECTION:
            return {"id": incident.id}
    return None


def _is_only_of(incident: Incident, categories: frozenset[Category]) -> bool:
    """Whether the incident and each report in it are of these categories: a mixed one is shown to nobody."""
    if incident.category not in categories:
        return False
    return all(member.category in categories for member in incident.members)


def _own_incident(incident: Incident, venue: str | None) -> Redacted | None:
    """A business sees what became of its own reports, and nothing that tells of anybody else's."""
    if venue is None:
        return None
    reporter = f"venue:{venue}"
    own = [member for member in incident.members if member.reporter == reporter]
    return redacted.own_incident(incident, own) if own else None


def _street_incident(incident: Incident, team: str | None) -> Redacted | None:
    """A street team sees what it reported; the topic that all teams follow, what any of them did."""
    reported = any(
        reporter.startswith("team:") if team is None else reporter == f"team:{team}" for reporter in incident.reporters
    )
    return redacted.street_incident(incident) if reported and _is_only_of(incident, _OPEN) else None


def _window_for(window: Window, role: Role) -> Redacted | None:
    match role:
        case Role.OPERATIONS | Role.LEAD:
            return redacted.window(window)
        case Role.GROUP if window.count >= redacted.SMALL and not _CELL.fullmatch(window.place):
            return redacted.window(window)
    return None


def _night_for(night: NightSummary, role: Role) -> Redacted | None:
    match role:
        case Role.OPERATIONS | Role.LEAD:
            return redacted.night(night)
        case Role.GROUP:
            return redacted.night_without_small_counts(night)
    return None
