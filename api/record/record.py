"""record.db: opened, checked, set aside when damaged. It is a view of the journal: lose it, and it is built again."""

from pathlib import Path
from typing import Final

from api.record.errors import RecordDamaged, RecordError
from api.record.history import HistoryWriter
from api.record.schema import HISTORY, bring_up_to_date
from api.record.store import BUSY_MS, Store

_BESIDE: Final = ("-wal", "-shm", "-journal")
_ASIDE_MAX: Final = 1_000


class Record:
    """The record of one data folder; safe from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def path(self) -> Path:
        """Where record.db lies."""
        return self._store.path

    def history(self, area: str) -> HistoryWriter:
        """The history of one area, to write and to read."""
        return HistoryWriter(self._store, area)

    def check(self) -> None:
        """Read the whole file; RecordDamaged when a page of it is broken. Takes about 3 s a gigabyte."""
        self._store.check()

    def close(self) -> None:
        """Close the file; a record that is closed is opened again by its next use."""
        self._store.close()


def open_record(path: Path, busy_ms: int = BUSY_MS) -> Record:
    """Open or make record.db. RecordDamaged: `set_aside` it, open again, and write the journal's changes anew."""
    store = Store(path, RecordDamaged, busy_ms=busy_ms)
    try:
        bring_up_to_date(store, HISTORY)
    except RecordError:
        store.close()
        raise
    return Record(store)


def set_aside(path: Path) -> Path:
    """Move a damaged file, and what SQLite laid beside it, to the first free `<name>.damaged-N`; close it first."""
    aside = _free_name(path)
    for ending in ("", *_BESIDE):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside


def _free_name(path: Path) -> Path:
    for number in range(1, _ASIDE_MAX + 1):
        candidate = path.with_name(f"{path.name}.damaged-{number}")
        if not candidate.exists():
            return candidate
    raise RecordDamaged(path, f"is damaged, and {_ASIDE_MAX} damaged ones already lie beside it; remove some")
