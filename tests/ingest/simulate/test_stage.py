"""The demo on its stage: past nights in a moment, the story paced, and after a kill on from what the desk has."""

from collections import Counter
from dataclasses import dataclass, field

import pytest

from ingest.desk_port import DeskPort
from ingest.feeding import Records
from ingest.replaying import Nobody
from ingest.simulate.stage import CURTAIN, PAST_WEEKS, STORY_NIGHT, Stage, seed_of, stream_of
from schemas.area import Area
from schemas.journal import Entry, FoldVersion, Origin, Tick
from schemas.night import NightCalendar, OperatingNight
from schemas.reference import load_area
from schemas.times import HOUR, Instant

SEED = 7


class Killed(Exception):
    """The process ends here, without a word."""


@dataclass(slots=True)
class Desk:
    """What a desk has, over all its lives, and seconds that pass only while the stage waits."""

    area: Area = field(default_factory=load_area)
    at: Instant = 0
    seconds: float = 0.0
    known: dict[str, int] = field(default_factory=dict)
    times: Counter[tuple[str, int]] = field(default_factory=Counter)
    moves: list[Instant] = field(default_factory=list)
    dies_at: int = -1
    ends_at: Instant = 2**62

    def submit(self, records: Records, tick_to: Instant | None = None) -> int:
        if len(self.moves) == self.dies_at:
            raise Killed
        for record, origin in records:
            assert origin.position > self.known.get(origin.stream, 0), "in order, and never what the desk has"
            self.known[origin.stream] = origin.position
            self.times[origin.stream, origin.position] += 1
            self.at = max(self.at, record.received_at)
        self.at = max(self.at, tick_to or 0)
        self.moves.append(self.at)
        return 0

    def wait(self, seconds: float) -> bool:
        self.seconds += seconds
        return self.at > self.ends_at

    def play(self) -> None:
        """One life of the stage."""
        port = DeskPort(
            area=self.area, submit=self.submit, known=lambda stream: self.known.get(stream, 0),
            clock=lambda: self.at, keeper=Nobody(), words=Nobody(), count=lambda *_: None,
        )  # fmt: skip
        Stage(port, seed=SEED, speed=36_000, clock=lambda: self.seconds, wait=self.wait).run()


@pytest.fixture(scope="module")
def through() -> Desk:
    """A desk that nobody killed, through the story's night."""
    desk = Desk(ends_at=_story().closes_at + HOUR)
    desk.play()
    return desk


def test_past_nights_come_first_and_take_no_time(through: Desk) -> None:
    evenings = [stream.split(":")[1] for stream in through.known]
    assert evenings == sorted(evenings)
    assert evenings.index(STORY_NIGHT.isoformat()) == 2 * PAST_WEEKS, "two a week"
    before = Desk(ends_at=0)
    before.play()
    assert before.seconds == 0.0
    assert len(before.known) == 1, "told to stop, it stops after the night that it is in"


def test_the_curtain_rises_when_there_is_something_to_see(through: Desk) -> None:
    first = through.moves.index(_story().opens_at + CURTAIN)
    assert through.moves[first - 1] < _story().opens_at, "what had come by then was there at once"


def test_the_story_takes_as_long_as_its_speed_says(through: Desk) -> None:
    played = _story().closes_at + HOUR - (_story().opens_at + CURTAIN)
    assert through.seconds == pytest.approx(played / 36_000 / 1_000, abs=0.2)


def test_killed_anywhere_and_started_again_every_record_is_given_once(through: Desk) -> None:
    desk = Desk(ends_at=_story().closes_at + HOUR)
    for dies_at in (0, 1, 7, 11, 12, 13, 20, 25):
        desk.dies_at = dies_at
        with pytest.raises(Killed):
            desk.play()
    desk.dies_at = -1
    desk.play()
    assert set(desk.times.values()) == {1}
    through_the_story = {place for place in through.times if place[0] <= _stream()}
    assert {place for place in desk.times if place[0] <= _stream()} == through_the_story


def test_the_clock_never_goes_back(through: Desk) -> None:
    assert through.moves == sorted(through.moves)


def test_after_the_story_the_next_night_follows(through: Desk) -> None:
    desk = Desk(known=dict(through.known), at=through.at, ends_at=_story().closes_at + 6 * 24 * HOUR)
    desk.play()
    assert stream_of("2026-05-22", SEED) in desk.known


def test_a_demo_goes_on_with_the_seed_that_it_was_begun_with() -> None:
    opened = Entry(fact=FoldVersion(version=1))
    begun = Entry(fact=Tick(at=0), origin=Origin(stream=stream_of("2026-04-10", 11), position=3))
    assert [seed_of(enumerate([opened]), wanted) for wanted in (None, 3)] == [7, 3], "nothing is begun yet"
    assert [seed_of(enumerate([opened, begun]), wanted) for wanted in (None, 11)] == [11, 11]
    with pytest.raises(ValueError, match="was begun with --seed 11; --seed 7 is another one"):
        seed_of(enumerate([opened, begun]), 7)


def _story() -> OperatingNight:
    night = NightCalendar(load_area().nights).night_on(STORY_NIGHT)
    assert night is not None
    return night


def _stream() -> str:
    return stream_of(STORY_NIGHT.isoformat(), SEED)
