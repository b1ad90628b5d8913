"""The end of a history that is far enough back: how much there is, and letting it go a little at a time."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, select, tuple_

from api.record.history_table import history
from api.record.rewind import Rewind
from api.record.store import Store
from schemas.times import Instant

ROWS_A_TIME: Final = 1_000
"""Rows looked at in one transaction: some 10 ms, for which the desk's own writing may have to wait."""


class Past:
    """One area's history, by its fold's time; safe from any thread."""

    def __init__(self, store: Store, area: str, rewind: Rewind) -> None:
        self._store, self._area, self._rewind = store, area, rewind

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
        cut = self._rewind.keep_only_since(until)
        place: tuple[int, int, str, str] | None = (-1, 0, "", "")
        while cut is not None and place is not None:
            with self._store.writing() as connection:
                seen = self._seen(connection, place, cut.offset, rows_a_time)
                gone = [row for row in seen if row not in cut.needed]
                if gone:
                    rows = [dict(zip(_NAMES, (self._area, *row), strict=True)) for row in gone]
                    connection.execute(_DELETE, rows)
            place = seen[-1] if len(seen) == rows_a_time else None
            yield len(gone)

    def _seen(
        self, connection: Connection, after: tuple[int, int, str, str], before_offset: int, limit: int
    ) -> list[tuple[int, int, str, str]]:
        """The next changes in the order of their key."""
        later = history.c.area == self._area, tuple_(*_PLACE) > after, history.c.offset < before_offset
        found = connection.execute(select(*_PLACE).where(*later).order_by(*_PLACE).limit(limit)).all()
        return [(offset, idx, kind, key) for offset, idx, kind, key in found]


_PLACE: Final = (history.c.offset, history.c.idx, history.c.kind, history.c.key)
_NAMES: Final = ("of_area", "of_offset", "of_idx", "of_kind", "of_key")
_DELETE: Final = delete(history).where(
    *(column == bindparam(name) for column, name in zip((history.c.area, *_PLACE), _NAMES, strict=True))
)
