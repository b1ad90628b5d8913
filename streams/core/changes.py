"""What the fold has to say: which records changed, at which version, and which wait for their five seconds.

A version is (journal offset, index within the entry). Records are made of the state only when the runtime drains, so a
burst costs one record a key. A version's content never differs: a key that changes again before it was drained is left
out of that drain and goes out at a later version.
"""

from collections.abc import Sequence
from typing import Final

from schemas.picture import Kind
from schemas.times import NEVER, SECOND, Instant

Version = tuple[int, int, Instant]
"""Journal offset, index within the entry, and the fold's clock then."""

PACE: Final = 5 * SECOND
"""A changed window, feed or night goes out at most once in this much of the fold's time."""


class Changes:
    """By kind: keys that are ready to go out, keys that wait for the five-second mark, and versions.

    All that waits, waits for one mark, `due`, the first after the change: when the clock comes to it, it goes out
    before anything else can change. `ended` are the windows among them whose count fell to nothing.
    """

    def __init__(self) -> None:
        self.ready: dict[Kind, dict[str, Version]] = {kind: {} for kind in Kind}
        self.waiting: dict[Kind, set[str]] = {kind: set() for kind in Kind}
        self.versions: dict[Kind, dict[str, Version]] = {kind: {} for kind in Kind}
        self.ended: set[str] = set()
        self.repeated: Version = (-1, 0, 0)
        self._repeat = False
        self._offset = 0
        self._index = 0
        self._clock: Instant = 0
        self.due: Instant = NEVER

    def begin(self, offset: int) -> None:
        """A new entry: what it changes carries its offset."""
        self._offset = offset
        self._index = 0

    def at(self, clock: Instant) -> None:
        """The clock moved; timers fire at their own instants within one tick."""
        if clock >= self.due:
            self._flush()
        self._clock = clock

    def now(self, kind: Kind, key: str) -> None:
        """A record changed and goes out at once."""
        self.ready[kind][key] = self.versions[kind][key] = self._version()

    def gone(self, kind: Kind, key: str) -> None:
        """A record leaves the live picture, or changed when it had left: told at once, no current version any more."""
        self.ready[kind][key] = self._version()
        self.versions[kind].pop(key, None)
        self.waiting[kind].discard(key)

    def later(self, kind: Kind, key: str) -> None:
        """A record changed and goes out at the next five-second mark."""
        self.waiting[kind].add(key)
        self.due = (self._clock // PACE + 1) * PACE

    def all_later(self, kind: Kind, keys: Sequence[str], start: int = 0, stop: int | None = None) -> None:
        """The same for a stretch of keys at once."""
        self.waiting[kind].update(keys[start:stop])
        self.due = (self._clock // PACE + 1) * PACE

    def restore(
        self,
        waiting: dict[Kind, set[str]],
        due: Instant,
        versions: dict[Kind, dict[str, Version]],
        repeated: Version,
        clock: Instant,
    ) -> None:
        """Put back what a snapshot knew; nothing is ready, whoever restores sends every key anyway."""
        self.discard()
        self.waiting, self.versions, self.repeated = waiting, versions, repeated
        self._clock, self.due = clock, due

    def repeat(self) -> None:
        """The hourly repeat: every key goes out again, at this version, so that a lost view can be rebuilt."""
        self.due = self._clock
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
        version = (self._offset, self._index, self.due)
        self._index += 1
        self.due = NEVER
        for kind, waiting in self.waiting.items():
            if waiting:
                stamped = dict.fromkeys(waiting, version)
                self.ready[kind].update(stamped)
                self.versions[kind].update(stamped)
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


class Unheard(Changes):
    """For a desk that nobody listens to: it says nothing and knows no versions. Its picture is the same."""

    def begin(self, offset: int) -> None:
        """Nothing."""

    def at(self, clock: Instant) -> None:
        """Nothing."""

    def now(self, kind: Kind, key: str) -> None:
        """Nothing."""

    def gone(self, kind: Kind, key: str) -> None:
        """Nothing."""

    def later(self, kind: Kind, key: str) -> None:
        """Nothing."""

    def all_later(self, kind: Kind, keys: Sequence[str], start: int = 0, stop: int | None = None) -> None:
        """Nothing."""

    def repeat(self) -> None:
        """Nothing."""
