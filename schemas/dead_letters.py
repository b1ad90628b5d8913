"""Dead letters: refused rows as their reader gives them to be kept, and as they come back to be read again."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

from schemas.feeds import Source


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


class LetterTold(Struct, frozen=True, kw_only=True):
    """That something was refused: its place, the reason and rule, and where its bytes are kept, never the bytes.

    `place` is a file and line, or a topic, partition, offset and line; `reference` None: the bytes are at the place.
    """

    place: str
    reason: str
    rule: str
    reference: str | None


class DeadLetter(Struct, frozen=True, kw_only=True):
    """A row that was refused and kept: where it stands, what is wrong with it, and its own bytes.

    `line` is the physical line on which the row begins, from 1, the header included; `position` its ordinal in the
    file. `value` is cut short and never free text. `header` is what `raw` must be read with: the header
    line of a CSV file, the JSON map of its keys or None for JSON.
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
    def reference(self) -> str:
        """What its keeper calls it: the same row of the same file is the same letter."""
        digest = hashlib.sha256()
        for part in (self.file.encode(), b"%d" % self.line, b"%d" % self.position, self.header or b"", self.raw):
            digest.update(b"%d:" % len(part) + part)
        return digest.hexdigest()

    @property
    def is_json(self) -> bool:
        """A CSV row has its header with it; a JSON object has none, or the map of its keys."""
        return self.header is None or self.header.startswith(b"{")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A dead letter that somebody wants read again; `id` is its keeper's name for it."""

    id: str
    letter: DeadLetter
