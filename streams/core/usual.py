"""What is usual: the mean of up to eight past nights of the same weekday, by quarter hour of the local wall clock.

A night without a single record is no history (the desk or the feeds were off); a slot that a night never reached, or
reached twice, because the clocks changed, weighs as often as it was reached.
"""

from schemas.categories import CategoryGroup
from schemas.night import SLOT, OperatingNight
from schemas.times import Instant
from streams.core.placements import Placement

Counts = dict[str, dict[int, int]]
"""`place/group` -> wall-clock slot -> incidents."""


class PastNight:
    """One night's incidents by place, group and slot."""

    __slots__ = ("counts", "night")

    def __init__(self, night: OperatingNight, counts: Counts | None = None) -> None:
        self.night = night
        self.counts: Counts = counts or {}


class Usual:
    """The nights behind us, by weekday, and the one that is open; expected counts for the open one."""

    def __init__(self, borough: str, nights_max: int, nights_least: int) -> None:
        self.nights: dict[str, PastNight] = {}
        self.past: dict[int, list[str]] = {}
        self._borough = borough
        self._max = nights_max
        self._least = nights_least
        self._curves: dict[str, list[float]] = {}
        self._keys: dict[tuple[str | None, str, str], tuple[str, ...]] = {}
        self._weights: list[int] = []
        self._tonight: OperatingNight | None = None

    def limit(self, nights_max: int, nights_least: int) -> None:
        """How many past nights count, and how few are too few."""
        self._max, self._least = nights_max, nights_least

    def follow(self, night: OperatingNight | None) -> None:
        """Expectations are for this night from now on; None between nights."""
        self._tonight = night
        self._curves.clear()
        if night is None:
            return
        weights: dict[int, int] = {}
        for key in self.past.get(night.weekday, []):
            for slot in self.nights[key].night.panes:
                weights[slot] = weights.get(slot, 0) + 1
        self._weights = [weights.get(slot, 0) for slot in night.panes]

    def add(self, placement: Placement, by: int) -> bool:
        """Count an incident in (or out of) its night; True when tonight's expectations changed with it."""
        night = placement.night
        if night is None:
            return False
        kept = self.nights.get(night.key)
        if kept is None:
            if not placement.live:
                return False  # a night without history, or one forgotten
            kept = self.nights[night.key] = PastNight(night)
        slot = night.panes[(placement.at - night.opens_at) // SLOT]
        for key in self._keys_of(placement):
            slots = kept.counts.get(key)
            if slots is None:
                slots = kept.counts[key] = {}
            slots[slot] = slots.get(slot, 0) + by
        tonight = self._tonight
        if tonight is None or tonight.weekday != night.weekday or night.key not in self.past.get(night.weekday, ()):
            return False
        self._curves.clear()
        return True

    def close(self, night: OperatingNight, *, heard: bool) -> list[str]:
        """A night becomes history if anything was heard in it; gives the nights that are forgotten for it."""
        if not heard:
            self.nights.pop(night.key, None)
            return []
        self.nights.setdefault(night.key, PastNight(night))
        past = self.past.setdefault(night.weekday, [])
        past.append(night.key)
        forgotten = past[: -self._max]
        del past[: -self._max]
        for key in forgotten:
            del self.nights[key]
        return forgotten

    def past_nights(self, night: OperatingNight) -> int:
        """How many nights stand behind the expectations for this one."""
        return len(self.past.get(night.weekday, ()))

    def expected(self, place: str, group: str, since: Instant, until: Instant) -> float | None:
        """Incidents usual in (since, until] of the open night, to two decimals; None when not known.

        Not known: between nights, under four past nights, or a stretch that begins before the night does.
        """
        night = self._tonight
        if night is None or since < night.opens_at or until > night.closes_at:
            return None
        if self.past_nights(night) < self._least:
            return None
        curve = self._curve(f"{place}/{group}", night)
        return round(_along(curve, until - night.opens_at) - _along(curve, since - night.opens_at), 2)

    def by_group(self, night: OperatingNight, until: Instant) -> dict[str, float | None]:
        """What the borough usually has of each group from a night's opening until an instant."""
        return {g.value: self.expected(self._borough, g.value, night.opens_at, until) for g in CategoryGroup}

    def _keys_of(self, placement: Placement) -> tuple[str, ...]:
        """Where a placement counts: the same few, so remembered, as many as the area has places and groups."""
        where = (placement.ward, placement.cell, placement.group)
        keys = self._keys.get(where)
        if keys is None:
            places = (self._borough, placement.ward, placement.cell)
            keys = self._keys[where] = tuple(f"{place}/{placement.group}" for place in places if place is not None)
        return keys

    def _curve(self, key: str, night: OperatingNight) -> list[float]:
        """Usual incidents from the night's opening to the end of each elapsed quarter hour."""
        curve = self._curves.get(key)
        if curve is None:
            totals: dict[int, int] = {}
            for past in self.past.get(night.weekday, ()):
                for slot, count in self.nights[past].counts.get(key, {}).items():
                    totals[slot] = totals.get(slot, 0) + count
            curve = [0.0]
            for slot, weight in zip(night.panes, self._weights, strict=True):
                curve.append(curve[-1] + (totals.get(slot, 0) / weight if weight else 0.0))
            self._curves[key] = curve
        return curve


def _along(curve: list[float], elapsed: Instant) -> float:
    pane, rest = divmod(elapsed, SLOT)
    if rest == 0:
        return curve[pane]
    return curve[pane] + (curve[pane + 1] - curve[pane]) * rest / SLOT
