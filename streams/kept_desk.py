"""A desk that is kept: restored from its journal, folded on, told to whoever listens, and saved now and then.

One thread at a time. What is folded is durable before; only what was told may be in a snapshot, so that a snapshot
never knows more than what was told.
"""

import traceback
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from schemas.area import Area
from schemas.journal import Entry
from schemas.picture import Change
from schemas.telemetry import Metric
from schemas.trouble import Trouble
from schemas.verdicts import Judgement
from streams.core.desk import Desk
from streams.core.records import drain
from streams.core.state import LEDGERS, TONIGHT, encode_ledgers, encode_tonight
from streams.journal import Journal, JournalError, fingerprint
from streams.restore import Heard, Restored, Told, Unfoldable, current, fold_entry, restore, unheard
from streams.snapshots import SnapshotRefused, SnapshotStore

SNAPSHOT_ENTRIES: Final = 5_000
"""Ticks not counted."""
SNAPSHOT_SECONDS: Final = 30.0
RESTORE_SECONDS: Final = 5.0
"""A restore that is longer is saved on the way: whoever is stopped in its middle has not to begin it again."""
SNAPSHOT_REST: Final = 20
"""So many times its own time a snapshot is not followed by another: however much comes, they take a twentieth."""
SKIPS_AN_HOUR_MAX: Final = 3
"""So many entries that cannot be folded within an hour stop the area, loudly."""
LOST_MAX: Final = 3
"""Times that a listener may lose everything while it is told everything; then the area stops."""

Tell = Callable[[list[Change]], Told]
"""Told what changed, whoever listens says whether all it was told so far is safe where it belongs."""
Clock = Callable[[], float]
"""Monotonic seconds."""
Measure = Callable[[Metric], AbstractContextManager[object]]


class AreaStopped(Exception):
    """The area stands still: it was told to stop, or somebody has to look first."""


class Interrupted(Exception):
    """Told to stop while a long journal was being folded; the journal is as it was."""


def unmeasured(_metric: Metric) -> AbstractContextManager[object]:
    """For whoever has no metrics."""
    return nullcontext()


def _unheard(_changes: list[Change]) -> Told:
    return Told.SAFE


def _never() -> bool:
    return False


class _Lost(Exception):
    """The listener lost what it had while it was told everything: begin again."""


