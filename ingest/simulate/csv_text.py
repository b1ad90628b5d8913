"""Rows as CSV bytes: UTF-8, one header, quoted where needed; times local to the area, without offset."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from schemas.times import SECOND, Instant


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file of a header and rows of the same width."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode()


def local_clock(at: Instant, zone: ZoneInfo) -> str:
    """`2026-05-16 23:10:07` on the area's wall clock."""
    return f"{datetime.fromtimestamp(at // SECOND, zone):%Y-%m-%d %H:%M:%S}"
