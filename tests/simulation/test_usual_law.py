"""Law: what every window and night is expected to have is the plain mean of its past nights, counted anew."""

from collections.abc import Callable
from functools import cache, partial

import pytest

from schemas.journal import Entry, Tick
from schemas.night import SLOT, NightCalendar, OperatingNight
from schemas.picture import Kind, NightSummary, Window
from schemas.times import HOUR, MINUTE, Instant, instant
from tests.simulation import oracle, seeded
from tests.simulation.engines import House
from tests.simulation.run import Run

NIGHTS = 14
"""Seven weeks of Fridays and Saturdays: six past nights of each weekday on the last."""


@cache
def _entries() -> tuple[Entry, ...]:
    house = House()
    house.replay(seeded.records(31, nights=NIGHTS, reports=70))
    return tuple(house.entries())


def _lived_to(when: Instant) -> Run:
    run = Run(House().policy)
    for entry in _entries()[2:]:
        if isinstance(entry.fact, Tick) and entry.fact.at > when:
            break
        run.take(entry)
    run.tick(when)
    return run


def _past(run: Run, tonight: OperatingNight, calendar: NightCalendar) -> list[tuple[OperatingNight, list[oracle.Seen]]]:
    """Past nights of the weekday, with the first report of each incident in them."""
    policy = run.desk.rules.policy
    incidents = oracle.fused(oracle.seen_in(oracle.told_once(run.journal), policy))
    nights: dict[str, tuple[OperatingNight, list[oracle.Seen]]] = {}
    for members in incidents:
        night = calendar.night_of(members[0].fact.at)
        if night is not None and night.weekday == tonight.weekday and night.closes_at <= run.desk.clock:
            nights.setdefault(night.key, (night, []))[1].append(members[0])
    return [nights[key] for key in sorted(nights)][-8:]


def _mean(
    past: list[tuple[OperatingNight, list[oracle.Seen]]],
    since: Instant,
    until: Instant,
    counts: Callable[[oracle.Seen], bool],
) -> float:
    """By elapsed time, as no clock changes in these weeks: each quarter hour's incidents, spread evenly over it."""
    total = 0.0
    for night, firsts in past:
        for first in firsts:
            slot = (first.fact.at - night.opens_at) // SLOT * SLOT
            within = max(0, min(until, slot + SLOT) - max(since, slot))
            total += within / SLOT * counts(first)
    return total / len(past)


@pytest.mark.parametrize("hours", [0.9, 1.5, 3, 6.37, 11.98])
@pytest.mark.parametrize("evening", [NIGHTS - 2, NIGHTS - 1])
def test_every_expected_count_is_the_mean_of_its_past_nights(hours: float, evening: int) -> None:
    opening = seeded.FIRST_OPENING + (evening // 2 * 7 + evening % 2) * 24 * HOUR
    run = _lived_to(opening + round(hours * HOUR))
    calendar = NightCalendar(run.desk.rules.policy.nights)
    tonight = calendar.night_of(run.desk.clock)
    assert tonight is not None
    past = _past(run, tonight, calendar)
    assert len(past) == 6
    shown = [one for one in run.shown()[Kind.WINDOWS].values() if isinstance(one, Window)]
    assert shown
    for window in shown:
        until = instant(window.ends_at) - tonight.opens_at
        since = 0 if window.span_minutes is None else until - window.span_minutes * MINUTE
        if since < 0:
            assert window.expected is None
            continue
        mean = _mean(past, since, until, partial(_is_of, window, run.borough))
        assert window.expected == pytest.approx(mean, abs=0.0051), window
    summary = run.shown()[Kind.NIGHT][tonight.key]
    assert isinstance(summary, NightSummary)
    assert summary.past_nights == 6


def _is_of(window: Window, borough: str, first: oracle.Seen) -> bool:
    in_place = window.place in (borough, first.fact.ward, first.fact.cell)
    return in_place and oracle.group_of([first]) == window.category_group.value
