"""The topic registry: each stream's name, key, record, partitions and retention, whichever engine carries it.

Every topic is keyed by area, and all that are about one area have as many partitions, so that an area is one partition
of each. A message is a slab: 1 to SLAB_MAX lines of JSON (schemas/slabs.py).
"""

from dataclasses import dataclass
from typing import Final

from schemas.dead_letters import LetterTold
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
from schemas.journal import Entry, Seen, Tick
from schemas.picture import Change
from schemas.realms import Realm
from schemas.times import DAY, HOUR
from schemas.told import Census, DeskTold
from schemas.verdicts import Judged

PARTITIONS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One stream, called `name` after its realm's name and a dot; `retention_ms` None keeps it for ever.

    No topic of versioned records is compacted by key: compaction keeps what was written last, not what is newest.
    `bytes_max` is the largest message, `kept_bytes_max` what a partition holds before its oldest goes.
    """

    name: str
    about: str
    records: tuple[type, ...]
    retention_ms: int | None
    key: str = "area"
    partitions: int = PARTITIONS
    is_compacted: bool = False
    bytes_max: int = 1024 * 1024
    kept_bytes_max: int | None = None

    def of(self, realm: Realm) -> str:
        """What the broker calls it."""
        return f"{realm}.{self.name}"


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
        records=records,
        retention_ms=7 * DAY,
    )
    for source, records in FEED_RECORDS.items()
}

REPLAY: Final = Topic(
    name="feed.replay",
    about="What a replay's feeds sent, merged into one order, with the ticks of its virtual time",
    records=(*dict.fromkeys(kind for kinds in FEED_RECORDS.values() for kind in kinds), Tick),
    retention_ms=7 * DAY,
)

API: Final = Topic(
    name="api",
    about="What people say and do by REST; each line is answered by a verdict",
    records=(SbnReport, NightStarsEncounter, Withdrawal, Seen),
    retention_ms=7 * DAY,
)

JOURNAL: Final = Topic(
    name="journal",
    about="Everything the fold depends on, in one order for each area",
    records=(Entry,),
    retention_ms=None,
)

BESIDE: Final = Topic(
    name="beside",
    about="What lies beside the journal: adopted policies by their SHA-256, and the skip list by offset",
    records=(),
    key="area and what it is",
    retention_ms=None,
    is_compacted=True,
    bytes_max=16 * 1024 * 1024,
)

SNAPSHOTS: Final = Topic(
    name="snapshots",
    about="The fold's state now and then, in chunks under their hashes; lost, the journal is folded again",
    records=(),
    retention_ms=3 * DAY,
    kept_bytes_max=1024 * 1024 * 1024,
)

PICTURE: Final = Topic(
    name="picture",
    about="What the fold changed, how the desk stands, and every hour the current record of each kind and key",
    records=(Change, DeskTold, Census),
    retention_ms=7 * DAY,
)

VERDICTS: Final = Topic(
    name="verdicts",
    about="What the fold made of each line of the api topic",
    records=(Judged,),
    retention_ms=HOUR,
)

DEAD_LETTERS: Final = Topic(
    name="dead-letters",
    about="What could not be read: its place, the reason and where its bytes are; never the bytes",
    records=(LetterTold,),
    retention_ms=14 * DAY,
)

TOPICS: Final = (
    *FEED_TOPICS.values(), REPLAY, API, JOURNAL, BESIDE, SNAPSHOTS, PICTURE, VERDICTS, DEAD_LETTERS,
)  # fmt: skip
