"""How often a library may say the same: one whose server is gone says it hundreds of times."""

import logging
import re
from collections.abc import Callable
from typing import Final

OURS: Final = "nightdesk"
LIBRARY_SECONDS: Final = 10.0
"""A line of a library is written once in so long, however often it comes: one whose server is gone says it all day."""
KINDS_MAX: Final = 1_000
"""Kinds of such lines that are remembered; the one begun first is forgotten first."""
_NUMBERS: Final = re.compile(r"0x[0-9a-f]+|\d+")


class Limit(logging.Filter):
    """Lets a library's line through once in LIBRARY_SECONDS, with how many like it came since; ours always.

    Lines are alike when they are but for their numbers. One record may ask several handlers: all get the same answer.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._kinds: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is written."""
        if is_ours(record):
            return True
        known: bool | None = getattr(record, "is_let_through", None)
        if known is None:
            known = record.is_let_through = self._is_let_through(record)
        return known

    def _is_let_through(self, record: logging.LogRecord) -> bool:
        kind = record.name, _NUMBERS.sub("", record.getMessage().partition("\n")[0])
        now = self._clock()
        at, left_out = self._kinds.get(kind, (float("-inf"), 0))
        if now - at < LIBRARY_SECONDS:
            self._kinds[kind] = at, left_out + 1
            return False
        record.left_out = left_out
        self._kinds.pop(kind, None)
        self._kinds[kind] = now, 0
        if len(self._kinds) > KINDS_MAX:
            self._kinds.pop(next(iter(self._kinds)))
        return True


def is_ours(record: logging.LogRecord) -> bool:
    """Whether a part of Nightdesk said it."""
    return record.name.startswith(f"{OURS}.")