class KeptDesk:
    """The desk of one area. `tell` None: nobody listens, and no record is made of what changed.

    `tell_census` is told every key's current record, once it is restored; where it is left out, `tell` is.
    `heard` is told of each entry that was folded, or left out.

    After an error the desk may be behind its journal: restore it again.
    """

    def __init__(
        self,
        area: Area,
        journal: Journal,
        snapshots: SnapshotStore | None,
        *,
        tell: Tell | None,
        clock: Clock,
        measure: Measure = unmeasured,
        tell_census: Tell | None = None,
        heard: Heard = unheard,
    ) -> None:
        self.journal = journal
        self.desk = Desk(area.borough, journal.blob, is_heard=tell is not None)
        self.next_offset = 0
        """Every entry below is folded, or left out."""
        self._borough = area.borough
        self._snapshots = snapshots
        self._tell = tell or _unheard
        self._tell_census = tell_census or self._tell_while_restoring
        self._is_heard = tell is not None
        self._heard = heard
        self._told = Told.SAFE
        self._clock = clock
        self._measure = measure
        self._stopping: Callable[[], bool] = _never
        self._snapshot_offset = 0
        self._unsaved = 0
        self._snapshot_at = clock()
        self._snapshot_took = 0.0
        self._unsaveable = Trouble("snapshot")
        self._ledgers: tuple[int, bytes] | None = None
        self._skipped_at: list[float] = []

    def restore(self, *, from_first: bool = False, stopping: Callable[[], bool] | None = None) -> Restored:
        """The desk anew, and all told; an entry that cannot be folded is put on the skip list on the way.

        `from_first`: whatever snapshots there are. Raises Interrupted soon after `stopping()` is True.
        """
        self._stopping = stopping or self._stopping
        lost, snapshots = 0, self._snapshots
        while True:
            self._ledgers = None  # another desk's changes may come to the same number
            try:
                restored = restore(
                    self.journal,
                    snapshots,
                    self._borough,
                    self._tell_while_restoring,
                    from_first=from_first,
                    is_heard=self._is_heard,
                    heard=self._heard,
                    on_the_way=self._save_on_the_way,
                )
                self._follow(restored)
                self.census()
            except Unfoldable as entry:
                self._leave_out(entry)
            except SnapshotRefused:
                snapshots = None  # a snapshot only shortens the start
            except _Lost:
                from_first, lost = True, lost + 1
                if lost >= LOST_MAX:
                    raise AreaStopped("whoever is told what changed has lost it again and again") from None
            else:
                return restored

    def _follow(self, restored: Restored) -> None:
        self.desk = restored.desk
        self.next_offset = restored.next_offset
        self._snapshot_offset = restored.from_snapshot
        self._unsaved = restored.folded

    def census(self) -> None:
        """Tell the current record of every key."""
        if self._is_heard:
            self._tell_census(current(self.desk))

    def fold(self, entries: Iterable[tuple[int, Entry]], next_offset: int) -> list[Judgement | None]:
        """Fold entries that follow what is folded; what the fold made of each.

        Of none where one cannot be folded: all were restored without it, to the journal's end.
        """
        judgements: list[Judgement | None] = []
        try:
            with self._measure(Metric.FOLD):
                for offset, entry in entries:
                    judgements.append(fold_entry(self.desk, offset, entry))
                    self._heard(self.desk, entry, judgements[-1])
                    self._unsaved += entry.origin is not None
        except Unfoldable as bad:
            self._leave_out(bad)
            self.restore()  # without it: what it half did is gone
            return []
        self.next_offset = next_offset
        return judgements

    def tell(self) -> None:
        """Tell what changed, and write a snapshot when it is time."""
        if not self._is_heard:
            return
        self._told = self._tell(drain(self.desk))
        if self._told is Told.LOST:
            self.restore(from_first=True)
        if self._snapshot_is_due():
            self.snapshot()

    def snapshot(self) -> None:
        """Write a snapshot now, unless it would know more than was told.

        One that cannot be written costs a longer start, nothing else, and is tried again.
        """
        if self._snapshots is None or self.next_offset == self._snapshot_offset or self._told is not Told.SAFE:
            return
        began_at = self._clock()
        with self._measure(Metric.SNAPSHOT):
            try:
                self._snapshots.write(
                    self.next_offset, {TONIGHT: encode_tonight(self.desk), LEDGERS: self._ledgers_now()}
                )
            except SnapshotRefused as error:
                self._unsaveable.set("Snapshots cannot be written: the next start takes longer.", str(error))
                self._unsaved = SNAPSHOT_ENTRIES // 2
                self._snapshot_at = self._clock()
                return
        self._unsaveable.set(None)
        self._snapshot_offset = self.next_offset
        self._unsaved = 0
        self._snapshot_at = self._clock()
        self._snapshot_took = self._snapshot_at - began_at

    def _save_on_the_way(self, desk: Desk, next_offset: int) -> None:
        if self._clock() - self._snapshot_at >= max(RESTORE_SECONDS, SNAPSHOT_REST * self._snapshot_took):
            self.desk, self.next_offset = desk, next_offset
            self.snapshot()

    def _tell_while_restoring(self, changes: list[Change]) -> None:
        if self._stopping():
            raise Interrupted
        self._told = self._tell(changes)
        if self._told is Told.LOST:
            raise _Lost

    def _leave_out(self, bad: Unfoldable) -> None:
        """Put an entry on the skip list."""
        try:
            self.journal.skip(bad.offset, fingerprint(bad.entry), "".join(traceback.format_exception(bad.cause)))
        except JournalError as error:  # the batch is written, so nobody may take this for a failed append
            raise AreaStopped(f"entry {bad.offset} cannot be folded, nor noted as left out: {error}") from error
        now = self._clock()
        self._skipped_at = [at for at in self._skipped_at if at > now - 3600] + [now]
        if len(self._skipped_at) >= SKIPS_AN_HOUR_MAX:
            raise AreaStopped(
                f"{len(self._skipped_at)} entries within an hour could not be folded, the last at offset {bad.offset}."
                " The area is stopped; nothing is lost. See the traces: nightdesk doctor"
            )

    def _snapshot_is_due(self) -> bool:
        since = self._clock() - self._snapshot_at
        if since < SNAPSHOT_REST * self._snapshot_took:
            return False
        return self._unsaved >= SNAPSHOT_ENTRIES or (
            self.next_offset > self._snapshot_offset and since >= SNAPSHOT_SECONDS
        )

    def _ledgers_now(self) -> bytes:
        """The ledgers' bytes, made anew only when something in them changed."""
        changes = self.desk.ledger_changes
        if self._ledgers is None or self._ledgers[0] != changes:
            self._ledgers = (changes, encode_ledgers(self.desk))
        return self._ledgers[1]
