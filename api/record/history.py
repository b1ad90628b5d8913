"""The history of an area, written: every projected change with its version, in the order of the journal.

For one key a higher version never has an earlier time (law 4: the fold's clock only goes forward). A repeat of a
version is ignored, so that a rebuild or a resend changes nothing.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import text

from api.record.past import Past
from api.record.rewind import PastPicture, Rewind
from api.record.store import Store
from schemas.picture import Change, Incident, Kind
from schemas.times import Instant

_INSERT: Final = (
    'INSERT INTO history (area, kind, key, "offset", idx, valid_from, recorded_at, live, body) '
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)


class HistoryWriter:
    """Writes and reads one area's history. One thread writes (the desk's); any thread reads."""

    def __init__(self, store: Store, area: str) -> None:
        self._store = store
        self._area = area
        self._rewind = Rewind(store, area)
        self.past = Past(store, area, self._rewind)

    def write(self, changes: Sequence[Change], recorded_at: Instant) -> None:
        """Add the changes in one transaction, on the disk on return; about 10 us a change in batches of 500.

        RecordFull and RecordUnavailable: nothing of the batch was written, and the same batch can be written again,
        before any later one.
        """
        if not changes:
            return
        rows = [_row(self._area, change, recorded_at) for change in changes]
        with self._store.writing() as connection:
            connection.exec_driver_sql(_INSERT, rows)

    def newest(self) -> tuple[int, int] | None:
        """The highest (offset, index) of the area, None when there is none: how far the record has come."""
        with self._store.reading() as connection:
            row = connection.execute(_NEWEST, {"area": self._area}).one_or_none()
        return None if row is None else (row[0], row[1])

    def incident(self, key: str) -> Incident | None:
        """The newest of what an incident ever was; None when there is none of that id, or it was folded into another.

        Read from the newest entry backwards, in the index alone: at once for tonight's, a tenth of a second for none.
        """
        with self._store.reading() as connection:
            body = connection.execute(_INCIDENT, {"area": self._area, "key": key}).scalar_one_or_none()
        return None if body is None else msgspec.json.decode(body, type=Incident)

    def picture_at(self, at: Instant) -> PastPicture:
        """What the live picture was at the fold's time `at`: per key the newest version by then, where it was live."""
        return self._rewind.picture_at(at)


def _row(area: str, change: Change, recorded_at: Instant) -> tuple[str | int | None, ...]:
    """The row of a change; plain str and int only, because sqlite3 looks for adapters of anything else (1 us each)."""
    record = change.record
    body = None if record is None else _encode(record).decode()
    place = (area, _KIND_NAMES[change.kind], change.key, change.offset, change.index)
    return (*place, change.at, recorded_at, 1 if change.live else 0, body)


_encode: Final = msgspec.json.Encoder().encode
_KIND_NAMES: Final = {kind: kind.value for kind in Kind}
_NEWEST: Final = text(
    'SELECT "offset", idx FROM history WHERE area = :area ORDER BY "offset" DESC, idx DESC LIMIT 1',
)
_INCIDENT: Final = text(
    "SELECT body FROM history WHERE area = :area AND kind = :kind AND key = :key "
    'ORDER BY "offset" DESC, idx DESC LIMIT 1'
).bindparams(kind=Kind.INCIDENTS.value)
