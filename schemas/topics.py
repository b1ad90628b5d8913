"""The topic registry: each stream's name, key, record, partitions and retention, whichever engine carries it."""

from dataclasses import dataclass
from typing import Final

from schemas.feeds import (
    FeedHeartbeat,
    LfbCall,
    NightStarsEncounter,
    NoiseTrigger,
    PointEvent,
    SbnReport,
    Source,
    Withdrawal,
)
from schemas.journal import Entry
from schemas.picture import Change
from schemas.times import DAY, HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One stream, called `name` after its realm's name and a dot; `retention_ms` None keeps it for ever.

    No topic is compacted by key: compaction keeps what was written last, not what is newest.
    """

    name: str
    about: str
    key: str
    records: tuple[type, ...]
    partitions: int
    retention_ms: int | None


FEED_RECORDS: Final[dict[Source, tuple[type, ...]]] = {
    Source.LFB: (LfbCall,),
    Source.SBN: (SbnReport, Withdrawal),
    Source.NIGHTSTARS: (NightStarsEncounter, Withdrawal),
    Source.NOISE: (NoiseTrigger, FeedHeartbeat),
    Source.POINTS: (PointEvent,),
}
"""What each feed's topic holds: the record that is this source's alone, then those of several."""

FEED_TOPICS: Final[dict[Source, Topic]] = {
    source: Topic(
        name=f"feed.{source}",
        about=f"What the {source} feed sent, as typed records, in the order it was read",
        key="source_id or sensor",
        records=records,
        partitions=1,
        retention_ms=7 * DAY,
    )
    for source, records in FEED_RECORDS.items()
}

JOURNAL: Final = Topic(
    name="journal",
    about="Everything the fold depends on, in one order for each area",
    key="area",
    records=(Entry,),
    partitions=8,
    retention_ms=None,
)

PICTURE: Final = Topic(
    name="picture",
    about="What the fold changed: the current record of each kind and key, sent again every hour",
    key="area, kind and key",
    records=(Change,),
    partitions=8,
    retention_ms=3 * HOUR,
)

TOPICS: Final = (*FEED_TOPICS.values(), JOURNAL, PICTURE)
