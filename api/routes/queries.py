"""What lists can be asked: each parameter once, with its rule; one that is not known is refused, not ignored."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from api.reads.cursors import CHARS_MAX, place_of
from api.reads.filters import Box, Filters
from api.reads.pages import Question
from schemas.categories import Category, CategoryGroup
from schemas.feeds import Source
from schemas.night import NightCalendar, OperatingNight
from schemas.picture import FeedStatus, IncidentStatus, Kind, NightStatus
from schemas.times import NEVER, Instant, from_rfc3339, moment

LIMIT_MAX: Final = 500


def time_of(text: object) -> Instant:
    """The instant of RFC 3339; ValueError says what it must be."""
    try:
        at = from_rfc3339(str(text))
        moment(at)  # an offset can lead out of the calendar
    except (ValueError, OverflowError):
        raise ValueError("must be a time such as 2026-05-16T22:10:00Z, with its offset from UTC") from None
    return at


def _evening(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("must be an evening's date such as 2026-05-16") from None


def _box(text: str) -> Box:
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        raise ValueError("must be west,south,east,north in degrees") from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("must be west,south,east,north in degrees, west no more than east and south than north")
    return west, south, east, north


def _checked(text: str) -> str:
    _box(text)
    return text


_TIME_EXAMPLES: Final = ["2026-05-16T22:10:00Z"]
Time = Annotated[
    Instant,
    BeforeValidator(time_of),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": _TIME_EXAMPLES}),
]
Evening = Annotated[
    str, AfterValidator(_evening), WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-05-16"]})
]
Bbox = Annotated[str, Field(max_length=128, examples=["-0.15,51.50,-0.12,51.52"]), AfterValidator(_checked)]
Named = Annotated[str, Field(min_length=1, max_length=64)]


class _List(BaseModel):
    """What every list takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cursor: Annotated[
        str | None, Field(max_length=CHARS_MAX, description="Where the page before ended: its `next`.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX, description="How many at most.")] = 100


class IncidentsQuery(_List):
    """Incidents: without a time those of the live picture, with one those that are over too. Newest first."""

    night: Annotated[Evening | None, Field(description="Those of the night of this evening.")] = None
    since: Annotated[Time | None, Field(description="From this time on.")] = None
    until: Annotated[Time | None, Field(description="Up to, and not including, this time.")] = None
    bbox: Annotated[Bbox | None, Field(description="West, south, east, north in degrees.")] = None
    status: IncidentStatus | None = None
    category: Category | None = None
    group: CategoryGroup | None = None
    source: Annotated[Source | None, Field(description="Those that this feed reported.")] = None
    ward: Annotated[Named | None, Field(description="A ward's code.")] = None

    def filters(self, night_of: Callable[[str], OperatingNight]) -> Filters:
        """As they are looked for; `night_of` refuses an evening without a night."""
        since, until = _within(self.night, self.since, self.until, night_of)
        wanted = {"status": self.status, "category": self.category, "category_group": self.group, "ward": self.ward}
        box = None if self.bbox is None else _box(self.bbox)
        return Filters(equal=_equal(wanted), source=self.source, since=since, until=until, box=box)


class WindowsQuery(_List):
    """Windows of the live picture, by key."""

    place: Annotated[Named | None, Field(description="A ward's code, a resolution-9 cell, or the borough.")] = None
    group: CategoryGroup | None = None
    span: Annotated[int | None, Field(ge=1, le=1_440, description="Minutes: 15, 60 or 180.", examples=[60])] = None
    night: Annotated[Evening | None, Field(description="Those of the night of this evening.")] = None

    def filters(self, _night_of: Callable[[str], OperatingNight]) -> Filters:
        """As they are looked for."""
        wanted = {"place": self.place, "category_group": self.group, "span_minutes": self.span, "night": self.night}
        return Filters(equal=_equal(wanted))


class FeedsQuery(_List):
    """Feeds of the live picture, by name."""

    status: FeedStatus | None = None
    source: Source | None = None

    def filters(self, _night_of: Callable[[str], OperatingNight]) -> Filters:
        """As they are looked for."""
        return Filters(equal=_equal({"status": self.status, "source": self.source}))


class NightsQuery(_List):
    """Operating nights, the open one and all before it. Newest first."""

    night: Annotated[Evening | None, Field(description="The night of this evening.")] = None
    since: Annotated[Time | None, Field(description="Those that opened from this time on.")] = None
    until: Annotated[Time | None, Field(description="Those that opened before this time.")] = None
    status: NightStatus | None = None

    def filters(self, _night_of: Callable[[str], OperatingNight]) -> Filters:
        """As they are looked for."""
        since, until = self.since or 0, NEVER if self.until is None else self.until
        return Filters(equal=_equal({"status": self.status, "night": self.night}), since=since, until=until)


class MomentQuery(BaseModel):
    """A moment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Annotated[Time, Field(description="The moment to look back to; not after the desk's own clock.")]


class EveningQuery(BaseModel):
    """A night."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    night: Annotated[Evening, Field(description="The evening's date.")]


ListQuery = IncidentsQuery | WindowsQuery | FeedsQuery | NightsQuery


def question_of(kind: Kind, query: ListQuery, reader: str, night_of: Callable[[str], OperatingNight]) -> Question:
    """The question that a query asks. BadCursor: its cursor belongs to another."""
    text = f"{kind} {reader} {query.model_dump_json(exclude={'cursor', 'limit'})}"
    after = None if query.cursor is None else place_of(query.cursor, text)
    return Question(kind=kind, filters=query.filters(night_of), limit=query.limit, after=after, text=text)


def night_on(calendar: NightCalendar, evening: str) -> OperatingNight | None:
    """The night of an evening; None where none opens, or none can: the calendar ends with the year 9999."""
    try:
        return calendar.night_on(date.fromisoformat(evening))
    except OverflowError:
        return None


def _within(
    night: str | None, since: Instant | None, until: Instant | None, night_of: Callable[[str], OperatingNight]
) -> tuple[Instant, Instant]:
    """What all of them leave: an incident belongs to the night in whose hours it happened."""
    start, end = since or 0, NEVER if until is None else until
    if night is not None:
        found = night_of(night)
        start, end = max(start, found.opens_at), min(end, found.closes_at)
    return start, end


def _equal(wanted: Mapping[str, str | int | None]) -> tuple[tuple[str, str | int], ...]:
    return tuple((name, value) for name, value in wanted.items() if value is not None)
