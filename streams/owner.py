"""The owner of an area: the one thread that appends to its journal, folds, and moves its clock every five seconds.

Others hand it work and wait until their records are durable. Its state is a value that anybody may read.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeVar

from schemas.audiences import Role
from schemas.feeds import FeedRecord
from schemas.log import trace_of
from schemas.policy import Policy
from schemas.times import SECOND, Instant
from schemas.told import DeskWord
from schemas.trouble import Trouble
from schemas.verdicts import Standing, Verdict
from streams.desk_state import DeskState
from streams.desk_words import say_restored, set_back
from streams.embedded import Engine
from streams.journal import JournalBusy, JournalError, JournalFull, JournalReadOnly
from streams.kept_desk import AreaStopped, Clock, Interrupted
from streams.restore import Restored, last_tick
from streams.work import Asked, Brought, Look, MaySee, Records, Work

TICK_SECONDS: Final = 5.0
WORK_MAX: Final = 16
"""Batches that wait for the desk; a producer that comes when it is full waits, and so does its feed."""
RECORDS_AT_ONCE_MAX: Final = 2_000
"""Records of several producers that are made durable together."""
CLOCK_BEHIND_MAX: Final = 60 * SECOND
RETRY_SECONDS: Final = 1.0
PATIENT_WITH: Final = (JournalFull, JournalReadOnly, JournalBusy)
"""What passes when somebody makes room; nothing of what was refused was written."""
OVER: Final = "the desk has stopped; what was not taken stays where it was"

T = TypeVar("T")


class DeskBusy(Exception):
    """So much waits for the desk that it takes no more just now; nothing of it was written."""


def _unheard(_restored: Restored) -> None:
    return


class Owner:
    """Runs an engine in a thread of its own. `now` is the wall clock; with `virtual` only the work moves the clock.

    `opened` is called in that thread once the desk is restored and live. `ended` is done when the thread is: when it
    was told to stop, else with what ended it.
    """

    def __init__(
        self,
        engine: Engine,
        policy: Policy,
        *,
        now: Callable[[], Instant],
        clock: Clock,
        virtual: bool,
        tell_all: bool = False,
        opened: Callable[[Restored], None] = _unheard,
    ) -> None:
        self.engine = engine
        self.state = DeskState()
        self.ended: Future[None] = Future()
        self._policy = policy
        self._now = now
        self._clock = clock
        self._virtual = virtual
        self._tell_all = tell_all
        self._opened = opened
        self._journal_trouble = Trouble("desk")
        self._clock_trouble = Trouble("clock")
        self._work: queue.Queue[Work | None] = queue.Queue(WORK_MAX)
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)

    @property
    def queued(self) -> int:
        """Records that wait for the desk."""
        with self._work.mutex:
            return sum(work.size for work in self._work.queue if work is not None)

    def desk_clock(self) -> Instant:
        """Where the desk's clock stands; 0 before its first tick."""
        return self.engine.desk.clock

    def start(self) -> None:
        """Begin: restore, then follow the work."""
        self._thread.start()

    def wait_until_ready(self, timeout_s: float | None = None) -> bool:
        """Whether the desk is restored and follows its journal; False too when it has ended."""
        self._ready.wait(timeout_s)
        return self._ready.is_set() and not self.ended.done()

    def submit(self, records: Records, tick_to: Instant | None = None) -> int:
        """Have records made durable and folded, then the virtual clock moved; returns how many lay outside the area.

        Blocks until it is done. Raises one of PATIENT_WITH (try again), or AreaStopped when it is over.
        """
        work = Brought(records, tick_to)
        self._put(work)
        return self._answer(work.future)

    def submit_and_judge(self, records: Records) -> list[Verdict]:
        """The same, for whoever wants each record's verdict."""
        work = Asked(records)
        self._put(work)
        return self._answer(work.future)

    def judge(self, records: Sequence[FeedRecord]) -> "Future[list[Verdict]]":
        """Have what people said made durable and judged, under the next positions of the API's stream.

        Never waits: DeskBusy says that too much waits already, AreaStopped that it is over. The future may also end
        in one of PATIENT_WITH; then nothing of it was written.
        """
        work = Asked([(record, None) for record in records])
        self._put_at_once(work)
        return work.future

    def see(self, incident: str, may_see: MaySee, by: Role) -> "Future[Instant | None]":
        """Have an incident's reports seen by somebody; the future gives since when all of them are.

        None: there is no such incident, or `may_see`, called in the desk's thread, says that it is not for them. Errors
        as in `judge`.
        """
        work = Look(incident, may_see, by, self.time())
        self._put_at_once(work)
        return work.future

    def time(self) -> Instant:
        """What time it is for what people say and do: the wall's, or in virtual time the desk's own."""
        return self.engine.desk.clock if self._virtual else self._now()

    def standing(self, report: str) -> Standing | None:
        """How a report stands with the desk, named as `sbn:<id>`; None: it is not known, or not yet restored."""
        return self.engine.desk.reports.standing(report)

    def stop(self, within_s: float | None = None) -> bool:
        """Finish the batch under way, write a snapshot, end; what waits is refused and stays where it was.

        False when that took too long: the desk is then where a kill would leave it, which loses nothing.
        """
        self._stopping.set()
        if self._thread.ident is None:
            return True
        with suppress(queue.Full):  # a desk that has work needs no waking
            self._work.put_nowait(None)
        self._thread.join(within_s)
        return not self._thread.is_alive()

    def _put(self, work: Work) -> None:
        while True:
            self._refuse_when_over()
            with suppress(queue.Full):
                self._work.put(work, timeout=RETRY_SECONDS)
                return

    def _put_at_once(self, work: Work) -> None:
        self._refuse_when_over()
        try:
            self._work.put_nowait(work)
        except queue.Full:
            raise DeskBusy(f"{WORK_MAX} batches wait for the desk") from None
        if self.ended.done():  # it came when the desk had looked for the last time
            self._refuse_what_waits()

    def _answer(self, future: "Future[T]") -> T:
        while not wait([future], RETRY_SECONDS).done:
            if self.ended.done() and not future.done():  # it came when the desk had looked for the last time
                self._refuse_when_over()
        return future.result()

    def _refuse_when_over(self) -> None:
        if self._stopping.is_set() or self.ended.done():
            failure = self.ended.exception() if self.ended.done() else None
            raise AreaStopped(OVER) from failure

    def _run(self) -> None:
        failure: BaseException | None = None
        try:
            self._open()
            self._follow()
            self.engine.snapshot()
        except Interrupted:
            pass
        except BaseException as error:  # noqa: BLE001 - the thread's boundary: kept for the process to end with
            failure = error
            self._say_why(error)
        self._tell(word=DeskWord.STOPPED)
        if failure is None:
            self.ended.set_result(None)
        else:
            self.ended.set_exception(failure)
        self._ready.set()
        self._refuse_what_waits()

    def _open(self) -> None:
        self._tell(word=DeskWord.CATCHING_UP, at=last_tick(self.engine.journal) or self._now())
        restored = self.engine.open(self._policy, tell_all=self._tell_all, stopping=self._stopping.is_set)
        say_restored(restored)
        if self.engine.desk.clock:
            self._tell(at=self.engine.desk.clock)
        if not self._virtual:
            self._tick()
        self._tell(word=DeskWord.LIVE, ticked_at=self._clock())
        self._opened(restored)
        self._ready.set()

    def _follow(self) -> None:
        tick_at = self._clock() + TICK_SECONDS
        while not self._stopping.is_set():
            with suppress(queue.Empty):
                first = self._work.get(timeout=max(0.0, tick_at - self._clock()))
                if first is not None:
                    self._do(self._with_what_waits(first))
            if self._clock() >= tick_at:
                tick_at = self._clock() + (TICK_SECONDS if self._virtual or self._tick() else RETRY_SECONDS)

    def _with_what_waits(self, first: Work) -> list[Work]:
        """A batch and those behind it, so that one that waited costs no second write to the disk."""
        batch, records = [first], first.size
        while records < RECORDS_AT_ONCE_MAX and not self._virtual:
            try:
                more = self._work.get_nowait()
            except queue.Empty:
                break
            if more is not None:
                batch.append(more)
                records += more.size
        return batch

    def _do(self, batch: list[Work]) -> None:
        try:
            for work in batch if self._virtual else ():
                if isinstance(work, Brought):
                    work.outside = self.engine.play(work.records, work.tick_to)
            self.engine.do([work for work in batch if not (self._virtual and isinstance(work, Brought))])
        except PATIENT_WITH as error:
            self._refused(error)
            _refuse(batch, error)
            return
        except BaseException as error:
            _refuse(batch, error)
            raise
        self._journal_trouble.set(None)
        moved = {"ticked_at": self._clock()} if self._virtual else {}
        self._tell(at=self.engine.desk.clock, **moved)
        for work in batch:
            work.finish()

    def _tick(self) -> bool:
        """Move the clock to now; it never goes back. False when the journal could not take it."""
        now, clock = self._now(), self.engine.desk.clock
        self._clock_trouble.set(set_back(now, clock) if now < clock - CLOCK_BEHIND_MAX else None)
        try:
            self.engine.tick(now, live=True)
        except PATIENT_WITH as error:
            self._refused(error)
            return False
        if now > clock:  # the journal has taken it
            self._journal_trouble.set(None)
        self._tell(at=self.engine.desk.clock, ticked_at=self._clock())
        return True

    def _refused(self, error: JournalError) -> None:
        self._journal_trouble.set(error.plain, str(error))
        self._tell()

    def _say_why(self, error: BaseException) -> None:
        plain = error.plain if isinstance(error, JournalError) else "The desk has stopped."
        ours = isinstance(error, (JournalError, AreaStopped))
        self._journal_trouble.set(plain, str(error) if ours else trace_of(error))

    def _refuse_what_waits(self) -> None:
        """Whoever comes later sees for themselves that it is over."""
        with suppress(queue.Empty):
            while True:
                work = self._work.get_nowait()
                if work is not None:
                    _refuse([work], AreaStopped(OVER))

    def _tell(self, **changes: object) -> None:
        trouble = self._journal_trouble.text or self._clock_trouble.text
        self.state = replace(self.state, trouble=trouble, **changes)  # type: ignore[arg-type]


def _refuse(batch: list[Work], error: BaseException) -> None:
    for work in batch:
        work.refuse(error)
