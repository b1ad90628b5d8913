"""Safer Business Network reports: venues tell of incidents, correct themselves and take back; JSON lines or CSV."""

from typing import Final

from ingest.categories import category_of
from ingest.columns import Layout, Shape, Values
from ingest.context import Context
from ingest.fields import identifier, one_of, whole, words
from ingest.outcomes import Refusal
from ingest.revisions import Status, revision_of
from ingest.words import words_ref
from schemas.area import Venue
from schemas.categories import HelpNeeded
from schemas.dead_letters import Reason
from schemas.feeds import SbnReport, Source, Withdrawal

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
    return (Layout(shape=REPORTS, parse=SbnReports(context).parse),)


class SbnReports:
    """Rows to reports and withdrawals."""

    def __init__(self, context: Context) -> None:
        self._clock = context.clock
        self._positions = context.positions
        self._venues = context.area.venues
        self._words = context.words

    def parse(self, row: Values, raw: bytes) -> SbnReport | Withdrawal:  # noqa: ARG002 - all sources' are called alike
        """One revision of a report."""
        report_id, revision_text, status_text, reported, occurred, venue_id, category, severity, need = row[:9]
        source_id = identifier(report_id, "report_id")
        revision, status = revision_of(revision_text, status_text)
        received_at, is_ambiguous = self._clock.ordered(reported, "reported_at")
        if status is Status.WITHDRAWN:
            return Withdrawal(source=Source.SBN, source_id=source_id, revision=revision, received_at=received_at)
        occurred_at, is_occurred_ambiguous = self._clock.free(occurred, "occurred_at")
        venue = self._venue(venue_id)
        lat, lon = self._position(row[9], row[10], venue)
        text = words(row[11], "words")
        report = SbnReport(
            source_id=source_id,
            revision=revision,
            venue=venue.id,
            category=category_of(category),
            severity=_SEVERITIES.get(severity) or whole(severity, "severity", 1, 4),
            help_needed=_HELP.get(need) or one_of(need, "help_needed", _HELP, Reason.BAD_VALUE, _HELP_RULE),
            occurred_at=occurred_at,
            received_at=received_at,
            lat=lat,
            lon=lon,
            words_ref=words_ref(Source.SBN, source_id, revision) if text else None,
            ambiguous_time=is_ambiguous or is_occurred_ambiguous,
        )
        if report.words_ref is not None:
            self._words.keep(report.words_ref, venue.id, text)
        return report

    def _venue(self, venue_id: str) -> Venue:
        venue = self._venues.get(venue_id)
        if venue is None:
            venue = self._venues.get(identifier(venue_id, "venue_id"))
        if venue is None:
            raise Refusal(Reason.UNKNOWN_VENUE, "must be a venue of the reference data", "venue_id", venue_id)
        return venue

    def _position(self, lat: str, lon: str, venue: Venue) -> tuple[float, float]:
        """The report's own position, else its venue's."""
        if not lat and not lon:
            return venue.lat, venue.lon
        return self._positions.read(lat, lon, "latitude", "longitude")
