"""Reports as they were made by HTTP, each revision a row: saved with their words before anybody judges them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, insert, or_, select, update

from api.record.kept import Kept
from api.record.kept_tables import reports
from api.record.words import are_other_words, keep_words
from api.reports.statements import NothingToPutRight, Record, Report, Statement, own_id, wished_id
from schemas.codec import decode_record, encode_record
from schemas.feeds import NightStarsEncounter, SbnReport, Source, Withdrawal
from schemas.times import NEVER, Instant
from schemas.verdicts import NOT_TAKEN, Judgement
from schemas.words import words_ref

UNJUDGED_MAX: Final = 500
"""Rows read at once of those that wait for the desk."""


_ROWS: Final[Select[int, str, int, str, str, str, bytes, Instant, str | None]] = select(
    reports.c.seq, reports.c.id, reports.c.revision, reports.c.reporter, reports.c.caller, reports.c.body,
    reports.c.record, reports.c.saved_at, reports.c.judgement,
)  # fmt: skip
_BY_KEY: Final = _ROWS.where(reports.c.caller == bindparam("by"), reports.c.key == bindparam("named"))
_BY_ID: Final = _ROWS.where(reports.c.id == bindparam("of")).order_by(reports.c.revision)
_TAKEN: Final = select(reports.c.seq).where(reports.c.id == bindparam("of")).limit(1)
_NEW: Final = insert(reports).returning(reports.c.seq)
_JUDGED: Final = (
    update(reports)
    .where(reports.c.seq == bindparam("row"))
    .where(or_(reports.c.judgement.is_(None), reports.c.judgement == Judgement.REPEATED))
    .values(judgement=bindparam("said"))
)  # what was said of it first stands, whichever process writes it down later that it was a repeat
# made once: to make a statement costs more than to run it


class SaidOtherwise(Exception):
    """The same key was used for another statement; what was said first stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedReport:
    """One revision of a report as it was saved; `judgement` None: the desk has not judged it yet."""

    seq: int
    id: str
    revision: int
    reporter: str
    caller: str
    record: Record
    saved_at: Instant
    judgement: Judgement | None


class SavedReports:
    """The table of one folder or realm; each process writes it from one thread, its outbox's."""

    def __init__(self, kept: Kept) -> None:
        self._store = kept.store

    def save(
        self, statements: Iterable[Statement], judged: Sequence[tuple[int, Judgement]], now: Instant
    ) -> list[tuple[SavedReport, bool] | SaidOtherwise | NothingToPutRight]:
        """In one transaction: what the desk said of earlier rows, and new ones; each with whether it is new."""
        saved: list[tuple[SavedReport, bool] | SaidOtherwise | NothingToPutRight] = []
        with self._store.writing() as connection:
            if judged:
                connection.execute(_JUDGED, [{"row": seq, "said": judgement} for seq, judgement in judged])
            for statement in statements:
                try:
                    saved.append(_save(connection, statement, now))
                except (SaidOtherwise, NothingToPutRight) as refused:
                    saved.append(refused)
        return saved

    def revisions(self, report: str) -> list[SavedReport]:
        """All revisions of a report, the newest last; none: it is not known."""
        with self._store.reading() as connection:
            return [_saved(row) for row in connection.execute(_BY_ID, {"of": report})]

    def made(self, *, reporter: str | None, caller: str | None, before: int | None, limit: int) -> list[SavedReport]:
        """First revisions of a reporter's, or a caller's, reports, newest first, with a seq under `before`."""
        asked = _ROWS.where(reports.c.revision == 0).order_by(reports.c.seq.desc()).limit(limit)
        if reporter is not None:
            asked = asked.where(reports.c.reporter == reporter)
        if caller is not None:
            asked = asked.where(reports.c.caller == caller)
        if before is not None:
            asked = asked.where(reports.c.seq < before)
        with self._store.reading() as connection:
            return [_saved(row) for row in connection.execute(asked)]

    def unjudged(self, after: int, saved_until: Instant = NEVER) -> list[SavedReport]:
        """Rows that the desk has not judged, oldest first, with a seq above `after`; at most UNJUDGED_MAX."""
        waiting = _ROWS.where(reports.c.judgement.is_(None), reports.c.seq > after, reports.c.saved_at <= saved_until)
        with self._store.reading() as connection:
            rows = connection.execute(waiting.order_by(reports.c.seq).limit(UNJUDGED_MAX))
            return [_saved(row) for row in rows]


def _save(connection: Connection, statement: Statement, now: Instant) -> tuple[SavedReport, bool]:
    known = connection.execute(_BY_KEY, {"by": statement.caller, "named": statement.key}).one_or_none()
    if known is not None:
        return _again(connection, _saved(known), known.body, statement), False
    id_, revision, before = _place(connection, statement)
    record = statement.build(id_, revision, before)
    if statement.words is not None and not isinstance(record, Withdrawal):
        ref = words_ref(_source_of(record), id_, revision)
        keep_words(connection, ref, statement.reporter.partition(":")[2], statement.words, now)
        record = msgspec.structs.replace(record, words_ref=ref)
    row = {
        "id": id_, "revision": revision, "reporter": statement.reporter, "caller": statement.caller,
        "key": statement.key, "body": statement.body, "record": encode_record(record), "saved_at": now,
    }  # fmt: skip
    seq = connection.execute(_NEW, row).scalar_one()
    saved = SavedReport(
        seq=seq, id=id_, revision=revision, reporter=statement.reporter, caller=statement.caller, record=record,
        saved_at=now, judgement=None,
    )  # fmt: skip
    return saved, True


def _again(connection: Connection, saved: SavedReport, body: str, statement: Statement) -> SavedReport:
    """What was saved under a key, if the statement is the same."""
    if body != statement.body:
        raise SaidOtherwise
    ref = None if isinstance(saved.record, Withdrawal) else saved.record.words_ref
    is_own = ref == words_ref(_source_of(saved.record), saved.id, saved.revision)  # else an earlier revision's
    if are_other_words(connection, ref if is_own else None, statement.words):
        raise SaidOtherwise
    return saved


def _place(connection: Connection, statement: Statement) -> tuple[str, int, Report | None]:
    """The id and revision of a new row, and what the report said last."""
    if statement.of is None:
        wished = wished_id(statement.caller, statement.key)
        is_taken = connection.execute(_TAKEN, {"of": wished}).first() is not None
        return own_id(statement.caller, statement.key) if is_taken else wished, 0, None
    rows = connection.execute(_BY_ID, {"of": statement.of}).all()
    stands = [saved.record for saved in map(_saved, rows) if saved.judgement not in NOT_TAKEN]
    said = [record for record in stands if not isinstance(record, Withdrawal)]
    if not said or rows[0].reporter != statement.reporter:
        raise NothingToPutRight
    return statement.of, rows[-1].revision + 1, said[-1]


def _saved(row: Row[int, str, int, str, str, str, bytes, Instant, str | None]) -> SavedReport:
    record = decode_record(row.record)
    if not isinstance(record, SbnReport | NightStarsEncounter | Withdrawal):
        raise TypeError(f"{type(record).__name__} is no report that people make")
    judgement = None if row.judgement is None else Judgement(row.judgement)
    return SavedReport(
        seq=row.seq, id=row.id, revision=row.revision, reporter=row.reporter, caller=row.caller, record=record,
        saved_at=row.saved_at, judgement=judgement,
    )  # fmt: skip


def _source_of(record: Record) -> Source:
    if isinstance(record, Withdrawal):
        return record.source
    return Source.SBN if isinstance(record, SbnReport) else Source.NIGHTSTARS
