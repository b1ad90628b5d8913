"""What the fold has to say: which records changed, at which version, and which wait for their five seconds.

A version is (journal offset, index within the entry). Records are made of the state only when the runtime drains, so a
burst costs one record a key. A version's content never differs: a key that changes again before it was drained is left
out of that drain and goes out at a later version.
"""

from collections.abc import Container
from typing import Final

from schemas.picture import Kind
from schemas.times import SECOND, Instant

Version = tuple[int, int, Instant]
"""Journal offset, index within the entry, and the fold's clock then."""

PACE: Final = 5 * SECOND
"""A changed window, feed or night goes out at most once in this much of the fold's time."""

Waiting = dict[str, None]


class Changes:
    """By kind: keys that are ready to go out, keys that wait for the next five-second mark, and versions."""

    def __init__(self) -> None:
        self.ready: dict[Kind, dict[str, Version]] = {kind: {} for kind in Kind}
        self.waiting: dict[Kind, Waiting] = {kind: {} for kind in Kind}
        self.versions: dict[Kind, dict[str, Version]] = {kind: {} for kind in Kind}
        self.repeated: Version = (-1, 0, 0)
        self.flush_at: Instant | None = None
        self._repeat = False
        self._offset = 0
        self._index = 0
        self._clock: Instant = 0

    def begin(self, offset: int, clock: Instant) -> None:
        """A new entry: what it changes carries its offset."""
        self._offset = offset
        self._index = 0
        self._clock = clock

    def at(self, clock: Instant) -> None:
        """Timers fire at their own instants within one tick."""
        self._clock = clock

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
        self.wait(kind)[key] = None

    def wait(self, kind: Kind) -> Waiting:
        """Where keys of a kind wait for the next five-second mark, for whoever has many."""
        if self.flush_at is None:
            self.flush_at = (self._clock // PACE + 1) * PACE
        return self.waiting[kind]

    def flush(self, windows: Container[str]) -> None:
        """The five-second mark has come: what waited is ready, all at one version. `windows` are those above zero."""
        for kind, waiting in self.waiting.items():
            if waiting:
                told = dict.fromkeys(waiting, self._version())
                self.ready[kind].update(told)
                self.versions[kind].update(told)
        versions = self.versions[Kind.WINDOWS]
        for key in self.waiting[Kind.WINDOWS]:
            if key not in windows:
                del versions[key]
        for waiting in self.waiting.values():
            waiting.clear()
        self.flush_at = None

    def repeat(self, windows: Container[str]) -> None:
        """The hourly repeat: every key goes out again, at this version, so that a lost view can be rebuilt."""
        self.flush(windows)
        self.repeated = self._version()
        self._repeat = True

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
                out.extend((version, kind, key) for key, version in ready.items() if key not in versions)
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

    def _version(self) -> Version:
        version = (self._offset, self._index, self._clock)
        self._index += 1
        return version
