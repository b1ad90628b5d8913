"""The story: a scenario's scenes as staged messages, its silences, and the programme a viewer follows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from ingest.simulate.city import City
from ingest.simulate.draws import Position, moved, scattered
from ingest.simulate.faults import Silence
from ingest.simulate.happenings import Happening
from ingest.simulate.messages import Message, Status
from ingest.simulate.mix import KINDS, Stream
from ingest.simulate.scenario import Hush, Scenario, Scene, Told
from schemas.categories import Category
from schemas.feeds import Source
from schemas.night import OperatingNight
from schemas.times import MINUTE, SECOND, Instant, instant, zone

_TRIGGER_SPREAD_DB: Final = 9.0
_STREAM_OF: Final = {
    Source.SBN: Stream.BUSINESS,
    Source.NIGHTSTARS: Stream.STREET_SUPPORT,
    Source.LFB: Stream.FIRE_ALARM,
    Source.NOISE: Stream.VEHICLE_NOISE,
}
_CATEGORY_OF: Final = {kind.detail: kind.category for kind in KINDS[Stream.STREET_SUPPORT]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One line of the programme: when (also as the local clock shows it), what, and what to watch."""

    at: Instant
    clock: str
    title: str
    watch: str


class Story:
    """A scenario laid on one night of one city. ValueError: a scene outside the night or the area."""

    def __init__(self, scenario: Scenario, city: City, night: OperatingNight) -> None:
        self._scenario, self._city, self._night = scenario, city, night
        self._zone = zone(city.area.time_zone)
        for scene in scenario.scene:
            if not city.inside((scene.lat, scene.lon)):
                raise ValueError(f"scene {scene.title!r}: {scene.lat}, {scene.lon} lies outside {city.area.id}")
        self.programme(silences=True)  # refuses a time that does not lie in the night

    def messages(self, rng: Random) -> list[Message]:
        """What the scenes send."""
        return [message for scene in self._scenario.scene for message in self._staged(scene, rng)]

    def silences(self) -> list[Silence]:
        """When which feed says nothing."""
        return [self._silence(hush) for hush in self._scenario.silence]

    def programme(self, *, silences: bool) -> tuple[Beat, ...]:
        """The scenes and, where they are played, the silences, in order of time."""
        told: list[Scene | Hush] = [*self._scenario.scene, *(self._scenario.silence if silences else ())]
        beats = [self._beat(part) for part in told]
        return tuple(sorted(beats, key=lambda beat: beat.at))

    def _beat(self, part: Scene | Hush) -> Beat:
        at = self._at(part.at, part.title)
        clock = datetime.fromtimestamp(at // SECOND, self._zone)
        return Beat(at=at, clock=f"{clock:%H:%M}", title=part.title, watch=part.watch)

    def _staged(self, scene: Scene, rng: Random) -> Iterator[Message]:
        begins = self._at(scene.at, scene.title)
        revisions: dict[str, int] = {}
        for told in scene.told:
            revision = revisions.get(told.key, 0) + (told.status is not Status.NEW)
            revisions[told.key] = revision
            for ordinal in range(told.count):
                happening = self._happening(told, scene, begins, ordinal, rng)
                at_once = told.source in (Source.LFB, Source.NOISE)
                yield Message(
                    happening=happening,
                    sent_at=happening.at + (0 if at_once else told.told_after_s * SECOND),
                    thread=f"{scene.title}/{told.key}" if told.key else "",
                    revision=revision,
                    status=told.status,
                    staged=True,
                )

    def _happening(self, told: Told, scene: Scene, begins: Instant, ordinal: int, rng: Random) -> Happening:
        origin = scene.lat, scene.lon
        step_s = told.over_s * ordinal / max(told.count - 1, 1)
        position = moved(origin, told.metres, told.bearing)
        if told.spread_m:
            position = scattered(rng, position, told.spread_m / 2)
        happening = Happening(
            stream=_STREAM_OF[told.source],
            category=told.category or _CATEGORY_OF.get(told.kind, Category.NOISE),
            at=begins + int(told.after_s + step_s) * SECOND,
            lat=position[0],
            lon=position[1],
            reporter=self._reporter(told, origin),
            severity=told.severity,
            help_needed=told.help_needed,
            detail=told.kind,
            words=told.words,
            helped=told.helped,
        )
        return self._at_camera(happening, told, rng) if told.source is Source.NOISE else happening

    def _reporter(self, told: Told, origin: Position) -> str:
        if told.source is Source.SBN:
            venues = self._city.witnesses(origin)
            return venues[told.witness % len(venues)]
        if told.source is Source.NIGHTSTARS:
            return self._city.teams[told.witness % len(self._city.teams)]
        return ""

    def _at_camera(self, happening: Happening, told: Told, rng: Random) -> Happening:
        camera = self._city.nearest_camera(happening.position)
        level = round(told.level_db + rng.random() * _TRIGGER_SPREAD_DB, 1)
        return replace(happening, lat=camera.lat, lon=camera.lon, reporter=camera.id, level_db=level)

    def _silence(self, hush: Hush) -> Silence:
        starts_at = self._at(hush.at, hush.title)
        return Silence(source=hush.source, starts_at=starts_at, ends_at=starts_at + hush.minutes * MINUTE)

    def _at(self, clock: time, title: str) -> Instant:
        """The instant of a local time: of an hour that comes twice the first, of a skipped one an hour later."""
        evening = date.fromisoformat(self._night.key)
        opens = self._city.area.nights.opens
        day = evening if clock >= opens else evening + timedelta(days=1)
        at = instant(datetime.combine(day, clock, tzinfo=self._zone))
        if not self._night.holds(at):
            raise ValueError(f"{title!r} at {clock:%H:%M} lies outside the night of {self._night.key}")
        return at
