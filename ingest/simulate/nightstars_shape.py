"""Night Stars' vendor shape: CSV, times local to the area and without offset."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from ingest.simulate.csv_text import csv_text, local_clock
from ingest.simulate.messages import Message, Status

HEADER: Final = (
    "encounter_id",
    "revision",
    "status",
    "logged_at",
    "occurred_at",
    "team_id",
    "kind",
    "severity",
    "helped",
    "latitude",
    "longitude",
    "notes",
)


def write_nightstars(messages: Sequence[Message], zone: ZoneInfo) -> bytes:
    """The encounters' CSV, in the order given; a withdrawal says only what it takes back."""
    return csv_text(HEADER, [_row(message, zone) for message in messages])


def _row(message: Message, zone: ZoneInfo) -> list[str]:
    happening = message.happening
    told = [message.source_id, str(message.revision), message.status.value, local_clock(message.sent_at, zone)]
    if message.status is Status.WITHDRAWN:
        return told + [""] * (len(HEADER) - len(told))
    return [
        *told,
        local_clock(happening.at, zone),
        happening.reporter,
        happening.detail,
        str(happening.severity),
        str(happening.helped),
        f"{happening.lat:.6f}",
        f"{happening.lon:.6f}",
        happening.words,
    ]
