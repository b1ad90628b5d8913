"""One SQLite file of the record, opened for many threads: pooled connections, explicit transactions, named errors."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event

from api.record.errors import RecordError, RecordUnavailable, damaged_error
from api.record.sqlite_errors import translated
from api.record.store import BUSY_MS, CONNECTIONS_MAX

_CHECKED_BYTES_MAX: Final = 256 * 1024 * 1024
"""Files up to this size are checked whole when opened (about 0.2 s at most); `check` does it for larger ones."""


class SqliteStore:
    """A SQLite file in WAL mode: see Store. Each transaction takes a connection of its own, one of them writes."""

    def __init__(self, path: Path, damaged: type[RecordError], *, erases: bool = False, busy_ms: int = BUSY_MS) -> None:
        self.place = path
        self._damaged = damaged
        self._watch: sqlite3.Connection | None = None
        with translated(path, damaged):
            _create_private(path)
        self._readers = _engine(path, erases=erases, busy_ms=busy_ms)
        self._writers = self._readers.execution_options(nightdesk_begin="BEGIN IMMEDIATE")
        try:
            self._check_if_small()
        except RecordError:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See Store."""
        with translated(self.place, self._damaged), self._readers.connect() as connection:
            yield connection

    def looking(self) -> AbstractContextManager[Connection]:
        """See Store."""
        return self.reading()

    @contextmanager
    def writing(self, what: str = "") -> Iterator[Connection]:  # noqa: ARG002 - a file has one writer at a time
        """See Store."""
        with translated(self.place, self._damaged), self._writers.begin() as connection:
            yield connection

    def migrating(self) -> AbstractContextManager[Connection]:
        """See Store."""
        return self.writing()

    def check(self) -> None:
        """Read the whole file and raise the damage error when any page of it is broken."""
        with self.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            raise damaged_error(self.place, self._damaged, " ".join(str(found).split()))

    def version(self) -> int:
        """A number that changes whenever anybody, in any process, writes to the file; 3 us. For one thread."""
        with translated(self.place, self._damaged):
            if self._watch is None:
                self._watch = sqlite3.connect(
                    f"{self.place.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
                )
            return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def forget_erased(self) -> None:
        """Empty the write-ahead log, so that what was erased does not live on in it; RecordUnavailable: not yet."""
        with translated(self.place, self._damaged), closing(self._readers.raw_connection()) as raw:
            cursor = raw.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (is_busy, _, _) = cursor.fetchone() or (True, 0, 0)
        if is_busy:
            raise RecordUnavailable(self.place, "is being read, and what was erased is still in its log; erase again")

    def close(self) -> None:
        """Close every connection that is not in use."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        self._readers.dispose()

    def _check_if_small(self) -> None:
        if self.place.stat().st_size <= _CHECKED_BYTES_MAX:
            self.check()


def _create_private(path: Path) -> None:
    """Make the file readable by its owner alone; SQLite gives its -wal and -shm the same mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise sqlite3.OperationalError(f"{error.strerror}") from error


def _engine(path: Path, *, erases: bool, busy_ms: int) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=4,
        max_overflow=CONNECTIONS_MAX - 4,
        pool_timeout=busy_ms / 1000,
        hide_parameters=True,  # they may be what somebody said
        connect_args={"timeout": busy_ms / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(driver: sqlite3.Connection, _record: Any) -> None:
        driver.isolation_level = None  # we say BEGIN ourselves; the driver's guesses break consistent reads
        driver.execute("PRAGMA journal_mode=WAL")
        driver.execute("PRAGMA synchronous=FULL")
        driver.execute("PRAGMA foreign_keys=ON")
        driver.execute("PRAGMA wal_autocheckpoint=4000")
        driver.execute("PRAGMA cache_size=-32000")  # 32 MB a connection: index pages of a busy night stay in memory
        if erases:
            driver.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("nightdesk_begin", "BEGIN"))

    return engine
