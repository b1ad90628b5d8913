"""Law: one tick to T gives what every five-second tick up to T gives; only ticks move the clock, and only forward."""

import pytest
from hypothesis import given

from schemas.journal import Tick
from schemas.times import HOUR, MINUTE, SECOND
from tests.simulation.drawn import BLOBS, POLICY, Journal, journals, law
from tests.simulation.run import Run, without_offsets


def _lived(journal: Journal, step_ms: int | None, *, drains: bool = False) -> Run:
    run = Run(POLICY, blobs=BLOBS)
    run.tick(journal.begins)
    for entry in journal.entries:
        if step_ms is not None and isinstance(entry.fact, Tick):
            for at in range(run.desk.clock + step_ms, entry.fact.at, step_ms):
                run.tick(at)
                if drains:
                    run.drain()
        run.take(entry)
    return run


@pytest.mark.parametrize("step_ms", [5 * SECOND, 7_003, 15 * MINUTE])
@law(15)
@given(journal=journals(policies=True))
def test_one_tick_is_every_tick_up_to_it(step_ms: int, journal: Journal) -> None:
    once, often = _lived(journal, None), _lived(journal, step_ms, drains=True)
    assert once.shown() == often.shown()
    assert without_offsets(once.desk) == without_offsets(often.desk)


@law(30)
@given(journals(policies=True))
def test_ticks_that_are_not_later_change_nothing(journal: Journal) -> None:
    run, other = _lived(journal, None), Run(POLICY, blobs=BLOBS)
    other.tick(journal.begins)
    for entry in journal.entries:
        other.take(entry)
        other.tick(other.desk.clock)
        other.tick(other.desk.clock - HOUR)
    assert run.desk.clock == other.desk.clock
    assert run.shown() == other.shown()
    mine, theirs = without_offsets(run.desk), without_offsets(other.desk)
    assert mine == theirs


@law(25)
@given(journals())
def test_after_a_tick_nothing_is_left_to_fire(journal: Journal) -> None:
    run = _lived(journal, None)
    desk = run.desk
    assert desk.incidents.leave_at() > desk.clock
    assert desk.nights.turns_at() > desk.clock
    assert desk.nights.mark_at > desk.clock
    assert desk.feeds.due > desk.clock
    assert desk.changes.due > desk.clock
