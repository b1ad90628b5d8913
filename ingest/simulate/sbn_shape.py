"""The Safer Business Network's vendor shape: NDJSON, times as RFC 3339 with the local offset."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import orjson

from ingest.simulate.messages import Message, Status
from schemas.categories import HelpNeeded
from schemas.times import SECOND, Instant


def write_sbn(messages: Sequence[Message], zone: ZoneInfo) -> bytes:
    """One JSON object a line, in the order given."""
    return b"".join(orjson.dumps(_row(message, zone), option=orjson.OPT_APPEND_NEWLINE) for message in messages)


def _row(message: Message, zone: ZoneInfo) -> dict[str, object]:
    happening = message.happening
    row: dict[str, object] = {
        "report_id": message.source_id,
        "revision": message.revision,
        "status": message.status.value,
        "reported_at": _stamp(message.sent_at, zone),
    }
    if message.status is Status.WITHDRAWN:
        return row
    row |= {
        "occurred_at": _stamp(happening.at, zone),
        "venue_id": happening.reporter,
        "category": happening.category.value,
        "severity": happening.severity,
        "latitude": happening.lat,
        "longitude": happening.lon,
    }
    if happening.help_needed is not HelpNeeded.NONE:
        row["help_needed"] = happening.help_needed.value
    if happening.words:
        row["words"] = happening.words
    return row


def _stamp(at: Instant, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at // SECOND, zone).isoformat()
