"""What goes of kept.db by its age: each kind of row with the time that its age counts from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from sqlalchemy import Column, ColumnElement, Table, delete, exists, func, select, true, update

from api.record.dead_letters import DeadLetters
from api.record.kept_tables import audit, dead_bytes, enrolments, people, reports, sessions, signin_links, words
from api.record.store import Store
from schemas.times import Instant

ROWS_A_TIME: Final = 500


class Shelf(Protocol):
    """Things that are let go by their age."""

    def between(self, after: Instant | None, until: Instant) -> int:
        """How many there are from after one time up to another."""

    def first_after(self, after: Instant) -> Instant | None:
        """The time of the first after another; None: there is none."""

    def batches(self, until: Instant) -> Iterator[int]:
        """Let go of those up to a time, and say after each transaction how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of one table. `emptied`: what to set instead of deleting them."""

    store: Store
    table: Table
    key: Column[object]
    time: ColumnElement[int]
    held: ColumnElement[bool] = field(default_factory=true)
    emptied: Mapping[str, object] | None = None

    def between(self, after: Instant | None, until: Instant) -> int:
        """See Shelf."""
        later = () if after is None else (self.time > after,)
        counted = select(func.count()).select_from(self.table).where(self.held, self.time <= until, *later)
        with self.store.reading() as connection:
            return connection.execute(counted).scalar_one()

    def first_after(self, after: Instant) -> Instant | None:
        """See Shelf."""
        with self.store.reading() as connection:
            first = select(func.min(self.time)).select_from(self.table).where(self.held, self.time > after)
            return connection.execute(first).scalar_one_or_none()

    def batches(self, until: Instant) -> Iterator[int]:
        """See Shelf."""
        some = select(self.key).where(self.held, self.time <= until).limit(ROWS_A_TIME)
        some_of_them = self.key.in_(some.scalar_subquery())
        going = delete(self.table) if self.emptied is None else update(self.table).values(self.emptied)
        gone = ROWS_A_TIME
        while gone == ROWS_A_TIME:
            with self.store.writing() as connection:
                gone = connection.execute(going.where(some_of_them)).rowcount
            yield gone


@dataclass(frozen=True, slots=True)
class Letters:
    """The bytes of refused rows."""

    letters: DeadLetters
    rows: Rows

    def between(self, after: Instant | None, until: Instant) -> int:
        """See Shelf."""
        return self.rows.between(after, until)

    def first_after(self, after: Instant) -> Instant | None:
        """See Shelf."""
        return self.rows.first_after(after)

    def batches(self, until: Instant) -> Iterator[int]:
        """See Shelf."""
        gone = ROWS_A_TIME
        while gone == ROWS_A_TIME:
            gone = self.letters.erase_until(until, ROWS_A_TIME)
            yield gone


def words_of(store: Store, now: Instant) -> Rows:
    """Words that were not erased yet; their reference stays."""
    emptied = {"text": None, "erased_at": now}
    held = words.c.text.is_not(None)
    return Rows(store=store, table=words, key=words.c.ref, time=words.c.kept_at, held=held, emptied=emptied)


def letters_of(store: Store, letters: DeadLetters) -> Letters:
    """Refused rows that still have their bytes."""
    return Letters(letters, Rows(store=store, table=dead_bytes, key=dead_bytes.c.ref, time=dead_bytes.c.at))


def reports_of(store: Store) -> Rows:
    """Reports that are judged, with all their revisions, by their newest; one that waits for the desk stays."""
    other = reports.alias("other")
    newest = select(func.max(other.c.saved_at)).where(other.c.id == reports.c.id).scalar_subquery()
    waits = exists().where(other.c.id == reports.c.id, other.c.judgement.is_(None))
    return Rows(store=store, table=reports, key=reports.c.seq, time=newest, held=~waits)


def audit_of(store: Store) -> Rows:
    """The lines of the audit."""
    return Rows(store=store, table=audit, key=audit.c.id, time=audit.c.at)


def sign_ins_of(store: Store) -> tuple[Rows, ...]:
    """Sessions that are over, links and enrolments that can open nothing more, people who were removed."""
    over = func.coalesce(sessions.c.ended_at, sessions.c.expires_at)
    opened = exists().where(sessions.c.enrolment_id == enrolments.c.id)
    theirs = exists().where(enrolments.c.person_id == people.c.id)
    return (
        Rows(store=store, table=sessions, key=sessions.c.hash, time=over),
        Rows(store=store, table=signin_links, key=signin_links.c.hash, time=signin_links.c.expires_at),
        Rows(store=store, table=enrolments, key=enrolments.c.id, time=enrolments.c.expires_at, held=~opened),
        Rows(
            store=store, table=people, key=people.c.id, time=people.c.removed_at,
            held=people.c.removed_at.is_not(None) & ~theirs,
        ),
    )  # fmt: skip
