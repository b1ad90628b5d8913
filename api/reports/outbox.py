"""The outbox: what people say is on the disk before the desk hears of it, and the desk hears of it until it judges.

One thread saves and hands on, so that what comes together costs one write. Killed anywhere, it begins again with what
no verdict is known of, or another process does; the report's own id makes it count once.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from api.record.errors import RecordError, RecordFull
from api.record.reports import SaidOtherwise, SavedReport, SavedReports
from api.reports.line import Line
from api.reports.ports import DeskPort
from api.reports.statements import NothingToPutRight, Statement
from schemas.trouble import Trouble
from schemas.verdicts import Judgement, Verdict

ASKED_MAX: Final = 1_000
"""Statements that wait to be saved; one more is refused, and its sender tries again."""
HANDED_AT_ONCE: Final = 200
RETRY_SECONDS: Final = 0.5
"""How long a desk that took nothing is left alone, and how long a verdict may wait to be written down."""
_UNREAD: Final = "What people reported cannot be read just now."
_UNSAVED: Final = "What people report cannot be saved just now: the record cannot be written."
_UNSAVED_FULL: Final = "What people report cannot be saved just now: make room on the disk."


class OutboxFull(Exception):
    """More is said than can be saved; nothing of it was."""


@dataclass(frozen=True, slots=True)
class Said:
    """A saved statement: whether it is new, and its verdict, which may take its time."""

    report: SavedReport
    is_new: bool
    verdict: "Future[Verdict]"


@dataclass(frozen=True, slots=True)
class _Ask:
    statement: Statement
    answer: "Future[Said]" = field(default_factory=Future)


class Outbox:
    """Statements of one folder or realm. `passes` is what a desk may refuse with and take later.

    What is said within `gather_s` of the last that was saved is saved and handed on together.

    `ended` is done when its thread is: when it was told to stop, else with what ended it.
    """

    def __init__(
        self,
        saved: SavedReports,
        desk: DeskPort,
        *,
        passes: tuple[type[Exception], ...],
        gather_s: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.trouble = Trouble("outbox")
        self.ended: Future[None] = Future()
        self._saved, self._desk, self._passes = saved, desk, passes
        self._asked: queue.Queue[_Ask | None] = queue.Queue(ASKED_MAX)
        self._judged: deque[tuple[int, Judgement]] = deque()
        self._line = Line(saved, desk.time, clock)
        self._gather_s, self._clock = gather_s, clock
        self._saved_at = float("-inf")
        self._verdicts: dict[int, Future[Verdict]] = {}
        self._is_unreadable = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        """Begin, with what an earlier process has left."""
        self._thread.start()

    def stop(self, within_s: float | None = None) -> bool:
        """Save what was asked so far and end; what no verdict is known of waits on the disk. False: not in time."""
        self._stopping.set()
        if self._thread.ident is None:
            return True
        with suppress(queue.Full):
            self._asked.put_nowait(None)
        self._thread.join(within_s)
        return not self._thread.is_alive()

    def say(self, statement: Statement) -> "Future[Said]":
        """Save a statement. The future ends in SaidOtherwise, NothingToPutRight or a RecordError where it cannot be."""
        ask = _Ask(statement)
        ask.answer.set_running_or_notify_cancel()
        if self._stopping.is_set():
            raise OutboxFull("the outbox has stopped")
        try:
            self._asked.put_nowait(ask)
        except queue.Full:
            raise OutboxFull(f"{ASKED_MAX} reports wait to be saved") from None
        return ask.answer

    def waits_no_more(self, said: Said) -> None:
        """Nobody waits for a verdict any more."""
        self._verdicts.pop(said.report.seq, None)

    def _run(self) -> None:
        asks: list[_Ask] = []
        try:
            while not self._stopping.is_set():
                asks = self._next()
                self._save(asks)
                self._hand_on()
            asks = self._what_is_left()
            self._save(asks)
        except BaseException as error:  # noqa: BLE001 - the thread's boundary: kept for the process to end with
            self.ended.set_exception(error)
        else:
            self.ended.set_result(None)
        self._stopping.set()
        for ask in (*asks, *self._what_is_left()):
            if not ask.answer.done():
                ask.answer.set_exception(OutboxFull("the outbox has stopped"))

    def _next(self) -> list[_Ask]:
        """What is asked, all at once; none after a while, or when the desk gave some back."""
        has_work = not self._line.was_refused() and self._line.has_work
        first: _Ask | None = None
        with suppress(queue.Empty):
            first = self._asked.get(timeout=0.0 if has_work else RETRY_SECONDS)
            self._stopping.wait(max(0.0, self._saved_at + self._gather_s - self._clock()))
            self._saved_at = self._clock()
        return ([] if first is None else [first]) + self._what_is_left()

    def _what_is_left(self) -> list[_Ask]:
        asks: list[_Ask] = []
        with suppress(queue.Empty):
            while len(asks) < ASKED_MAX:
                ask = self._asked.get_nowait()
                if ask is not None:
                    asks.append(ask)
        return asks

    def _save(self, asks: Sequence[_Ask]) -> None:
        judged = [self._judged.popleft() for _ in range(len(self._judged))]
        if not asks and not judged:
            return
        try:
            saved = self._saved.save([ask.statement for ask in asks], judged, self._desk.time())
        except RecordError as error:
            self._judged.extendleft(reversed(judged))
            for ask in asks:
                ask.answer.set_exception(error)
            self.trouble.set(_UNSAVED_FULL if isinstance(error, RecordFull) else _UNSAVED, str(error))
            self._stopping.wait(RETRY_SECONDS if not asks else 0.0)
            return
        self.trouble.set(None)
        self._line.settle(seq for seq, _ in judged)
        for ask, found in zip(asks, saved, strict=True):
            self._answer(ask, found)

    def _answer(self, ask: _Ask, found: "tuple[SavedReport, bool] | SaidOtherwise | NothingToPutRight") -> None:
        if isinstance(found, Exception):
            ask.answer.set_exception(found)
            return
        report, is_new = found
        verdict = self._verdicts.get(report.seq)
        if verdict is None:
            verdict = Future()
            verdict.set_running_or_notify_cancel()  # whoever waits may go away; others may wait for it too
            if report.judgement is not None:
                verdict.set_result(Verdict(judgement=report.judgement))
            else:
                self._verdicts[report.seq] = verdict
                self._look_again(report.seq)
        if report.judgement is None and not verdict.done():
            self._line.add(report)  # one that another process saved too: it may be dead
        ask.answer.set_result(Said(report, is_new, verdict))

    def _look_again(self, seq: int) -> None:
        """A verdict that came since the row was read is in no row yet, and is not given twice."""
        for judged, judgement in tuple(self._judged):
            if judged == seq and (waiting := self._verdicts.pop(seq, None)) is not None:
                waiting.set_result(Verdict(judgement=judgement))

    def _hand_on(self) -> None:
        """Give the desk all that waits, or what it will take of it."""
        self._read_more()
        while not self._stopping.is_set() and (some := self._line.take(HANDED_AT_ONCE)):
            try:
                future = self._desk.judge([report.record for report in some])
            except self._passes:
                self._line.give_back(some)
                return
            future.add_done_callback(self._verdicts_of(some))

    def _read_more(self) -> None:
        try:
            has_read = self._line.read_more()
        except RecordError as error:
            self._is_unreadable = True
            self.trouble.set(self.trouble.text or _UNREAD, str(error))
            self._stopping.wait(RETRY_SECONDS)
        else:
            if has_read and self._is_unreadable:  # it was gone as a whole, and is back
                self._is_unreadable = False
                self.trouble.set(None)

    def _verdicts_of(self, some: Sequence[SavedReport]) -> "Callable[[Future[list[Verdict]]], None]":
        """Called in the desk's thread once it has judged, or failed to."""

        def done(future: "Future[list[Verdict]]") -> None:
            if future.exception() is not None:
                self._line.give_back(some)
                return
            for report, verdict in zip(some, future.result(), strict=True):
                self._judged.append((report.seq, verdict.judgement))
                waiting = self._verdicts.pop(report.seq, None)
                if waiting is not None:
                    waiting.set_result(verdict)

        return done
