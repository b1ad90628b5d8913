"""The machine that the figures come from, in the words that stand above them."""

import os
import platform
import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

_CPUINFO: Final = Path("/proc/cpuinfo")
_MEMINFO: Final = Path("/proc/meminfo")
_MOUNTS: Final = Path("/proc/self/mounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What decides how fast things are here; `load` is the average of the last minute when the run began."""

    cpu: str
    cores: int
    memory_gb: float
    python: str
    sqlite: str
    disk: str
    load: float

    @classmethod
    def here(cls, folder: Path) -> Self:
        """This machine, and the file system of a folder."""
        return cls(
            cpu=_after_colon(_CPUINFO, "model name") or platform.machine(),
            cores=len(os.sched_getaffinity(0)),
            memory_gb=round(int((_after_colon(_MEMINFO, "MemTotal") or "0").split()[0]) / 1e6, 1),
            python=platform.python_version(),
            sqlite=sqlite3.sqlite_version,
            disk=_file_system(folder.resolve()),
            load=round(os.getloadavg()[0], 2),
        )

    def as_json(self) -> dict[str, object]:
        """All of it, for a program to keep."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.cpu}, {self.cores} cores, {self.memory_gb} GB; Python {self.python}, SQLite {self.sqlite}, files"
            f" on {self.disk}; load average {self.load}"
        )


def _after_colon(path: Path, name: str) -> str | None:
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None


def _file_system(folder: Path) -> str:
    """The type of the file system that holds a folder: the one mounted nearest above it, the last of those."""
    found, depth = "an unknown file system", -1
    for line in _MOUNTS.read_text(encoding="utf-8").splitlines():
        _, mounted, kind, *_ = line.split()
        place = Path(mounted)
        if (place == folder or place in folder.parents) and len(place.parts) >= depth:
            found, depth = kind, len(place.parts)
    return found
