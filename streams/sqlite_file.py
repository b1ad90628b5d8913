"""A SQLite file of ours: made whole or not at all, opened only when it is ours, its faults put into five words."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

MEMORY: Final = ":memory:"
_PRIVATE: Final = ""
"""SQLite's own temporary file: in memory while it is small, gone with the connection; so a long replay stays flat."""
_BUSY_SECONDS_MAX: Final = 5.0
_WAL_BYTES_KEPT: Final = 64 * 1024 * 1024
_PAGE_BYTES: Final = 8192
"""Measured with batches of 500 entries: 15 % less time an entry than pages of 4 or 16 kB."""
_MAGIC: Final = b"SQLite format 3\x00"
_DAMAGE_CODES: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_BUSY_CODES: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_READ_ONLY_CODES: Final = frozenset(
    {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
)
_READ_ONLY_ERRNOS: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


class Fault(StrEnum):
    """What went wrong with a file, as far as somebody can do something about it."""

    DAMAGED = "damaged"
    FULL = "full"
    READ_ONLY = "read_only"
    BUSY = "busy"
    DISK = "disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a file of ours looks like: its number in the header, the version of its tables, and their making."""

    application_id: int
    version: int
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """Whose file it is."""

    realm: str
    area: str


class NotOurs(Exception):
    """The file is another program's, realm's or area's, or a newer version's; the text says which."""


class Broken(Exception):
    """The file calls itself ours and its header or tables are not what they should be."""


def open_file(
    path: Path | str,
    layout: Layout,
    belonging: Belonging,
    *,
    synchronous: str,
    check: Callable[[sqlite3.Connection], None] | None = None,
) -> sqlite3.Connection:
    """The writer's connection to a file of ours, made when there is none; sqlite3.Error, OSError, NotOurs, Broken.

    All checks, `check` included, run on a connection that cannot write, so a file that is refused stays as it was.
    """
    if not isinstance(path, Path):
        connection = sqlite3.connect(_PRIVATE, isolation_level=None, check_same_thread=False)
        _lay_out(connection, layout, belonging)
        if check is not None:
            check(connection)
        return connection
    if not path.exists():
        _make(path, layout, belonging)
    _check_header(path)
    with closing(connect(path, "ro")) as reader:
        _check_belonging(reader, layout, belonging)
        if check is not None:
            check(reader)
    return _ready_to_write(path, synchronous)


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection to a file that exists (`mode` is ro or rw); never makes one."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=_BUSY_SECONDS_MAX,
    )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All statements of the block, or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has already rolled back by itself after some errors, a full disk among them
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def fault_of(error: sqlite3.Error | OSError, path: Path | str = MEMORY) -> Fault:
    """What an error of SQLite or of the operating system means for the person who runs Nightdesk.

    A disk that turned read-only under an open file of ours is told by its `path`: SQLite calls that a disk fault.
    """
    if isinstance(error, OSError):
        return _fault_of_errno(error.errno)
    extended = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    code = extended & 0xFF
    # the shared memory file beside the WAL cannot grow: that is a full disk under another name
    if code == sqlite3.SQLITE_FULL or extended == sqlite3.SQLITE_IOERR_SHMSIZE:
        return Fault.FULL
    if code in _READ_ONLY_CODES:
        return Fault.READ_ONLY
    if code in _BUSY_CODES:
        return Fault.BUSY
    # SQLITE_ERROR: our own statements are right, so a table or column of ours is not there
    if code in _DAMAGE_CODES or code == sqlite3.SQLITE_ERROR:
        return Fault.DAMAGED
    return Fault.READ_ONLY if isinstance(path, Path) and _turned_read_only(path) else Fault.DISK


def _turned_read_only(path: Path) -> bool:
    """Tried on the WAL, on which SQLite holds no locks: closing the file itself would let go of those it has there."""
    try:
        os.close(os.open(path.with_name(f"{path.name}-wal"), os.O_RDWR))
    except OSError as error:
        return error.errno in _READ_ONLY_ERRNOS
    return False


def _fault_of_errno(number: int | None) -> Fault:
    if number in (errno.ENOSPC, errno.EDQUOT):
        return Fault.FULL
    if number in _READ_ONLY_ERRNOS or number in (errno.ENOENT, errno.ENOTDIR):
        return Fault.READ_ONLY
    return Fault.DISK


def _ready_to_write(path: Path, synchronous: str) -> sqlite3.Connection:
    connection = connect(path, "rw")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES_KEPT}")
    except BaseException:
        connection.close()
        raise
    return connection


def _make(path: Path, layout: Layout, belonging: Belonging) -> None:
    """Under another name first: a file that stands under its own name is whole, whenever the process was killed.

    Also its change to WAL, which a kill half way leaves to a writer to roll back, and the first to open it is a reader.
    """
    tail = path.with_name(f"{path.name}-wal")
    if tail.exists():  # SQLite would write it into the new file
        raise Broken(f"it is missing, and its last changes lie in {tail.name}")
    fresh = path.with_name(f"{path.name}.new")
    for ending in ("", "-journal", "-wal", "-shm"):
        fresh.with_name(fresh.name + ending).unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
        _lay_out(connection, layout, belonging)
        connection.execute("PRAGMA journal_mode = WAL")
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lay_out(connection: sqlite3.Connection, layout: Layout, belonging: Belonging) -> None:
    connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    with transaction(connection):
        connection.execute(f"PRAGMA application_id = {layout.application_id}")
        connection.execute(f"PRAGMA user_version = {layout.version}")
        connection.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
        for table in layout.tables:
            connection.execute(table)
        marks = [("area", belonging.area), ("realm", belonging.realm)]
        connection.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", marks)


def _check_header(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(len(_MAGIC))
    if header != _MAGIC:
        raise Broken(f"its first bytes are {header!r} where a SQLite file has {_MAGIC!r}")


def _check_belonging(connection: sqlite3.Connection, layout: Layout, belonging: Belonging) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id != layout.application_id:
        raise NotOurs(f"it is another program's SQLite file (application id {application_id})")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > layout.version:
        raise NotOurs(f"a newer Nightdesk wrote it (layout {version}; this one knows {layout.version})")
    if version != layout.version:
        raise NotOurs(f"an earlier Nightdesk wrote it (layout {version}; this one reads {layout.version})")
    marks = dict(connection.execute("SELECT name, value FROM meta"))
    found = (marks.get("realm"), marks.get("area"))
    if None in found:
        raise Broken("the table meta does not say whose it is")
    if found != (belonging.realm, belonging.area):
        raise NotOurs(
            f"it belongs to realm {found[0]}, area {found[1]}; this is realm {belonging.realm}, area {belonging.area}"
        )
