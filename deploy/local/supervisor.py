"""Runs services and roles as children of one process: in order, with one log, started again when they end.

They start in stages: those of one start together, the next stage when all of them are ready. They end in the
opposite order, all within five seconds.
"""

import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import FrameType
from typing import Final, TextIO

from deploy.local.child import Child
from deploy.local.claim import Claim
from deploy.local.leftovers import MARK
from deploy.local.log_lines import LogLines
from deploy.local.service import Service
from deploy.local.status import ChildState, Status, write_status
from schemas.times import Instant

STOP_SECONDS: Final = 4.0
"""For all children together; what then remains is the supervisor's own end, within five."""
PATIENCE_SECONDS: Final = 30.0
_STAGE_SECONDS_MIN: Final = 0.5
_TURN_SECONDS: Final = 0.05
_SILENT_SECONDS: Final = 1.5


class Supervisor:
    """The children of a claimed folder.

    Where a stage is not ready within `patience_s`, that is said and the next one starts all the same: our own parts
    show what is missing and wait for it.
    """

    def __init__(
        self, claim: Claim, stages: Sequence[Sequence[Service]], *, out: TextIO = sys.stderr,
        wall: Callable[[], Instant] = lambda: time.time_ns() // 1_000_000, clock: Callable[[], float] = time.monotonic,
        patience_s: float = PATIENCE_SECONDS,
    ) -> None:  # fmt: skip
        self._claim, self._patience_s = claim, patience_s
        self._clock = clock
        self._stopping, self._wake, self._is_preparing = threading.Event(), threading.Event(), False
        self._told = threading.Lock()
        self._signals: queue.SimpleQueue[None] = queue.SimpleQueue()
        names = [service.name for stage in stages for service in stage]
        self._lines = LogLines(out, names, wall=datetime.now, clock=clock)
        self._stages = [
            [
                Child(one, {MARK: claim.mark}, self._lines, wall=wall, clock=clock, changed=self._tell)
                for one in stage
            ]
            for stage in stages
        ]  # fmt: skip

    @property
    def status(self) -> Status:
        """How each child stands, in the order of their start."""
        return tuple(child.status for child in self._children)

    def run(self, started: Callable[[], None] = lambda: None) -> None:
        """From preparing to the end of the last child; SIGTERM and Ctrl-C stop it at any point. Main thread only.

        `started` is called once all stages were started. Raises CannotServe when something cannot be prepared.
        """
        with _signals_to(self._on_signal):
            threading.Thread(target=self._listen, name="signals", daemon=True).start()
            try:
                self.prepare()
                if self.start():
                    started()
                self._stopping.wait()
            except _AskedToStop:
                self._lines.say("stopped before anything was started")
            finally:
                self.stop()

    def prepare(self) -> None:
        """Make what each service needs, in order."""
        if self._claim.ended:
            self._lines.say(f"ended {len(self._claim.ended)} processes that an earlier run had left behind")
        self._is_preparing = True
        for child in self._children:
            with self._saying_if_it_takes_long(child.name):
                child.service.prepare()
        self._is_preparing = False

    def start(self) -> bool:
        """Start stage after stage; False when it was asked to stop meanwhile."""
        threading.Thread(target=self._watch, name="watch", daemon=True).start()
        for stage in self._stages:
            if self._stopping.is_set():
                return False
            for child in stage:
                child.start()
            self._wait_for(stage)
        return not self._stopping.is_set()

    def ask_to_stop(self) -> None:
        """What SIGTERM does; from any thread."""
        self._stopping.set()
        self._wake.set()

    def stop(self) -> None:
        """End all children, the last stage first, each stage with its stop signals and then by force."""
        self.ask_to_stop()
        deadline = self._clock() + STOP_SECONDS
        for number, stage in reversed(list(enumerate(self._stages))):
            for child in stage:
                child.ask_to_end()
            for child in stage:
                child.end_within(deadline - number * _STAGE_SECONDS_MIN - self._clock())
        self._lines.close()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Runs between any two steps of the main thread, so it may take no lock that the main thread may hold."""
        self._signals.put(None)
        if self._is_preparing:
            self._is_preparing = False
            raise _AskedToStop

    @contextmanager
    def _saying_if_it_takes_long(self, name: str) -> Iterator[None]:
        text = f"{name} is being prepared, which takes some time when it is the first"
        timer = threading.Timer(_SILENT_SECONDS, self._lines.say, [text])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _listen(self) -> None:
        """The first signal stops it, a second one at once."""
        self._signals.get()
        self.ask_to_stop()
        self._signals.get()
        for child in self._children:
            child.kill()

    @property
    def _children(self) -> list[Child]:
        return [child for stage in self._stages for child in stage]

    def _wait_for(self, stage: Sequence[Child]) -> None:
        deadline = self._clock() + self._patience_s
        while late := [child.name for child in stage if child.status.state is not ChildState.READY]:
            if self._clock() > deadline:
                self._lines.say(f"{', '.join(late)} not ready after {self._patience_s:g} s: the rest starts without")
                return
            if self._stopping.wait(_TURN_SECONDS):
                return

    def _watch(self) -> None:
        """Ask the probes: often while something starts, else every two seconds."""
        while not self._stopping.is_set():
            self._wake.wait(min((child.patience_s for child in self._children), default=1.0))
            self._wake.clear()
            for child in self._children:
                child.look()
                self._lines.settle(child.name)

    def _tell(self) -> None:
        """A child's state changed: write it down, and look at the children anew."""
        with self._told:
            write_status(self._claim.folder, self.status)
        self._wake.set()


class _AskedToStop(BaseException):
    """Breaks off what is being prepared, wherever that waits."""


@contextmanager
def _signals_to(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
