"""How the children stand, as a value and as a small file that another process (doctor) reads."""

import fcntl
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec
import orjson

from schemas.times import Instant

STATUS_FILE: Final = "children.json"
LOCK_FILE: Final = "supervisor.lock"


class ChildState(StrEnum):
    """Where a child is between its turn and its end."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    NOT_ANSWERING = "not_answering"
    BACKING_OFF = "backing_off"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildStatus:
    """One child: its state and since when, how often it was started again, how it last ended."""

    name: str
    state: ChildState
    since: Instant
    restarts: int
    last_exit: str | None
    pid: int | None


Status = tuple[ChildStatus, ...]


def write_status(folder: Path, status: Status) -> None:
    """Whole or not at all; a disk without room keeps the older one."""
    file = folder / STATUS_FILE
    with suppress(OSError):
        new = file.with_suffix(".new")
        new.write_bytes(orjson.dumps(status))
        new.replace(file)


def read_status(folder: Path) -> Status | None:
    """What the supervisor of this folder last wrote; None when none runs or its file cannot be read."""
    try:
        with (folder / LOCK_FILE).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        pass
    except OSError:
        return None
    try:
        return msgspec.json.decode((folder / STATUS_FILE).read_bytes(), type=Status)
    except (OSError, msgspec.MsgspecError):
        return None
