"""The demo: past nights in a moment, so that what is usual is known; then the story's night, paced; then the next."""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from ingest.desk_port import DeskPort
from ingest.feeding import Records, Tally, batches
from ingest.merge import merged
from ingest.metering import Count, counted
from ingest.outcomes import Outcome
from ingest.pacing import play
from ingest.reading import read
from ingest.simulate.night import SOURCES, SimulatedNight, Simulator
from ingest.words import WordsPort
from schemas.area import Area
from schemas.journal import Entry
from schemas.night import NightCalendar, OperatingNight
from schemas.times import HOUR, MINUTE

STORY_NIGHT: Final = date(2026, 5, 16)
STORY_SEED: Final = 7
PAST_WEEKS: Final = 5
CURTAIN: Final = 150 * MINUTE
"""After the night's opening: by then there is something to see, and the story has not begun."""


class Stage:
    """Plays simulated nights into a desk; what the desk has already is not played again.

    ValueError: the area cannot be simulated, or not on the story's night, or the story not in it.
    """

    def __init__(
        self,
        desk: DeskPort,
        *,
        seed: int,
        speed: float,
        clock: Callable[[], float],
        wait: Callable[[float], bool],
    ) -> None:
        self._desk = desk
        self._calendar = NightCalendar(desk.area.nights)
        self._simulator = Simulator(desk.area, seed)
        self._story_night = self._checked_night()
        self._seed = seed
        self._speed = speed
        self._clock = clock
        self._wait = wait

    def run(self) -> None:
        """Play until told to stop, or until the calendar has no more nights."""
        for past in self._past_nights():
            if self._desk.clock() < past.closes_at:
                for records in self._records(past, story=False):
                    self._desk.submit(records)
            if self._wait(0):
                return
        tonight: OperatingNight | None = self._story_night
        while tonight is not None and self._play(tonight):
            tonight = self._calendar.next_night(tonight.opens_at)

    def _checked_night(self) -> OperatingNight:
        area, night = self._desk.area, self._calendar.night_on(STORY_NIGHT)
        if night is None:
            raise ValueError(f"the demo plays {STORY_NIGHT}, which is not an operating night of {area.name}")
        self._simulator.refuse_unplayable(night)
        return night

    def _play(self, night: OperatingNight) -> bool:
        if self._desk.clock() >= night.closes_at + HOUR:
            return True
        begin = max(self._desk.clock(), night.opens_at + CURTAIN)
        return play(
            self._records(night, story=True),
            self._desk.submit,
            speed=self._speed,
            begin=begin,
            until=night.closes_at + HOUR,
            clock=self._clock,
            wait=self._wait,
        )

    def _records(self, night: OperatingNight, *, story: bool) -> Iterator[Records]:
        simulated = self._simulator.night(date.fromisoformat(night.key), story=story)
        stream = stream_of(night.key, self._seed)
        return batches(
            merged(readers(simulated, self._desk.area, self._desk.words, self._desk.count)),
            stream,
            self._desk.keeper,
            Tally(),
            known=self._desk.known(stream),
        )

    def _past_nights(self) -> Iterator[OperatingNight]:
        for days in range(7 * PAST_WEEKS, 0, -1):
            night = self._calendar.night_on(STORY_NIGHT - timedelta(days=days))
            if night is not None:
                yield night


def stream_of(night: str, seed: int) -> str:
    """What the journal calls a simulated night's one merged stream."""
    return f"demo:{night}:{seed}"


def seed_of(journal: Iterable[tuple[int, Entry]], wanted: int | None) -> int:
    """The seed of the demo that a journal holds, else the wanted one, else the story's.

    ValueError: another one is wanted; nights of two seeds, mixed, are no night at all.
    """
    streams = (entry.origin.stream for _, entry in journal if entry.origin is not None)
    begun = next((int(stream.rpartition(":")[2]) for stream in streams), None)
    if begun is None:
        return STORY_SEED if wanted is None else wanted
    if wanted not in (None, begun):
        raise ValueError(
            f"the demo in this folder was begun with --seed {begun}; --seed {wanted} is another one: leave --seed out "
            "to go on, or give an empty folder with --data"
        )
    return begun


def readers(simulated: SimulatedNight, area: Area, words: WordsPort, count: Count) -> list[Iterator[Outcome]]:
    """A reader for each of a simulated night's files, as if they had come from the vendors."""
    return [
        counted(read(SOURCES[name], io.BytesIO(content), area, words=words, name=name), SOURCES[name], count)
        for name, content in simulated.files.items()
    ]
