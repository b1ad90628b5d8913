"""Entries of an area's journal: everything the fold depends on, in one order."""

from dataclasses import dataclass

from schemas.categories import Category, HelpNeeded
from schemas.feeds import Source
from schemas.times import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an entry came from: the stream it was read from, its position there, and which of that record's entries.

    Positions of one stream rise; the fold keeps one high-water mark a stream, so a repeated append changes nothing.
    """

    stream: str
    position: int
    index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A witness told us that something happened; a `revision` above 0 replaces what the same `source_id` said before.

    `at` is the time that counts: when it happened, or when it was received where the sender's clock was wrong.
    `ward` and `cell` (H3 resolution 9) are the place as the reference data in force put it.
    """

    source: Source
    source_id: str
    revision: int = 0
    reporter: str
    category: Category
    severity: int
    help_needed: HelpNeeded = HelpNeeded.NONE
    at: Instant
    occurred_at: Instant
    received_at: Instant
    lat: float
    lon: float
    ward: str | None = None
    cell: str
    outside_wards: bool = False
    clock_wrong: bool = False
    ambiguous_time: bool = False
    words_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Triggered:
    """An acoustic camera was triggered; whether that is an incident is the policy's word, read by the fold."""

    source: Source
    source_id: str
    camera: str
    level_db: float | None
    at: Instant
    occurred_at: Instant
    received_at: Instant
    lat: float
    lon: float
    ward: str | None = None
    cell: str
    outside_wards: bool = False
    clock_wrong: bool = False
    ambiguous_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A reporter took back what they had said."""

    source: Source
    source_id: str
    revision: int
    received_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHeard:
    """A feed, or one sensor of it, gave a sign of life."""

    source: Source
    sensor: str | None = None
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The only thing that moves the fold's clock. `live` is False in virtual time, where a gap is not a blind one."""

    at: Instant
    live: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceAdopted:
    """From here on the fold follows the policy whose JSON has this SHA-256; the blob lies beside the journal."""

    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldVersion:
    """From here on the fold computes as version `version` of the code does; an owner that does not know it stops."""

    version: int


Fact = Reported | Triggered | Withdrawn | FeedHeard | Tick | ReferenceAdopted | FoldVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal: a fact and, for facts from outside, where it came from."""

    fact: Fact
    origin: Origin | None = None
