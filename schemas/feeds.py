"""Typed feed records: what `ingest` makes of a vendor's row and `intake` turns into a journal entry.

Times are instants (milliseconds UTC); positions are WGS84 degrees. No record carries free text or a person:
words are kept apart first, and the record names where (`words_ref`).
"""

from enum import StrEnum

from msgspec import Struct

from schemas.categories import Category, HelpNeeded
from schemas.times import Instant


class Source(StrEnum):
    """The feeds Nightdesk reads."""

    LFB = "lfb"
    SBN = "sbn"
    NIGHTSTARS = "nightstars"
    NOISE = "noise"
    POINTS = "points"


class LfbCall(Struct, frozen=True, kw_only=True):
    """One London Fire Brigade incident; `category` is the brigade's own class of it."""

    source_id: str
    category: Category
    occurred_at: Instant
    received_at: Instant
    lat: float
    lon: float
    borough_code: str | None = None
    ambiguous_time: bool = False


class SbnReport(Struct, frozen=True, kw_only=True):
    """One incident report of a business; `revision` above 0 replaces what the same `source_id` said before.

    `body` is a hash of what was said, by which a repeat is told from another report under the same id; empty: unknown.
    """

    source_id: str
    revision: int = 0
    venue: str
    category: Category
    severity: int
    help_needed: HelpNeeded = HelpNeeded.NONE
    occurred_at: Instant
    received_at: Instant
    lat: float
    lon: float
    words_ref: str | None = None
    ambiguous_time: bool = False
    body: str = ""


class NightStarsEncounter(Struct, frozen=True, kw_only=True):
    """One encounter of a street team; `helped` is the number of people."""

    source_id: str
    revision: int = 0
    team: str
    category: Category
    severity: int
    helped: int = 1
    occurred_at: Instant
    received_at: Instant
    lat: float
    lon: float
    words_ref: str | None = None
    ambiguous_time: bool = False
    body: str = ""


class NoiseTrigger(Struct, frozen=True, kw_only=True):
    """One trigger of an acoustic camera; `level_db` is its LAmax in dB(A), None where the vendor gave none."""

    source_id: str
    camera: str
    occurred_at: Instant
    received_at: Instant
    level_db: float | None = None
    ambiguous_time: bool = False


class PointEvent(Struct, frozen=True, kw_only=True):
    """One event of any CSV with a time and a point; without a reporter all rows count as one witness."""

    source_id: str
    category: Category = Category.OTHER
    reporter: str | None = None
    occurred_at: Instant
    received_at: Instant
    lat: float
    lon: float
    ambiguous_time: bool = False


class Withdrawal(Struct, frozen=True, kw_only=True):
    """A reporter takes back what `source_id` said; `revision` is above that of what it takes back."""

    source: Source
    source_id: str
    revision: int
    received_at: Instant


class FeedHeartbeat(Struct, frozen=True, kw_only=True):
    """A feed, or one sensor of it, says that it is alive; a noise level row is one."""

    source: Source
    sensor: str | None = None
    at: Instant
    received_at: Instant


FeedRecord = LfbCall | SbnReport | NightStarsEncounter | NoiseTrigger | PointEvent | Withdrawal | FeedHeartbeat
