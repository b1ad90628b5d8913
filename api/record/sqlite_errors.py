"""What SQLite says of a file, as the record's errors."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.record.errors import RecordError, RecordFull, RecordUnavailable, damaged_error

_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_FULL: Final = frozenset({sqlite3.SQLITE_FULL})
_FULL_EXTENDED: Final = frozenset(
    {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_FSYNC}
)
"""What SQLite says, besides FULL, when a write or the shared-memory file finds no room."""


@contextmanager
def translated(path: Path, damaged: type[RecordError]) -> Iterator[None]:
    """Turn what SQLite raises about `path` into the errors above; `damaged` is the class for a broken file."""
    try:
        yield
    except DBAPIError as error:
        cause = error.orig
        if isinstance(cause, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise _named(path, damaged, cause) from error
    except sqlite3.DatabaseError as error:
        raise _named(path, damaged, error) from error
    except PoolTimeout as error:
        raise RecordUnavailable(path, "cannot be read or written (too many read it at once)") from error


def _named(path: Path, damaged: type[RecordError], cause: BaseException | None) -> RecordError:
    extended = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    code = extended & 0xFF
    if code in _DAMAGED:
        return damaged_error(path, damaged, str(cause))
    if code in _FULL or extended in _FULL_EXTENDED:
        return RecordFull(path, f"no room to write ({cause}); make room on the disk, and it goes on by itself")
    return RecordUnavailable(path, f"cannot be read or written ({cause})")
