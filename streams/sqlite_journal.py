"""The journal of the embedded engine: one SQLite file, or memory for tests and replays without a folder."""

import hashlib
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn, assert_never

from schemas.codec import CodecError, decode_entry
from schemas.journal import Entry
from streams.journal import (
    BlobUnknown,
    JournalBusy,
    JournalClosed,
    JournalDamaged,
    JournalDiskFault,
    JournalError,
    JournalForeign,
    JournalFull,
    JournalReadOnly,
    Skip,
)
from streams.slabs import INSERT, PAGE, PAGE_SLABS, SLAB_ENTRIES, TABLE, Slab, slab_crc, slab_of
from streams.sqlite_file import (
    MEMORY,
    Belonging,
    Broken,
    Fault,
    Layout,
    NotOurs,
    connect,
    fault_of,
    open_file,
    transaction,
)

LAYOUT: Final = Layout(
    application_id=0x4E444A31,  # "NDJ1"
    version=2,
    tables=(
        TABLE,
        "CREATE TABLE length (one INTEGER PRIMARY KEY CHECK (one = 1), entries INTEGER NOT NULL)",
        "CREATE TABLE origins (stream TEXT PRIMARY KEY, position INTEGER NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE blobs (sha256 TEXT PRIMARY KEY, blob BLOB NOT NULL)",
        "CREATE TABLE skips (offset INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, trace TEXT NOT NULL)",
    ),
)
CHECKED_BYTES_MAX: Final = 64 * 1024 * 1024
"""A journal up to this size is checked whole when it is opened, in half a second at most; the doctor checks any."""
_TAIL_ENTRIES: Final = 100

_LENGTH: Final = "INSERT OR REPLACE INTO length (one, entries) VALUES (1, ?)"
_MARK: Final = "INSERT OR REPLACE INTO origins (stream, position, crc) VALUES (?, ?, ?)"


