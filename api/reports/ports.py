"""What the API needs of the desk and of the feeds; nightdesk.py hands in whoever can do it."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

from schemas.audiences import Role
from schemas.feeds import FeedRecord, Source
from schemas.picture import Incident
from schemas.times import Instant
from schemas.uploads import Uploaded
from schemas.verdicts import Standing, Verdict


class DeskPort(Protocol):
    """The desk, from any thread. What it cannot take at once it refuses by raising; nothing of that was written."""

    def judge(self, records: Sequence[FeedRecord]) -> "Future[list[Verdict]]":
        """Have records made durable and judged; the future may fail too, and then nothing was written."""

    def see(self, incident: str, may_see: Callable[[Incident], bool], by: Role) -> "Future[Instant | None]":
        """Have an incident's reports seen; since when all are, or None: it is not theirs."""

    def standing(self, report: str) -> Standing | None:
        """How a report stands, named as `sbn:<id>`."""

    def time(self) -> Instant:
        """What time it is for what comes in."""


Upload = Callable[[Source, bytes], Uploaded]
"""Reads a vendor's file, keeps what it refuses and has the rest judged. UploadUnreadable: it is none."""
