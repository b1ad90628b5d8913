"""A child and its processes, one after the other: started, watched, started again with backoff, ended."""

import threading
from collections.abc import Callable, Mapping
from typing import Final

from deploy.local.backoff import Backoff
from deploy.local.log_lines import LogLines
from deploy.local.process import Process, said_of
from deploy.local.service import Service
from deploy.local.status import ChildState, ChildStatus
from schemas.times import Instant

_GONE_SECONDS: Final = 1.0
_STEADY_SECONDS, _TROUBLED_SECONDS, _STARTING_SECONDS = 2.0, 0.5, 0.05
_QUICK_SECONDS: Final = 10.0
_UP: Final = (ChildState.STARTING, ChildState.READY, ChildState.NOT_ANSWERING)


class Child:
    """One service under supervision. `wall` and `clock` are the time for people and monotonic seconds."""

    def __init__(
        self, service: Service, mark: Mapping[str, str], lines: LogLines, *, wall: Callable[[], Instant],
        clock: Callable[[], float], changed: Callable[[], None],
    ) -> None:  # fmt: skip
        self.service, self._mark, self._lines = service, mark, lines
        self._wall, self._clock, self._changed = wall, clock, changed
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self._process: Process | None = None
        self._state, self._since, self._began = ChildState.WAITING, wall(), clock()
        self._starts, self._last_exit = 0, ""
        self._thread: threading.Thread | None = None

    @property
    def name(self) -> str:
        """Its service's name."""
        return self.service.name

    @property
    def status(self) -> ChildStatus:
        """How it stands now."""
        with self._lock:
            return ChildStatus(
                name=self.name, state=self._state, since=self._since, restarts=max(0, self._starts - 1),
                last_exit=self._last_exit or None, pid=None if self._process is None else self._process.pid,
            )  # fmt: skip

    @property
    def patience_s(self) -> float:
        """How soon its probe is worth asking again."""
        if self._state is ChildState.STARTING and self._clock() - self._began < _QUICK_SECONDS:
            return _STARTING_SECONDS
        return _TROUBLED_SECONDS if self._state in _UP and self._state is not ChildState.READY else _STEADY_SECONDS

    def start(self) -> None:
        """Start it and keep it started until `ask_to_end`."""
        self._thread = threading.Thread(target=self._run, name=f"child {self.name}", daemon=True)
        self._thread.start()

    def look(self) -> None:
        """Ask its probe once, for up to a second, and note what changed."""
        looked_at = self._process
        if looked_at is None:
            return
        is_ready = self.service.is_ready()
        if is_ready and self._state is not ChildState.READY:
            took = f"after {self._clock() - self._began:.1f} s" if self._state is ChildState.STARTING else "again"
            self._becomes(ChildState.READY, f"ready {took}", seen_at=looked_at)
        elif not is_ready and self._state is ChildState.READY:
            self._becomes(ChildState.NOT_ANSWERING, "is not ready any more", seen_at=looked_at)

    def ask_to_end(self) -> None:
        """Send its stop signal and start it no more; returns at once."""
        with self._lock:
            self._stopping.set()
            if self._process is not None:
                self._process.send(self.service.stop_signal)

    def kill(self) -> None:
        """End it and all that it started at once."""
        process = self._process
        if process is not None:
            process.kill()

    def end_within(self, seconds: float) -> None:
        """Wait for its end, and after that time force it."""
        if self._thread is None:
            return
        self._thread.join(max(seconds, 0))
        if self._thread.is_alive():
            self._lines.say(f"{self.name} did not end in time and is killed")
            self.kill()
            self._thread.join(_GONE_SECONDS)

    def _run(self) -> None:
        backoff = Backoff()
        while not self._stopping.is_set():
            self._began = self._clock()
            how = self._live_once()
            wait = backoff.after(self._clock() - self._began)
            with self._lock:
                self._process, self._last_exit = None, how
            if not self._stopping.is_set():
                self._becomes(ChildState.BACKING_OFF, f"{how}; started again in {wait:g} s")
                self._stopping.wait(wait)
        self._becomes(ChildState.STOPPED, self._last_exit if self._starts else "")

    def _live_once(self) -> str:
        """From start to end of one process; says how it ended."""
        try:
            with self._lock:
                if self._stopping.is_set():
                    return self._last_exit
                self._starts += 1
                process = self._process = Process(
                    self.service.command,
                    {**self.service.env, **self._mark},
                    lambda text: self._lines.heard(self.name, text),
                )
        except OSError as error:
            return f"cannot be started: {error.strerror or error}"
        self._becomes(ChildState.STARTING)
        return said_of(process.wait())

    def _becomes(self, state: ChildState, says: str = "", seen_at: Process | None = None) -> None:
        """What was seen at a process that has ended meanwhile is out of date, and changes nothing."""
        with self._lock:
            if seen_at is not None and (self._process is not seen_at or self._state not in _UP):
                return
            self._state, self._since = state, self._wall()
        if says:
            self._lines.say(f"{self.name} {says}")
        self._changed()
