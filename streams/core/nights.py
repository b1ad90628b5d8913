"""Operating nights: when one opens and closes, and what it had; a closed one is put right by what comes late."""

from dataclasses import dataclass, field

from schemas.night import OperatingNight
from schemas.times import Instant
from streams.core.incidents import Placement
from streams.core.rules import Rules


@dataclass(slots=True)
class NightTally:
    """What a night had so far or, once closed, in all; `expected` is kept at its close."""

    night: OperatingNight
    as_of: Instant
    groups: dict[str, int] = field(default_factory=dict)
    reports: int = 0
    late: int = 0
    corrected: int = 0
    withdrawn: int = 0
    below: int = 0
    blind: list[tuple[Instant, Instant]] = field(default_factory=list)
    revision: int = 0
    touched: bool = False
    past_nights: int = 0
    expected: dict[str, float | None] = field(default_factory=dict)


class Nights:
    """The open night, those remembered, and the next one."""

    def __init__(self) -> None:
        self.known: dict[str, NightTally] = {}
        self.open: OperatingNight | None = None
        self.next: OperatingNight | None = None
        self.shown: str | None = None
        self.touched = 0

    def start(self, rules: Rules, clock: Instant) -> None:
        """The clock has its first reading, or the rules changed: which night is open, and which comes next."""
        if self.open is None:
            self.open = rules.calendar.night_of(clock)
            if self.open is not None:
                self.shown = self.tally(self.open).night.key
        self.next = rules.calendar.next_night(clock)

    def tally(self, night: OperatingNight) -> NightTally:
        """The tally of a night, begun when it is first needed."""
        found = self.known.get(night.key)
        if found is None:
            found = self.known[night.key] = NightTally(night, night.opens_at)
        return found

    def touch(self, night: OperatingNight) -> NightTally:
        """The tally of a night that something was told of."""
        tally = self.tally(night)
        if not tally.touched:
            tally.touched = True
            self.touched += 1
        return tally

    def move(self, before: Placement | None, after: Placement | None, changed: dict[str, None]) -> None:
        """Count an incident out of one night and into another; adds the nights that changed to `changed`."""
        for placement, by in ((before, -1), (after, 1)):
            if placement is not None and placement.night is not None:
                tally = self.tally(placement.night)
                tally.groups[placement.group] = tally.groups.get(placement.group, 0) + by
                changed[placement.night.key] = None

    def open_next(self, rules: Rules) -> OperatingNight:
        """The next night opens."""
        if self.next is None:
            raise ValueError("no night follows, so none can open")
        night = self.open = self.next
        self.shown = self.tally(night).night.key
        self.next = rules.calendar.next_night(night.opens_at)
        return night

    def close(self) -> OperatingNight:
        """The open night closes; it stays shown until the next one opens."""
        if self.open is None:
            raise ValueError("no night is open, so none can close")
        night, self.open = self.open, None
        self.tally(night).as_of = night.closes_at
        return night

    def blind_gap(self, since: Instant, until: Instant) -> list[NightTally]:
        """The desk was not running: every night it missed a part of keeps that; gives those tallies."""
        missed = [t for t in self.known.values() if t.night.opens_at < until and t.night.closes_at > since]
        for tally in missed:
            tally.blind.append((max(since, tally.night.opens_at), min(until, tally.night.closes_at)))
        return missed

    def forget(self, before: Instant) -> None:
        """Forget nights that closed before an instant, unless one is shown."""
        for key in [k for k, t in self.known.items() if t.night.closes_at < before and k != self.shown]:
            del self.known[key]
