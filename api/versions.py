"""Which version of each key was seen last, so that what is not newer is dropped, whoever says it and in what order.

A deleted key is remembered until the night after it closes: a paused owner that wakes with an old output must not bring
it back. Beyond GONE_MAX deleted keys the first deleted is forgotten first; only its own old outputs could return then.
"""

from typing import Final

from schemas.picture import Kind

Key = tuple[Kind, str]
Version = tuple[int, int]
"""Journal offset, and index within that offset's outputs."""

GONE_MAX: Final = 100_000


class Versions:
    """The newest version of each key; live keys are as many as the picture holds."""

    def __init__(self, gone_max: int = GONE_MAX) -> None:
        self._gone_max = gone_max
        self._live: dict[Key, Version] = {}
        self._gone: dict[Key, Version] = {}

    def is_newer(self, key: Key, version: Version) -> bool:
        """Whether a version comes after the one seen last; a key never seen takes any."""
        seen = self._live.get(key) or self._gone.get(key)
        return seen is None or version > seen

    def keep(self, key: Key, version: Version) -> None:
        """The key is there, at this version."""
        self._gone.pop(key, None)
        self._live[key] = version

    def bury(self, key: Key, version: Version) -> None:
        """The key is gone since this version."""
        self._live.pop(key, None)
        self._gone.pop(key, None)
        self._gone[key] = version
        if len(self._gone) > self._gone_max:
            del self._gone[next(iter(self._gone))]

    def forget(self, before: Version) -> None:
        """Forget the keys deleted before a version."""
        self._gone = {key: version for key, version in self._gone.items() if version >= before}
