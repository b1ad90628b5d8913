"""The view: what each push topic shows now, and its last deltas, so that a client can go on where it stopped.

One view holds one area of one realm. Of each key it knows the version and the topics that show it, so that whoever
puts needs to remember nothing. Per topic it keeps an epoch, a seq and the records; `put` is atomic, and raises the seq
of each topic that it changes by one. `s` counts within an epoch, and a view that was lost starts a new one. Law: stale
snapshot + deltas = fresh snapshot.
"""

from collections.abc import Mapping, Sequence
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
    """What a key becomes: by topic its record as JSON, redacted for that topic. All other topics show it no more."""

    kind: Kind
    key: str
    version: Version
    shown: Mapping[str, bytes]


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


class Shown(Protocol):
    """What people are shown, to be read; safe from any thread."""

    refused: int
    """Times a topic was wanted that was one too many."""

    def resume(self, topic: str, epoch: str | None, seq: int | None) -> Whole | Missed | None:
        """What brings a client at (epoch, seq) up to date; None for a topic too many."""

    def held(self, topic: str, kind: Kind) -> Held | None:
        """What a topic shows of a kind now; None for a topic too many. The records are the caller's own copy."""


class Written(Protocol):
    """Where a projector puts what people are shown; safe from any thread."""

    def put(self, updates: Sequence[Update]) -> Sequence[Published]:
        """Set and remove keys: at most one delta for each topic.

        A key whose version is not newer than the newest ever put is left as it is, and the same bytes again are no
        delta. Gives the deltas that the caller has to send out: none where others follow the view.
        """

    def forget(self, before: Version) -> None:
        """Forget the versions of keys that were removed before a version."""


class View(Shown, Written, Protocol):
    """Both: what is put here is shown here."""
