"""The owner of an area: work made durable, refusals told to whoever waits, and an end that nobody waits for."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from schemas.journal import Entry, Origin, Tick
from schemas.times import HOUR, MINUTE
from schemas.told import DeskWord
from streams.core.digest import digest
from streams.embedded import Engine
from streams.journal import JournalDamaged, JournalDiskFault, JournalError, JournalFull
from streams.kept_desk import AreaStopped
from streams.owner import WORK_MAX, Owner
from streams.restore import Restored, Told, refold
from streams.sqlite_journal import SqliteJournal
from tests.builders_running import until
from tests.simulation import seeded
from tests.simulation.engines import REALM, House

RECORDS = seeded.records(5, nights=1, reports=60)
ALONE = [[(record, Origin(stream=f"s{n}", position=1))] for n, (record, _) in enumerate(RECORDS)]
"""Each a batch of its own, that may come in any order."""
WITHIN_S = 20.0


class Moody(SqliteJournal):
    """A journal that refuses to append when it is told to."""

    refusals: list[JournalError]

    def append(self, entries: Sequence[Entry]) -> range:
        if self.refusals:
            raise self.refusals.pop(0)
        return super().append(entries)


class Gate:
    """Whoever is told what changed waits here until it is opened."""

    def __init__(self) -> None:
        self.is_open, self.reached = threading.Event(), threading.Event()
        self.told: list[object] = []

    def __call__(self, changes: object) -> Told:
        self.told.append(changes)
        self.reached.set()
        assert self.is_open.wait(WITHIN_S)
        return Told.SAFE


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path)
    yield built
    built.close()


@pytest.fixture
def callers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(WORK_MAX + 8) as pool:
        yield pool


def owner_of(engine: Engine, **more: Any) -> Owner:
    options: dict[str, Any] = {"now": lambda: 0, "clock": lambda: 0.0, "virtual": True} | more
    return Owner(engine, engine.desk.rules.policy, **options)


def moody(*refusals: JournalError) -> tuple[Owner, Moody]:
    """An owner whose journal will refuse so."""
    house = House()
    journal = Moody(":memory:", realm=REALM, area=house.area.id)
    journal.refusals = []
    engine = Engine(house.area, journal, None, tell=None, clock=lambda: 0.0)
    owner = Owner(engine, house.policy, now=lambda: 0, clock=lambda: 0.0, virtual=True)
    owner.start()
    assert owner.wait_until_ready(WITHIN_S)
    journal.refusals = list(refusals)
    return owner, journal


def test_what_was_submitted_is_durable_and_folded_when_submit_returns(house: House) -> None:
    owner = owner_of(house.engine)
    owner.start()
    outside = [owner.submit(RECORDS[start : start + 10]) for start in range(0, len(RECORDS), 10)]
    written = [entry for entry in house.entries() if entry.origin is not None]
    assert len(written) + sum(outside) == len(RECORDS)
    assert owner.stop(WITHIN_S)
    assert owner.ended.result(0) is None
    assert digest(house.engine.desk) == digest(refold(house.journal, house.area.borough))
    assert house.newest() == house.journal.end, "a snapshot is written at the end"


def test_the_virtual_clock_moves_only_with_the_work(house: House) -> None:
    owner = owner_of(house.engine)
    owner.start()
    last = RECORDS[0][0].received_at
    owner.submit(RECORDS[:1], last + HOUR)
    assert owner.desk_clock() == owner.state.at == last + HOUR
    owner.submit([], last)
    assert owner.desk_clock() == last + HOUR, "it never goes back"
    owner.stop(WITHIN_S)


def test_the_live_clock_moves_by_itself_and_at_once(house: House) -> None:
    now = RECORDS[-1][0].received_at
    owner = owner_of(house.engine, now=lambda: now, virtual=False)
    owner.start()
    assert owner.wait_until_ready(WITHIN_S)
    assert owner.state.word is DeskWord.LIVE
    assert owner.desk_clock() == now
    assert owner.state.why_not_now(0.0) is None
    assert owner.state.why_not_now(60.0) == "The desk has not ticked for 60 s."
    owner.stop(WITHIN_S)
    assert owner.state.why_not_now(0.0) == "The desk is stopped."


def test_batches_that_waited_are_written_together(house: House, callers: ThreadPoolExecutor) -> None:
    gate = Gate()
    house.engine._kept._tell = gate
    owner = owner_of(house.engine, now=lambda: 1, virtual=False)
    first = _begun(owner, gate, callers)
    others = [callers.submit(owner.submit, ALONE[n]) for n in range(1, 9)]
    until(lambda: owner.queued == 8, "eight batches wait")
    told = len(gate.told)
    gate.is_open.set()
    outside = sum(done.result(WITHIN_S) for done in (first, *others))
    assert outside < 9
    assert len(gate.told) == told + 1, "one transaction, one fold, one telling for all eight"
    owner.stop(WITHIN_S)


def test_a_full_queue_makes_the_next_one_wait_and_loses_nothing(house: House, callers: ThreadPoolExecutor) -> None:
    gate = Gate()
    house.engine._kept._tell = gate
    owner = owner_of(house.engine)
    first = _begun(owner, gate, callers)
    others = [callers.submit(owner.submit, ALONE[n]) for n in range(1, WORK_MAX + 5)]
    until(lambda: owner.queued == WORK_MAX, "a full queue")
    gate.is_open.set()
    outside = sum(done.result(WITHIN_S) for done in (first, *others))
    owner.stop(WITHIN_S)
    written = [entry for entry in house.entries() if entry.origin is not None]
    assert len(written) + outside == 1 + WORK_MAX + 4


def test_a_full_disk_is_told_to_whoever_waits_and_the_same_batch_may_come_again() -> None:
    owner, _ = moody(JournalFull("journal.db", "disk full"))
    with pytest.raises(JournalFull):
        owner.submit(RECORDS[:10])
    assert "disk is full" in (trouble(owner) or "")
    owner.submit(RECORDS[:10])
    assert trouble(owner) is None
    assert not owner.ended.done()
    owner.stop(WITHIN_S)


@pytest.mark.parametrize("fault", [JournalDiskFault("journal.db", "I/O error"), JournalDamaged("journal.db", "a hole")])
def test_what_cannot_be_waited_out_ends_the_desk_with_its_reason(fault: JournalError) -> None:
    owner, _ = moody(fault)
    with pytest.raises(type(fault)):
        owner.submit(RECORDS[:10])
    assert owner.ended.exception(WITHIN_S) is fault
    assert owner.state.word is DeskWord.STOPPED
    assert owner.state.trouble == fault.plain
    with pytest.raises(AreaStopped, match="what was not taken stays where it was"):
        owner.submit(RECORDS[:10])
    assert owner.stop(WITHIN_S), "stopping what has ended does not wait"


def test_whoever_waits_when_the_desk_fails_is_told_at_once(house: House, callers: ThreadPoolExecutor) -> None:
    gate = Gate()
    house.engine._kept._tell = gate
    owner = owner_of(house.engine)
    first = _begun(owner, gate, callers)
    others = [callers.submit(owner.submit, ALONE[n]) for n in range(1, WORK_MAX + 5)]
    until(lambda: owner.queued == WORK_MAX, "a full queue")
    house.engine._kept._tell = _breaks
    gate.is_open.set()
    assert first.exception(WITHIN_S) is None
    for waited in others:
        assert isinstance(waited.exception(WITHIN_S), (ZeroDivisionError, AreaStopped))


def test_a_stop_ends_what_is_under_way_and_refuses_what_waits(house: House, callers: ThreadPoolExecutor) -> None:
    gate = Gate()
    house.engine._kept._tell = gate
    owner = owner_of(house.engine)
    first = _begun(owner, gate, callers)
    others = [callers.submit(owner.submit, ALONE[n]) for n in range(1, WORK_MAX + 5)]
    until(lambda: owner.queued == WORK_MAX, "a full queue")
    stopping = callers.submit(owner.stop)
    gate.is_open.set()
    assert stopping.result(WITHIN_S)
    assert first.exception(WITHIN_S) is None
    assert all(isinstance(waited.exception(WITHIN_S), AreaStopped) for waited in others)
    assert digest(house.engine.desk) == digest(refold(house.journal, house.area.borough))


def test_a_desk_that_is_too_busy_is_not_waited_for(house: House, callers: ThreadPoolExecutor) -> None:
    gate = Gate()
    house.engine._kept._tell = gate
    owner = owner_of(house.engine)
    _begun(owner, gate, callers)
    assert not owner.stop(0.05)
    gate.is_open.set()
    assert owner.stop(WITHIN_S)


def test_a_stop_interrupts_a_long_restore_and_is_no_failure(house: House, callers: ThreadPoolExecutor) -> None:
    house.replay(RECORDS)
    gate = Gate()
    engine = Engine(house.area, house.journal, None, tell=gate, clock=lambda: 0.0)
    owner = Owner(engine, house.policy, now=lambda: 0, clock=lambda: 0.0, virtual=True)
    owner.start()
    assert gate.reached.wait(WITHIN_S)
    assert owner.state.word is DeskWord.CATCHING_UP
    stopping = callers.submit(owner.stop)
    until(owner._stopping.is_set, "told to stop")
    gate.is_open.set()
    assert stopping.result(WITHIN_S)
    assert owner.ended.result(0) is None
    assert not owner.wait_until_ready(0)


def test_while_it_is_restored_it_says_about_where_its_clock_stands(house: House) -> None:
    house.replay(RECORDS)
    last = max(entry.fact.at for entry in house.entries() if isinstance(entry.fact, Tick))
    gate = Gate()
    engine = Engine(house.area, house.journal, None, tell=gate, clock=lambda: 0.0)
    owner = Owner(engine, house.policy, now=lambda: 5 * MINUTE, clock=lambda: 0.0, virtual=True)
    owner.start()
    assert gate.reached.wait(WITHIN_S)
    assert owner.state.at == last
    gate.is_open.set()
    assert owner.wait_until_ready(WITHIN_S)
    owner.stop(WITHIN_S)


def test_whoever_asked_is_told_once_that_it_is_restored(house: House) -> None:
    told: list[Restored] = []
    owner = owner_of(house.engine, opened=told.append)
    owner.start()
    assert owner.wait_until_ready(WITHIN_S)
    owner.stop(WITHIN_S)
    assert [restored.next_offset for restored in told] == [2]


def test_one_that_was_never_started_stops_at_once(house: House) -> None:
    owner = owner_of(house.engine)
    assert owner.stop(WITHIN_S)
    with pytest.raises(AreaStopped):
        owner.submit(RECORDS[:1])


def _begun(owner: Owner, gate: Gate, callers: ThreadPoolExecutor) -> "Future[int]":
    """An owner whose desk is in the middle of its first batch."""
    gate.is_open.set()
    owner.start()
    assert owner.wait_until_ready(WITHIN_S)
    gate.is_open.clear()
    gate.reached.clear()
    first = callers.submit(owner.submit, ALONE[0])
    assert gate.reached.wait(WITHIN_S)
    return first


def _breaks(_changes: object) -> Told:
    raise ZeroDivisionError


def trouble(owner: Owner) -> str | None:
    return owner.state.trouble
