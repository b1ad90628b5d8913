"""Writes what the desk tells into the record, through a full disk and a damaged file, without holding the desk up.

The record is a view: what cannot be written waits in memory, and a file that is of no use is set aside and told
everything again. A database is never set aside: others may live in it, so it is refused, or told again as it is.
Whether it was told everything stands in it, so that a rebuild that is killed begins anew.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

from api.record.errors import RecordDamaged, RecordError, RecordUnavailable
from api.record.history import HistoryWriter
from api.record.place import Database, Place
from api.record.record import Record, open_record
from schemas.log import log_of
from schemas.picture import Change
from schemas.set_aside import set_aside
from schemas.times import SECOND, Instant
from schemas.trouble import Trouble

PENDING_MAX: Final = 200_000
"""Changes kept in memory while the record cannot be written; past that they are let go, and all is told again later."""
REOPEN_AFTER: Final = 10 * SECOND
"""A record that stays unavailable is opened anew this often: what ails it may be seen only then."""

_UNWRITTEN: Final = "The record cannot be written now. The picture goes on, and the record catches up by itself."
_BUILT_AGAIN: Final = "The record has to be built again from the journal. The picture goes on meanwhile."
_ANOTHERS: Final = (
    "knows entry {}, and the journal of this folder ends before {}: it was written from another journal, or this one "
    "lost its end. Name another database, or drop schema {} there to have it built again from this journal"
)
_log: Final = log_of("record")


class Kept(StrEnum):
    """What became of changes: safe in the record, waiting for another try, or to be told again from the beginning."""

    SAFE = "safe"
    BEHIND = "behind"
    LOST = "lost"


class RecordKeeper:
    """One area's record, written by one thread.

    `journal_end` is the journal's next offset at the start: a record that knows more was told of entries that are gone.
    """

    def __init__(
        self, place: Place, area: str, now: Callable[[], Instant], *, journal_end: int, pending_max: int = PENDING_MAX
    ) -> None:
        """Open the record, or make it; RecordError when it can be neither read nor made."""
        self.was_ahead = False
        self._place = place
        self._area = area
        self._now = now
        self._pending_max = pending_max
        self._trouble = Trouble("record")
        self._pending: list[Change] = []
        self._told_to = journal_end
        self._written_to = -1
        self._anew: _Anew | None = None
        self._unavailable_since: Instant | None = None
        self._record = self._opened()
        self._history = self._record.history(area)
        self._set_aside_when_ahead(journal_end)
        self._is_whole = self._record.is_whole(area)
        self._whole_from = journal_end
        if not self._is_whole:
            self._history = self._record.history(area, anew=True)

    @property
    def trouble(self) -> str | None:
        """What is wrong with the record now, in plain words."""
        return self._trouble.text

    @property
    def needs_all(self) -> bool:
        """Whether it was not told everything yet: then the whole journal has to be told again."""
        return not self._is_whole

    @property
    def history(self) -> HistoryWriter:
        """The record's history; another one after the file was made anew."""
        return self._history

    def write(self, changes: Sequence[Change]) -> Kept:
        """Write changes, and before them those that could not be written before.

        LOST: tell everything again from the journal's first entry on, in its order.
        """
        if changes:
            self._told_to = max(self._told_to, 1 + max(change.offset for change in changes))
        if self._anew is not None:
            return self._begin_anew()
        self._pending.extend(changes)
        try:
            self._write_pending()
        except RecordDamaged as error:
            return self._lose(_Anew.FILE, error)
        except RecordError as error:
            if len(self._pending) > self._pending_max:
                return self._lose(_Anew.CONTENT, error)
            self._stay_behind(error)
            return Kept.BEHIND
        self._unavailable_since = None
        self._trouble.set(None)
        return Kept.SAFE

    def close(self) -> None:
        """Close the record."""
        self._record.close()

    def _write_pending(self) -> None:
        self._reopen_when_due()
        if not self._pending:
            return
        self._history.write(self._pending, self._now())
        self._written_to = max(self._written_to, *(change.offset for change in self._pending))
        # all is told in the journal's order: the first change past what had to be told again ends that
        if not self._is_whole and any(change.offset >= self._whole_from for change in self._pending):
            self._record.mark_whole(self._area)
            self._is_whole = True
            _log.info("The record holds everything that the journal tells")
        self._pending.clear()

    def _stay_behind(self, error: RecordError) -> None:
        self._trouble.set(f"{_UNWRITTEN} {len(self._pending)} changes wait.", str(error))
        if self._unavailable_since is None and isinstance(error, RecordUnavailable):
            self._unavailable_since = self._now()

    def _reopen_when_due(self) -> None:
        since, now = self._unavailable_since, self._now()
        if since is None or 0 <= now - since < REOPEN_AFTER:
            return
        self._unavailable_since = now
        self._open_another(open_record(self._place))
        newest = self._history.newest()
        if self._written_to > (-1 if newest is None else newest[0]):
            raise RecordDamaged(self._place, f"is not the file in which entry {self._written_to} was recorded")

    def _lose(self, anew: "_Anew", error: RecordError) -> Kept:
        self._anew = anew
        self._trouble.set(_BUILT_AGAIN, str(error))
        self._pending.clear()
        return self._begin_anew()

    def _begin_anew(self) -> Kept:
        """As soon as it can be: until then changes are let go, because all is told again."""
        try:
            if self._anew is _Anew.FILE and not isinstance(self._place, Database):
                self._record.close()
                self._move_aside()
                self._open_another(open_record(self._place))
            else:
                self._record.begin_again(self._area)
                self._history = self._record.history(self._area, anew=True)
        except RecordDamaged as error:
            self._anew = _Anew.FILE
            self._trouble.set(_BUILT_AGAIN, str(error))
            return Kept.BEHIND
        except RecordError as error:
            self._trouble.set(_BUILT_AGAIN, str(error))
            return Kept.BEHIND
        self._anew = None
        self._written_to = -1
        self._is_whole = False
        self._whole_from = self._told_to
        return Kept.LOST

    def _opened(self) -> Record:
        try:
            return open_record(self._place)
        except RecordDamaged as error:
            _log.error("%s", error)
            self._move_aside()
            return open_record(self._place)

    def _set_aside_when_ahead(self, journal_end: int) -> None:
        newest = self._history.newest()
        if newest is None or newest[0] < journal_end:
            return
        if isinstance(self._place, Database):
            self._record.close()
            raise RecordUnavailable(
                self._place, _ANOTHERS.format(newest[0], journal_end, self._place.schema("history"))
            )
        self.was_ahead = True
        _log.error("%s knows entry %d, and the journal ends before %d", self._place, newest[0], journal_end)
        self._record.close()
        self._move_aside()
        self._open_another(open_record(self._place))

    def _move_aside(self) -> None:
        if isinstance(self._place, Database):
            raise RecordUnavailable(self._place, "is damaged, and is not for us to move: restore its backup")
        try:
            aside = set_aside(self._place)
        except OSError as error:
            raise RecordUnavailable(self._place, f"cannot be set aside ({error.strerror})") from error
        _log.error("%s was set aside as %s, and is built again from the journal", self._place, aside.name)

    def _open_another(self, record: Record) -> None:
        self._record.close()
        self._record = record
        self._history = record.history(self._area)


class _Anew(StrEnum):
    """What has to be made anew before all is told again: the file, or only what is in it."""

    FILE = "file"
    CONTENT = "content"
