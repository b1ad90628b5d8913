"""Which version of each record is live after a change of the history, read forward; and that as a frame."""

from dataclasses import dataclass, field
from typing import Final

import orjson
from sqlalchemy import Connection, text

from schemas.times import NEVER, Instant

_BEFORE_ALL: Final = -1

FrameRow = tuple[str, int, int, Instant, str]
"""area, offset, idx, valid_from and what is live, as the table `frames` has them."""


@dataclass(slots=True)
class LiveVersions:
    """What is live after change (offset, index); `versions` maps (kind, key) to its own version.

    `unframed` counts the changes since the last frame.
    """

    offset: int = _BEFORE_ALL
    index: int = 0
    at: Instant = 0
    versions: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    unframed: int = 0

    def apply(self, kind: str, key: str, offset: int, index: int, at: Instant, live: bool) -> None:
        """The next change; one that came before is no change."""
        if (offset, index) < (self.offset, self.index):
            return
        self.offset, self.index, self.at = offset, index, at
        self.unframed += 1
        if live:
            self.versions[kind, key] = (offset, index)
        else:
            self.versions.pop((kind, key), None)

    @property
    def is_told(self) -> bool:
        """Whether there was any change at all."""
        return self.offset != _BEFORE_ALL

    def frame(self, area: str) -> FrameRow:
        """As a row to be kept."""
        self.unframed = 0
        listed = [(*place, *version) for place, version in self.versions.items()]
        return area, self.offset, self.index, self.at, orjson.dumps(listed).decode()


def live_at(connection: Connection, area: str, at: Instant = NEVER) -> LiveVersions:
    """What was live at a time: the newest frame before it, and the changes from there on."""
    live = _newest_frame(connection, area, at)
    asked = {"area": area, "offset": live.offset, "idx": live.index, "at": at}
    for kind, key, offset, index, valid_from, is_live in connection.execute(_CHANGES, asked):
        live.apply(kind, key, offset, index, valid_from, is_live)
    return live


def _newest_frame(connection: Connection, area: str, at: Instant) -> LiveVersions:
    row = connection.execute(_NEWEST_FRAME, {"area": area, "at": at}).one_or_none()
    if row is None:
        return LiveVersions()
    versions = {(kind, key): (offset, index) for kind, key, offset, index in orjson.loads(row[3])}
    return LiveVersions(offset=row[0], index=row[1], at=row[2], versions=versions)


_NEWEST_FRAME: Final = text("""
    SELECT "offset", idx, valid_from, live FROM frames WHERE area = :area AND valid_from <= :at
    ORDER BY valid_from DESC, "offset" DESC, idx DESC LIMIT 1
    """)
# From the frame's own version on, not after it: another change may bear the same one, and a repeat changes nothing.
# The bound on the offset ends the reading at the first change after `at`; the time alone would read to the end.
_CHANGES: Final = text("""
    SELECT kind, key, "offset", idx, valid_from, live AND body IS NOT NULL FROM history
    WHERE area = :area AND ("offset", idx) >= (:offset, :idx) AND valid_from <= :at AND "offset" <= coalesce(
        (SELECT "offset" FROM history WHERE area = :area AND valid_from > :at ORDER BY valid_from, "offset" LIMIT 1),
        :offset + 4611686018427387904
    )
    ORDER BY "offset", idx
    """)
