"""Writes what the desk tells into the record, through a full disk and a damaged file, without holding the desk up."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from api.record.errors import RecordDamaged, RecordError
from api.record.history import HistoryWriter
from api.record.record import Record, open_record, set_aside
from schemas.picture import Change
from schemas.times import Instant

PENDING_MAX: Final = 200_000
"""Changes kept in memory while the record cannot be written; past that they are let go, and all is told again later."""


class Kept(StrEnum):
    """What became of changes: safe in the record, waiting for another try, or to be told again from the beginning."""

    SAFE = "safe"
    BEHIND = "behind"
    LOST = "lost"


class RecordKeeper:
    """One area's record, written by one thread. `trouble` says in plain words what is wrong, or None."""

    def __init__(self, path: Path, area: str, now: Callable[[], Instant]) -> None:
        self.trouble: str | None = None
        self._path = path
        self._area = area
        self._now = now
        self._pending: list[Change] = []
        self._record = self._opened()
        self._history: HistoryWriter = self._record.history(area)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in the record: then it has to be told everything."""
        return self._history.newest() is None

    @property
    def history(self) -> HistoryWriter:
        """The history, to read."""
        return self._history

    def write(self, changes: Sequence[Change]) -> Kept:
        """Write changes, and before them those that could not be written before."""
        self._pending.extend(changes)
        if not self._pending:
            return Kept.SAFE
        try:
            self._history.write(self._pending, self._now())
        except RecordDamaged as error:
            self.trouble = str(error)
            self._begin_anew()
            return Kept.LOST
        except RecordError as error:
            self.trouble = str(error)
            if len(self._pending) > PENDING_MAX:
                self._pending.clear()
                return Kept.LOST
            return Kept.BEHIND
        self._pending.clear()
        self.trouble = None
        return Kept.SAFE

    def close(self) -> None:
        """Close the record."""
        self._record.close()

    def _opened(self) -> Record:
        try:
            return open_record(self._path)
        except RecordDamaged as error:
            set_aside(self._path)
            self.trouble = f"{error} It was set aside and is built again from the journal."
            return open_record(self._path)

    def _begin_anew(self) -> None:
        self._pending.clear()
        self._record.close()
        set_aside(self._path)
        self._record = open_record(self._path)
        self._history = self._record.history(self._area)
