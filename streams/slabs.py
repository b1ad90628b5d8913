"""Slabs, the rows of the SQLite journal: entries of one append stand together, a line each, under one checksum."""

import zlib
from collections.abc import Sequence
from typing import Final

from schemas.codec import encode_entry
from schemas.journal import Entry

SLAB_ENTRIES: Final = 500
"""Entries in one slab at most."""
PAGE_SLABS: Final = 16
"""Slabs in memory at once while reading, however long the journal is."""

Slab = tuple[int, int, int, bytes]
"""The first entry's offset, how many entries, their checksum, their bytes."""

TABLE: Final = (
    "CREATE TABLE slabs (first INTEGER PRIMARY KEY, entries INTEGER NOT NULL, crc INTEGER NOT NULL, body BLOB NOT NULL)"
)
INSERT: Final = "INSERT INTO slabs (first, entries, crc, body) VALUES (?, ?, ?, ?)"
PAGE: Final = (
    "SELECT first, entries, crc, body FROM slabs"
    " WHERE first >= (SELECT max(first) FROM slabs WHERE first <= ?) AND first < ? ORDER BY first LIMIT ?"
)
"""From the slab that holds an offset to before another offset, so many."""


def slab_of(entries: Sequence[Entry], first: int) -> Slab:
    """The slab of some entries, at most SLAB_ENTRIES."""
    body = b"\n".join([encode_entry(entry) for entry in entries])
    return first, len(entries), slab_crc(first, len(entries), body), body


def slab_crc(first: int, entries: int, body: bytes) -> int:
    """The checksum of a slab; it knows where the slab stands."""
    return zlib.crc32(body, zlib.crc32(f"{first} {entries}".encode()))
