"""What became of a vendor's file that was posted: counts, and a reason for each line that was refused."""

from dataclasses import dataclass

from schemas.dead_letters import Reason


class UploadUnreadable(ValueError):
    """What was posted is no file of its source, or ends before its first row; the text says what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    """A line that was refused and kept: where it begins in the file, from 1, and the rule that it breaks."""

    line: int
    reason: Reason
    field: str | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """Counts by row. `duplicates` said again what was known; `rejected` counts by reason what was refused.

    `refused` holds the first of the refused lines; all are kept. `ended_early` says why the file could not be read to
    its end, where it could not.
    """

    read: int
    accepted: int
    duplicates: int
    outside: int
    rejected: dict[str, int]
    refused: tuple[RefusedLine, ...]
    ended_early: str | None
