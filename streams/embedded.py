"""The embedded engine: one area's journal and desk in this process; on a journal in memory it is the engine of tests.

One thread at a time. A batch is made durable, then folded, then told; only then may a snapshot be written, so that a
snapshot never knows more than what was told.
"""

import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from schemas.area import Area
from schemas.feeds import FeedRecord
from schemas.journal import Entry, Fact, FoldVersion, Origin, ReferenceAdopted, Tick
from schemas.picture import Change
from schemas.policy import Policy, encode_policy, sha256_of
from schemas.telemetry import Metric
from schemas.times import Instant
from streams.core.desk import FOLD_VERSION, Desk, PolicyMissing, UnknownFoldVersion, fold
from streams.core.records import drain
from streams.core.state import LEDGERS, TONIGHT, encode_ledgers, encode_tonight
from streams.intake import Intake
from streams.journal import Journal, fingerprint
from streams.restore import Restored, Told, restore
from streams.snapshots import SnapshotRefused, SnapshotStore

SNAPSHOT_ENTRIES: Final = 5_000
SNAPSHOT_SECONDS: Final = 30.0
SKIPS_AN_HOUR_MAX: Final = 3
"""So many entries that cannot be folded within an hour stop the area, loudly."""

Tell = Callable[[list[Change]], Told]
"""Told what changed, whoever listens says whether all it was told so far is safe where it belongs."""
Clock = Callable[[], float]
"""Monotonic seconds."""
Measure = Callable[[Metric], AbstractContextManager[object]]


class AreaStopped(Exception):
    """Too many entries could not be folded: the area stands still until somebody has looked."""


def unmeasured(_metric: Metric) -> AbstractContextManager[object]:
    """For whoever has no metrics."""
    return nullcontext()


def _unheard(_changes: list[Change]) -> Told:
    return Told.SAFE


