"""The embedded engine: one area's journal and desk in this process; on a journal in memory it is the engine of tests.

One thread at a time. A batch is made durable, then folded, then told; only then may a snapshot be written.
"""

from collections.abc import Callable, Sequence
from itertools import islice

from schemas.area import Area
from schemas.journal import Entry, Fact, FoldVersion, ReferenceAdopted, Tick
from schemas.policy import Policy, encode_policy, sha256_of
from schemas.telemetry import Metric
from schemas.times import Instant
from schemas.verdicts import Judgement
from streams.core.desk import FOLD_VERSION, Desk
from streams.intake import Intake
from streams.journal import Journal
from streams.kept_desk import Clock, KeptDesk, Measure, Tell, unmeasured
from streams.restore import Restored
from streams.snapshots import SnapshotStore
from streams.work import Brought, Making, Records, Work, new_facts


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
        self.area = area
        self.journal = journal
        self.outside = 0
        self._intake = Intake(area)
        self._measure = measure
        self._kept = KeptDesk(area, journal, snapshots, tell=tell, clock=clock, measure=measure)

    @property
    def desk(self) -> Desk:
        """The desk, restored or not yet."""
        return self._kept.desk

    def open(self, policy: Policy, *, tell_all: bool = False, stopping: Callable[[], bool] | None = None) -> Restored:
        """Restore the desk, and adopt this code's fold version and the policy where the journal has not.

        With `tell_all` the whole journal is folded and told again: for a record that has to be built anew.
        Raises Interrupted soon after `stopping()` is True.
        """
        restored = self._kept.restore(from_first=tell_all, stopping=stopping)
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
            offsets = self.journal.append(entries)
        judgements = self._kept.fold(zip(offsets, entries, strict=True), offsets[-1] + 1)
        self._kept.tell()
        return judgements or [None] * len(entries)

    def snapshot(self) -> None:
        """Write a snapshot now, unless it would know more than was told."""
        self._kept.snapshot()

    def tell_again(self) -> None:
        """Fold the whole journal again and tell all of it: whoever listened has lost what they had."""
        self._kept.restore(from_first=True)
