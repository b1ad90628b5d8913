"""The log: one readable line an event, on standard error and in the data folder, within bounds.

No words, no secrets and no personal data: our own messages name files, counts and rules; of an error that nobody
foresaw only its kind and place are written, because its text may quote what somebody said.
"""

import logging
import logging.handlers
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from schemas.log_limit import OURS, Limit, is_ours
from schemas.settings import LogLevel
from schemas.times import rfc3339

FILE_BYTES_MAX: Final = 1_000_000
FILES_KEPT: Final = 4
"""Older files of the log beside the one that is written; the oldest is let go."""
LINE_CHARS_MAX: Final = 2_000
_PLACES_SHOWN_MAX: Final = 8


def log_of(part: str) -> logging.Logger:
    """The log of one part of Nightdesk: desk, feeds, record ..."""
    return logging.getLogger(f"{OURS}.{part}")


@contextmanager
def logging_to(file: Path | None, level: LogLevel) -> Iterator[None]:
    """Write the log until the block ends, on standard error and, where one is given, in a file.

    Other libraries are heard from warnings up.
    """
    handlers, unwritable = _handlers(file)
    root, ours = logging.getLogger(), logging.getLogger(OURS)
    limit = Limit(time.monotonic)
    for handler in handlers:
        handler.setFormatter(OneLine())
        handler.addFilter(limit)
        root.addHandler(handler)
    ours.setLevel(level.value.upper())
    if unwritable is not None:
        log_of("log").warning("%s cannot be written (%s): the log is on standard error only", file, unwritable)
    try:
        yield
    finally:
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()
        ours.setLevel(logging.NOTSET)


class OneLine(logging.Formatter):
    """`2026-05-16T23:10:00.000Z error desk: what happened`, whatever the message holds."""

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if not is_ours(record):  # the rest of a library's message may show what it worked on
            text = text.partition("\n")[0]
            if left_out := getattr(record, "left_out", 0):
                text = f"{text} ({left_out} more like it before)"
        if record.exc_info is not None and record.exc_info[1] is not None:
            text = f"{text} | {trace_of(record.exc_info[1])}"
        part = record.name.removeprefix(f"{OURS}.")
        at = rfc3339(round(record.created * 1000))
        return f"{at} {record.levelname.lower()} {part}: {_on_one_line(text)}"[:LINE_CHARS_MAX]


def trace_of(error: BaseException) -> str:
    """The kind and place of an error, innermost first, and of what caused it; never its text."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    shown = " < ".join(places[:_PLACES_SHOWN_MAX])
    cause = error.__cause__
    because = "" if cause is None else f", from {type(cause).__name__}"
    return f"{type(error).__name__} at {shown or 'no known place'}{because}"


class _BoundedFile(logging.handlers.RotatingFileHandler):
    """A line that the disk has no room for is let go: standard error has it too, and the desk has its own alarm."""

    def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        return

    def close(self) -> None:
        with suppress(OSError):  # such a line is tried once more at the end
            super().close()


def _handlers(file: Path | None) -> tuple[list[logging.Handler], str | None]:
    """Where the log goes, and why not into the file."""
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if file is None:
        return handlers, None
    try:
        handlers.append(_BoundedFile(file, maxBytes=FILE_BYTES_MAX, backupCount=FILES_KEPT, encoding="utf-8"))
    except OSError as error:
        return handlers, error.strerror
    return handlers, None


def _on_one_line(text: str) -> str:
    """White space as single spaces, and nothing that a terminal would obey."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
