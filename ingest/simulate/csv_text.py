"""Rows as CSV bytes: UTF-8, one header, quoted where needed."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file of a header and rows of the same width."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode()
