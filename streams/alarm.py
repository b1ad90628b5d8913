"""The alarm that outlives the process: the journal lost its end. It stands until somebody deletes its file."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from schemas.log import log_of
from schemas.times import Instant, rfc3339

ALARM_NAME: Final = "JOURNAL-LOST-ITS-END.txt"
LOST: Final = "The desk's journal lost its newest entries: what had come in shortly before is missing."
PLAIN: Final = f"{LOST} Whoever runs the desk finds what to do in nightdesk doctor."
LOOK_SECONDS: Final = 5.0
_LETTER: Final = """\
{at}: the journal in this folder ends at entry {end}, and more had been written: a power cut, a full copy of an older
journal, or a disk that lied. What was folded from the lost entries was taken back; the picture is what the journal
holds. To get back what is missing, put the files of inbox/done that arrived before this time into the inbox again:
rows that the journal holds are not counted twice. Then delete this file, and the alarm is over.
"""


class TailAlarm:
    """The alarm of one data folder; `clock` is monotonic seconds."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._file = folder / ALARM_NAME
        self._clock = clock
        self._looked_at: float | None = None
        self._stands = False

    @property
    def text(self) -> str | None:
        """The alarm in plain words while it stands; the file is looked at every few seconds."""
        now = self._clock()
        if self._looked_at is None or now - self._looked_at >= LOOK_SECONDS:
            self._looked_at, self._stands = now, self._file.exists()
        return PLAIN if self._stands else None

    def raise_it(self, at: Instant, journal_end: int) -> None:
        """Say it in the log and in the folder; where there is no room for the file, in the log."""
        log_of("journal").error("%s The journal ends at entry %d.", PLAIN, journal_end)
        self._looked_at, self._stands = self._clock(), True
        try:
            self._file.write_text(_LETTER.format(at=rfc3339(at), end=journal_end), encoding="utf-8")
        except OSError as error:
            log_of("journal").error("%s cannot be written: %s", self._file, error.strerror)
