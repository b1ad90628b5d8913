"""Entries of an area's journal: everything the fold depends on, in one order."""

from msgspec import Struct

from schemas.audiences import Role
from schemas.categories import Category, HelpNeeded
from schemas.feeds import Source
from schemas.times import Instant


class Origin(Struct, frozen=True, kw_only=True):
    """Where an entry came from: the stream it was read from, its position there, and which of that record's entries.

    Positions of one stream rise; the fold keeps one high-water mark a stream, so a repeated append changes nothing.
    """

    stream: str
    position: int
    index: int = 0


class Reported(Struct, frozen=True, kw_only=True):
    """A witness told us that something happened; a `revision` above 0 replaces what the same `source_id` said before.

    `at` is the time that counts: when it happened, or when it was received where the sender's clock was wrong.
    `ward` and `cell` (H3 resolution 9) are the place as the reference data in force put it. `body` is a hash of what
    was said, without its words: the same revision with another one is a conflict; empty, it never is.
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
    body: str = ""


class Triggered(Struct, frozen=True, kw_only=True):
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


class Withdrawn(Struct, frozen=True, kw_only=True):
    """A reporter took back what they had said."""

    source: Source
    source_id: str
    revision: int
    received_at: Instant


class FeedHeard(Struct, frozen=True, kw_only=True):
    """A feed, or one sensor of it, gave a sign of life."""

    source: Source
    sensor: str | None = None
    at: Instant


class Seen(Struct, frozen=True, kw_only=True):
    """Somebody opened an incident that held these reports, each by the name that its feed has for it, `sbn:<id>`."""

    reports: tuple[str, ...]
    by: Role
    at: Instant


class Tick(Struct, frozen=True, kw_only=True):
    """The only thing that moves the fold's clock. `live` is False in virtual time, where a gap is not a blind one."""

    at: Instant
    live: bool = True


class ReferenceAdopted(Struct, frozen=True, kw_only=True):
    """From here on the fold follows the policy whose JSON has this SHA-256; the blob lies beside the journal."""

    sha256: str


class FoldVersion(Struct, frozen=True, kw_only=True):
    """From here on the fold computes as version `version` of the code does; an owner that does not know it stops."""

    version: int


Fact = Reported | Triggered | Withdrawn | Seen | FeedHeard | Tick | ReferenceAdopted | FoldVersion


class Entry(Struct, frozen=True, kw_only=True):
    """One line of the journal: a fact and, for facts from outside, where it came from."""

    fact: Fact
    origin: Origin | None = None
