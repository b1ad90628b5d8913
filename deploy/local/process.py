"""One process of a child: in a session of its own, gone when the supervisor is gone, its output on one pipe."""

import ctypes
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO, Final

_KEPT: Final = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "JAVA_HOME")
_PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None
_LINE_BYTES_MAX: Final = 16_384
_PIPE_SECONDS: Final = 1.0


class Process:
    """A running child. The thread that makes it must outlive it: Linux ties the death signal to that thread.

    Ctrl-C reaches only the supervisor, because the child has a session of its own; a supervisor that is killed takes
    its children with it, on Linux. Raises OSError when the program cannot be started.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str], heard: Callable[[str], None]) -> None:
        self._lock, self._is_reaped = threading.Lock(), False
        self._process = subprocess.Popen(  # noqa: S603 - what the composition root named
            command, env=environment(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=_dies_with(os.getpid()),  # noqa: PLW1509 - one system call, no locks
        )  # fmt: skip
        pipe = self._process.stdout or io.BytesIO()
        self._reader = threading.Thread(target=_read, args=[pipe, heard], name=f"read {self.pid}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Its process id, which is its session's too."""
        return self._process.pid

    def wait(self) -> int:
        """Wait until it ends, end what it left behind in its session, and return its code (negative: the signal)."""
        if sys.platform != "linux":
            self._process.wait()
        else:
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        with self._lock:  # until it is reaped, its number is nobody else's
            if self._process.returncode is None:
                self._signal_all(signal.SIGKILL)
            code = self._process.wait()
            self._is_reaped = True
        self._reader.join(_PIPE_SECONDS)
        return code

    def send(self, number: int) -> None:
        """A signal to it alone; none when it has ended."""
        with self._lock:
            if not self._is_reaped:
                self._process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL to it and to all that it started."""
        with self._lock:
            if not self._is_reaped:
                self._signal_all(signal.SIGKILL)

    def _signal_all(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """A child's variables: its own, and of ours only those that every program needs.

    PYTHONDONTWRITEBYTECODE is not among them, because it costs each Python child 0.8 s at every start.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONUNBUFFERED": "1", **env}


def said_of(code: int) -> str:
    """How a process ended, for people."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def _read(pipe: IO[bytes], heard: Callable[[str], None]) -> None:
    with pipe:
        while line := pipe.readline(_LINE_BYTES_MAX):
            heard(line.decode(errors="replace"))


def _dies_with(parent: int) -> Callable[[], None] | None:
    """What a new child does before its program: ask to be killed with its parent, which may be gone already."""
    libc = _LIBC
    if libc is None:
        return None

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return ask
