"""Recovery: the newest complete snapshot, then the journal from its next offset to its end. There is no other way."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from schemas.journal import Entry, Tick
from schemas.picture import Change, Kind
from schemas.times import Instant
from schemas.verdicts import Judgement
from streams.core.desk import FOLD_VERSION, Desk, PolicyMissing, UnknownFoldVersion, fold
from streams.core.records import drain
from streams.core.state import LEDGERS, TONIGHT, StateUnreadable, decode
from streams.journal import Journal, JournalError, fingerprint
from streams.snapshots import PassedOver, SnapshotRefused, SnapshotStore, Why

DRAIN_EVERY = 500
"""Entries folded between two drains: what a restore says goes out in slabs of this many entries."""
LAST_TICK_ENTRIES = 200
NOT_ITS_FAULT = (MemoryError, OSError, UnknownFoldVersion, PolicyMissing, JournalError)
"""What stops the fold whatever the entry: leaving the entry out would lose it for nothing."""


Heard = Callable[[Desk, Entry, Judgement | None], None]
"""Told of each entry right after it was folded, and how the fold judged it; of those left out too, as LEFT_OUT."""


OnTheWay = Callable[[Desk, int], None]
"""Given the desk of a restore that goes on, and the offset below which every entry is folded."""


def nothing_on_the_way(_desk: Desk, _next_offset: int) -> None:
    """For whoever waits for the end."""


def unheard(_desk: Desk, _entry: Entry, _judgement: Judgement | None) -> None:
    """For whoever answers nobody."""


class Told(StrEnum):
    """What became of changes that were told."""

    SAFE = "safe"
    BEHIND = "behind"
    """Kept for another try: no snapshot may say that they were told."""
    LOST = "lost"
    """The listener lost what it had and began anew: it must be told everything again."""


class Unfoldable(Exception):
    """An entry made the fold raise `cause`; the desk is half changed and must be restored without it."""

    def __init__(self, offset: int, entry: Entry, cause: Exception) -> None:
        super().__init__(f"entry {offset} cannot be folded: {cause!r}")
        self.offset, self.entry, self.cause = offset, entry, cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A desk that is up to its journal's end, and how it got there."""

    desk: Desk
    next_offset: int
    from_snapshot: int
    folded: int
    skipped: tuple[int, ...]
    passed_over: tuple[PassedOver, ...]

    @property
    def tail_lost(self) -> bool:
        """A snapshot knew more than the journal holds: the journal lost its end, and somebody must be told."""
        return any(passed.why is Why.BEYOND_END for passed in self.passed_over)


def restore(
    journal: Journal,
    snapshots: SnapshotStore | None,
    borough: str,
    tell: Callable[[list[Change]], object],
    *,
    from_first: bool = False,
    is_heard: bool = True,
    heard: Heard = unheard,
    on_the_way: OnTheWay = nothing_on_the_way,
) -> Restored:
    """The desk at the journal's end. `tell` gets the outputs of every entry read, `heard` each entry and its judgement.

    `on_the_way` is asked now and then, when all that is folded so far was told.

    With `from_first` every entry is read, whatever snapshots there are; a desk that is not heard has no outputs, and
    takes no snapshot either. Raises Unfoldable at the first entry that has
    to be put on the skip list.
    """
    end = journal.end
    if is_heard:
        desk, start, passed = _begin(journal, snapshots, borough, end, from_first=from_first)
    else:
        desk, start, passed = Desk(borough, journal.blob, is_heard=False), 0, ()
    skips = journal.skips()
    skipped: list[int] = []
    folded = 0
    for offset, entry in journal.read(start, end):
        if offset in skips and skips[offset].sha256 == fingerprint(entry):
            skipped.append(offset)
            heard(desk, entry, Judgement.LEFT_OUT)
            continue
        heard(desk, entry, fold_entry(desk, offset, entry))
        folded += 1
        if folded % DRAIN_EVERY == 0:
            tell(drain(desk))
            on_the_way(desk, offset + 1)
    tell(drain(desk))
    return Restored(
        desk=desk,
        next_offset=end,
        from_snapshot=start,
        folded=folded,
        skipped=tuple(skipped),
        passed_over=passed,
    )


def fold_entry(desk: Desk, offset: int, entry: Entry) -> Judgement | None:
    """Fold one entry and give its judgement; Unfoldable says that it is the entry's own fault that it cannot be."""
    try:
        return fold(desk, offset, entry)
    except NOT_ITS_FAULT:
        raise
    except Exception as error:
        raise Unfoldable(offset, entry, error) from error


def last_tick(journal: Journal) -> Instant:
    """About where the desk's clock stands, known before anything is folded; 0 for a journal without ticks."""
    facts = (entry.fact for _, entry in journal.read(max(0, journal.end - LAST_TICK_ENTRIES)))
    return max((fact.at for fact in facts if isinstance(fact, Tick)), default=0)


def current(desk: Desk) -> list[Change]:
    """The current record of every key, each at the version that set it; one that waits for its time is left to it."""
    desk.changes.everything()
    return drain(desk)


def awaited(desk: Desk) -> tuple[tuple[Kind, str], ...]:
    """The keys that `current` leaves out: they stand, and their records go out at the next five-second mark."""
    return tuple((kind, key) for kind, keys in desk.changes.waiting.items() for key in sorted(keys))


def refold(journal: Journal, borough: str) -> Desk:
    """The desk of the whole journal, folded in memory from its first entry: the oracle of every recovery."""
    desk = Desk(borough, journal.blob, is_heard=False)
    skips = journal.skips()
    for offset, entry in journal.read():
        if offset in skips and skips[offset].sha256 == fingerprint(entry):
            continue
        fold(desk, offset, entry)
    return desk


def _begin(
    journal: Journal, snapshots: SnapshotStore | None, borough: str, end: int, *, from_first: bool
) -> tuple[Desk, int, tuple[PassedOver, ...]]:
    if snapshots is None:
        return Desk(borough, journal.blob), 0, ()
    try:
        found = snapshots.newest(
            end
        )  # asked in any case: it throws away those that the journal does not reach any more
    except SnapshotRefused:
        found = None  # a snapshot only shortens the start
    passed = tuple(one for one in snapshots.passed_over if not _is_anothers(one, journal))
    if found is None or from_first:
        return Desk(borough, journal.blob), 0, passed
    if found.fold_version > FOLD_VERSION:
        raise UnknownFoldVersion(
            f"the snapshot is of fold version {found.fold_version}; this code knows {FOLD_VERSION}"
        )
    try:
        desk = decode(found.parts[TONIGHT], found.parts[LEDGERS], borough, journal.blob)
    except (StateUnreadable, KeyError) as error:
        reason = PassedOver(next_offset=found.next_offset, why=Why.DAMAGED, text=str(error))
        return Desk(borough, journal.blob), 0, (*passed, reason)
    return desk, found.next_offset, passed


def _is_anothers(passed: PassedOver, journal: Journal) -> bool:
    """Whether a snapshot is beyond the end as it was read, only because another owner went on meanwhile."""
    return passed.why is Why.BEYOND_END and passed.next_offset is not None and passed.next_offset <= journal.end
