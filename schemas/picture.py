"""Records of the live picture, as the desk knows them; what leaves for an audience passes schemas/audiences.py first.

Times are aware UTC datetimes (RFC 3339 on the wire). Every record is addressed by (kind, key) and versioned by the
journal offset and index of the output that set it.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from schemas.categories import Category, CategoryGroup
from schemas.feeds import Source
from schemas.times import Instant


class Kind(StrEnum):
    """Kinds of picture records that something writes today."""

    INCIDENTS = "incidents"
    WINDOWS = "windows"
    FEEDS = "feeds"
    NIGHT = "night"


class IncidentStatus(StrEnum):
    """Open while its night (or, outside a night, its twelve hours) runs; closed after."""

    OPEN = "open"
    CLOSED = "closed"


class FeedStatus(StrEnum):
    """Live; quiet (silent for longer than usual); blind (so silent that chance does not explain it)."""

    LIVE = "live"
    QUIET = "quiet"
    BLIND = "blind"


class NightStatus(StrEnum):
    """An operating night is open or closed."""

    OPEN = "open"
    CLOSED = "closed"


class Member(Struct, frozen=True, kw_only=True):
    """One report in an incident, and why it was held to be the same: metres and seconds from the first member.

    `seen_at` is when somebody first opened an incident that it was in.
    """

    id: str
    source: Source
    reporter: str
    category: Category
    severity: int
    at: datetime
    received_at: datetime
    lat: float
    lon: float
    metres: int = 0
    seconds: int = 0
    revision: int = 0
    late: bool = False
    clock_wrong: bool = False
    ambiguous_time: bool = False
    words_ref: str | None = None
    seen_at: datetime | None = None


class Incident(Struct, frozen=True, kw_only=True):
    """Something that happened, by one or more witnesses. Place and time are the first member's.

    `limit_m` and `limit_s` are the distances of fusion in force: a report within both, of the same group and from
    another reporter, is held to be the same incident. `seen_at` is when the last of its reports was first seen, None
    while one is unseen.
    """

    id: str
    category: Category
    category_group: CategoryGroup
    severity: int
    at: datetime
    last_at: datetime
    lat: float
    lon: float
    ward: str | None
    cell: str
    night: str | None
    sources: tuple[Source, ...]
    reporters: tuple[str, ...]
    reports: int
    status: IncidentStatus
    late: bool
    outside_wards: bool
    limit_m: int
    limit_s: int
    members: tuple[Member, ...]
    seen_at: datetime | None = None


class Window(Struct, frozen=True, kw_only=True):
    """How many incidents of a group a place had in the minutes up to `ends_at`, and how many are usual.

    `place` is a ward code, a resolution-9 H3 cell, or the borough (its code, else the area's id).
    `span_minutes` is None for the night so far. `expected` is None under four past nights of the weekday.
    """

    place: str
    category_group: CategoryGroup
    span_minutes: int | None
    count: int
    expected: float | None
    night: str | None
    ends_at: datetime


class SensorHealth(Struct, frozen=True, kw_only=True):
    """One sensor of a feed."""

    id: str
    status: FeedStatus
    last_at: datetime | None


class FeedHealth(Struct, frozen=True, kw_only=True):
    """Quiet or blind? `usual_per_hour` is the rate at this hour; `blind_at` is when silence stops being chance."""

    source: Source
    status: FeedStatus
    last_at: datetime | None
    since: datetime
    usual_per_hour: float
    blind_at: datetime | None
    heard_tonight: int
    sensors: tuple[SensorHealth, ...] = ()


class BlindGap(Struct, frozen=True, kw_only=True):
    """The desk itself saw nothing from `since` to `until`: it was not running."""

    since: datetime
    until: datetime


class GroupCount(Struct, frozen=True, kw_only=True):
    """Tonight's incidents of one group, and what is usual by now."""

    category_group: CategoryGroup
    count: int
    expected: float | None


class NightSummary(Struct, frozen=True, kw_only=True):
    """One operating night: what it had so far or, once closed, in all. What comes after raises `revision`."""

    night: str
    status: NightStatus
    opens_at: datetime
    closes_at: datetime
    incidents: int
    expected: float | None
    reports: int
    late: int
    corrected: int
    withdrawn: int
    triggers_below_threshold: int
    groups: tuple[GroupCount, ...]
    blind: tuple[BlindGap, ...]
    past_nights: int
    revision: int


class Change(Struct, frozen=True, kw_only=True):
    """One output of the desk: what (kind, key) became at journal `offset`, `index`; `at` is the fold's clock then.

    `record` None: it is no more (withdrawn, or folded into another). `live` False with a record: its night is over,
    so it stands in the record and leaves the live picture. A change that is not newer than the last one is dropped.
    """

    kind: Kind
    key: str
    offset: int
    index: int
    at: Instant
    record: "PictureRecord | None"
    live: bool = True


PictureRecord = Incident | Window | FeedHealth | NightSummary

RECORD_OF: dict[Kind, type[PictureRecord]] = {
    Kind.INCIDENTS: Incident,
    Kind.WINDOWS: Window,
    Kind.FEEDS: FeedHealth,
    Kind.NIGHT: NightSummary,
}
