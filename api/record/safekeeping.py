"""Words and refused rows of one folder, put on the disk before anything that is built on them goes on."""

from collections.abc import Callable, Sequence

from api.record.dead_letters import DeadLetters
from api.record.kept import Kept
from api.record.words import Words
from schemas.dead_letters import DeadLetter
from schemas.times import Instant


class Safekeeping:
    """What ingest hands over to be kept. RecordError when it cannot be; then nothing built on it may go on."""

    def __init__(self, kept: Kept, now: Callable[[], Instant]) -> None:
        self.words = Words(kept, now, grouped=True)
        self.letters = DeadLetters(kept)
        self._not_kept = 0
        self._now = now

    @property
    def trouble(self) -> str | None:
        """What is wrong, in plain words, or None."""
        if not self._not_kept:
            return None
        return f"{self._not_kept} refused rows were counted and not kept: too many wait. Run nightdesk ingest retry."

    def keep(self, rows: Sequence[DeadLetter]) -> None:
        """All words given so far, and these refused rows; a repeat changes nothing."""
        self.words.commit()
        if rows:
            self._not_kept += self.letters.keep(rows, self._now())
