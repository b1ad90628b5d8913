"""The tables of record.db: every projected change with its version and both times, frames, what is over, how whole.

The primary key begins with the version, so that writing only ever appends: an index by key would touch a page of its
own for nearly every row, and doubles the cost of a write. Frames make up for it when reading; incidents and nights,
which are few beside windows, have one all the same, because people ask for the history of one.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text, text

from api.record.dialects import KEY

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
    Index(
        *("history_by_key", "area", "kind", "key", "offset", "idx"),
        sqlite_where=text("kind IN ('incidents', 'night')"),
        postgresql_where=text("kind IN ('incidents', 'night')"),
    ),
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

past = Table(
    "past",
    HISTORY_METADATA,
    Column("area", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", KEY, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("at", BigInteger, nullable=False, comment="ms UTC: when it happened, or the night opened"),
    Column("body", Text, nullable=False, comment="the last word on what has left the live picture, as JSON"),
    PrimaryKeyConstraint("area", "kind", "key"),
    Index("past_by_time", "area", "kind", "at", "key"),
)

told = Table(
    "told",
    HISTORY_METADATA,
    Column("area", Text, primary_key=True, comment="one whose journal was told from its first change on, to its end"),
)
