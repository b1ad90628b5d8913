"""The history of an area, written: every projected change with its version, in the order of the journal.

Beside it, in the same transaction, go frames to rewind from, and the last word on what is over.

For one key a higher version never has an earlier time (law 4: the fold's clock only goes forward). A repeat of a
version is ignored, so that a rebuild or a resend changes nothing.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection

from api.record.dialects import Row, for_each_row
from api.record.framing import FRAME_EVERY, Framing
from api.record.live_versions import newest_times, newest_version
from api.record.oldest import Oldest
from api.record.rewind import Rewind
from api.record.store import Store
from schemas.picture import Change, Incident, Kind, NightSummary
from schemas.times import Instant, instant

_INSERT: Final = (
    'INSERT INTO history (area, kind, key, "offset", idx, valid_from, recorded_at, live, body) '
    "VALUES (?, ?, ?, ?, ?, ?, ?, ? = 1, ?) ON CONFLICT DO NOTHING"
)
_OVER: Final = """
    INSERT INTO past (area, kind, key, "offset", idx, at, body) SELECT area, kind, key, "offset", idx, at, body
    FROM (SELECT ? AS area, ? AS kind, ? AS key, ? AS "offset", ? AS idx, ? AS at, ? AS body) AS new
    WHERE NOT EXISTS (
        SELECT 1 FROM history AS h WHERE h.area = new.area AND h.kind IN ('incidents', 'night') AND h.kind = new.kind
        AND h.key = new.key AND (h."offset", h.idx) > (new."offset", new.idx)
    ) ON CONFLICT (area, kind, key)
    DO UPDATE SET "offset" = excluded."offset", idx = excluded.idx, at = excluded.at, body = excluded.body
    """
_NOT_OVER: Final = 'DELETE FROM past WHERE area = ? AND kind = ? AND key = ? AND ("offset", idx) < (?, ?)'


class HistoryWriter:
    """Writes one area's history. One thread writes (the desk's); `rewind` reads and `oldest` lets go, in any thread.

    With `anew` all is told again, from the first change on, into what the record holds.
    """

    def __init__(self, store: Store, area: str, *, anew: bool = False, frame_every: int = FRAME_EVERY) -> None:
        self.rewind = Rewind(store, area)
        self.oldest = Oldest(store, area)
        self._store = store
        self._area = area
        self._framing = Framing(area, anew=anew, every=frame_every)

    def write(self, changes: Sequence[Change], recorded_at: Instant) -> None:
        """Add the changes in one transaction, on the disk on return; about 10 us a change in batches of 500.

        RecordFull and RecordUnavailable: nothing of the batch was written, and the same batch can be written again,
        before any later one.
        """
        if not changes:
            return
        rows = [_row(self._area, change, recorded_at) for change in changes]
        with self._store.writing(self._area) as connection:
            self._framing.follow(connection, changes)
            for_each_row(connection, _INSERT, rows)
            _move(connection, changes, rows)

    def newest(self) -> tuple[int, int] | None:
        """The highest (offset, index) of the area, None when there is none: how far the record has come."""
        with self._store.reading() as connection:
            return newest_version(connection, self._area)

    def newest_at(self) -> Instant | None:
        """When the newest change was, and never later than that: what came after it is not held. None: there is none.

        By the fold's clock where that is behind the wall's: what is written late was told long before.
        """
        with self._store.reading() as connection:
            times = newest_times(connection, self._area)
        return None if times is None else min(times)


def _row(area: str, change: Change, recorded_at: Instant) -> Row:
    record = change.record
    body = None if record is None else _encode(record).decode()
    place = (area, _KIND_NAMES[change.kind], change.key, change.offset, change.index)
    return (*place, change.at, recorded_at, 1 if change.live else 0, body)


def _move(connection: Connection, changes: Sequence[Change], rows: Sequence[Row]) -> None:
    """Keep the last word on incidents and nights that left; take back those that did not, or are no more."""
    told = [(row, _over_row(change, row)) for change, row in zip(changes, rows, strict=True) if change.kind in _PASSING]
    if back := [row[:5] for row, over in told if over is None]:
        for_each_row(connection, _NOT_OVER, back)
    if overs := [over for _, over in told if over is not None]:
        for_each_row(connection, _OVER, overs)


def _over_row(change: Change, row: Row) -> Row | None:
    """The row of one that left the live picture."""
    if change.live:
        return None
    match change.record:
        case Incident(at=at) | NightSummary(opens_at=at):
            return (*row[:5], instant(at), row[-1])
    return None


_PASSING: Final = frozenset({Kind.INCIDENTS, Kind.NIGHT})
_encode: Final = msgspec.json.Encoder().encode
_KIND_NAMES: Final = {kind: kind.value for kind in Kind}
