"""Any list of events with a time and a point; which columns those are, a column map says."""

from typing import Final

from ingest.categories import category_of
from ingest.columns import Layout, Shape, Values
from ingest.context import Context
from ingest.fields import identifier, is_blank
from schemas.categories import Category
from schemas.feeds import PointEvent

EVENTS: Final = Shape(
    name="a list of points",
    required=("time", "lat", "lon"),
    optional=("id", "category", "reporter"),
)


def layouts(context: Context) -> tuple[Layout, ...]:
    """The one shape."""
    return (Layout(shape=EVENTS, parse=PointEvents(context).parse),)


class PointEvents:
    """Rows to events."""

    def __init__(self, context: Context) -> None:
        self._clock = context.clock
        self._positions = context.positions
        self._ids = context.ids

    def parse(self, row: Values, raw: bytes) -> PointEvent:
        """One event; without a category of ours it is other, without a reporter all rows have the same."""
        time, lat_text, lon_text, event_id, category, reporter = row
        source_id = self._ids.next_id(raw) if is_blank(event_id) else identifier(event_id, "id")
        at, is_ambiguous = self._clock.ordered(time, "time")
        lat, lon = self._positions.read(lat_text, lon_text, "lat", "lon")
        return PointEvent(
            source_id=source_id,
            category=Category.OTHER if is_blank(category) else category_of(category),
            reporter=None if is_blank(reporter) else identifier(reporter, "reporter"),
            occurred_at=at,
            received_at=at,
            lat=lat,
            lon=lon,
            ambiguous_time=is_ambiguous,
        )
