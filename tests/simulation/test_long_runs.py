"""Laws over months: what is learned, usual and forgotten is the same after crashes, in any ticks, whoever looks on."""

from functools import cache

import pytest

from schemas.journal import Entry, Tick
from schemas.times import DAY, HOUR, MINUTE, Instant
from streams.core.digest import digest
from tests.builders_night import westminster
from tests.simulation import seeded
from tests.simulation.engines import House
from tests.simulation.run import Run, first_difference, state, without_offsets

NIGHTS = 12
"""Six weeks; then half a year of silence, in which everything is forgotten."""


@cache
def _journal() -> tuple[Entry, ...]:
    house = House()
    house.replay(seeded.records(41, nights=NIGHTS, reports=40))
    end = house.engine.desk.clock
    ticks = [Entry(fact=Tick(at=end + days * DAY + 7 * MINUTE, live=False)) for days in (1, 3, 9, 40, 101, 180)]
    return (*house.entries(), *ticks)


def _lived(step: Instant | None = None) -> Run:
    run = Run(westminster().policy)
    for entry in _journal()[2:]:
        if step is not None and isinstance(entry.fact, Tick) and run.desk.clock:
            for at in range(run.desk.clock + step, entry.fact.at, step):
                run.tick(at)
        run.take(entry)
    return run


@pytest.mark.parametrize("every", [5, 41, 400])
def test_crashes_over_months_change_nothing(every: int) -> None:
    through, crashed = Run(westminster().policy), Run(westminster().policy)
    for number, entry in enumerate(_journal()[2:], start=1):
        through.take(entry)
        crashed.take(entry)
        if number % (every * 13) == 0 or number > len(_journal()) - 8:
            crashed.crash()
            mine, theirs = state(through.desk), state(crashed.desk)
            assert mine[0] == theirs[0], f"after entry {number}: {first_difference(mine[0], theirs[0])}"
            assert mine[1] == theirs[1], f"after entry {number}: {first_difference(mine[1], theirs[1])}"
            assert through.shown() == crashed.shown()
    assert digest(through.desk) == digest(crashed.desk)


@pytest.mark.parametrize("step", [17 * MINUTE, 5 * HOUR + 3])
def test_any_ticks_over_months_come_to_the_same(step: Instant) -> None:
    once, often = _lived(), _lived(step)
    assert once.shown() == often.shown()
    mine, theirs = without_offsets(once.desk), without_offsets(often.desk)
    assert mine == theirs


def test_whoever_looks_on_over_months_changes_nothing() -> None:
    unseen, seen = Run(westminster().policy), Run(westminster().policy)
    for number, entry in enumerate(_journal()[2:]):
        unseen.take(entry)
        seen.take(entry)
        if number % 3 == 0:
            seen.drain()
            seen.shown()
    assert state(unseen.desk) == state(seen.desk)


def test_everything_is_forgotten_in_time_and_the_state_is_small_again() -> None:
    run = Run(westminster().policy)
    sizes = []
    for entry in _journal()[2:]:
        run.take(entry)
        sizes.append(len(run.desk.reports.known))
    assert max(sizes) > 300
    assert run.desk.reports.known == {}
    assert run.desk.reports.held == {}
    assert run.desk.incidents.known == {}
    assert run.desk.windows.cells == {}
    assert len(run.desk.nights.known) <= 1 + 180 * 2 // 7
