"""Operating nights: when one opens and closes, and what it had; a closed one is put right by what comes late."""

from dataclasses import dataclass, field

from schemas.night import SLOT, OperatingNight
from schemas.times import HOUR, NEVER, Instant
from streams.core.placements import Placement
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
    """The open night, those remembered, and the next one; and the next mark.

    A mark is a quarter hour of an open night or, between nights, an hour.
    """

    def __init__(self) -> None:
        self.known: dict[str, NightTally] = {}
        self.open: OperatingNight | None = None
        self.next: OperatingNight | None = None
        self.shown: str | None = None
        self.touched = 0
        self.marked_at: Instant = 0
        self.mark_at: Instant = NEVER

    def start(self, rules: Rules, clock: Instant) -> None:
        """The clock has its first reading, or the rules changed: which night is open, and which comes next.

        A night that is open keeps its hours to the end, whatever the new rules say.
        """
        if self.open is None:
            self.open = rules.calendar.night_of(clock)
            if self.open is not None:
                self.shown = self.tally(self.open).night.key
        self.next = self._after(rules, clock)
        self.marked(clock)

    def night_of(self, at: Instant, rules: Rules) -> OperatingNight | None:
        """The night that holds an instant: the open one, else as the rules say; None between nights."""
        night = self.open
        if night is not None and night.opens_at <= at < night.closes_at:
            return night
        return rules.calendar.night_of(at)

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

    def count(self, placement: Placement, by: int, changed: dict[str, None]) -> None:
        """Count an incident in or out of its night, which is added to `changed`."""
        night, group = placement.night, placement.group
        if night is not None:
            groups = self.tally(night).groups
            groups[group] = groups.get(group, 0) + by
            changed[night.key] = None

    def turns_at(self) -> Instant:
        """When the open night closes or, between nights, the next one opens."""
        if self.open is not None:
            return self.open.closes_at
        return NEVER if self.next is None else self.next.opens_at

    def open_next(self, rules: Rules) -> OperatingNight:
        """The next night opens."""
        if self.next is None:
            raise ValueError("no night follows, so none can open")
        night = self.open = self.next
        self.shown = self.tally(night).night.key
        self.next = self._after(rules, night.opens_at)
        self._await_mark()
        return night

    def close(self) -> OperatingNight:
        """The open night closes; it stays shown until the next one opens."""
        if self.open is None:
            raise ValueError("no night is open, so none can close")
        night, self.open = self.open, None
        self.tally(night).as_of = night.closes_at
        self._await_mark()
        return night

    def marked(self, at: Instant) -> None:
        """The mark of an instant was made, or none is to be made up to it."""
        self.marked_at = at
        self._await_mark()

    def blind_gap(self, since: Instant, until: Instant) -> list[NightTally]:
        """The desk was not running: every night it missed a part of keeps that; gives those tallies."""
        known = (tally for _, tally in sorted(self.known.items()))
        missed = [t for t in known if t.night.opens_at < until and t.night.closes_at > since]
        for tally in missed:
            tally.blind.append((max(since, tally.night.opens_at), min(until, tally.night.closes_at)))
        return missed

    def forget(self, before: Instant) -> None:
        """Forget nights that closed before an instant, unless one is shown."""
        for key in [k for k, t in self.known.items() if t.night.closes_at < before and k != self.shown]:
            del self.known[key]

    def _after(self, rules: Rules, clock: Instant) -> OperatingNight | None:
        """The night after the open one, or the first that opens later than `clock`."""
        return rules.calendar.next_night(clock if self.open is None else self.open.closes_at - 1)

    def _await_mark(self) -> None:
        night, since = self.open, self.marked_at + 1
        step = HOUR if night is None else SLOT
        if night is not None:
            since = max(since, night.opens_at)
        self.mark_at = -(-since // step) * step
