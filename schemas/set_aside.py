"""Moves a damaged SQLite file out of the way under a name that says so, for whoever wants to look into it."""

from contextlib import suppress
from pathlib import Path
from typing import Final

KEPT_MAX: Final = 3
"""Files of one name set aside; the oldest makes room, so that a disk that damages files is not also filled up."""
_SUFFIXES: Final = ("", "-wal", "-shm", "-journal")


def set_aside(path: Path) -> Path:
    """Rename a file that nobody has open, and what SQLite keeps beside it, to NAME.damaged-N; its new name. OSError."""
    numbers = sorted(number for old in path.parent.iterdir() if (number := _number(path, old)) is not None)
    for number in numbers[: max(0, len(numbers) + 1 - KEPT_MAX)]:
        for suffix in _SUFFIXES:
            path.with_name(f"{path.name}.damaged-{number}{suffix}").unlink(missing_ok=True)
    aside = path.with_name(f"{path.name}.damaged-{numbers[-1] + 1 if numbers else 1}")
    for suffix in _SUFFIXES:
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).replace(aside.with_name(aside.name + suffix))
    return aside


def _number(path: Path, old: Path) -> int | None:
    digits = old.name.removeprefix(f"{path.name}.damaged-")
    return int(digits) if digits != old.name and digits.isascii() and digits.isdigit() else None
