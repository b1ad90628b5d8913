"""Frames beside what is written: what is live, noted every so many changes, so that no rewind has far to read."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from api.record.dialects import for_each_row
from api.record.live_versions import FrameRow, LiveVersions, live_at
from schemas.picture import Change, Kind

FRAME_EVERY: Final = 2_000
"""Changes between two frames, and never fewer than half of what is live: frames stay a small part of the record."""

_KEEP: Final = (
    'INSERT INTO frames (area, "offset", idx, valid_from, live) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'
)
_NAMES: Final = {kind: kind.value for kind in Kind}


class Framing:
    """Follows one area's writer, in its transactions. With `anew` all is told again, from the first change on.

    A transaction that fails is written again before any other, and to follow the same changes twice changes nothing.
    """

    def __init__(self, area: str, *, anew: bool, every: int = FRAME_EVERY) -> None:
        self._area = area
        self._every = every
        self._live = LiveVersions() if anew else None

    def follow(self, connection: Connection, changes: Sequence[Change]) -> None:
        """Take in changes before they are written, and keep the frames that are due."""
        if self._live is None:
            self._live = live_at(connection, self._area)
        live, rows = self._live, list[FrameRow]()
        for change in changes:
            is_live = change.live and change.record is not None
            live.apply(_NAMES[change.kind], change.key, change.offset, change.index, change.at, is_live)
            if live.unframed >= max(self._every, len(live.versions) // 2):
                rows.append(live.frame(self._area))
        if rows:
            keep_frames(connection, rows)


def keep_frames(connection: Connection, rows: Sequence[FrameRow]) -> None:
    """Add frames; one that is there already stays."""
    for_each_row(connection, _KEEP, rows)
