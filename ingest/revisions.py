"""Revisions of a report: new ones, corrections that replace what was said, withdrawals that take it back."""

from enum import Enum, auto
from typing import Final

from ingest.fields import one_of, whole
from ingest.outcomes import Refusal
from schemas.dead_letters import Reason

REVISION_MAX: Final = 1_000_000


class Status(Enum):
    """What a revision does."""

    NEW = auto()
    CORRECTED = auto()
    WITHDRAWN = auto()


_STATUSES: Final = {status.name.lower(): status for status in Status}


def revision_of(revision_text: str, status_text: str) -> tuple[int, Status]:
    """The revision's number and what it does; one that changes an earlier one comes after it."""
    status = one_of(status_text, "status", _STATUSES, Reason.UNKNOWN_STATUS, "new, corrected or withdrawn")
    if status is Status.NEW and revision_text == "0":
        return 0, status
    revision = whole(revision_text, "revision", 0, REVISION_MAX)
    if status is not Status.NEW and revision == 0:
        rule = f"must be 1 or more for a report that was {status.name.lower()}"
        raise Refusal(Reason.BAD_NUMBER, rule, "revision", revision_text)
    return revision, status
