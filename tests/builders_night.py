"""A night drawn as a timeline: what is told at which local London time, and what the desk must show by when.

`at` puts something on the timeline, in any order; `wants` and `to` let the real fold live through it, in memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from schemas.area import Area
from schemas.audiences import Role
from schemas.categories import Category, CategoryGroup
from schemas.distance import METRES_PER_DEGREE
from schemas.feeds import (
    FeedHeartbeat,
    FeedRecord,
    LfbCall,
    NightStarsEncounter,
    NoiseTrigger,
    SbnReport,
    Source,
    Withdrawal,
)
from schemas.journal import Entry, Origin, Seen
from schemas.picture import FeedHealth, Incident, Kind, NightSummary, Window
from schemas.policy import Policy
from schemas.reference import load_area
from schemas.times import SECOND, Instant, instant, rfc3339, zone
from schemas.verdicts import Judgement
from streams.core.counts import StreamCount
from streams.core.records import record_of
from streams.intake import Intake
from tests.simulation.run import Run

TICK: Final = 5 * SECOND
_LONDON: Final = "Europe/London"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something a feed says; `happened` is a local time, by default that of the telling."""

    source: Source
    id: str | None = None
    revision: int = 0
    category: Category = Category.OTHER
    severity: int = 1
    who: str = ""
    lat: float = 0.0
    lon: float = 0.0
    happened: str | None = None
    level_db: float | None = None
    body: str = ""
    is_withdrawal: bool = False
    is_heartbeat: bool = False


def report(
    category: str,
    *,
    venue: str = "blue-door",
    metres_from: tuple[str, float] | None = None,
    severity: int = 2,
    id: str | None = None,  # noqa: A002 - the timeline reads as the feed spells it
    happened: str | None = None,
    body: str = "",
) -> Said:
    """A business reports; the position is its venue's, unless it says how far from a venue."""
    lat, lon = _place(metres_from or (venue, 0))
    return Said(
        source=Source.SBN,
        id=id,
        category=Category(category),
        severity=severity,
        who=venue,
        lat=lat,
        lon=lon,
        happened=happened,
        body=body,
    )


def encounter(
    category: str,
    *,
    metres_from: tuple[str, float] = ("blue-door", 0),
    team: str = "soho",
    severity: int = 1,
    id: str | None = None,  # noqa: A002
    happened: str | None = None,
) -> Said:
    """A street team meets somebody, so many metres north of a venue."""
    lat, lon = _place(metres_from)
    return Said(
        source=Source.NIGHTSTARS,
        id=id,
        category=Category(category),
        severity=severity,
        who=team,
        lat=lat,
        lon=lon,
        happened=happened,
    )


def call(
    category: str = "fire", *, metres_from: tuple[str, float] = ("blue-door", 0), happened: str | None = None
) -> Said:
    """The Fire Brigade is called to so many metres north of a venue."""
    lat, lon = _place(metres_from)
    return Said(source=Source.LFB, category=Category(category), lat=lat, lon=lon, happened=happened)


def trigger(camera: str = "pall-mall", level_db: float | None = 85.0, *, happened: str | None = None) -> Said:
    """An acoustic camera is triggered."""
    return Said(source=Source.NOISE, who=camera, level_db=level_db, happened=happened)


def level(camera: str = "pall-mall") -> Said:
    """A camera's level row: a sign of life."""
    return Said(source=Source.NOISE, who=camera, is_heartbeat=True)


def correct(
    said: Said,
    *,
    revision: int | None = None,
    metres_from: tuple[str, float] | None = None,
    category: str | None = None,
    severity: int | None = None,
    happened: str | None = None,
) -> Said:
    """What was said, put right: the next revision of it. `said` needs an id."""
    assert said.id is not None, f"{said} has no id, so nothing can put it right"
    lat, lon = (said.lat, said.lon) if metres_from is None else _place(metres_from)
    return replace(
        said,
        revision=said.revision + 1 if revision is None else revision,
        lat=lat,
        lon=lon,
        category=said.category if category is None else Category(category),
        severity=said.severity if severity is None else severity,
        happened=said.happened if happened is None else happened,
        is_withdrawal=False,
    )


def withdraw(said: Said, *, revision: int | None = None) -> Said:
    """What was said, taken back."""
    return replace(said, revision=said.revision + 1 if revision is None else revision, is_withdrawal=True)


