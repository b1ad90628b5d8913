"""All that one folder holds of people and nights: read by reference, shown with when it goes, and let go in time."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.auth.audit import Action, note
from api.record.dead_letters import DeadLetters
from api.record.errors import RecordError
from api.record.history import HistoryWriter
from api.record.kept import Kept
from api.record.shelves import Shelf, audit_of, letters_of, reports_of, sign_ins_of, words_of
from schemas.audiences import Audience, Role
from schemas.log import log_of
from schemas.picture import Incident, Kind
from schemas.retention import Held, Retention, RetentionRule
from schemas.times import DAY, Instant

SOON: Final = 7 * DAY
HOUSEKEEPING_S: Final = 3_600.0
PAUSE_S: Final = 0.02
"""Between two transactions, so that whoever else wants to write gets a turn."""
_log: Final = log_of("record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How much there is of a kind, how much of it goes within SOON, and when the oldest goes that is not due yet."""

    held: int
    goes_soon: int = 0
    goes_next: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFor:
    """One kind of thing, and since when it is kept for how many days.

    `days` None: no rule is in force yet, and nothing goes. `count` None: it was not counted.
    """

    what: Held
    days: int | None
    since: date | None
    count: Count | None


class Holdings:
    """The holdings of one folder. Safe from any thread.

    `history` gives the record as it is opened now. `desk_clock` is the fold's time, which the history's age counts by:
    a replayed night is as old as its own clock says.
    """

    def __init__(
        self,
        kept: Kept,
        retention: Retention,
        *,
        letters: DeadLetters,
        history: Callable[[], HistoryWriter],
        now: Callable[[], Instant],
        desk_clock: Callable[[], Instant],
        stop: threading.Event,
    ) -> None:
        self.kept = kept
        self._retention, self._history = retention, history
        self._now, self._desk_clock, self._stop = now, desk_clock, stop
        self._has_erased = False
        store = kept.store
        self._shelves: dict[Held, Callable[[], Sequence[Shelf]]] = {
            Held.WORDS: lambda: (words_of(store, now()),),
            Held.DEAD_LETTERS: lambda: (letters_of(store, letters),),
            Held.REPORTS: lambda: (reports_of(store),),
            Held.HISTORY: lambda: (history().oldest,),
            Held.SESSIONS: lambda: sign_ins_of(store),
            Held.AUDIT: lambda: (audit_of(store),),
        }

    def incident(self, key: str) -> Incident | None:
        """An incident as the desk told it last, unredacted."""
        found = self._history().rewind.newest(Kind.INCIDENTS, key)
        return found if isinstance(found, Incident) else None

    def shown(self, *, counted: bool) -> list[KeptFor]:
        """Every kind of thing that goes by itself; counting a long history takes a tenth of a second."""
        return [self._shown(what, counted=counted) for what in Held]

    def tidy(self) -> None:
        """Let go of what was kept for long enough, in small transactions; what cannot go now goes the next time."""
        for what in Held:
            try:
                self._let_go(what)
            except RecordError as error:
                _log.warning("What is too old of %s could not be let go: %s", what, error)
        if self._has_erased:
            try:
                self.kept.store.forget_erased()
                self._has_erased = False
            except RecordError as error:
                _log.warning("What was erased may stand in a log for another hour: %s", error)

    async def keep_house(self) -> None:
        """Tidy now and every hour, until cancelled."""
        while True:
            await asyncio.to_thread(self.tidy)
            await asyncio.sleep(HOUSEKEEPING_S)

    def _let_go(self, what: Held) -> None:
        until = self._retention.goes_before(what, self._clock_of(what))
        if until is None:
            return
        gone = sum(self._batches(what, until))
        if gone:
            self._has_erased = True
            _log.info("%d of %s were kept for long enough, and are gone", gone, what)
            with self.kept.store.writing() as connection:
                whose, about = Audience(role=Role.ADMIN), f"{gone} of {what}"
                note(connection, self._now(), Action.KEPT_NO_LONGER, whose, who="retention", about=about)

    def _batches(self, what: Held, until: Instant) -> list[int]:
        gone = []
        for shelf in self._shelves[what]():
            for number in shelf.batches(until):
                gone.append(number)
                if self._stop.wait(PAUSE_S):
                    return gone
        return gone

    def _shown(self, what: Held, *, counted: bool) -> KeptFor:
        rule = self._retention.rule(what, self._clock_of(what))
        return KeptFor(
            what=what,
            days=None if rule is None else rule.days,
            since=None if rule is None else rule.since,
            count=self._count(what, rule) if counted else None,
        )

    def _count(self, what: Held, rule: RetentionRule | None) -> Count:
        now, shelves = self._clock_of(what), self._shelves[what]()
        held = sum(shelf.between(None, now) for shelf in shelves)
        if rule is None:
            return Count(held=held)
        until = now - rule.days * DAY
        oldest = [at for shelf in shelves if (at := shelf.first_after(until)) is not None]
        return Count(
            held=held,
            goes_soon=sum(shelf.between(until, until + SOON) for shelf in shelves),
            goes_next=min(oldest) + rule.days * DAY if oldest else None,
        )

    def _clock_of(self, what: Held) -> Instant:
        return self._desk_clock() if what is Held.HISTORY else self._now()
