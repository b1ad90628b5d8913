"""The tables of record.db: every projected change with its version and both times, and frames to rewind from.

The primary key begins with the version, so that writing only ever appends: an index by key would touch a page of its
own for nearly every row, and doubles the cost of a write. Frames make up for it when reading.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text

HISTORY_METADATA = MetaData()

history = Table(
    "history",
    HISTORY_METADATA,
    Column("area", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("valid_from", BigInteger, nullable=False, comment="the fold's clock, ms UTC: when people saw it so"),
    Column("recorded_at", BigInteger, nullable=False, comment="the wall clock, ms UTC: when this row was written"),
    Column("live", Boolean, nullable=False),
    Column("body", Text, comment="the record as JSON; null: it is no more"),
    PrimaryKeyConstraint("area", "offset", "idx", "kind", "key"),
    Index("history_by_time", "area", "valid_from", "offset"),
)

frames = Table(
    "frames",
    HISTORY_METADATA,
    Column("area", Text, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("valid_from", BigInteger, nullable=False),
    Column("live", Text, nullable=False, comment="JSON: [kind, key, offset, idx] of each record live after this one"),
    PrimaryKeyConstraint("area", "offset", "idx"),
    Index("frames_by_time", "area", "valid_from", "offset", "idx"),
)
