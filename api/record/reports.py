"""Reports as they were made by HTTP, each revision a row: saved with their words before anybody judges them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, insert, or_, select, tuple_, update

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


_ROWS: Final[Select[int, str, int, str, str, str, str, bytes, Instant, str | None]] = select(
    reports.c.seq, reports.c.id, reports.c.revision, reports.c.reporter, reports.c.caller, reports.c.key,
    reports.c.body, reports.c.record, reports.c.saved_at, reports.c.judgement,
)  # fmt: skip
_BY_ID: Final = _ROWS.where(reports.c.id == bindparam("of")).order_by(reports.c.revision)
_KNOWN: Final = _ROWS.where(
    or_(
        tuple_(reports.c.caller, reports.c.key).in_(bindparam("keys", expanding=True)),
        reports.c.id.in_(bindparam("ids", expanding=True)),
    )
).order_by(reports.c.revision)
_NEW: Final = insert(reports).returning(reports.c.seq, sort_by_parameter_order=True)
_JUDGED: Final = (
    update(reports)
    .where(reports.c.seq == bindparam("row"))
    .where(or_(reports.c.judgement.is_(None), reports.c.judgement == Judgement.REPEATED))
    .values(judgement=bindparam("said"))
)  # what was said of it first stands, whichever process writes it down later that it was a repeat
# made once: to make a statement costs more than to run it
_Row = Row[int, str, int, str, str, str, str, bytes, Instant, str | None]


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


Outcome = tuple[SavedReport, bool] | SaidOtherwise | NothingToPutRight
"""A saved report and whether it is new, or why nothing was saved."""


class SavedReports:
    """The table of one folder or realm; each process writes it from one thread, its outbox's."""

    def __init__(self, kept: Kept) -> None:
        self._store = kept.store

    def save(
        self, statements: Iterable[Statement], judged: Sequence[tuple[int, Judgement]], now: Instant
    ) -> list[Outcome]:
        """In one transaction: what the desk said of earlier rows, and new ones; each with whether it is new."""
        saved: list[Outcome] = []
        with self._store.writing() as connection:
            if judged:
                connection.execute(_JUDGED, [{"row": seq, "said": judgement} for seq, judgement in judged])
            for several in _apart(statements):
                saved.extend(_save(connection, several, now))
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


def _apart(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    """In order, parted wherever one may be about a report that another before it makes or puts right."""
    several, about = list[Statement](), set[str | tuple[str, str]]()
    for statement in statements:
        names: set[str | tuple[str, str]] = {_about(statement), (statement.caller, statement.key)}
        if names & about:
            yield several
            several, about = [], set()
        several.append(statement)
        about |= names
    if several:
        yield several


def _save(connection: Connection, statements: Sequence[Statement], now: Instant) -> list[Outcome]:
    """Statements about as many reports: one question and one row each, however many they are."""
    keys = [(statement.caller, statement.key) for statement in statements]
    ids = [_about(statement) for statement in statements]
    by_key, by_id = dict[tuple[str, str], _Row](), defaultdict[str, list[_Row]](list)
    for row in connection.execute(_KNOWN, {"keys": keys, "ids": ids}):
        by_key[row.caller, row.key] = row
        by_id[row.id].append(row)
    outcomes: list[Outcome] = []
    new, words = list[tuple[int, Statement, SavedReport]](), dict[str, tuple[str, str]]()
    for statement, key, id_ in zip(statements, keys, ids, strict=True):
        try:
            if (known := by_key.get(key)) is not None:
                outcomes.append((_again(connection, _saved(known), known.body, statement), False))
                continue
            saved, ref = _placed(statement, by_id[id_], now)
        except (SaidOtherwise, NothingToPutRight) as refused:
            outcomes.append(refused)
            continue
        if ref is not None and statement.words is not None:
            words[ref] = statement.reporter.partition(":")[2], statement.words
        new.append((len(outcomes), statement, saved))
        outcomes.append((saved, True))
    keep_words(connection, words, now)
    if new:
        seqs = connection.execute(_NEW, [_row(statement, saved) for _, statement, saved in new]).scalars()
        for (at, _, saved), seq in zip(new, seqs, strict=True):
            outcomes[at] = (replace(saved, seq=seq), True)
    return outcomes


def _row(statement: Statement, saved: SavedReport) -> dict[str, object]:
    return {
        "id": saved.id, "revision": saved.revision, "reporter": saved.reporter, "caller": saved.caller,
        "key": statement.key, "body": statement.body, "record": encode_record(saved.record), "saved_at": saved.saved_at,
    }  # fmt: skip


def _again(connection: Connection, saved: SavedReport, body: str, statement: Statement) -> SavedReport:
    """What was saved under a key, if the statement is the same."""
    if body != statement.body:
        raise SaidOtherwise
    ref = None if isinstance(saved.record, Withdrawal) else saved.record.words_ref
    is_own = ref == words_ref(_source_of(saved.record), saved.id, saved.revision)  # else an earlier revision's
    if are_other_words(connection, ref if is_own else None, statement.words):
        raise SaidOtherwise
    return saved


def _about(statement: Statement) -> str:
    """The id of the report that it is about, or would like to be."""
    return wished_id(statement.caller, statement.key) if statement.of is None else statement.of


def _placed(statement: Statement, of_its_id: Sequence[_Row], now: Instant) -> tuple[SavedReport, str | None]:
    """A new revision, whose number (seq) is not known yet, and the reference of its words.

    `of_its_id`: all rows of the report that it is about, or whose id it would like.
    """
    id_, revision, before = _place(statement, of_its_id)
    record, ref = statement.build(id_, revision, before), None
    if statement.words is not None and not isinstance(record, Withdrawal):
        ref = words_ref(_source_of(record), id_, revision)
        record = msgspec.structs.replace(record, words_ref=ref)
    saved = SavedReport(
        seq=0, id=id_, revision=revision, reporter=statement.reporter, caller=statement.caller, record=record,
        saved_at=now, judgement=None,
    )  # fmt: skip
    return saved, ref


def _place(statement: Statement, rows: Sequence[_Row]) -> tuple[str, int, Report | None]:
    """The id and revision of a new row, and what the report said last."""
    if statement.of is None:
        return own_id(statement.caller, statement.key) if rows else _about(statement), 0, None
    stands = [saved.record for saved in map(_saved, rows) if saved.judgement not in NOT_TAKEN]
    said = [record for record in stands if not isinstance(record, Withdrawal)]
    if not said or rows[0].reporter != statement.reporter:
        raise NothingToPutRight
    return statement.of, rows[-1].revision + 1, said[-1]


def _saved(row: _Row) -> SavedReport:
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
