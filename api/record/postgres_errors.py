"""What PostgreSQL says, as the record's errors: by its five-letter states, never with what was being stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.record.errors import RecordError, RecordFull, RecordUnavailable
from api.record.place import Database

_FULL: Final = "53100"
_ADVICE: Final = {
    "25006": "takes no writes: it is a standby or read-only; give the address of the one that writes",
    "28": "refuses the user or the password: check both in NIGHTDESK_RECORD, and pg_hba.conf",
    "3D000": "has no such database: make it with createdb, or check its name in NIGHTDESK_RECORD",
    "3F000": "has lost the schema of this realm: restore the backup, or start again to make an empty one",
    "42P01": "has lost tables of this realm: restore the backup",
    "42501": "does not let this user do that: grant it the rights that docs/postgresql.md lists",
    "53300": "takes no more connections: raise max_connections, or run fewer processes",
    "53": "has too little memory or other means",
    "55P03": "is slow: another writer held its lock for too long",
    "57014": "is slow: it did not answer in time",
    "57P03": "is starting or stopping",
    "57P": "is stopping, or somebody ended the connection",
    "25P03": "ended a transaction that stood still for too long; nothing of it was written",
    "40": "could not fit this beside what others wrote; the same can be tried again",
    "XX001": "has damaged data: restore the backup as docs/postgresql.md says",
    "XX002": "has a damaged index: run reindexdb, or restore the backup as docs/postgresql.md says",
    "58": "has trouble with its own files: read its log",
    "08": "cannot be reached, or broke the connection: is it running?",
}
"""What to do, by a state or, for a whole class, its beginning; the longest that fits counts."""
_GONE: Final = "cannot be reached, or broke the connection: is it running?"


@contextmanager
def translated(place: Database) -> Iterator[None]:
    """Turn what PostgreSQL raises into the record's errors; an error of our own stays one, without any value in it."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error) and (named := named_error(place, error.orig)) is not None:
            raise named from error.orig
        raise _without_values(error) from None
    except psycopg.Error as error:
        raise named_error(place, error) or error from error
    except PoolTimeout as error:
        raise RecordUnavailable(place, "cannot be read or written (too many use it at once)") from error


def named_error(place: Database, cause: psycopg.Error) -> RecordError | None:
    """The record's error for what PostgreSQL said; None: the statement was wrong, not the database."""
    state = cause.sqlstate or ""
    if state == _FULL:
        return RecordFull(place, "no room to write on its disk (53100); make room there, and it goes on by itself")
    advice = next((_ADVICE[state[:length]] for length in (5, 3, 2) if state[:length] in _ADVICE), None)
    if advice is not None:
        return RecordUnavailable(place, f"{advice} ({state})")
    if not state and isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return RecordUnavailable(place, _unreached(cause))
    return RecordUnavailable(place, f"failed ({state})") if isinstance(cause, psycopg.OperationalError) else None


def _unreached(cause: psycopg.Error) -> str:
    """Before there is a session there is no state, only libpq's text, which names no password."""
    text = " ".join(str(cause).split())
    if "password" in text or "authentication" in text or "pg_hba" in text or 'role "' in text:
        return _ADVICE["28"]
    if 'database "' in text and "does not exist" in text:
        return _ADVICE["3D000"]
    if "too many clients" in text or "connection slots" in text:
        return _ADVICE["53300"]
    return f"{_GONE} ({text[:200]})"


def _without_values(error: DBAPIError) -> DBAPIError:
    """PostgreSQL quotes the row in the details of what it refuses; those do not leave this place."""
    cause = error.orig
    said = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    plain = type(cause)(said or type(cause).__name__) if isinstance(cause, psycopg.Error) else error
    return type(error)(error.statement, None, plain, hide_parameters=True)
