"""Rows that were refused: place, rule and a reference for good, their bytes beside them for a while, to be retried."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from threading import Lock
from typing import Any, Final

from sqlalchemy import BigInteger, LargeBinary, RowMapping, Text, bindparam, delete, exists, func, select, update

from api.record.dialects import insert
from api.record.kept import Kept
from api.record.kept_tables import dead_bytes, dead_letters
from schemas.dead_letters import Asked, DeadLetter, Reason
from schemas.feeds import Source
from schemas.times import SECOND, Instant

LETTERS_MAX: Final = 100_000
BYTES_MAX: Final = 256 * 1024 * 1024
"""Letters with bytes, and their bytes, kept at once; of more nothing is kept, and `keep` says how many."""
COUNTED_FOR: Final = 10 * SECOND
"""How long a count stands: of what another process keeps meanwhile there may be so much more than may be."""
_IDS_A_STATEMENT: Final = 500


class State(StrEnum):
    """Waiting for a fix; asked to be read again; read again with success; or too old, its bytes erased."""

    WAITING = "waiting"
    RETRY_REQUESTED = "retry_requested"
    BACK_IN = "back_in"
    GONE = "gone"


class DeadLetters:
    """The letters of one data folder or realm; safe from any thread."""

    def __init__(self, kept: Kept, *, letters_max: int = LETTERS_MAX, bytes_max: int = BYTES_MAX) -> None:
        self._store = kept.store
        self._letters_max = letters_max
        self._bytes_max = bytes_max
        self._lock = Lock()
        self._letters, self._bytes = self._held()
        self._counted_at: Instant | None = None

    def keep(self, rows: Sequence[DeadLetter], at: Instant) -> int:
        """Keep refused rows in one transaction; returns how many there was no room for, to be counted.

        The same row at the same place is kept once. One that was to be retried and is refused again waits again,
        with the rule that it broke this time.
        """
        given = {row.reference: row for row in rows}
        with self._lock:
            self._count_when_due(at)
            kept = given if self._has_room_for(given) else self._what_fits(given)
            if kept:
                self._write(kept, at)
        return len(given) - len(kept)

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

    def retries(self, limit: int = 500) -> list[Asked]:
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
            return [_asked(row) for row in connection.execute(asked).mappings()]

    def back_in(self, ids: Iterable[str]) -> None:
        """These were read again and taken; their bytes are erased."""
        self._settle(list(ids), State.BACK_IN)

    def erase_until(self, until: Instant, limit: int = _IDS_A_STATEMENT) -> int:
        """Erase the bytes and values of up to `limit` letters from then or earlier; returns how many are gone.

        They may live on in the file's log until `Store.forget_erased`.
        """
        unsettled = dead_letters.c.state.in_([State.WAITING, State.RETRY_REQUESTED])
        old = select(dead_letters.c.id).where(dead_letters.c.at <= until, unsettled).limit(limit)
        with self._store.reading() as connection:
            ids = list(connection.execute(old).scalars())
        if ids:
            self._settle(ids, State.GONE)
        return len(ids)

    def _settle(self, ids: list[str], state: State) -> None:
        with self._lock:
            with self._store.writing() as connection:
                for start in range(0, len(ids), _IDS_A_STATEMENT):
                    some = ids[start : start + _IDS_A_STATEMENT]
                    connection.execute(delete(dead_bytes).where(dead_bytes.c.ref.in_(some)))
                    settled = update(dead_letters).where(dead_letters.c.id.in_(some))
                    connection.execute(settled.values(state=state, value=None, bytes_ref=None))
            self._letters, self._bytes = self._held()

    def _count_when_due(self, at: Instant) -> None:
        if self._counted_at is None or not 0 <= at - self._counted_at < COUNTED_FOR:
            self._counted_at = at
            self._letters, self._bytes = self._held()

    def _has_room_for(self, given: Mapping[str, DeadLetter]) -> bool:
        letters, octets = self._letters + len(given), self._bytes + sum(map(_size, given.values()))
        return letters <= self._letters_max and octets <= self._bytes_max

    def _what_fits(self, given: Mapping[str, DeadLetter]) -> dict[str, DeadLetter]:
        """Repeats, which need no room, and new ones while there is some. So far repeats were counted: count anew."""
        self._letters, self._bytes = self._held()
        letters, octets = self._letters, self._bytes
        known, kept = self._known(list(given)), dict[str, DeadLetter]()
        for ref, row in given.items():
            if ref in known:
                kept[ref] = row
            elif letters < self._letters_max and octets + _size(row) <= self._bytes_max:
                kept[ref] = row
                letters, octets = letters + 1, octets + _size(row)
        return kept

    def _known(self, refs: Sequence[str]) -> set[str]:
        known = set[str]()
        with self._store.reading() as connection:
            for start in range(0, len(refs), _IDS_A_STATEMENT):
                some = refs[start : start + _IDS_A_STATEMENT]
                known.update(connection.execute(select(dead_letters.c.id).where(dead_letters.c.id.in_(some))).scalars())
        return known

    def _write(self, kept: Mapping[str, DeadLetter], at: Instant) -> None:
        contents = [{"ref": ref, "raw": row.raw, "header": row.header, "at": at} for ref, row in kept.items()]
        with self._store.writing() as connection:
            connection.execute(_KEEP_LETTER, [_letter(ref, row, at) for ref, row in kept.items()])
            connection.execute(_KEEP_BYTES, contents)
        self._letters += len(kept)
        self._bytes += sum(map(_size, kept.values()))

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


def _size(row: DeadLetter) -> int:
    return len(row.raw) + len(row.header or b"")


def _letter(ref: str, row: DeadLetter, at: Instant) -> dict[str, Any]:
    place = {"file": row.file, "line": row.line, "position": row.position, "source": row.source.value}
    broken = {"field": row.field, "value": row.value, "rule": row.rule, "reason": row.reason.value}
    return {"id": ref, **place, **broken, "at": at, "bytes_ref": ref, "state": State.WAITING.value}


def _asked(row: RowMapping) -> Asked:
    kept = {name: value for name, value in row.items() if name != "id"}
    letter = DeadLetter(**kept | {"source": Source(row["source"]), "reason": Reason(row["reason"])})
    return Asked(id=row["id"], letter=letter)
