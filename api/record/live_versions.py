"""Which version of each record is live after a change of the history, read forward; and that as a frame."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

import orjson
from sqlalchemy import Connection, text

from api.record.dialects import Words, said_to, written_for_each
from schemas.times import NEVER, Instant

BEFORE_ALL: Final = (-1, 0)
"""The version before any change."""
Place = tuple[int, int, str, str]
"""offset, index, kind and key of a change."""
FrameRow = tuple[str, int, int, Instant, str]
"""area, offset, idx, valid_from and what is live, as the table `frames` has them."""


@dataclass(slots=True)
class LiveVersions:
    """What is live after change (offset, index); `versions` maps (kind, key) to its own version.

    `unframed` counts the changes since the last frame.
    """

    offset: int = BEFORE_ALL[0]
    index: int = BEFORE_ALL[1]
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
    def version(self) -> tuple[int, int]:
        """Of the last change."""
        return self.offset, self.index

    @property
    def is_told(self) -> bool:
        """Whether there was any change at all."""
        return self.version != BEFORE_ALL

    def frame(self, area: str) -> FrameRow:
        """As a row to be kept."""
        self.unframed = 0
        listed = [(*place, *version) for place, version in self.versions.items()]
        return area, self.offset, self.index, self.at, orjson.dumps(listed).decode()


def newest_version(connection: Connection, area: str) -> tuple[int, int] | None:
    """The highest (offset, index) that an area's history holds."""
    row = connection.execute(_NEWEST, {"area": area}).one_or_none()
    return None if row is None else (row[0], row[1])


def newest_times(connection: Connection, area: str) -> tuple[Instant, Instant] | None:
    """When the newest change was by the fold's clock, and when it was written."""
    row = connection.execute(_NEWEST_TIMES, {"area": area}).one_or_none()
    return None if row is None else (row[0], row[1])


def are_told(connection: Connection, area: str, places: Collection[Place]) -> bool:
    """Whether the history holds all of these changes."""
    wanted = set(places)
    asked = {"area": area, "wanted": orjson.dumps(sorted(wanted)).decode()}
    return bool(connection.execute(said_to(connection, _TOLD), asked).scalar_one() == len(wanted))


def of_wanted(words: Words) -> str:
    """FROM and WHERE for the rows of `:area` that a JSON list of places, `:wanted`, names.

    One look-up by the primary key for each; CROSS JOIN keeps SQLite from turning that round.
    """
    return (
        f"FROM {words.each.format(':wanted')} AS wanted CROSS JOIN history AS h "
        'WHERE h.area = :area AND h."offset" = CAST(wanted.value ->> 0 AS BIGINT) '
        "AND h.idx = CAST(wanted.value ->> 1 AS INTEGER) "
        "AND h.kind = wanted.value ->> 2 AND h.key = wanted.value ->> 3"
    )


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


_NEWEST: Final = text(
    'SELECT "offset", idx FROM history WHERE area = :area ORDER BY "offset" DESC, idx DESC LIMIT 1',
)
_NEWEST_TIMES: Final = text(
    'SELECT valid_from, recorded_at FROM history WHERE area = :area ORDER BY "offset" DESC, idx DESC LIMIT 1',
)
_TOLD: Final = written_for_each(lambda words: f"SELECT count(*) {of_wanted(words)}")
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
