"""What the fold has to say: which records changed, at which version, and which wait for their five seconds.

A version is (journal offset, index within the entry). Records are made of the state only when the runtime drains, so a
burst costs one record a key. A version's content never differs: a key that changes again before it was drained is left
out of that drain and goes out at a later version.
"""

from typing import Final

from schemas.picture import Kind
from schemas.times import SECOND, Instant

Version = tuple[int, int, Instant]
"""Journal offset, index within the entry, and the fold's clock then."""

PACE: Final = 5 * SECOND
"""A changed window, feed or night goes out at most once in this much of the fold's time."""

Waiting = dict[str, Instant]
"""Keys that changed, each with the five-second mark at which it goes out: the first after its change."""

_NEVER: Final = 2**62


class Changes:
    """By kind: keys that are ready to go out, keys that wait for the five-second mark, and versions.

    All that waits, waits for one mark: when the clock comes to it, it goes out before anything else can change.
    """

    def __init__(self) -> None:
        self.ready: dict[Kind, dict[str, Version]] = {kind: {} for kind in Kind}
        self.waiting: dict[Kind, Waiting] = {kind: {} for kind in Kind}
        self.versions: dict[Kind, dict[str, Version]] = {kind: {} for kind in Kind}
        self.ended: dict[str, None] = {}
        self.repeated: Version = (-1, 0, 0)
        self._repeat = False
        self._offset = 0
        self._index = 0
        self._clock: Instant = 0
        self._mark: Instant = PACE
        self._due: Instant = _NEVER

    def begin(self, offset: int) -> None:
        """A new entry: what it changes carries its offset."""
        self._offset = offset
        self._index = 0

    def at(self, clock: Instant) -> None:
        """The clock moved; timers fire at their own instants within one tick."""
        if clock >= self._due:
            self._flush()
        self._clock = clock
        self._mark = (clock // PACE + 1) * PACE

    def now(self, kind: Kind, key: str) -> None:
        """A record changed and goes out at once."""
        self.ready[kind][key] = self.versions[kind][key] = self._version()

    def gone(self, kind: Kind, key: str) -> None:
        """A record leaves the live picture, or changed when it had left: told at once, no current version any more."""
        self.ready[kind][key] = self._version()
        self.versions[kind].pop(key, None)
        self.waiting[kind].pop(key, None)

    def later(self, kind: Kind, key: str) -> None:
        """A record changed and goes out at the next five-second mark."""
        self.waiting[kind][key] = self._due = self._mark

    def wait(self, kind: Kind) -> tuple[Waiting, Instant]:
        """For whoever changes many keys: where they wait, and the mark to put beside each."""
        self._due = self._mark
        return self.waiting[kind], self._mark

    def restore(
        self, waiting: dict[Kind, Waiting], versions: dict[Kind, dict[str, Version]], repeated: Version, clock: Instant
    ) -> None:
        """Put back what a snapshot knew; nothing is ready, whoever restores sends every key anyway."""
        self.discard()
        self.waiting, self.versions, self.repeated = waiting, versions, repeated
        self._due = _NEVER
        self.at(clock)
        self._due = max((mark for kind in waiting.values() for mark in kind.values()), default=_NEVER)

    def repeat(self) -> None:
        """The hourly repeat: every key goes out again, at this version, so that a lost view can be rebuilt."""
        self._due = self._clock
        self._flush()
        self.repeated = self._version()
        self._repeat = True

    def standing(self) -> dict[Kind, dict[str, Version]]:
        """The versions of keys that do not wait; one that waits gets its next before anybody asks for its last."""
        return {
            kind: {key: version for key, version in versions.items() if key not in self.waiting[kind]}
            for kind, versions in self.versions.items()
        }

    def version(self, kind: Kind, key: str) -> Version:
        """The version of a live key."""
        return max(self.versions[kind][key], self.repeated)

    def drained(self) -> list[tuple[Version, Kind, str]]:
        """What is ready, oldest first; the caller makes records of it before the next entry is folded."""
        out: list[tuple[Version, Kind, str]] = []
        for kind, ready in self.ready.items():
            waiting, versions = self.waiting[kind], self.versions[kind]
            if self._repeat:
                out.extend((self.version(kind, key), kind, key) for key in versions if key not in waiting)
                out.extend(
                    (version, kind, key) for key, version in ready.items() if key not in versions and key not in waiting
                )
            else:
                out.extend((version, kind, key) for key, version in ready.items() if key not in waiting)
        self.discard()
        out.sort()
        return out

    def discard(self) -> None:
        """Nobody listens: what is ready need not go out."""
        for ready in self.ready.values():
            ready.clear()
        self._repeat = False

    def everything(self) -> None:
        """Somebody lost everything: the next drain gives every key's current record, each at its own version."""
        for kind, versions in self.versions.items():
            self.ready[kind] = {key: self.version(kind, key) for key in versions}

    def _flush(self) -> None:
        """The five-second mark has come: what waited is ready, all at one version."""
        version = (self._offset, self._index, self._due)
        self._index += 1
        self._due = _NEVER
        for kind, waiting in self.waiting.items():
            if waiting:
                ready, versions = self.ready[kind], self.versions[kind]
                for key in waiting:
                    ready[key] = versions[key] = version
                waiting.clear()
        if self.ended:
            versions = self.versions[Kind.WINDOWS]
            for key in self.ended:
                versions.pop(key, None)
            self.ended.clear()

    def _version(self) -> Version:
        version = (self._offset, self._index, self._clock)
        self._index += 1
        return version
