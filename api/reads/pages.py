"""One page of a list: what is live, and where it was asked for what is over, narrowed, in order, from a place on."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from api.reads.cursors import cursor_of
from api.reads.filters import Filters
from api.reads.rows import NEWEST_FIRST, LiveRows, Place, Row, in_order, shown_rows
from api.reads.sources import Asker, Sources
from schemas.audiences import Role
from schemas.picture import Kind
from schemas.times import DAY, MINUTE, from_rfc3339


class NotShown(Exception):
    """The view is not the picture yet, or holds too many topics: to be asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a list. `text` names it, for cursors and validators: the same text, the same answer's rules."""

    kind: Kind
    filters: Filters
    limit: int
    after: Place | None
    text: str

    @property
    def looks_back(self) -> bool:
        """Whether the record has to be read: incidents that are over only where a time was asked for, nights always."""
        if ("status", "open") in self.filters.equal:
            return False
        return self.kind is Kind.NIGHT or (self.kind is Kind.INCIDENTS and self.filters.looks_back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The rows, and the cursor of those that follow."""

    rows: list[Row]
    next: str | None


class Lists:
    """The lists of one area. `live` runs in one thread, the loop's; `page` in any."""

    TOPICS_MAX = 128
    """Topics whose rows are kept taken apart; past that all are taken apart anew."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._live: dict[tuple[str, Kind], LiveRows] = {}

    def live(self, asker: Asker, kind: Kind) -> tuple[list[Row], str]:
        """What the reader's topic shows of a kind, and a text that changes with it. NotShown: not now."""
        held = self._sources.view.held(asker.topic, kind) if asker.topic and self._sources.is_shown() else None
        if held is None:
            raise NotShown
        place = (str(asker.topic), kind)
        if place not in self._live and len(self._live) >= self.TOPICS_MAX:
            self._live.clear()
        rows = self._live.setdefault(place, LiveRows(kind)).of(held)
        return rows, f"{held.epoch}-{held.seq}"

    def page(self, question: Question, asker: Asker, live: list[Row]) -> Page:
        """The page of a question; reads the record where the question looks back."""
        kind, newest_first = question.kind, question.kind in NEWEST_FIRST
        rows: Iterable[Row] = live
        if question.looks_back:
            over = _over(self._sources, question, asker, {row.place[1] for row in live})
            rows = merge(live, over, key=_place, reverse=newest_first)
        fitting = (row for row in rows if question.filters.fits(kind, row.fields) and _follows(row, question))
        found = list(islice(fitting, question.limit + 1))
        if len(found) <= question.limit:
            return Page(rows=found, next=None)
        found.pop()
        return Page(rows=found, next=cursor_of(found[-1].place, question.text))


def _place(row: Row) -> Place:
    return row.place


def _follows(row: Row, question: Question) -> bool:
    if question.after is None:
        return True
    return row.place < question.after if question.kind in NEWEST_FIRST else row.place > question.after


def _over(sources: Sources, question: Question, asker: Asker, live: set[str]) -> Iterator[Row]:
    """What is over, in the order of the list, read as it is taken.

    A business sees its own report's time, which is not the incident's that the record is ordered by: its few are put
    in order here, and looked for up to a day before, since a report may join an incident that began earlier.
    """
    kind, filters = question.kind, question.filters
    is_own = asker.audience.role is Role.BUSINESS
    since = filters.since - DAY if is_own else filters.since
    until = filters.until if is_own else min(filters.until, _up_to(question))
    records = sources.rewind().over(kind, since, until, asker.mentioned)
    rows = shown_rows(kind, ((key, record) for key, record in records if key not in live), asker)
    return iter(in_order(kind, rows)) if is_own else rows


def _up_to(question: Question) -> int:
    """Where reading can begin: what lies later than the cursor was on pages before."""
    if question.after is None or question.kind is not Kind.INCIDENTS:
        return question.filters.until
    try:
        return from_rfc3339(question.after[0]) + MINUTE
    except (ValueError, OverflowError):
        return question.filters.until


def tag_of(*parts: str | bytes) -> str:
    """A validator of what these parts determine."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(raw) + raw)
    return f'W/"{digest.hexdigest()}"'
