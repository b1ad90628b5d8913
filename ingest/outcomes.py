"""What becomes of a vendor's row: read, outside the area, or refused and kept; and what ends a whole file early."""

from typing import Final

from msgspec import Struct

from schemas.dead_letters import DeadLetter, Reason
from schemas.feeds import FeedRecord

VALUE_CHARS_MAX: Final = 80
"""Of a refused value, in a dead letter; the whole of it stands in its raw bytes."""


class Read(Struct, frozen=True, kw_only=True):
    """A row that became a record; `position` is its ordinal in the stream, from 1, refused rows included."""

    position: int
    record: FeedRecord


class Outside(Struct, frozen=True, kw_only=True):
    """A row of another borough, left unread beyond that; `position` as in Read."""

    position: int


Outcome = Read | DeadLetter | Outside


class Refusal(Exception):
    """One row cannot be read: the field and value at fault, where there is one, and the rule it breaks."""

    def __init__(self, reason: Reason, rule: str, field: str | None = None, value: str | None = None) -> None:
        super().__init__(reason, rule)
        self.reason = reason
        self.rule = rule
        self.field = field
        self.value = value if value is None else value[:VALUE_CHARS_MAX]


class Broken(Exception):
    """From here on the stream cannot be read; the text says what was found and what was expected."""


class SourceUnreadable(Exception):
    """A file or stream that ends early or never was one of ours. Raised after all that could be read was yielded."""

    def __init__(self, file: str, why: str, rows_read: int) -> None:
        kept = f"{rows_read:,} rows read before that are kept" if rows_read else "no row was read"
        super().__init__(f"{file}: {why}; {kept}")
        self.file = file
        self.why = why
        self.rows_read = rows_read
