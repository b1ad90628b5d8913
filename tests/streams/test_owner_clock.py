"""A wall clock that was set back: the desk says so, takes what comes in, and goes on when the clock is right again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.journal import Reported, Tick
from schemas.times import HOUR, MINUTE, SECOND, Instant, from_rfc3339
from schemas.told import DeskWord
from streams.owner import CLOCK_BEHIND_MAX, TICK_SECONDS, Owner
from tests.builders_running import until
from tests.simulation import seeded
from tests.simulation.engines import House

RIGHT: Instant = from_rfc3339("2026-05-16T22:00:00Z")
RECORDS = seeded.records(3, nights=1, reports=20)


class Clocks:
    """The machine's wall clock, and monotonic seconds that a test lets run: ticks come as fast as it looks."""

    def __init__(self, wall: Instant) -> None:
        self.wall = wall
        self.seconds = 0.0

    def now(self) -> Instant:
        return self.wall

    def monotonic(self) -> float:
        self.seconds += TICK_SECONDS
        return self.seconds


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path)
    yield built
    built.close()


@pytest.fixture
def clocks() -> Clocks:
    return Clocks(RIGHT)


@pytest.fixture
def owner(house: House, clocks: Clocks) -> Iterator[Owner]:
    """An owner of a desk whose journal was last at RIGHT."""
    house.engine.tick(RIGHT, live=True)
    owner = Owner(house.engine, house.policy, now=clocks.now, clock=clocks.monotonic, virtual=False)
    yield owner
    owner.stop()


def trouble(owner: Owner) -> str:
    return owner.state.trouble or ""


def test_a_clock_set_back_an_hour_is_said_and_reports_are_taken(house: House, owner: Owner, clocks: Clocks) -> None:
    clocks.wall = RIGHT - HOUR
    owner.start()
    until(lambda: trouble(owner).startswith("This machine's clock says 2026-05-16T21:00:00.000Z"), "said")
    assert "the journal was already at 2026-05-16T22:00:00.000Z" in trouble(owner)
    assert owner.state.why_not_now(clocks.seconds) == trouble(owner)
    assert owner.state.word is DeskWord.LIVE
    owner.submit(RECORDS)
    assert trouble(owner), "a batch that was taken does not hide the clock"
    facts = [entry.fact for entry in house.entries()]
    assert sum(isinstance(fact, Reported) for fact in facts) >= 1
    assert house.engine.desk.clock == RIGHT, "the desk's time stands still"


def test_it_goes_on_by_itself_when_the_wall_clock_has_caught_up(house: House, owner: Owner, clocks: Clocks) -> None:
    clocks.wall = RIGHT - HOUR
    owner.start()
    until(lambda: bool(trouble(owner)), "said")
    clocks.wall = RIGHT + 5 * SECOND
    until(lambda: not trouble(owner), "over")
    until(lambda: owner.state.at == clocks.wall, "the desk's time goes on")
    ticks = [entry.fact.at for entry in house.entries() if isinstance(entry.fact, Tick)]
    assert ticks == sorted(set(ticks)), "the clock only ever went forward"


@pytest.mark.parametrize("behind", [SECOND, CLOCK_BEHIND_MAX])
def test_a_clock_that_is_put_right_by_a_little_is_no_trouble(behind: int, owner: Owner, clocks: Clocks) -> None:
    assert behind <= MINUTE
    clocks.wall = RIGHT - behind
    owner.start()
    assert owner.wait_until_ready(30.0)
    assert owner.state.why_not_now(owner.state.ticked_at) is None
    assert owner.state.at == RIGHT
