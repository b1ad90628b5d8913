"""The claim on a folder of services: one supervisor at a time, and what an earlier one left running is ended first."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.leftovers import end_leftovers, mark_of
from deploy.local.service import CannotServe
from deploy.local.status import LOCK_FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A folder that is ours while the block lasts; `mark` is carried by all its children."""

    folder: Path
    mark: str
    ended: tuple[int, ...]
    """Processes of an earlier supervisor that still ran and were ended."""


@contextmanager
def claimed(folder: Path) -> Iterator[Claim]:
    """Claim a folder; ports are chosen inside, when leftovers hold none any more. CannotServe when it is taken."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK_FILE).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotServe(f"{folder}: process {lock.read().strip() or '?'} runs these services already.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        mark = mark_of(folder)
        yield Claim(folder=folder, mark=mark, ended=tuple(end_leftovers(mark)))