class Want:
    """A wish that came true; `because` says why it is right, beside it."""

    def because(self, reason: str) -> None:
        """Why the night must be so."""
        assert reason, "a wish needs its reason"


class Night:
    """The timeline of one or more nights in Westminster, and the desk that lives through it.

    Times are local: `HH:MM` or `HH:MM:SS` of the night (before noon: of the next morning), or with a date before it;
    a trailing `GMT` takes the second of an hour that comes twice. `live` ticks every five seconds; else the clock
    steps from one thing to the next, as in a replay.
    """

    def __init__(
        self, evening: str, *, begins: str = "17:00", policy: Policy | None = None, live: bool = False
    ) -> None:
        self.evening = date.fromisoformat(evening)
        self.policy = policy or westminster().policy
        self.run = Run(self.policy)
        self.live = live
        self._intake = Intake(westminster())
        self._planned: list[tuple[Instant, int, Said | Policy | Entry]] = []
        self._positions: dict[str, int] = {}
        self._said = 0
        self.run.tick(self.time(begins), live=live)

    def at(self, when: str, *what: Said | Policy | Entry) -> None:
        """Put what is told, or a policy that is adopted, on the timeline."""
        self.at_instant(self.time(when), *what)

    def at_instant(self, when: Instant, *what: Said | Policy | Entry) -> None:
        """The same, at an instant to the millisecond."""
        clock = self.run.desk.clock
        assert when >= clock, f"{rfc3339(when)} is past: the desk has lived to {rfc3339(clock)}"
        for one in what:
            self._planned.append((when, len(self._planned), one))

    def to(self, when: str | Instant) -> "Night":
        """Live through the timeline up to a time, what is told at that time included, and see what goes out."""
        until = self.time(when) if isinstance(when, str) else when
        due = sorted((one for one in self._planned if one[0] <= until), key=lambda one: one[:2])
        self._planned = [one for one in self._planned if one[0] > until]
        for at, _, what in due:
            self._pass(at)
            self._take(what, at)
            self.run.drain()
        self._pass(until)
        return self

    def wants(
        self,
        when: str | Instant,
        *,
        incidents: int | None = None,
        reports: int | None = None,
        categories: tuple[str, ...] | None = None,
        windows: Mapping[str, int] | None = None,
        feeds: Mapping[str, str] | None = None,
    ) -> Want:
        """Live to a time and look at the live picture: how many incidents, of which categories, windows by name
        (`violence/15` of the borough), the health of feeds.
        """
        self.to(when)
        seen: dict[str, object] = {
            "incidents": len(self.incidents()),
            "reports": sum(one.reports for one in self.incidents()),
            "categories": tuple(one.category.value for one in self.incidents()),
            "windows": {name: self.count(*name.split("/")) for name in windows or {}},
            "feeds": {name: self.feed(name).status.value for name in feeds or {}},
        }
        wanted = {
            "incidents": incidents,
            "reports": reports,
            "categories": categories,
            "windows": None if windows is None else dict(windows),
            "feeds": None if feeds is None else dict(feeds),
        }
        for name, value in wanted.items():
            assert value is None or seen[name] == value, f"at {when} {name} are {seen[name]}, not {value}"
        return Want()

    def time(self, text: str) -> Instant:
        """The instant of a local time of this timeline."""
        words = text.split()
        second_time = words[-1] == "GMT"
        clock = time.fromisoformat(words[-2] if second_time else words[-1])
        day = self.evening + timedelta(days=clock.hour < 12)
        if len(words) > 1 + second_time:
            day = date.fromisoformat(words[0])
        local = datetime.combine(day, clock, tzinfo=zone(_LONDON)).replace(fold=int(second_time))
        return instant(local)

    def looks(self, when: str, *reports: str) -> None:
        """Somebody at operations opens an incident that holds these reports, each named as `sbn:r1`."""
        at = self.time(when)
        self.at_instant(at, Entry(fact=Seen(reports=reports, by=Role.OPERATIONS, at=at)))

    def incidents(self) -> list[Incident]:
        """The incidents of the live picture, in the order in which they happened."""
        found = [one for one in self.run.shown()[Kind.INCIDENTS].values() if isinstance(one, Incident)]
        return sorted(found, key=lambda one: (one.at, one.id))

    def all_incidents(self) -> list[Incident]:
        """Those that have left the live picture too."""
        known = (record_of(self.run.desk, Kind.INCIDENTS, id_) for id_ in self.run.desk.incidents.known)
        return sorted((one for one in known if isinstance(one, Incident)), key=lambda one: (one.at, one.id))

    def window(self, group: str, span: str = "60", place: str = "E09000033") -> Window | None:
        """A window of the live picture; None when it is at zero."""
        found = self.run.shown()[Kind.WINDOWS].get(f"{place}/{CategoryGroup(group).value}/{span}")
        return found if isinstance(found, Window) else None

    def count(self, group: str, span: str = "60") -> int:
        """What a window of the borough counts."""
        found = self.window(group, span)
        return 0 if found is None else found.count

    def feed(self, source: str) -> FeedHealth:
        """A feed's health."""
        found = self.run.shown()[Kind.FEEDS][source]
        assert isinstance(found, FeedHealth)
        return found

    def summary(self, evening: str | None = None) -> NightSummary:
        """A night's summary, shown or past."""
        found = record_of(self.run.desk, Kind.NIGHT, evening or self.evening.isoformat())
        assert isinstance(found, NightSummary), f"the desk knows nothing of the night {evening or self.evening}"
        return found

    def counted(self, source: str) -> StreamCount:
        """What became of all that a feed said."""
        return self.run.desk.counts.stream(source)

    def refused(self, source: str, reason: Judgement) -> int:
        """How much of what a feed said was refused for a reason."""
        return self.counted(source).rejected.get(reason.value, 0)

    def repeat_last(self) -> None:
        """The transport brings its last entry once more."""
        self.run.take(self.run.journal[-1])

    def _pass(self, until: Instant) -> None:
        clock = self.run.desk.clock
        if until <= clock:
            return
        if self.live:
            self.run.tick_by(TICK, until, live=True)
        else:
            self.run.tick(until)
        self.run.drain()

    def _take(self, what: Said | Policy | Entry, at: Instant) -> None:
        if isinstance(what, Policy):
            self.run.adopt(what)
        elif isinstance(what, Entry):
            self.run.take(what)
        else:
            fact = self._intake.fact(self._record(what, at))
            assert fact is not None, f"{what} lies outside Westminster"
            stream = what.source.value
            self._positions[stream] = self._positions.get(stream, 0) + 1
            self.run.take(Entry(fact=fact, origin=Origin(stream=stream, position=self._positions[stream])))

    def _record(self, said: Said, at: Instant) -> FeedRecord:
        self._said += 1
        source_id = said.id or f"said-{self._said}"
        happened = at if said.happened is None else self.time(said.happened)
        if said.is_withdrawal:
            return Withdrawal(source=said.source, source_id=source_id, revision=said.revision, received_at=at)
        if said.is_heartbeat:
            return FeedHeartbeat(source=said.source, sensor=said.who, at=happened, received_at=at)
        if said.source is Source.NOISE:
            return NoiseTrigger(
                source_id=source_id, camera=said.who, occurred_at=happened, received_at=at, level_db=said.level_db
            )
        if said.source is Source.LFB:
            return LfbCall(
                source_id=source_id,
                category=said.category,
                occurred_at=happened,
                received_at=at,
                lat=said.lat,
                lon=said.lon,
                borough_code="E09000033",
            )
        return _told_by_people(said, source_id, happened, at)


@cache
def westminster() -> Area:
    """The built-in area, read once."""
    return load_area()


def _told_by_people(said: Said, source_id: str, happened: Instant, at: Instant) -> FeedRecord:
    if said.source is Source.SBN:
        return SbnReport(
            source_id=source_id,
            revision=said.revision,
            venue=said.who,
            category=said.category,
            severity=said.severity,
            occurred_at=happened,
            received_at=at,
            lat=said.lat,
            lon=said.lon,
            body=said.body,
        )
    return NightStarsEncounter(
        source_id=source_id,
        revision=said.revision,
        team=said.who,
        category=said.category,
        severity=said.severity,
        occurred_at=happened,
        received_at=at,
        lat=said.lat,
        lon=said.lon,
    )


def _place(metres_from: tuple[str, float]) -> tuple[float, float]:
    venue = westminster().venues[metres_from[0]]
    return venue.lat + metres_from[1] / METRES_PER_DEGREE, venue.lon
