"""What can go wrong with a file of the record, each as its own error that names the file and says what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_FULL: Final = frozenset({sqlite3.SQLITE_FULL})
_FULL_EXTENDED: Final = frozenset(
    {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_FSYNC}
)
"""What SQLite says, besides FULL, when a write or the shared-memory file finds no room."""


class RecordError(Exception):
    """A file of the record cannot be used; the text names it, the rule broken and what to do."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


class RecordDamaged(RecordError):
    """record.db is not a whole database; it is a view, so it is set aside and rebuilt from the journal."""


class KeptDamaged(RecordError):
    """kept.db is not a whole database; nothing else holds what it held, so a person restores it."""


class RecordFull(RecordError):
    """There is no room to write; nothing of the transaction was written, and the same write can be tried again."""


class RecordUnavailable(RecordError):
    """The file cannot be opened, read or written just now: locked, read-only, or the disk failed."""


class RecordTooNew(RecordError):
    """The file has a schema that this version of Nightdesk does not know."""


_RESTORE: Final = (
    "It holds the words, dead letters, keys, sign-ins and audit that nothing can rebuild. Stop Nightdesk, put a copy "
    "of kept.db from your backup in its place with no kept.db-wal or kept.db-shm beside it, and start again. To go on "
    "without it, move it away: all that it held is then lost, and keys must be made anew."
)


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


def damaged_error(path: Path, damaged: type[RecordError], found: str) -> RecordError:
    """The error of a broken file, with what was found and what to do about it."""
    if damaged is KeptDamaged:
        return KeptDamaged(path, f"is damaged ({found}). {_RESTORE}")
    return damaged(path, f"is damaged ({found}); it is a view and can be rebuilt from the journal")
