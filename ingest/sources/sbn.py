"""Safer Business Network reports: venues tell of incidents, correct themselves and take back; JSON lines or CSV."""

from typing import Final

from ingest.categories import category_of
from ingest.columns import Layout, Shape, Values
from ingest.context import Context
from ingest.fields import is_blank, named, one_of, whole
from ingest.reports import Told, report_layout
from schemas.area import Venue
from schemas.categories import HelpNeeded
from schemas.dead_letters import Reason
from schemas.feeds import SbnReport, Source

REPORTS: Final = Shape(
    name="Safer Business Network reports",
    required=("report_id", "revision", "status", "reported_at"),
    optional=(
        *("occurred_at", "venue_id", "category", "severity", "help_needed"),
        *("latitude", "longitude", "words"),
    ),
)
_SEVERITIES: Final = {str(severity): severity for severity in range(1, 5)}
_HELP: Final = {"": HelpNeeded.NONE} | {help_needed.value: help_needed for help_needed in HelpNeeded}
_HELP_RULE: Final = ", ".join(HelpNeeded)


def layouts(context: Context) -> tuple[Layout, ...]:
    """The one shape."""
    return (report_layout(REPORTS, Source.SBN, context, SbnReports(context).build),)


class SbnReports:
    """Rows to reports."""

    def __init__(self, context: Context) -> None:
        self._positions = context.positions
        self._venues = context.area.venues

    def build(self, row: Values, told: Told) -> tuple[SbnReport, str]:
        """One report; its words are its venue's."""
        venue_id, category, severity, need, lat_text, lon_text = row[5:11]
        venue = named(venue_id, "venue_id", self._venues, Reason.UNKNOWN_VENUE, "a venue")
        lat, lon = self._position(lat_text, lon_text, venue)
        report = SbnReport(
            **told,
            venue=venue.id,
            category=category_of(category),
            severity=_SEVERITIES.get(severity) or whole(severity, "severity", 1, 4),
            help_needed=_HELP.get(need) or one_of(need, "help_needed", _HELP, Reason.BAD_VALUE, _HELP_RULE),
            lat=lat,
            lon=lon,
        )
        return report, venue.id

    def _position(self, lat: str, lon: str, venue: Venue) -> tuple[float, float]:
        """The report's own position, else its venue's."""
        if is_blank(lat) and is_blank(lon):
            return venue.lat, venue.lon
        return self._positions.read(lat, lon, "latitude", "longitude")
