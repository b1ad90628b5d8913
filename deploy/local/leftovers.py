"""Children that outlived their supervisor: found by a mark in their environment, which only they carry, and ended.

The mark is drawn once a folder. It is handed down to all that a child starts, and no other process has it, so that a
process id that was used again can never be taken for ours. It works where there is /proc (Linux).
"""

import os
import secrets
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

MARK: Final = "NIGHTDESK_CHILD_OF"
GENTLY_SECONDS: Final = 3.0
_KILLED_SECONDS: Final = 2.0
_PROC: Final = Path("/proc")


def mark_of(folder: Path) -> str:
    """The folder's mark, drawn the first time."""
    file = folder / "mark"
    with suppress(OSError):
        if kept := file.read_text(encoding="ascii").strip():
            return kept
    folder.mkdir(parents=True, exist_ok=True)
    drawn = secrets.token_hex(16)
    file.write_text(drawn, encoding="ascii")
    return drawn


def end_leftovers(mark: str, gently_s: float = GENTLY_SECONDS) -> list[int]:
    """End every process with this mark, by SIGTERM, then SIGKILL; returns their ids. Before any child is started."""
    if sys.platform != "linux":
        return []
    with ExitStack() as opened:
        found = dict[int, int]()
        for pid in _marked(mark):
            with suppress(ProcessLookupError):
                handle = os.pidfd_open(pid)
                opened.callback(os.close, handle)
                if _has(pid, mark):  # still the same one, which the handle now holds fast
                    found[pid] = handle
        for number, within_s in ((signal.SIGTERM, gently_s), (signal.SIGKILL, _KILLED_SECONDS)):
            _end(list(found.values()), number, within_s)
    return sorted(found)


def _end(handles: list[int], number: signal.Signals, within_s: float) -> None:
    for handle in handles:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, number)
    left, deadline = set(handles), time.monotonic() + within_s
    while left and (patience := deadline - time.monotonic()) > 0:
        left -= set(select.select(list(left), [], [], patience)[0])


def _marked(mark: str) -> Iterator[int]:
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid() and _has(int(entry.name), mark):
            yield int(entry.name)


def _has(pid: int, mark: str) -> bool:
    try:
        variables = (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:  # gone, or somebody else's
        return False
    return f"{MARK}={mark}".encode() in variables