class Engine:
    """Appends, folds, tells and snapshots for one area."""

    def __init__(
        self,
        area: Area,
        journal: Journal,
        snapshots: SnapshotStore | None,
        *,
        tell: Tell | None,
        clock: Clock,
        measure: Measure = unmeasured,
    ) -> None:
        self.journal = journal
        self.desk = Desk(area.borough, journal.blob)
        self.outside = 0
        self._area = area
        self._intake = Intake(area)
        self._snapshots = snapshots
        self._tell = tell or _unheard
        self._is_heard = tell is not None
        self._told = Told.SAFE
        self._clock = clock
        self._measure = measure
        self._next_offset = 0
        self._snapshot_offset = 0
        self._snapshot_at = clock()
        self._ledgers: tuple[int, bytes] | None = None
        self._skipped_at: list[float] = []

    def open(self, policy: Policy, *, tell_all: bool = False) -> Restored:
        """Restore the desk, and adopt this code's fold version and the policy where the journal has not.

        With `tell_all` the whole journal is folded and told again: for a record that has to be built anew.
        """
        restored = self._restore(None if tell_all else self._snapshots)
        blob = encode_policy(policy)
        first: list[Fact] = []
        if restored.next_offset == 0:
            first.append(FoldVersion(version=FOLD_VERSION))
        if self.desk.policy_sha256 != sha256_of(blob):
            first.append(ReferenceAdopted(sha256=self.journal.put_blob(blob)))
        self.append([Entry(fact=fact) for fact in first])
        return restored

    def replay(self, records: Iterable[tuple[FeedRecord, Origin]]) -> None:
        """One batch in virtual time: before each entry one tick to the record's own time of receipt."""
        entries: list[Entry] = []
        clock = self.desk.clock
        for record, origin in records:
            fact = self._intake.fact(record)
            if fact is None:
                self.outside += 1
                continue
            if record.received_at > clock:
                clock = record.received_at
                entries.append(Entry(fact=Tick(at=clock, live=False)))
            entries.append(Entry(fact=fact, origin=origin))
        self.append(entries)

    def live(self, batches: Sequence[Iterable[tuple[FeedRecord, Origin]]]) -> list[int]:
        """Batches as they came in, made durable together; returns how many of each lay outside the area."""
        entries: list[Entry] = []
        outside: list[int] = []
        for batch in batches:
            facts = [(self._intake.fact(record), origin) for record, origin in batch]
            entries.extend(Entry(fact=fact, origin=origin) for fact, origin in facts if fact is not None)
            outside.append(sum(fact is None for fact, _ in facts))
        self.append(entries)
        self.outside += sum(outside)
        return outside

    def tick(self, at: Instant, *, live: bool) -> None:
        """Move the desk's clock."""
        if at > self.desk.clock:
            self.append([Entry(fact=Tick(at=at, live=live))])

    def append(self, entries: Sequence[Entry]) -> None:
        """Make entries durable, fold them, tell what changed, and snapshot when it is time.

        Where nobody listens no record is made of what changed; the picture is the desk's.
        """
        if not entries:
            return
        with self._measure(Metric.JOURNAL_APPEND):
            first = self.journal.append(entries)
        with self._measure(Metric.FOLD):
            self._fold(first, entries)
        if not self._is_heard:
            self.desk.changes.discard()
            return
        self._told = self._tell(drain(self.desk))
        if self._told is Told.LOST:
            self.tell_again()
        if self._snapshot_is_due():
            self.snapshot()

    def snapshot(self) -> None:
        """Write a snapshot now, unless it would know more than was told.

        One that cannot be written costs a longer start, nothing else, and is tried again.
        """
        if self._snapshots is None or self._next_offset == self._snapshot_offset or self._told is not Told.SAFE:
            return
        with self._measure(Metric.SNAPSHOT):
            try:
                self._snapshots.write(
                    self._next_offset, {TONIGHT: encode_tonight(self.desk), LEDGERS: self._ledgers_now()}
                )
            except SnapshotRefused:
                self._snapshot_offset = self._next_offset - SNAPSHOT_ENTRIES // 2
                self._snapshot_at = self._clock()
                return
        self._snapshot_offset = self._next_offset
        self._snapshot_at = self._clock()

    def tell_again(self) -> None:
        """Fold the whole journal again and tell all of it: whoever listened has lost what they had."""
        self._restore(None)
        self._told = Told.SAFE

    def _restore(self, snapshots: SnapshotStore | None) -> Restored:
        restored = restore(self.journal, snapshots, self._area.borough, self._tell)
        self.desk = restored.desk
        self._next_offset = restored.next_offset
        self._snapshot_offset = restored.from_snapshot
        return restored

    def _fold(self, first: int, entries: Sequence[Entry]) -> None:
        desk = self.desk
        for offset, entry in enumerate(entries, start=first):
            try:
                fold(desk, offset, entry)
            except (MemoryError, OSError, UnknownFoldVersion, PolicyMissing):
                raise
            except Exception:  # noqa: BLE001 - whatever an entry does to the fold, it is left out and shown
                self._leave_out(offset, entry)
                return
        self._next_offset = first + len(entries)

    def _leave_out(self, offset: int, entry: Entry) -> None:
        """Put an entry on the skip list and fold again without it: what it half did is gone."""
        self.journal.skip(offset, fingerprint(entry), traceback.format_exc())
        now = self._clock()
        self._skipped_at = [at for at in self._skipped_at if at > now - 3600] + [now]
        if len(self._skipped_at) >= SKIPS_AN_HOUR_MAX:
            raise AreaStopped(
                f"{len(self._skipped_at)} entries within an hour could not be folded, the last at offset {offset}. The"
                " area is stopped; nothing is lost. See the traces: nightdesk doctor"
            )
        self._restore(self._snapshots)

    def _snapshot_is_due(self) -> bool:
        entries = self._next_offset - self._snapshot_offset
        return entries >= SNAPSHOT_ENTRIES or (entries > 0 and self._clock() - self._snapshot_at >= SNAPSHOT_SECONDS)

    def _ledgers_now(self) -> bytes:
        """The ledgers' bytes, made anew only when something in them changed."""
        changes = self.desk.ledger_changes
        if self._ledgers is None or self._ledgers[0] != changes:
            self._ledgers = (changes, encode_ledgers(self.desk))
        return self._ledgers[1]
