"""What is wrong with one part of Nightdesk now, in plain words; the log hears when it begins and when it is over."""

import re
from typing import Final

from schemas.log import log_of

_NUMBERS: Final = re.compile(r"\d+")


class Trouble:
    """Set by one thread, read by any. `text` is None while all is well; anybody may be shown it."""

    def __init__(self, part: str) -> None:
        self.text: str | None = None
        self._log = log_of(part)

    def set(self, text: str | None, detail: str = "") -> None:
        """What is wrong now, or None: nothing any more. `detail`, which may name files, is for the log alone."""
        before, self.text = self.text, text
        if text is None:
            if before is not None:
                self._log.warning("Over: %s", before)
        elif before is None or _kind(before) != _kind(text):
            self._log.error("%s %s", text, detail)


def _kind(text: str) -> str:
    """The text without its numbers: a trouble that only counts on is the same one, and is logged once."""
    return _NUMBERS.sub("", text)
