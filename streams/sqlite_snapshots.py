"""Snapshots of the embedded engine: a SQLite file beside the journal's, so that neither ever waits for the other."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from schemas.set_aside import set_aside
from streams.snapshots import (
    KEPT,
    ChunkBroken,
    PassedOver,
    Reader,
    Snapshot,
    SnapshotRefused,
    Why,
    cut,
    is_whole,
    packed,
    sealed,
    unsealed,
)
from streams.sqlite_file import (
    MEMORY,
    Belonging,
    Broken,
    Fault,
    Layout,
    NotOurs,
    fault_of,
    open_file,
    transaction,
)

LAYOUT: Final = Layout(
    application_id=0x4E445331,  # "NDS1"
    version=1,
    tables=(
        "CREATE TABLE manifests (next_offset INTEGER PRIMARY KEY, body BLOB NOT NULL, sha256 TEXT NOT NULL)",
        "CREATE TABLE chunks (sha256 TEXT PRIMARY KEY, packed BLOB NOT NULL)",
    ),
)
_ManifestRow = tuple[int, bytes, str]


class SqliteSnapshots:
    """A SnapshotStore in one SQLite file, or in memory with `":memory:"`.

    A file that is damaged as a whole, or another realm's, is set aside as NAME.damaged-N and a new one begun: snapshots
    only shorten the start, so nothing about them is worth a refusal to start.
    """

    def __init__(self, path: Path | str, *, realm: str, area: str, fold_version: int) -> None:
        """Open the file, or make it; SnapshotRefused when the folder cannot be written."""
        self._path = path if path == MEMORY else Path(path)
        self._belonging = Belonging(realm=realm, area=area)
        self._fold_version = fold_version
        self._set_aside: tuple[PassedOver, ...] = ()
        self._last_passed_over: tuple[PassedOver, ...] = ()
        self._connection = self._opened()

    @property
    def passed_over(self) -> tuple[PassedOver, ...]:
        """What was set aside since opening and what the last `newest` did not restore."""
        return self._set_aside + self._last_passed_over

    def write(self, next_offset: int, parts: Mapping[str, bytes]) -> None:
        """Keep the state; if the file turns out damaged now, in a new one."""
        try:
            self._write(next_offset, parts)
        except _FileDamaged as damage:
            self._begin_anew(str(damage))
            self._write(next_offset, parts)

    def newest(self, not_after: int) -> Snapshot | None:
        """The newest whole snapshot at or below `not_after`; throws away the damaged and those beyond."""
        self._last_passed_over = ()
        try:
            return self._newest(not_after)
        except _FileDamaged as damage:
            self._begin_anew(str(damage))
            return None

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _write(self, next_offset: int, parts: Mapping[str, bytes]) -> None:
        manifest, chunks = cut(next_offset, self._fold_version, parts)
        with self._statements() as connection:
            kept = {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM chunks")}
            # packed before the transaction, which then only writes
            rows = [(sha256, packed(chunk)) for sha256, chunk in chunks.items() if sha256 not in kept]
            with transaction(connection):
                connection.executemany("INSERT INTO chunks (sha256, packed) VALUES (?, ?)", rows)
                connection.execute(
                    "INSERT OR REPLACE INTO manifests (next_offset, body, sha256) VALUES (?, ?, ?)",
                    (next_offset, *sealed(manifest)),
                )
                known = [offset for offset, _, _ in _manifests(connection)]
                beyond = [offset for offset in known if offset > next_offset]
                _remove(connection, beyond + known[len(beyond) + KEPT :])

    def _newest(self, not_after: int) -> Snapshot | None:
        with self._statements() as connection:
            found = None
            reader = Reader(where=self._path, fold_version=self._fold_version, not_after=not_after)
            for row in _manifests(connection):
                result = reader.restored(*row, lambda name: _chunk(connection, name))
                if isinstance(result, Snapshot):
                    found = replace(result, passed_over=self.passed_over)
                    break
                self._last_passed_over += (result,)
            self._throw_away(connection)
            return found

    def _throw_away(self, connection: sqlite3.Connection) -> None:
        """Also the broken chunks: the next snapshot would else count on them being there already."""
        gone = {past.next_offset for past in self._last_passed_over if past.why is not Why.NEWER_FOLD}
        offsets = [next_offset for next_offset in gone if next_offset is not None]
        if not offsets:
            return
        with transaction(connection):
            _remove(connection, offsets)
            _remove_broken_chunks(connection)

    @contextmanager
    def _statements(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection
        except sqlite3.Error as error:
            if fault_of(error) is Fault.DAMAGED or isinstance(error, sqlite3.IntegrityError):
                raise _FileDamaged(str(error)) from error
            raise SnapshotRefused(self._path, str(error)) from error

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._open()
        except _FileDamaged as damage:
            self._move_aside(str(damage))
            return self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            connection = open_file(self._path, LAYOUT, self._belonging, synchronous="NORMAL", check=_check_tables)
        except (NotOurs, Broken) as error:
            raise _FileDamaged(str(error)) from error
        except (sqlite3.Error, OSError) as error:
            if fault_of(error) is Fault.DAMAGED:
                raise _FileDamaged(str(error)) from error
            raise SnapshotRefused(self._path, str(error)) from error
        connection.text_factory = _text
        return connection

    def _begin_anew(self, reason: str) -> None:
        self._connection.close()
        self._move_aside(reason)
        self._connection = self._open()

    def _move_aside(self, reason: str) -> None:
        try:
            where = f"set aside as {set_aside(self._path)}" if isinstance(self._path, Path) else "let go"
        except OSError as error:
            raise SnapshotRefused(self._path, f"{reason}; and it cannot be set aside: {error}") from error
        text = (
            f"The snapshot file {self._path} was {where}, and a new one begun: {reason}. The start took longer for it."
        )
        self._set_aside += (PassedOver(next_offset=None, why=Why.DAMAGED, text=text),)


class _FileDamaged(Exception):
    """The file as a whole is of no use."""


def _check_tables(connection: sqlite3.Connection) -> None:
    connection.text_factory = _text
    _manifests(connection)
    connection.execute("SELECT count(*) FROM chunks").fetchone()


def _text(found: bytes) -> str:
    """Damage may leave text that is none: as something that is no hash it harms its own row alone."""
    return found.decode(errors="replace")


def _bytes(found: object) -> bytes:
    """SQLite keeps the kind of a value beside it, and damage changes that too: what is no longer bytes fits no hash."""
    return found if isinstance(found, bytes) else b""


def _manifests(connection: sqlite3.Connection) -> list[_ManifestRow]:
    """The newest first; never more than a few."""
    rows = connection.execute("SELECT next_offset, body, sha256 FROM manifests ORDER BY next_offset DESC").fetchall()
    return [(next_offset, _bytes(body), sha256) for next_offset, body, sha256 in rows]


def _chunk(connection: sqlite3.Connection, sha256: str) -> bytes | None:
    row = connection.execute("SELECT packed FROM chunks WHERE sha256 = ?", (sha256,)).fetchone()
    return None if row is None else _bytes(row[0])


def _remove(connection: sqlite3.Connection, offsets: list[int]) -> None:
    """Manifests, and then every chunk that no manifest left over names."""
    connection.executemany("DELETE FROM manifests WHERE next_offset = ?", [(offset,) for offset in offsets])
    wanted = set[str]()
    for _, body, sha256 in _manifests(connection):
        with suppress(ChunkBroken):  # the snapshot of a broken manifest is never restored
            wanted.update(unsealed(body, sha256).chunks())
    kept = connection.execute("SELECT rowid, sha256 FROM chunks").fetchall()
    _remove_chunks(connection, [row for row, sha256 in kept if sha256 not in wanted])


def _remove_broken_chunks(connection: sqlite3.Connection) -> None:
    kept = connection.execute("SELECT rowid, sha256, packed FROM chunks")
    _remove_chunks(connection, [row for row, sha256, chunk in kept if not is_whole(sha256, _bytes(chunk))])


def _remove_chunks(connection: sqlite3.Connection, rows: list[int]) -> None:
    connection.executemany("DELETE FROM chunks WHERE rowid = ?", [(row,) for row in rows])
