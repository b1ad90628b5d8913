"""record.db: opened and checked. It is a view of the journal: lose it, and it is built again."""

from pathlib import Path
from typing import Final

from sqlalchemy import delete

from api.record.history import HistoryWriter
from api.record.history_table import frames
from api.record.schema import HISTORY, open_store
from api.record.store import BUSY_MS, Store

_WHOLE: Final = 1
"""In the file's header, where migrations do not reach: the record was told everything."""


class Record:
    """The record of one data folder; safe from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def path(self) -> Path:
        """Where record.db lies."""
        return self._store.path

    def history(self, area: str, *, anew: bool = False) -> HistoryWriter:
        """The history of one area, to write and to read; `anew`: all is told again, from the first change on."""
        return HistoryWriter(self._store, area, anew=anew)

    def is_whole(self) -> bool:
        """Whether it was told everything that its journal tells; a new one was not."""
        with self._store.reading() as connection:
            return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one()) == _WHOLE

    def mark_whole(self) -> None:
        """It was told everything."""
        with self._store.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA user_version = {_WHOLE}")

    def begin_again(self) -> None:
        """It is told everything again, into what it holds: frames that were made over a gap must not outlive it."""
        with self._store.writing() as connection:
            connection.execute(delete(frames))
            connection.exec_driver_sql("PRAGMA user_version = 0")

    def check(self) -> None:
        """Read the whole file; RecordDamaged when a page of it is broken. Takes about 3 s a gigabyte."""
        self._store.check()

    def close(self) -> None:
        """Close the file; a record that is closed is opened again by its next use."""
        self._store.close()


def open_record(path: Path, busy_ms: int = BUSY_MS) -> Record:
    """Open or make record.db. RecordDamaged: set it aside, open again, and write the journal's changes anew."""
    return Record(open_store(path, HISTORY, busy_ms))
