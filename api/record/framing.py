"""Frames beside what is written: what is live, noted every so many changes, so that no rewind has far to read."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, delete, tuple_

from api.record.dialects import for_each_row
from api.record.history_table import frames
from api.record.live_versions import (
    BEFORE_ALL,
    FrameRow,
    LiveVersions,
    Place,
    are_told,
    live_at,
    newest_version,
)
from schemas.picture import Change, Kind

FRAME_EVERY: Final = 2_000
"""Changes between two frames, and never fewer than half of what is live: frames stay a small part of the record."""

_KEEP: Final = (
    'INSERT INTO frames (area, "offset", idx, valid_from, live) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'
)
_NAMES: Final = {kind: kind.value for kind in Kind}


class Framing:
    """Follows one area's writer, in its transactions. With `anew` all is told again, from the first change on.

    What it knows is read anew whenever the record is not as it left it: a transaction failed, another process wrote.
    """

    def __init__(self, area: str, *, anew: bool, every: int = FRAME_EVERY) -> None:
        self._area = area
        self._every = every
        self._is_anew = anew
        self._live = LiveVersions()

    def follow(self, connection: Connection, changes: Sequence[Change]) -> None:
        """Take in changes before they are written, and keep the frames that are due."""
        self._know_what_is_there(connection)
        live, rows = self._live, list[FrameRow]()
        late = [_place(change) for change in changes if (change.offset, change.index) < live.version]
        if late and not self._is_anew and not are_told(connection, self._area, late):
            drop_frames(connection, self._area, min(late)[:2])  # made over a gap that is filled only now
            self._live = LiveVersions()
            return
        for change in changes:
            is_live = change.live and change.record is not None
            live.apply(_NAMES[change.kind], change.key, change.offset, change.index, change.at, is_live)
            if live.unframed >= max(self._every, len(live.versions) // 2):
                rows.append(live.frame(self._area))
        if rows:
            keep_frames(connection, rows)

    def _know_what_is_there(self, connection: Connection) -> None:
        newest = newest_version(connection, self._area) or BEFORE_ALL
        self._is_anew = self._is_anew and self._live.version < newest
        if not self._is_anew and self._live.version != newest:
            self._live = live_at(connection, self._area)


def _place(change: Change) -> Place:
    return change.offset, change.index, _NAMES[change.kind], change.key


def drop_frames(connection: Connection, area: str, since: tuple[int, int]) -> None:
    """Remove the frames from a version on."""
    connection.execute(delete(frames).where(frames.c.area == area, tuple_(frames.c.offset, frames.c.idx) >= since))


def keep_frames(connection: Connection, rows: Sequence[FrameRow]) -> None:
    """Add frames; one that is there already stays."""
    for_each_row(connection, _KEEP, rows)
