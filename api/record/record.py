"""record.db: opened and checked. It is a view of the journal: lose it, and it is built again."""

from sqlalchemy import delete, exists, select

from api.record.dialects import insert
from api.record.history import HistoryWriter
from api.record.history_table import frames, told
from api.record.place import Place
from api.record.schema import HISTORY, open_store
from api.record.store import BUSY_MS, Store


class Record:
    """The record of one data folder or realm; safe from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def place(self) -> Place:
        """Where it lies."""
        return self._store.place

    def history(self, area: str, *, anew: bool = False) -> HistoryWriter:
        """The history of one area, to write and to read; `anew`: all is told again, from the first change on."""
        return HistoryWriter(self._store, area, anew=anew)

    def is_whole(self, area: str) -> bool:
        """Whether it was told everything that the area's journal tells; a new one was not."""
        with self._store.reading() as connection:
            return bool(connection.execute(select(exists().where(told.c.area == area))).scalar_one())

    def mark_whole(self, area: str) -> None:
        """It was told everything."""
        with self._store.writing(area) as connection:
            connection.execute(insert(told).values(area=area).on_conflict_do_nothing())

    def begin_again(self, area: str) -> None:
        """It is told everything again, into what it holds: frames that were made over a gap must not outlive it."""
        with self._store.writing(area) as connection:
            connection.execute(delete(frames).where(frames.c.area == area))
            connection.execute(delete(told).where(told.c.area == area))

    def check(self) -> None:
        """Read the whole file; RecordDamaged when a page of it is broken. Takes about 3 s a gigabyte."""
        self._store.check()

    def close(self) -> None:
        """Close it; a record that is closed is opened again by its next use."""
        self._store.close()


def open_record(place: Place, busy_ms: int = BUSY_MS) -> Record:
    """Open it or make it. RecordDamaged: set it aside, open again, and write the journal's changes anew."""
    return Record(open_store(place, HISTORY, busy_ms))
