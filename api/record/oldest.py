"""The end of a history that is far enough back: how much there is, and letting it go a little at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, select, tuple_

from api.record.framing import keep_frames
from api.record.history_table import frames, history, past
from api.record.live_versions import Place, live_at
from api.record.store import Store
from schemas.times import Instant

ROWS_A_TIME: Final = 1_000
"""Rows looked at in one transaction: some 10 ms, for which the desk's own writing may have to wait."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A cut through a history: changes before `offset` are needed no more, but for `needed`."""

    offset: int
    needed: frozenset[Place]


class Oldest:
    """One area's history, by its fold's time; safe from any thread."""

    def __init__(self, store: Store, area: str) -> None:
        self._store, self._area = store, area

    def between(self, after: Instant | None, until: Instant) -> int:
        """How many changes there are after one time, up to another."""
        here = history.c.area == self._area, history.c.valid_from <= until
        later = () if after is None else (history.c.valid_from > after,)
        with self._store.reading() as connection:
            return connection.execute(select(func.count()).select_from(history).where(*here, *later)).scalar_one()

    def first_after(self, after: Instant) -> Instant | None:
        """When the first change after a time was."""
        later = history.c.area == self._area, history.c.valid_from > after
        with self._store.reading() as connection:
            return connection.execute(select(func.min(history.c.valid_from)).where(*later)).scalar_one_or_none()

    def batches(self, until: Instant, rows_a_time: int = ROWS_A_TIME) -> Iterator[int]:
        """Let go of the changes up to `until`, and say after each transaction of how many.

        What was live then stays, and so does the last change, so every picture from then on is as it was.
        """
        cut = self._cut(until)
        place: Place | None = (-1, 0, "", "")
        while cut is not None and place is not None:
            with self._store.writing(self._area) as connection:
                seen = self._seen(connection, place, cut.offset, rows_a_time)
                gone = [row for row in seen if row not in cut.needed]
                if gone:
                    rows = [dict(zip(_NAMES, (self._area, *row), strict=True)) for row in gone]
                    connection.execute(_DELETE, rows)
            place = seen[-1] if len(seen) == rows_a_time else None
            yield len(gone)

    def _cut(self, at: Instant) -> _Cut | None:
        """Leave a frame at the last change up to `at`, and drop those before it; None: there is no such change.

        Every picture from `at` on is then read from that frame, and needs of what is older only what was live there.
        The last word on what was over before it goes at once.
        """
        with self._store.reading() as connection:
            live = live_at(connection, self._area, at)
        if not live.is_told:
            return None
        older = frames.c.area == self._area, tuple_(frames.c.offset, frames.c.idx) < (live.offset, live.index)
        over = past.c.area == self._area, past.c.offset < live.offset
        with self._store.writing(self._area) as connection:
            keep_frames(connection, [live.frame(self._area)])
            connection.execute(delete(frames).where(*older))
            connection.execute(delete(past).where(*over))
        return _Cut(live.offset, frozenset((*version, *place) for place, version in live.versions.items()))

    def _seen(self, connection: Connection, after: Place, before_offset: int, limit: int) -> list[Place]:
        """The next changes in the order of their key."""
        later = history.c.area == self._area, tuple_(*_PLACE) > after, history.c.offset < before_offset
        found = connection.execute(select(*_PLACE).where(*later).order_by(*_PLACE).limit(limit)).all()
        return [(offset, idx, kind, key) for offset, idx, kind, key in found]


_PLACE: Final = (history.c.offset, history.c.idx, history.c.kind, history.c.key)
_NAMES: Final = ("of_area", "of_offset", "of_idx", "of_kind", "of_key")
_DELETE: Final = delete(history).where(
    *(column == bindparam(name) for column, name in zip((history.c.area, *_PLACE), _NAMES, strict=True))
)
