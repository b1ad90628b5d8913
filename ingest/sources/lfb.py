"""London Fire Brigade incidents: both public CSV schemas, the brigade's own classes, three ways to say where."""

from collections.abc import Sequence
from typing import Final

from ingest.columns import Layout, Shape, Values
from ingest.context import Context
from ingest.fields import identifier
from ingest.grid import Grid
from ingest.local_time import iso_date
from ingest.outcomes import Refusal
from schemas.categories import Category
from schemas.dead_letters import Reason
from schemas.feeds import LfbCall

PUBLIC_2017: Final = Shape(
    name="the Fire Brigade's lower-case schema",
    required=(
        *("borough_code", "incident_number", "date_of_call", "time_of_call", "incident_group", "stop_code_description"),
        *("easting_m", "northing_m", "easting_rounded", "northing_rounded"),
    ),
    optional=("latitude", "longitude"),
)
LONDON_DATASTORE: Final = Shape(
    name="the London Datastore's schema",
    required=(
        *("IncGeo_BoroughCode", "IncidentNumber", "DateOfCall", "TimeOfCall", "IncidentGroup", "StopCodeDescription"),
        *("Easting_m", "Northing_m", "Easting_rounded", "Northing_rounded"),
    ),
    optional=("Latitude", "Longitude"),
)
_DATES_MAX: Final = 10_000
_CLASSES_MAX: Final = 1_000
"""Remembered of each; past them all are forgotten."""
_ABSENT: Final = frozenset(("", "0", "0.0", "NULL", "null"))
"""How a borough or a position that is not given is written, spaces apart."""


def layouts(context: Context) -> tuple[Layout, ...]:
    """The two schemas."""
    return tuple(_layout(shape, context) for shape in (PUBLIC_2017, LONDON_DATASTORE))


def _layout(shape: Shape, context: Context) -> Layout:
    calls = LfbCalls(shape, context)
    return Layout(shape=shape, parse=calls.parse, look_ahead=calls.look_ahead)


class LfbCalls:
    """Rows of one schema to calls of the area's borough; a row of another borough is passed over unread."""

    def __init__(self, shape: Shape, context: Context) -> None:
        self._fields = shape.columns
        self._clock = context.clock
        self._borough = context.area.borough_code
        self._positions = context.positions
        self._grid = Grid()
        self._dates: dict[str, str] = {}
        self._classes: dict[tuple[str, str], Category] = {}

    def look_ahead(self, rows: Sequence[Values]) -> None:
        """Convert the grid positions of a batch together."""
        self._grid.look_ahead(_on_grid(row) for row in rows if not self._is_elsewhere(row[0]))

    def parse(self, row: Values, _raw: bytes) -> LfbCall | None:
        """One call, or None where its borough is another."""
        borough = row[0]
        if self._is_elsewhere(borough):
            return None
        _, number, day, clock, group, stop_code = row[:6]
        at, is_ambiguous = self._clock.ordered(f"{self._date(day)} {clock}", self._fields[3])
        lat, lon = self._position(row)
        return LfbCall(
            source_id=identifier(number, self._fields[1]),
            category=self._category(group, stop_code),
            occurred_at=at,
            received_at=at,
            lat=lat,
            lon=lon,
            borough_code=None if _is_absent(borough) else borough.strip(),
            ambiguous_time=is_ambiguous,
        )

    def _is_elsewhere(self, borough: str) -> bool:
        """A row without a borough code is judged by its point, later."""
        if borough == self._borough or self._borough is None:
            return False
        return borough.strip() != self._borough and not _is_absent(borough)

    def _date(self, text: str) -> str:
        date = self._dates.get(text)
        if date is None:
            if len(self._dates) >= _DATES_MAX:
                self._dates.clear()
            date = self._dates[text] = iso_date(text, self._fields[2])
        return date

    def _category(self, group: str, stop_code: str) -> Category:
        known = self._classes.get((group, stop_code))
        if known is None:
            if len(self._classes) >= _CLASSES_MAX:
                self._classes.clear()
            known = self._classes[group, stop_code] = class_of(group, stop_code, self._fields[4])
        return known

    def _position(self, row: Values) -> tuple[float, float]:
        """The exact grid position, else latitude and longitude, else the rounded grid position."""
        east, north = row[6], row[7]
        if not (_is_absent(east) or _is_absent(north)):
            return self._grid.wgs84((east, north), self._fields[6], self._fields[7])
        lat, lon = row[10], row[11]
        if not (_is_absent(lat) or _is_absent(lon)):
            return self._positions.read(lat, lon, self._fields[10], self._fields[11])
        east, north = row[8], row[9]
        if _is_absent(east) or _is_absent(north):
            rule = "a call has an exact or rounded position on the British National Grid, or latitude and longitude"
            raise Refusal(Reason.BAD_POSITION, rule, self._fields[8], east)
        return self._grid.wgs84((east, north), self._fields[8], self._fields[9])


def _on_grid(row: Values) -> tuple[str, str]:
    return (row[8], row[9]) if _is_absent(row[6]) else (row[6], row[7])


def _is_absent(text: str) -> bool:
    return text.strip() in _ABSENT


def class_of(group: str, stop_code: str, field: str) -> Category:
    """The brigade's own class: its stop code for automatic alarms, else its incident group."""
    group, stop_code = group.strip().casefold(), stop_code.strip().casefold()
    if stop_code == "afa":
        return Category.AUTOMATIC_FIRE_ALARM
    if group == "special service":
        return Category.SPECIAL_SERVICE
    if group == "fire":
        return Category.FIRE
    if group == "false alarm":
        return Category.FALSE_ALARM
    if not group:
        raise Refusal(Reason.MISSING_VALUE, "must not be empty", field)
    raise Refusal(Reason.UNKNOWN_CATEGORY, "must be Fire, False Alarm or Special Service", field, group)
