"""What becomes of a vendor's row: read, outside the area, or refused and kept; and what ends a whole file early."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from msgspec import Struct

from schemas.feeds import FeedRecord, Source

VALUE_CHARS_MAX: Final = 80
"""Of a refused value, in a dead letter; the whole of it stands in its raw bytes."""


class Reason(StrEnum):
    """Why a row was refused: the keys of `rejected` in what a replay reports."""

    RAGGED_ROW = "ragged_row"
    UNCLOSED_QUOTE = "unclosed_quote"
    NUL_BYTE = "nul_byte"
    NOT_JSON = "not_json"
    DUPLICATE_KEY = "duplicate_key"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    MISSING_COLUMN = "missing_column"
    MISSING_VALUE = "missing_value"
    BAD_VALUE = "bad_value"
    BAD_NUMBER = "bad_number"
    BAD_TIME = "bad_time"
    NOT_LOCAL_TIME = "not_local_time"
    BAD_POSITION = "bad_position"
    OUTSIDE_WORLD = "outside_world"
    SWAPPED_POSITION = "swapped_position"
    UNKNOWN_VENUE = "unknown_venue"
    UNKNOWN_TEAM = "unknown_team"
    UNKNOWN_CAMERA = "unknown_camera"
    UNKNOWN_CATEGORY = "unknown_category"
    UNKNOWN_STATUS = "unknown_status"


class Read(Struct, frozen=True, kw_only=True):
    """A row that became a record; `position` is its ordinal in the stream, from 1, refused rows included."""

    position: int
    record: FeedRecord


class Outside(Struct, frozen=True, kw_only=True):
    """A row of another borough, left unread beyond that; `position` as in Read."""

    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A row that was refused and kept: where it stands, what is wrong with it, and its own bytes.

    `line` is the physical line on which the row begins, from 1, the header included. `value` is never free text.
    `header` is what `raw` must be read with: the header line of a CSV file, the JSON map of its keys or None for JSON.
    """

    file: str
    line: int
    position: int
    source: Source
    reason: Reason
    field: str | None
    value: str | None
    rule: str
    raw: bytes
    header: bytes | None

    @property
    def is_json(self) -> bool:
        """A CSV row has its header with it; a JSON object has none, or the map of its keys."""
        return self.header is None or self.header.startswith(b"{")


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
