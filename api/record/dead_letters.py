"""Rows that were refused: place, rule and a reference for good, their bytes beside them for 14 days, to be retried."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Any, Final, Protocol

from sqlalchemy import BigInteger, LargeBinary, RowMapping, Text, bindparam, delete, exists, func, select, update
from sqlalchemy.dialects.sqlite import insert

from api.record.kept import Kept
from api.record.kept_tables import dead_bytes, dead_letters
from schemas.feeds import Source
from schemas.times import DAY, Instant

KEPT_FOR: Final = 14 * DAY
LETTERS_MAX: Final = 100_000
BYTES_MAX: Final = 256 * 1024 * 1024
"""Letters with bytes, and their bytes, kept at once; of more nothing is kept, and `keep` says how many."""
VALUE_CHARS_MAX: Final = 200
_IDS_A_STATEMENT: Final = 500


class State(StrEnum):
    """Waiting for a fix; asked to be read again; read again with success; or too old, its bytes erased."""

    WAITING = "waiting"
    RETRY_REQUESTED = "retry_requested"
    BACK_IN = "back_in"
    GONE = "gone"


class RefusedRow(Protocol):
    """What a reader says about a row that it refused (ingest's DeadLetter)."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def position(self) -> int: ...
    @property
    def source(self) -> Source: ...
    @property
    def reason(self) -> str: ...
    @property
    def field(self) -> str | None: ...
    @property
    def value(self) -> str | None: ...
    @property
    def rule(self) -> str: ...
    @property
    def raw(self) -> bytes: ...
    @property
    def header(self) -> bytes | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """A letter to be read again: the row's bytes under its header, and where it stood."""

    id: str
    file: str
    line: int
    position: int
    source: Source
    reason: str
    field: str | None
    value: str | None
    rule: str
    raw: bytes
    header: bytes | None


class DeadLetters:
    """The letters of one data folder; safe from any thread."""

    def __init__(self, kept: Kept, *, letters_max: int = LETTERS_MAX, bytes_max: int = BYTES_MAX) -> None:
        self._store = kept.store
        self._letters_max = letters_max
        self._bytes_max = bytes_max
        self._lock = Lock()
        self._letters, self._bytes = self._held()

    def keep(self, rows: Sequence[RefusedRow], at: Instant) -> int:
        """Keep refused rows in one transaction; returns how many there was no room for, to be counted.

        The same row at the same place is kept once. One that was to be retried and is refused again waits again,
        with the rule that it broke this time.
        """
        with self._lock:
            kept = rows[: self._room_for(rows)]
            if kept:
                self._write(kept, at)
        return len(rows) - len(kept)

    def counts(self) -> dict[State, int]:
        """How many letters are in each state."""
        by_state = select(dead_letters.c.state, func.count()).group_by(dead_letters.c.state)
        with self._store.reading() as connection:
            found = {State(state): number for state, number in connection.execute(by_state)}
        return {state: found.get(state, 0) for state in State}

    def ask_retry(self) -> int:
        """Ask for every waiting letter that still has its bytes to be read again; returns how many."""
        asked = (
            update(dead_letters)
            .where(dead_letters.c.state == State.WAITING, dead_letters.c.bytes_ref.is_not(None))
            .values(state=State.RETRY_REQUESTED)
        )
        with self._store.writing() as connection:
            return connection.execute(asked).rowcount

    def retries(self, limit: int = 500) -> list[Retry]:
        """Letters to be read again, in the order of their files and lines."""
        columns = dead_letters.c
        asked = (
            select(columns.id, columns.file, columns.line, columns.position, columns.source)
            .add_columns(columns.reason, columns.field, columns.value, columns.rule)
            .add_columns(dead_bytes.c.raw, dead_bytes.c.header)
            .join(dead_bytes, dead_bytes.c.ref == columns.bytes_ref)
            .where(columns.state == State.RETRY_REQUESTED)
            .order_by(columns.file, columns.line, columns.id)
            .limit(limit)
        )
        with self._store.reading() as connection:
            return [_retry(row) for row in connection.execute(asked).mappings()]

    def back_in(self, ids: Iterable[str]) -> None:
        """These were read again and taken; their bytes are erased."""
        self._settle(list(ids), State.BACK_IN)

    def erase_expired(self, now: Instant) -> int:
        """Erase the bytes and values of letters older than 14 days; returns how many letters are gone."""
        with self._lock:
            with self._store.writing() as connection:
                connection.execute(delete(dead_bytes).where(dead_bytes.c.at <= now - KEPT_FOR))
                unsettled = dead_letters.c.state.in_([State.WAITING, State.RETRY_REQUESTED])
                old = update(dead_letters).where(dead_letters.c.at <= now - KEPT_FOR, unsettled)
                gone = connection.execute(old.values(state=State.GONE, value=None, bytes_ref=None)).rowcount
            if gone:
                self._store.forget_journal()
            self._letters, self._bytes = self._held()
        return gone

    def _settle(self, ids: list[str], state: State) -> None:
        with self._lock:
            with self._store.writing() as connection:
                for start in range(0, len(ids), _IDS_A_STATEMENT):
                    some = ids[start : start + _IDS_A_STATEMENT]
                    connection.execute(delete(dead_bytes).where(dead_bytes.c.ref.in_(some)))
                    settled = update(dead_letters).where(dead_letters.c.id.in_(some))
                    connection.execute(settled.values(state=state, value=None, bytes_ref=None))
            self._letters, self._bytes = self._held()

    def _room_for(self, rows: Sequence[RefusedRow]) -> int:
        """How many of the rows fit. Repeats were counted as new ones, so count anew before saying no."""
        room = _fitting(rows, self._letters_max - self._letters, self._bytes_max - self._bytes)
        if room < len(rows):
            self._letters, self._bytes = self._held()
            room = _fitting(rows, self._letters_max - self._letters, self._bytes_max - self._bytes)
        return room

    def _write(self, rows: Sequence[RefusedRow], at: Instant) -> None:
        refs = [_identity(row) for row in rows]
        contents = [
            {"ref": ref, "raw": row.raw, "header": row.header, "at": at} for ref, row in zip(refs, rows, strict=True)
        ]
        with self._store.writing() as connection:
            connection.execute(_KEEP_LETTER, [_letter(*pair, at) for pair in zip(refs, rows, strict=True)])
            connection.execute(_KEEP_BYTES, contents)
        self._letters += len(rows)
        self._bytes += sum(map(_size, rows))

    def _held(self) -> tuple[int, int]:
        size = func.length(dead_bytes.c.raw) + func.coalesce(func.length(dead_bytes.c.header), 0)
        held = select(func.count(), func.coalesce(func.sum(size), 0)).select_from(dead_bytes)
        with self._store.reading() as connection:
            letters, octets = connection.execute(held).one()
        return letters, octets


_NEW: Final = insert(dead_letters)
_KEEP_LETTER: Final = _NEW.on_conflict_do_update(
    index_elements=["id"],
    set_={name: _NEW.excluded[name] for name in ("field", "value", "rule", "reason", "state")},
    where=dead_letters.c.state == State.RETRY_REQUESTED,
)
# A letter that is settled has no bytes any more, and a repeat of its row must not bring them back.
_KEEP_BYTES: Final = (
    insert(dead_bytes)
    .from_select(
        ["ref", "raw", "header", "at"],
        select(
            bindparam("ref", type_=Text),
            bindparam("raw", type_=LargeBinary),
            bindparam("header", type_=LargeBinary),
            bindparam("at", type_=BigInteger),
        ).where(
            exists().where(dead_letters.c.id == bindparam("ref", type_=Text), dead_letters.c.bytes_ref.is_not(None))
        ),
    )
    .on_conflict_do_nothing()
)


def _fitting(rows: Sequence[RefusedRow], letters: int, octets: int) -> int:
    for number, row in enumerate(rows):
        octets -= _size(row)
        if number >= letters or octets < 0:
            return number
    return len(rows)


def _size(row: RefusedRow) -> int:
    return len(row.raw) + len(row.header or b"")


def _identity(row: RefusedRow) -> str:
    digest = hashlib.sha256()
    for part in (row.file.encode(), b"%d" % row.line, b"%d" % row.position, row.header or b"", row.raw):
        digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest()


def _letter(ref: str, row: RefusedRow, at: Instant) -> dict[str, Any]:
    value = None if row.value is None else row.value[:VALUE_CHARS_MAX]
    place = {"file": row.file, "line": row.line, "position": row.position, "source": row.source.value}
    broken = {"field": row.field, "value": value, "rule": row.rule, "reason": str(row.reason)}
    return {"id": ref, **place, **broken, "at": at, "bytes_ref": ref, "state": State.WAITING.value}


def _retry(row: RowMapping) -> Retry:
    return Retry(**{**row, "source": Source(row["source"])})