class SqliteJournal:
    """A Journal in one SQLite file (WAL, synchronous=FULL), or in memory with `":memory:"`, where nothing is durable.

    SQLite has no checksums of its own, so that a page gone bad can read as other entries or as fewer: each slab and
    each origin position carries a CRC, offsets are dense, and the number of entries is written down with each append.
    """

    def __init__(self, path: Path | str, *, realm: str, area: str, checked_bytes_max: int = CHECKED_BYTES_MAX) -> None:
        """Open the file, or make it. Checks its last entries, and where it is not large all; raises JournalError."""
        self._checked_bytes_max = checked_bytes_max
        self._path = path if path == MEMORY else Path(path)
        self._lock = threading.Lock()
        self._closed = False
        self._end = 0
        self._positions: dict[str, int] = {}
        belonging = Belonging(realm=realm, area=area)
        try:
            self._connection = open_file(self._path, LAYOUT, belonging, synchronous="FULL", check=self._remember)
        except NotOurs as error:
            raise JournalForeign(path, str(error)) from error
        except Broken as error:
            raise JournalDamaged(path, str(error)) from error
        except (sqlite3.Error, OSError) as error:
            self._refuse(error)

    @property
    def end(self) -> int:
        """The next offset to be written."""
        return self._end

    def append(self, entries: Sequence[Entry]) -> range:
        """Write all of them or none in one transaction, on the disk on return; offsets are dense."""
        with self._writing() as connection:
            first = self._end
            if not entries:
                return range(first, first)
            marks = self._higher_positions(entries)
            with transaction(connection):
                for start in range(0, len(entries), SLAB_ENTRIES):
                    connection.execute(INSERT, slab_of(entries[start : start + SLAB_ENTRIES], first + start))
                connection.executemany(_MARK, [(*mark, _mark_crc(*mark)) for mark in marks.items()])
                connection.execute(_LENGTH, (first + len(entries),))
            self._positions.update(marks)
            self._end = first + len(entries)
            return range(first, self._end)

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Entry]]:
        """Entries from `start` to before `stop` or the end as it is now; never holds the appender up."""
        if start < 0:
            raise ValueError(f"start is {start}; the first offset of a journal is 0")
        self._refuse_when_closed()
        end = self._end
        return self._entries(start, end if stop is None else min(stop, end))

    def position(self, stream: str) -> int:
        """The highest origin position appended for a stream, 0 if none."""
        self._refuse_when_closed()
        return self._positions.get(stream, 0)

    def put_blob(self, blob: bytes) -> str:
        """Keep bytes under the SHA-256 returned; a repeat changes nothing."""
        sha256 = hashlib.sha256(blob).hexdigest()
        with self._writing() as connection, transaction(connection):
            connection.execute("INSERT OR IGNORE INTO blobs (sha256, blob) VALUES (?, ?)", (sha256, blob))
        return sha256

    def blob(self, sha256: str) -> bytes:
        """The bytes kept under a SHA-256; BlobUnknown if there are none."""
        with self._writing() as connection:
            row = connection.execute("SELECT blob FROM blobs WHERE sha256 = ?", (sha256,)).fetchone()
        if row is None:
            raise BlobUnknown(self._path, sha256)
        blob = row[0]
        if not isinstance(blob, bytes) or hashlib.sha256(blob).hexdigest() != sha256:
            raise JournalDamaged(self._path, f"the bytes kept under SHA-256 {sha256} have another one")
        return blob

    def skip(self, offset: int, sha256: str, trace: str) -> None:
        """Put an entry on the skip list; the first word on an offset stays."""
        if not 0 <= offset < self._end:
            raise ValueError(f"offset {offset} is not in the journal, which holds 0 to before {self._end}")
        with self._writing() as connection, transaction(connection):
            connection.execute(
                "INSERT OR IGNORE INTO skips (offset, sha256, trace) VALUES (?, ?, ?)", (offset, sha256, trace)
            )

    def skips(self) -> dict[int, Skip]:
        """The skip list by offset."""
        with self._writing() as connection:
            rows = connection.execute("SELECT offset, sha256, trace FROM skips ORDER BY offset").fetchall()
        return {offset: Skip(offset=offset, sha256=sha256, trace=trace) for offset, sha256, trace in rows}

    def close(self) -> None:
        """Let go of the file; a second close does nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._connection.close()

    def _higher_positions(self, entries: Sequence[Entry]) -> dict[str, int]:
        marks: dict[str, int] = {}
        for entry in entries:
            origin = entry.origin
            if origin is not None and origin.position > marks.get(origin.stream, self.position(origin.stream)):
                marks[origin.stream] = origin.position
        return marks

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """The one connection that writes, for one thread at a time, its errors as ours."""
        with self._lock:
            self._refuse_when_closed()
            try:
                yield self._connection
            except sqlite3.Error as error:
                self._refuse(error)

    def _remember(self, connection: sqlite3.Connection) -> None:
        """Where the journal ends, and whether it is whole: of a large one the last pages, which a power cut tears; the
        rest is checked whenever it is read."""
        last = connection.execute("SELECT first + entries - 1 FROM slabs ORDER BY first DESC LIMIT 1").fetchone()
        self._end = 0 if last is None else last[0] + 1
        (length,) = connection.execute("SELECT coalesce(max(entries), 0) FROM length").fetchone()
        if self._end != length:
            found = "none was found" if last is None else f"the last one found is number {last[0]}"
            raise JournalDamaged(self._path, f"{length} entries were written and {found}")
        for stream, position, crc in connection.execute("SELECT stream, position, crc FROM origins"):
            if _mark_crc(stream, position) != crc:
                raise JournalDamaged(self._path, f"position {position} of {stream!r} does not match its checksum")
            self._positions[stream] = position
        tail = max(0, self._end - _TAIL_ENTRIES)
        if isinstance(self._path, Path) and self._path.stat().st_size <= self._checked_bytes_max:
            for _ in self._slabs(connection, 0, tail):
                pass
        for _ in self._decoded(connection, tail, self._end):
            pass

    def _entries(self, start: int, stop: int) -> Iterator[tuple[int, Entry]]:
        try:
            with self._reading() as connection:
                yield from self._decoded(connection, start, stop)
        except sqlite3.Error as error:
            self._refuse(error)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of the reader's own, so that a reader and the appender never wait for each other."""
        if not isinstance(self._path, Path):
            yield self._connection  # memory is seen through its one connection only
            return
        connection = connect(self._path, "ro")
        try:
            yield connection
        finally:
            connection.close()

    def _decoded(self, connection: sqlite3.Connection, start: int, stop: int) -> Iterator[tuple[int, Entry]]:
        """The entries of the offsets from `start` to before `stop`."""
        for first, _, _, body in self._slabs(connection, start, stop):
            for offset, line in enumerate(body.split(b"\n"), first):
                if start <= offset < stop:
                    yield offset, self._entry(offset, line)

    def _slabs(self, connection: sqlite3.Connection, start: int, stop: int) -> Iterator[Slab]:
        """The slabs that hold the offsets from `start` to before `stop`, none missing and each as it was written."""
        offset = start
        while offset < stop:
            wanted = offset
            for slab in self._page(connection, offset, stop):
                self._refuse_when_closed()
                first, entries, crc, body = slab
                if first > offset:
                    self._refuse_gap(offset, start, stop)
                if type(body) is not bytes or slab_crc(first, entries, body) != crc:
                    raise JournalDamaged(self._path, f"the entries from {first} on do not match their checksum")
                offset = first + entries
                yield slab
            if offset <= wanted:
                self._refuse_gap(offset, start, stop)

    def _page(self, connection: sqlite3.Connection, start: int, stop: int) -> list[Slab]:
        # one short statement a page: a cursor left open would keep the WAL from being reused
        if isinstance(self._path, Path):
            self._refuse_when_closed()
            return connection.execute(PAGE, (start, stop, PAGE_SLABS)).fetchall()
        with self._lock:
            self._refuse_when_closed()
            return connection.execute(PAGE, (start, stop, PAGE_SLABS)).fetchall()

    def _entry(self, offset: int, body: bytes) -> Entry:
        try:
            return decode_entry(body)
        except CodecError as error:
            # its checksum holds, so it was written so: by a Nightdesk that knows more
            raise JournalForeign(self._path, f"entry {offset}: {error}") from error

    def _refuse_gap(self, offset: int, start: int, stop: int) -> NoReturn:
        raise JournalDamaged(self._path, f"entry {offset} is missing between offsets {start} and {stop}")

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise JournalClosed(self._path)

    def _refuse(self, error: sqlite3.Error | OSError) -> NoReturn:
        if isinstance(error, sqlite3.IntegrityError):
            detail = f"another program has written to it while this one had it open ({error})"
            raise JournalForeign(self._path, detail) from error
        raise _refusal(self._path, fault_of(error, self._path), str(error)) from error


def _mark_crc(stream: str, position: int) -> int:
    return zlib.crc32(f"{position} {stream}".encode())


def _refusal(path: Path | str, fault: Fault, detail: str) -> JournalError:
    match fault:
        case Fault.DAMAGED:
            return JournalDamaged(path, detail)
        case Fault.FULL:
            return JournalFull(path, detail)
        case Fault.READ_ONLY:
            return JournalReadOnly(path, detail)
        case Fault.BUSY:
            return JournalBusy(path, detail)
        case Fault.DISK:
            return JournalDiskFault(path, detail)
        case _ as never:
            assert_never(never)
