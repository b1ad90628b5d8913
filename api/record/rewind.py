"""The picture as it was seen at a time: the newest frame before it, and the changes from there on.

A frame lists the versions that were live after one change. Readers leave one behind for every FRAME_EVERY changes
they had to read, so that writing costs nothing for it and the next rewind to that night is short.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from sqlalchemy import Connection, bindparam, delete, select, text, tuple_
from sqlalchemy.dialects.sqlite import insert

from api.record.errors import RecordFull, RecordUnavailable
from api.record.history_table import frames, history
from api.record.store import Store
from schemas.picture import Kind
from schemas.times import Instant

PastPicture = dict[Kind, dict[str, dict[str, Any]]]
"""kind -> key -> the record's JSON, as the desk knew it: redact it before it leaves for an audience."""
FRAME_EVERY: Final = 20_000
_OFFSETS_A_STATEMENT: Final = 400
_BEFORE_ALL: Final = -1


@dataclass(slots=True)
class _Live:
    """What is live after change (offset, index), being read forward; `versions` maps (kind, key) to its version."""

    offset: int = _BEFORE_ALL
    index: int = 0
    at: Instant = 0
    versions: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def apply(self, kind: str, key: str, offset: int, index: int, at: Instant, live: bool) -> None:
        self.offset, self.index, self.at = offset, index, at
        if live:
            self.versions[kind, key] = (offset, index)
        else:
            self.versions.pop((kind, key), None)


@dataclass(frozen=True, slots=True)
class Since:
    """A cut through a history: entries before `offset` are needed no more, but for `needed`.

    Those are (offset, index, kind, key).
    """

    offset: int
    needed: frozenset[tuple[int, int, str, str]]


class Rewind:
    """Reads one area's history; safe from any thread."""

    def __init__(self, store: Store, area: str, frame_every: int = FRAME_EVERY) -> None:
        self._store = store
        self._area = area
        self._frame_every = frame_every

    def picture_at(self, at: Instant) -> PastPicture:
        """Per key the newest version with a time up to `at`, where it was live."""
        passed: list[dict[str, Any]] = []
        with self._store.reading() as connection:
            live = self._newest_frame(connection, at)
            asked = {"area": self._area, "offset": live.offset, "idx": live.index, "at": at}
            for number, change in enumerate(connection.execute(_CHANGES, asked), start=1):
                live.apply(*change)
                if number % self._frame_every == 0:
                    passed.append(self._frame(live))
            picture = self._bodies(connection, live)
        self._keep(passed)
        return picture

    def keep_only_since(self, at: Instant) -> "Since | None":
        """Leave a frame at the last change up to `at` and drop those before it; None: there is no such change.

        Every picture from `at` on is then read from that frame, and needs of what is older only what was live there.
        """
        with self._store.reading() as connection:
            live = self._newest_frame(connection, at)
            asked = {"area": self._area, "offset": live.offset, "idx": live.index, "at": at}
            for change in connection.execute(_CHANGES, asked):
                live.apply(*change)
        if live.offset == _BEFORE_ALL:
            return None
        older = frames.c.area == self._area, tuple_(frames.c.offset, frames.c.idx) < (live.offset, live.index)
        with self._store.writing() as connection:
            connection.execute(insert(frames).on_conflict_do_nothing(), [self._frame(live)])
            connection.execute(delete(frames).where(*older))
        needed = frozenset((*version, *place) for place, version in live.versions.items())
        return Since(offset=live.offset, needed=needed)

    def _newest_frame(self, connection: Connection, at: Instant) -> _Live:
        row = connection.execute(_NEWEST_FRAME, {"area": self._area, "at": at}).one_or_none()
        if row is None:
            return _Live()
        versions = {(kind, key): (offset, index) for kind, key, offset, index in orjson.loads(row[3])}
        return _Live(offset=row[0], index=row[1], at=row[2], versions=versions)

    def _frame(self, live: _Live) -> dict[str, Any]:
        listed = [(*place, *version) for place, version in live.versions.items()]
        version = {"offset": live.offset, "idx": live.index, "valid_from": live.at}
        return {"area": self._area, **version, "live": orjson.dumps(listed).decode()}

    def _bodies(self, connection: Connection, live: _Live) -> PastPicture:
        picture: PastPicture = {kind: {} for kind in Kind}
        offsets = sorted({offset for offset, _ in live.versions.values()})
        for start in range(0, len(offsets), _OFFSETS_A_STATEMENT):
            some = offsets[start : start + _OFFSETS_A_STATEMENT]
            for kind, key, offset, index, body in connection.execute(_BODIES, {"area": self._area, "offsets": some}):
                if live.versions.get((kind, key)) == (offset, index):
                    picture[Kind(kind)][key] = orjson.loads(body)
        return picture

    def _keep(self, passed: list[dict[str, Any]]) -> None:
        """Frames are only a shortcut: where there is no room for them, the next rewind reads a little more."""
        if passed:
            with suppress(RecordFull, RecordUnavailable), self._store.writing() as connection:
                connection.execute(insert(frames).on_conflict_do_nothing(), passed)


_NEWEST_FRAME: Final = text(
    """
    SELECT "offset", idx, valid_from, live FROM frames WHERE area = :area AND valid_from <= :at
    ORDER BY valid_from DESC, "offset" DESC, idx DESC LIMIT 1
    """
)
# From the frame's own version on, not after it: another change may bear the same one, and a repeat changes nothing.
# The bound on the offset ends the reading at the first change after `at`; the time alone would read to the end.
_CHANGES: Final = text(
    """
    SELECT kind, key, "offset", idx, valid_from, live AND body IS NOT NULL FROM history
    WHERE area = :area AND ("offset", idx) >= (:offset, :idx) AND valid_from <= :at AND "offset" <= coalesce(
        (SELECT "offset" FROM history WHERE area = :area AND valid_from > :at ORDER BY valid_from, "offset" LIMIT 1),
        :offset + 4611686018427387904
    )
    ORDER BY "offset", idx
    """
).execution_options(yield_per=2_000)
_BODIES: Final = select(history.c.kind, history.c.key, history.c.offset, history.c.idx, history.c.body).where(
    history.c.area == bindparam("area"), history.c.offset.in_(bindparam("offsets", expanding=True))
)
