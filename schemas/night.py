"""Operating nights: an evening's date, 18:00 to 06:00 on the local wall clock, 11 or 13 hours when clocks change.

Windows run on elapsed UTC; what is usual is known by the quarter-hour slot of the local wall clock. A night whose
clocks change has slots that it never reaches, or reaches twice; `panes` lists, for each elapsed quarter hour of the
night, the wall-clock slot it falls in.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from schemas.times import DAY, MINUTE, Instant, instant, zone

SLOT = 15 * MINUTE
_FORTNIGHT_DAYS = 14
_DAYS_REMEMBERED_MAX = 400
"""Past this what was computed is forgotten whole, and computed again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRules:
    """Which evenings open a night, and when; weekdays count from Monday 0. `opens` and `closes` are local."""

    time_zone: str
    weekdays: tuple[int, ...] = (4, 5)
    opens: time = time(18, 0)
    closes: time = time(6, 0)
    extra_dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingNight:
    """One night: `key` is its evening's date, `panes[i]` the wall-clock slot of its i-th elapsed quarter hour."""

    key: str
    weekday: int
    opens_at: Instant
    closes_at: Instant
    panes: tuple[int, ...]

    def holds(self, at: Instant) -> bool:
        """Whether an instant falls in the night; the close itself does not."""
        return self.opens_at <= at < self.closes_at


class NightCalendar:
    """The nights of an area. Pure: computed from the rules and the pinned time-zone data, and remembered."""

    def __init__(self, rules: NightRules) -> None:
        self.rules = rules
        self._zone = zone(rules.time_zone)
        self._by_day: dict[int, tuple[OperatingNight, ...]] = {}

    def night_of(self, at: Instant) -> OperatingNight | None:
        """The night that holds an instant, or None between nights."""
        day = at // DAY
        nights = self._by_day.get(day)
        if nights is None:
            if len(self._by_day) >= _DAYS_REMEMBERED_MAX:
                self._by_day.clear()
            nights = self._by_day[day] = self._nights_touching(day)
        for night in nights:
            if night.opens_at <= at < night.closes_at:
                return night
        return None

    def night_on(self, evening: date) -> OperatingNight | None:
        """The night that belongs to an evening's date, or None where none opens."""
        rules = self.rules
        if evening.weekday() not in rules.weekdays and evening not in rules.extra_dates:
            return None
        opens_at = self._local(evening, rules.opens)
        closes_day = evening if rules.closes > rules.opens else evening + timedelta(days=1)
        closes_at = self._local(closes_day, rules.closes)
        return OperatingNight(
            key=evening.isoformat(),
            weekday=evening.weekday(),
            opens_at=opens_at,
            closes_at=closes_at,
            panes=tuple(self._slot(at) for at in range(opens_at, closes_at, SLOT)),
        )

    def next_night(self, after: Instant) -> OperatingNight | None:
        """The first night that opens later than `after`, or None where the rules know no more."""
        start = datetime.fromtimestamp(after / 1000, self._zone).date() - timedelta(days=1)
        for evening in self._evenings(start):
            night = self.night_on(evening)
            if night is not None and night.opens_at > after:
                return night
        return None

    def _evenings(self, start: date) -> Iterator[date]:
        for days in range(_FORTNIGHT_DAYS):
            yield start + timedelta(days=days)
        extra = sorted(self.rules.extra_dates)
        yield from extra[bisect_right(extra, start) :]

    def _nights_touching(self, day: int) -> tuple[OperatingNight, ...]:
        first = date(1970, 1, 1) + timedelta(days=day)
        candidates = (self.night_on(first + timedelta(days=shift)) for shift in (-2, -1, 0, 1))
        starts, ends = day * DAY, (day + 1) * DAY
        return tuple(n for n in candidates if n is not None and n.opens_at < ends and n.closes_at > starts)

    def _local(self, day: date, clock: time) -> Instant:
        return instant(datetime.combine(day, clock, tzinfo=self._zone))

    def _slot(self, at: Instant) -> int:
        wall = datetime.fromtimestamp(at / 1000, self._zone)
        return (wall.hour * 60 + wall.minute) * MINUTE // SLOT
