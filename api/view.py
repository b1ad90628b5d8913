"""The view: what each push topic shows now, and its last deltas, so that a client can go on where it stopped.

One view holds one realm. Per topic it keeps an epoch, a seq and the records; `put` is atomic and raises seq by one.
`s` counts within an epoch, and a view that was lost starts a new one. Law: stale snapshot + deltas = fresh snapshot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from api.versions import Version
from schemas.picture import Kind

RING_DELTAS: Final = 2_000
RING_BYTES: Final = 4 * 1024 * 1024
"""Bounds of a topic's ring; the oldest delta leaves first, and who needed it gets a snapshot."""
TOPICS_MAX: Final = 1_024
"""Topics of a view; one more is refused: nothing is shown on it, nobody can follow it, and it is counted."""
MISSED_MAX: Final = 256
"""Deltas in one answer; who missed more asks again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What a key of a topic becomes: its record as JSON, redacted for the topic, or None: not there any more."""

    kind: Kind
    key: str
    version: Version
    record: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One delta of a topic, as the JSON text that everyone gets."""

    topic: str
    epoch: str
    seq: int
    frame: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The whole topic at `seq`, as a snapshot frame."""

    epoch: str
    seq: int
    frame: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """The deltas after the seq that was asked for, oldest first; none when nothing was missed."""

    deltas: tuple[Published, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The records of one kind that a topic shows, as JSON, by key; `seq` is that of their last change."""

    epoch: str
    seq: int
    records: dict[str, bytes]


class View(Protocol):
    """The state of a realm's push topics; safe from any thread."""

    refused: int
    """Times a topic was wanted that was one too many."""

    def put(self, topic: str, updates: Sequence[Update]) -> Published | None:
        """Set and remove keys; None when that changes nothing (not newer, the same bytes, or a topic too many)."""

    def resume(self, topic: str, epoch: str | None, seq: int | None) -> Whole | Missed | None:
        """What brings a client at (epoch, seq) up to date; None for a topic too many."""

    def held(self, topic: str, kind: Kind) -> Held | None:
        """What a topic shows of a kind now; None for a topic too many. The records are the caller's own copy."""

    def forget(self, before: Version) -> None:
        """Forget the versions of keys that were removed before a version."""
