"""The owner of an area: the one thread that appends to its journal, folds, and moves its clock every five seconds.

Others hand it work and wait until their records are durable. Its state is a value that anybody may read.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from schemas.feeds import FeedRecord
from schemas.journal import Origin
from schemas.policy import Policy
from schemas.times import SECOND, Instant, rfc3339
from streams.embedded import AreaStopped, Clock, Engine
from streams.journal import JournalDiskFault, JournalError, JournalFull, JournalReadOnly
from streams.restore import Restored

TICK_SECONDS: Final = 5.0
WORK_MAX: Final = 16
"""Batches that wait for the desk; a producer that comes when it is full waits, and so does its feed."""
RECORDS_AT_ONCE_MAX: Final = 2_000
"""Records of several producers that are made durable together."""
CLOCK_BEHIND_MAX: Final = 60 * SECOND
RETRY_SECONDS: Final = 1.0

Records = Sequence[tuple[FeedRecord, Origin]]


class DeskWord(StrEnum):
    """How the desk stands."""

    STARTING = "starting"
    CATCHING_UP = "catching_up"
    LIVE = "live"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    """How the desk stands, its clock, when it last ticked (monotonic seconds), and what is wrong, in plain words."""

    word: DeskWord = DeskWord.STARTING
    at: Instant = 0
    ticked_at: float = 0.0
    trouble: str | None = None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class _Work:
    records: Records
    tick_to: Instant | None
    future: "Future[int]"


class Owner:
    """Runs an engine in a thread of its own. `now` is the wall clock; with `virtual` only the work moves the clock."""

    def __init__(
        self,
        engine: Engine,
        policy: Policy,
        *,
        now: Callable[[], Instant],
        clock: Clock,
        virtual: bool,
        tell_all: bool = False,
    ) -> None:
        self.engine = engine
        self.state = DeskState()
        self.restored: Restored | None = None
        self.failure: BaseException | None = None
        self._policy = policy
        self._now = now
        self._clock = clock
        self._virtual = virtual
        self._tell_all = tell_all
        self._work: queue.Queue[_Work | None] = queue.Queue(WORK_MAX)
        self._ready = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)

    def start(self) -> None:
        """Begin: restore, then follow the work."""
        self._thread.start()

    def wait_until_ready(self, timeout_s: float | None = None) -> bool:
        """Whether the desk is restored and follows its journal; False too when it failed."""
        self._ready.wait(timeout_s)
        return self.failure is None and self._ready.is_set()

    def wait_until_ended(self, timeout_s: float | None = None) -> bool:
        """Whether the thread has ended."""
        return self._ended.wait(timeout_s)

    def submit(self, records: Records, tick_to: Instant | None = None) -> int:
        """Have records made durable and folded, then the virtual clock moved; returns how many lay outside the area.

        Blocks until it is done. Raises what the journal raised (JournalFull: try again), AreaStopped when it is over.
        """
        work = _Work(records, tick_to, Future())
        while not self._ended.is_set():
            try:
                self._work.put(work, timeout=RETRY_SECONDS)
                break
            except queue.Full:
                continue
        while True:
            try:
                return work.future.result(timeout=RETRY_SECONDS)
            except TimeoutError:
                if self._ended.is_set() and not work.future.done():
                    raise AreaStopped("the desk has stopped; what was not taken stays where it was") from self.failure

    def stop(self) -> None:
        """Finish what is under way, write a snapshot, end."""
        if self._ended.is_set():
            return
        self._work.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._tell(word=DeskWord.CATCHING_UP)
            self.restored = self.engine.open(self._policy, tell_all=self._tell_all)
            self._tell(skipped=len(self.restored.skipped))
            if not self._virtual:
                self._tick()
            self._tell(word=DeskWord.LIVE)
            self._ready.set()
            self._follow()
            self.engine.snapshot()
        except BaseException as error:  # noqa: BLE001 - the thread's boundary: kept for the process to end with
            self.failure = error
            self._tell(trouble=str(error))
        finally:
            self._tell(word=DeskWord.STOPPED)
            self._ended.set()
            self._ready.set()

    def _follow(self) -> None:
        tick_at = self._clock() + TICK_SECONDS
        while True:
            try:
                first = self._work.get(timeout=max(0.0, tick_at - self._clock()))
            except queue.Empty:
                pass
            else:
                if first is None or not self._take(first):
                    return
            if self._clock() >= tick_at:
                tick_at = self._clock() + (TICK_SECONDS if self._virtual or self._tick() else RETRY_SECONDS)

    def _take(self, first: _Work) -> bool:
        """Take one batch and those that wait behind it; False when the last of them says stop."""
        batch, go_on = [first], True
        records = len(first.records)
        while records < RECORDS_AT_ONCE_MAX and not self._virtual:
            try:
                more = self._work.get_nowait()
            except queue.Empty:
                break
            if more is None:
                go_on = False
                break
            batch.append(more)
            records += len(more.records)
        self._do(batch)
        return go_on

    def _do(self, batch: list[_Work]) -> None:
        try:
            outside = [self._one(work) for work in batch] if self._virtual else self._together(batch)
        except (JournalFull, JournalReadOnly) as error:
            self._tell(trouble=str(error))
            for work in batch:
                work.future.set_exception(error)
            return
        except BaseException as error:
            for work in batch:
                work.future.set_exception(error)
            raise
        self._tell(trouble=None, at=self.engine.desk.clock, ticked_at=self._clock())
        for work, count in zip(batch, outside, strict=True):
            work.future.set_result(count)

    def _one(self, work: _Work) -> int:
        before = self.engine.outside
        self.engine.replay(work.records)
        if work.tick_to is not None:
            self.engine.tick(work.tick_to, live=False)
        return self.engine.outside - before

    def _together(self, batch: list[_Work]) -> list[int]:
        """One transaction for all: a batch that waited costs no second write to the disk."""
        return self.engine.live([work.records for work in batch])

    def _tick(self) -> bool:
        """Move the clock to now; it never goes back. False when the journal could not take it."""
        now, clock = self._now(), self.engine.desk.clock
        trouble = None
        if now < clock - CLOCK_BEHIND_MAX:
            trouble = (
                f"This machine's clock says {rfc3339(now)}, but the journal was already at {rfc3339(clock)}. Set the"
                " clock. The desk's time stands still until then; nothing is lost."
            )
        try:
            self.engine.tick(now, live=True)
        except JournalDiskFault:
            raise
        except JournalError as error:
            self._tell(trouble=str(error))
            return False
        self._tell(trouble=trouble, at=self.engine.desk.clock, ticked_at=self._clock())
        return True

    def _tell(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
