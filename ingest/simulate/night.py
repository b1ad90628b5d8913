"""One simulated night as the four feeds' own files, with its programme and the truth about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Final

from ingest.simulate.city import City
from ingest.simulate.draws import scattered, seeded
from ingest.simulate.faults import Silence, random_silence, with_faults
from ingest.simulate.happenings import Happening, happenings
from ingest.simulate.lfb_shape import NEIGHBOUR_POSITION, write_lfb
from ingest.simulate.messages import Message, numbered, sent, whole_second
from ingest.simulate.mix import KINDS, Stream
from ingest.simulate.nightstars_shape import write_nightstars
from ingest.simulate.noise_shape import Level, levels, write_events, write_levels
from ingest.simulate.sbn_shape import write_sbn
from ingest.simulate.scenario import Scenario, load_scenario
from ingest.simulate.story import Beat, Story
from ingest.simulate.truth import Truth, truth_of
from schemas.area import Area
from schemas.feeds import Source
from schemas.night import NightCalendar, OperatingNight
from schemas.times import Instant, zone

__all__ = ["Beat", "SimulatedNight", "Simulator", "Truth", "simulate", "write"]

SOURCES: Final[dict[str, Source]] = {
    "sbn.ndjson": Source.SBN,
    "nightstars.csv": Source.NIGHTSTARS,
    "lfb.csv": Source.LFB,
    "noise_events.csv": Source.NOISE,
    "noise_levels.csv": Source.NOISE,
}
"""The files of a night, and the feed that reads each."""

_OUTSIDE_CALLS: Final = (3, 7)
_NEIGHBOUR_SPREAD_M: Final = 200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedNight:
    """A night's files by name, each in the order in which its rows are sent; `night` is the evening's date."""

    night: str
    files: dict[str, bytes]
    programme: tuple[Beat, ...]
    truth: Truth


def simulate(
    area: Area, evening: date, seed: int, scenario: Scenario | None = None, *, story: bool = True, faults: bool = True
) -> SimulatedNight:
    """The night of an evening: the same bytes for the same arguments. ValueError: no night, or nothing to simulate."""
    return Simulator(area, seed, scenario).night(evening, story=story, faults=faults)


def write(night: SimulatedNight, folder: Path) -> list[Path]:
    """The night's files in a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in night.files.items():
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return paths


class Simulator:
    """An area ready to be simulated: the city is built once, each night draws from a seed of its own."""

    def __init__(self, area: Area, seed: int, scenario: Scenario | None = None) -> None:
        self._area, self._seed = area, seed
        self._city = City(area, seed)
        self._calendar = NightCalendar(area.nights)
        self._zone = zone(area.time_zone)
        self._scenario = scenario

    def night(self, evening: date, *, story: bool = True, faults: bool = True) -> SimulatedNight:
        """The night of an evening; its silences are the scenario's, without the story one at random."""
        night = self._calendar.night_on(evening)
        if night is None:
            raise ValueError(f"{evening.isoformat()} opens no operating night in {self._area.id}")
        played = Story(self._told() if story else Scenario(), self._city, night)
        messages = numbered(self._told_and_drawn(night, played), evening, self._zone)
        silences: list[Silence] = []
        if faults:
            rng = self._rng(night, "faults")
            messages = with_faults(messages, self._city, night, rng)
            silences = played.silences() if story else [random_silence(night, rng)]
        return self._sealed(night, messages, silences, played.programme(silences=faults))

    def refuse_unplayable(self, night: OperatingNight) -> None:
        """ValueError: a scene or silence of the story has no place in this night or area."""
        Story(self._told(), self._city, night)

    def _told_and_drawn(self, night: OperatingNight, played: Story) -> list[Message]:
        rng = self._rng(night, "happenings")
        drawn = sent(happenings(self._city, night, rng), night, self._city.teams, rng)
        return drawn + _neighbours(night, self._rng(night, "neighbours")) + played.messages(self._rng(night, "story"))

    def _told(self) -> Scenario:
        if self._scenario is None:
            self._scenario = load_scenario()
        return self._scenario

    def _rng(self, night: OperatingNight, part: str) -> Random:
        """A stream for each part, so that faults or a story more leave what happens as it was."""
        return seeded(self._area.id, night.key, self._seed, part)

    def _sealed(
        self, night: OperatingNight, messages: list[Message], silences: list[Silence], programme: tuple[Beat, ...]
    ) -> SimulatedNight:
        every = levels(self._city.cameras, self._area.policy, night, self._rng(night, "levels"))
        kept_levels = [row for row in every if not _swallowed(silences, Source.NOISE, row.at)]
        kept = [message for message in messages if not _swallowed(silences, message.source, message.sent_at)]
        kept.sort(key=lambda message: message.sent_at)
        silenced = len(every) + len(messages) - len(kept_levels) - len(kept)
        return SimulatedNight(
            night=night.key,
            files=self._files(kept, kept_levels),
            programme=programme,
            truth=truth_of(kept, night, levels=len(kept_levels), silenced=silenced),
        )

    def _files(self, messages: list[Message], rows: list[Level]) -> dict[str, bytes]:
        cameras = self._area.cameras
        of = {source: [message for message in messages if message.source is source] for source in Source}
        return {
            "sbn.ndjson": write_sbn(of[Source.SBN], self._zone),
            "nightstars.csv": write_nightstars(of[Source.NIGHTSTARS], self._zone),
            "lfb.csv": write_lfb(of[Source.LFB], self._city, self._zone),
            "noise_events.csv": write_events(of[Source.NOISE], cameras, self._zone),
            "noise_levels.csv": write_levels(rows, cameras, self._zone),
        }


def _neighbours(night: OperatingNight, rng: Random) -> list[Message]:
    """A few calls next door: the brigade's file covers all London, and the area must leave them out."""
    messages = []
    for _ in range(rng.randint(*_OUTSIDE_CALLS)):
        kind = rng.choices(KINDS[Stream.FIRE_ALARM], weights=[kind.share for kind in KINDS[Stream.FIRE_ALARM]])[0]
        at = whole_second(rng.randrange(night.opens_at, night.closes_at))
        lat, lon = scattered(rng, NEIGHBOUR_POSITION, _NEIGHBOUR_SPREAD_M)
        call = Happening(
            stream=Stream.FIRE_ALARM,
            category=kind.category,
            at=at,
            lat=lat,
            lon=lon,
            reporter="",
            detail=kind.detail,
        )
        messages.append(Message(happening=call, sent_at=at, outside=True))
    return messages


def _swallowed(silences: Iterable[Silence], source: Source, sent_at: Instant) -> bool:
    return any(silence.swallows(source, sent_at) for silence in silences)
