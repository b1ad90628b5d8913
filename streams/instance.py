"""Which worker a process is: a name in its data folder with a lock on it, the same after a kill, never two's at once.

Kafka gives the areas of one who comes back under its name back at once, and throws out one of two under one name.
"""

import fcntl
import os
import secrets
import socket
from pathlib import Path
from typing import Final

INSTANCES_MAX: Final = 64


class NoInstance(OSError):
    """All names of this machine are taken; the text says where."""


class Instance:
    """Holds the first free name of a folder for as long as the process lives."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(INSTANCES_MAX):
            held = os.open(folder / f"worker-{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(held)
                continue
            self.name = f"{socket.gethostname()}-{_token(held)}"
            self._held = held
            return
        raise NoInstance(f"{INSTANCES_MAX} workers already hold a lock in {folder}: give this one another --data")

    def release(self) -> None:
        """Let another have the name."""
        os.close(self._held)


def _token(file: int) -> str:
    """What tells this name from those of other folders: made once, and kept in the file."""
    kept = os.pread(file, 64, 0).decode(errors="replace")
    if not kept:
        kept = secrets.token_hex(4)
        os.pwrite(file, kept.encode(), 0)
    return kept
