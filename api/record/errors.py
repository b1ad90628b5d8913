"""What can go wrong with the record, each as its own error that names the file or database and says what to do."""

from pathlib import Path
from typing import Final

from api.record.place import Place


class RecordError(Exception):
    """The record cannot be used; the text names the file or database, the rule broken and what to do."""

    def __init__(self, place: Place, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place
        self.why = why


class RecordDamaged(RecordError):
    """record.db is not a whole database; it is a view, so it is set aside and rebuilt from the journal."""


class KeptDamaged(RecordError):
    """kept.db is not a whole database; nothing else holds what it held, so a person restores it."""


class RecordFull(RecordError):
    """There is no room to write; nothing of the transaction was written, and the same write can be tried again."""


class RecordUnavailable(RecordError):
    """It cannot be opened, read or written just now: locked, read-only, slow, gone, or the disk failed."""


class RecordTooNew(RecordError):
    """It has a schema that this version of Nightdesk does not know."""


_RESTORE: Final = (
    "It holds the words, dead letters, keys, sign-ins and audit that nothing can rebuild. Stop Nightdesk, put a copy "
    "of kept.db from your backup in its place with no kept.db-wal or kept.db-shm beside it, and start again. To go on "
    "without it, move it away: all that it held is then lost, and keys must be made anew."
)


def damaged_error(path: Path, damaged: type[RecordError], found: str) -> RecordError:
    """The error of a broken file, with what was found and what to do about it."""
    if damaged is KeptDamaged:
        return KeptDamaged(path, f"is damaged ({found}). {_RESTORE}")
    return damaged(path, f"is damaged ({found}); it is a view and can be rebuilt from the journal")
