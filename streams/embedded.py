"""The embedded engine: one area's journal and desk in this process; on a journal in memory it is the engine of tests.

One thread at a time. A batch is made durable, then folded, then told; only then may a snapshot be written, so that a
snapshot never knows more than what was told.
"""

import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Final

from schemas.area import Area
from schemas.journal import Entry, Fact, FoldVersion, ReferenceAdopted, Tick
from schemas.picture import Change
from schemas.policy import Policy, encode_policy, sha256_of
from schemas.telemetry import Metric
from schemas.times import Instant
from schemas.verdicts import Judgement
from streams.core.desk import FOLD_VERSION, Desk
from streams.core.records import drain
from streams.core.state import LEDGERS, TONIGHT, encode_ledgers, encode_tonight
from streams.intake import Intake
from streams.journal import Journal, JournalError, fingerprint
from streams.restore import Restored, Told, Unfoldable, fold_entry, restore
from streams.snapshots import SnapshotRefused, SnapshotStore
from streams.work import Brought, Making, Records, Work, new_facts

SNAPSHOT_ENTRIES: Final = 5_000
"""Ticks not counted."""
SNAPSHOT_SECONDS: Final = 30.0
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


class Engine:
    """Appends, folds, tells and snapshots for one area. `outside` counts records that lie elsewhere.

    After any error but those of the journal's `append` the desk may be behind its journal: open another engine.
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
    ) -> None:
        self.journal = journal
        self.desk = Desk(area.borough, journal.blob, is_heard=tell is not None)
        self.outside = 0
        self._area = area
        self._intake = Intake(area)
        self._snapshots = snapshots
        self._tell = tell or _unheard
        self._is_heard = tell is not None
        self._told = Told.SAFE
        self._clock = clock
        self._measure = measure
        self._stopping: Callable[[], bool] = _never
        self._next_offset = 0
        self._snapshot_offset = 0
        self._unsaved = 0
        self._snapshot_at = clock()
        self._ledgers: tuple[int, bytes] | None = None
        self._skipped_at: list[float] = []

    def open(self, policy: Policy, *, tell_all: bool = False, stopping: Callable[[], bool] = _never) -> Restored:
        """Restore the desk, and adopt this code's fold version and the policy where the journal has not.

        With `tell_all` the whole journal is folded and told again: for a record that has to be built anew.
        Raises Interrupted soon after `stopping()` is True.
        """
        self._stopping = stopping
        restored = self._restore(from_first=tell_all)
        blob = encode_policy(policy)
        first: list[Fact] = []
        if restored.next_offset == 0:
            first.append(FoldVersion(version=FOLD_VERSION))
        if self.desk.policy_sha256 != sha256_of(blob):
            first.append(ReferenceAdopted(sha256=self.journal.put_blob(blob)))
        self.append([Entry(fact=fact) for fact in first])
        return restored

    def play(self, records: Records, tick_to: Instant | None = None) -> int:
        """A batch in virtual time, then the clock moved; returns how many of it lay outside the area."""
        before = self.outside
        self.replay(records)
        if tick_to is not None:
            self.tick(tick_to, live=False)
        return self.outside - before

    def replay(self, records: Records) -> None:
        """One batch in virtual time: before each entry one tick to the record's own time of receipt."""
        facts, outside = new_facts(Making(self.desk, self._intake, self.journal), records)
        entries: list[Entry] = []
        clock = self.desk.clock
        for fact, received_at, origin in facts:
            if received_at > clock:
                clock = received_at
                entries.append(Entry(fact=Tick(at=clock, live=False)))
            entries.append(Entry(fact=fact, origin=origin))
        self.append(entries)
        self.outside += outside

    def live(self, batches: Sequence[Records]) -> list[int]:
        """Batches as they came in, made durable together; returns how many of each lay outside the area."""
        works = [Brought(batch) for batch in batches]
        self.do(works)
        return [work.outside for work in works]

    def do(self, works: Sequence[Work]) -> None:
        """Pieces of work as they came in, made durable together; each learns what the fold made of it."""
        making = Making(self.desk, self._intake, self.journal)
        shares = [work.entries(making) for work in works]
        judgements = iter(self.append([entry for share in shares for entry in share]))
        for work, share in zip(works, shares, strict=True):
            work.judged(self.desk, list(islice(judgements, len(share))))
            self.outside += work.outside

    def tick(self, at: Instant, *, live: bool) -> None:
        """Move the desk's clock."""
        if at > self.desk.clock:
            self.append([Entry(fact=Tick(at=at, live=live))])

    def append(self, entries: Sequence[Entry]) -> list[Judgement | None]:
        """Make entries durable, fold them, tell what changed, and snapshot when it is time; gives the fold's words.

        Where nobody listens no record is made of what changed; the picture is the desk's.
        """
        if not entries:
            return []
        with self._measure(Metric.JOURNAL_APPEND):
            first = self.journal.append(entries)
        with self._measure(Metric.FOLD):
            judgements = self._fold(first, entries)
        if not self._is_heard:
            return judgements
        self._told = self._tell(drain(self.desk))
        if self._told is Told.LOST:
            self.tell_again()
        if self._snapshot_is_due():
            self.snapshot()
        return judgements

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
                self._unsaved = SNAPSHOT_ENTRIES // 2
                self._snapshot_at = self._clock()
                return
        self._snapshot_offset = self._next_offset
        self._unsaved = 0
        self._snapshot_at = self._clock()

    def tell_again(self) -> None:
        """Fold the whole journal again and tell all of it: whoever listened has lost what they had."""
        self._restore(from_first=True)

    def _restore(self, *, from_first: bool) -> Restored:
        """The desk anew, and all told; an entry that cannot be folded is put on the skip list on the way."""
        lost, snapshots, borough = 0, self._snapshots, self._area.borough
        while True:
            try:
                restored = restore(
                    self.journal,
                    snapshots,
                    borough,
                    self._tell_while_restoring,
                    from_first=from_first,
                    is_heard=self._is_heard,
                )
            except Unfoldable as entry:
                self._leave_out(entry)
            except SnapshotRefused:
                snapshots = None  # a snapshot only shortens the start
            except _Lost:
                from_first, lost = True, lost + 1
                if lost >= LOST_MAX:
                    raise AreaStopped("whoever is told what changed has lost it again and again") from None
            else:
                break
        self.desk = restored.desk
        self._next_offset = restored.next_offset
        self._snapshot_offset = restored.from_snapshot
        self._unsaved = restored.next_offset - restored.from_snapshot
        return restored

    def _tell_while_restoring(self, changes: list[Change]) -> None:
        if self._stopping():
            raise Interrupted
        self._told = self._tell(changes)
        if self._told is Told.LOST:
            raise _Lost

    def _fold(self, first: int, entries: Sequence[Entry]) -> list[Judgement | None]:
        """What the fold made of each; of none where one cannot be folded and all had to be restored without it."""
        try:
            judgements = [fold_entry(self.desk, offset, entry) for offset, entry in enumerate(entries, start=first)]
        except Unfoldable as entry:
            self._leave_out(entry)
            self._restore(from_first=False)  # without it: what it half did is gone
            return [None] * len(entries)
        self._next_offset = first + len(entries)
        self._unsaved += sum(entry.origin is not None for entry in entries)
        return judgements

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
        if self._unsaved >= SNAPSHOT_ENTRIES:
            return True
        is_behind = self._next_offset > self._snapshot_offset
        return is_behind and self._clock() - self._snapshot_at >= SNAPSHOT_SECONDS

    def _ledgers_now(self) -> bytes:
        """The ledgers' bytes, made anew only when something in them changed."""
        changes = self.desk.ledger_changes
        if self._ledgers is None or self._ledgers[0] != changes:
            self._ledgers = (changes, encode_ledgers(self.desk))
        return self._ledgers[1]
