"""What happens in one N1 night: Poisson streams with night and precinct factors, and 8 % repeats."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random
from typing import Final

from ingest.simulate.city import SCATTER_M, City
from ingest.simulate.draws import Position, factor, poisson
from ingest.simulate.mix import KINDS, MEAN_A_NIGHT, SOURCE_OF, Kind, Stream
from ingest.simulate.profiles import STREET, Timetable
from schemas.categories import Category, HelpNeeded
from schemas.feeds import Source
from schemas.night import OperatingNight
from schemas.times import MINUTE, Instant

EFFECT_SD: Final = 0.15
"""Of the night's factor and of each precinct's."""
REPEATS: Final = 0.08
"""The share of events that repeat another one."""
REPEAT_M: Final = 25.0
REPEAT_MEAN_MS: Final = 8 * MINUTE
UNIFORM: Final = 0.15
"""The share of events that belong to no premises."""

_TRIGGER_DB: Final = 80.0
_TRIGGER_MEAN_ABOVE_DB: Final = 5.0
_TRIGGER_DB_MAX: Final = 108.0
_WITHOUT_LEVEL: Final = 0.06
_HELPED: Final = (1, 1, 1, 1, 2, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened and who witnessed it: a venue, a team, a camera, or the brigade ("").

    `detail` is the vendor's own word for its kind; `level_db` is a trigger's LAmax; `repeat` marks one of the 8 %.
    """

    stream: Stream
    category: Category
    at: Instant
    lat: float
    lon: float
    reporter: str
    severity: int = 1
    help_needed: HelpNeeded = HelpNeeded.NONE
    detail: str = ""
    words: str = ""
    helped: int = 1
    level_db: float | None = None
    repeat: bool = False

    @property
    def source(self) -> Source:
        """The feed it comes in by."""
        return SOURCE_OF[self.stream]

    @property
    def position(self) -> Position:
        """Where it happened."""
        return self.lat, self.lon


def happenings(city: City, night: OperatingNight, rng: Random) -> list[Happening]:
    """All that happens in the night, in order of time."""
    return sorted(_Night(city, night, rng).draw(), key=lambda happening: happening.at)


class _Night:
    """One night's factors, and the draws made under them."""

    def __init__(self, city: City, night: OperatingNight, rng: Random) -> None:
        self._city, self._rng = city, rng
        self._closes_at = night.closes_at
        self._timetable = Timetable(night)
        self._factor = factor(rng, EFFECT_SD)
        precincts = [factor(rng, EFFECT_SD) for _ in city.centres]
        weights = [premises.weight * precincts[premises.precinct] for premises in city.premises]
        self._cumulative = list(accumulate(weights))
        self._footfall = UNIFORM + (1 - UNIFORM) * self._cumulative[-1] / sum(city.weights)

    def draw(self) -> Iterator[Happening]:
        """Every event of every stream, repeats after what they repeat."""
        rng = self._rng
        for stream, mean in MEAN_A_NIGHT.items():
            busy = self._factor if stream is Stream.VEHICLE_NOISE else self._factor * self._footfall
            kinds, shares = KINDS[stream], list(accumulate(kind.share for kind in KINDS[stream]))
            for _ in range(poisson(rng, mean * (1 - REPEATS) * busy)):
                kind = rng.choices(kinds, cum_weights=shares)[0]
                first = self._trigger(kind) if stream is Stream.VEHICLE_NOISE else self._event(stream, kind)
                yield first
                if rng.random() < REPEATS / (1 - REPEATS):
                    yield from self._repeat(first)

    def _event(self, stream: Stream, kind: Kind) -> Happening:
        rng = self._rng
        position, venue, place_type = self._place()
        return Happening(
            stream=stream,
            category=kind.category,
            at=self._timetable.draw(rng, place_type, kind.curve),
            lat=position[0],
            lon=position[1],
            reporter=self._reporter(stream, venue),
            severity=rng.choice(kind.severities),
            help_needed=rng.choice(kind.helps),
            detail=kind.detail,
            words=rng.choice(kind.words),
            helped=rng.choice(_HELPED) if stream is Stream.STREET_SUPPORT else 1,
        )

    def _place(self) -> tuple[Position, str, str]:
        """Where, under whose eyes, and in what kind of place."""
        if self._rng.random() < UNIFORM:
            position = self._city.anywhere(self._rng)
            return position, self._city.witnesses(position)[0], STREET
        premises = self._rng.choices(self._city.premises, cum_weights=self._cumulative)[0]
        position = self._city.near(self._rng, premises.position, SCATTER_M)
        return position, premises.venue, premises.place_type

    def _reporter(self, stream: Stream, venue: str) -> str:
        if stream is Stream.STREET_SUPPORT:
            return self._rng.choice(self._city.teams)
        return "" if stream is Stream.FIRE_ALARM else venue

    def _trigger(self, kind: Kind) -> Happening:
        camera = self._rng.choice(self._city.cameras)
        return Happening(
            stream=Stream.VEHICLE_NOISE,
            category=kind.category,
            at=self._timetable.draw(self._rng, STREET, kind.curve),
            lat=camera.lat,
            lon=camera.lon,
            reporter=camera.id,
            detail=kind.detail,
            level_db=trigger_level(self._rng),
        )

    def _repeat(self, first: Happening) -> Iterator[Happening]:
        """Another witness of the same trouble: 25 m and some minutes off, unless the night is over by then."""
        at = first.at + int(self._rng.expovariate(1 / REPEAT_MEAN_MS))
        if at >= self._closes_at:
            return
        if first.source is Source.NOISE:
            yield replace(first, at=at, level_db=trigger_level(self._rng), repeat=True)
            return
        lat, lon = self._city.near(self._rng, first.position, REPEAT_M)
        yield replace(first, at=at, lat=lat, lon=lon, reporter=self._second_witness(first), words="", repeat=True)

    def _second_witness(self, first: Happening) -> str:
        if first.source is not Source.SBN:
            return first.reporter
        return self._rng.choice(self._city.witnesses(first.position)[:3])


def trigger_level(rng: Random, least_db: float = _TRIGGER_DB) -> float | None:
    """The LAmax of a trigger in dB(A); now and then the vendor gives none."""
    level = round(min(least_db + rng.expovariate(1 / _TRIGGER_MEAN_ABOVE_DB), _TRIGGER_DB_MAX), 1)
    return None if rng.random() < _WITHOUT_LEVEL else level
