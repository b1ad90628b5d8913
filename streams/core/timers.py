"""Time passing: every timer between two ticks fires at its own instant, in order, whatever the step of the ticks."""

from typing import TYPE_CHECKING, Final

from schemas.night import SLOT
from schemas.picture import Kind
from schemas.times import DAY, HOUR, Instant
from streams.core.chain import incident_values, night_values
from streams.core.rules import Rules

if TYPE_CHECKING:
    from streams.core.desk import Desk

FORGET_EVERY: Final = 7 * DAY
"""How often what is older than the policy remembers is let go."""

_NEVER: Final = 2**62


def advance(desk: "Desk", to: Instant, rules: Rules) -> None:
    """Move the clock to `to`, firing on the way; at one instant in the order of `_FIRE`."""
    while True:
        due = _due(desk)
        at = min(due)
        if at > to:
            break
        fire = _FIRE[due.index(at)]
        at = max(at, desk.clock)
        desk.clock = at
        desk.changes.at(at)
        fire(desk, at, rules)
    desk.clock = to
    desk.changes.at(to)


def _due(desk: "Desk") -> tuple[Instant, ...]:
    """When each timer fires next, in the order of `_FIRE`."""
    night = desk.nights.open
    windows, leaving, feeds = desk.windows.due(), desk.incidents.leave_at(), desk.feeds.due()
    clock = desk.clock
    return (
        _NEVER if windows is None else windows,
        _NEVER if leaving is None else leaving,
        _NEVER if night is None else night.closes_at,
        _NEVER if desk.nights.next is None else desk.nights.next.opens_at,
        _NEVER if feeds is None else feeds,
        _NEVER if desk.changes.flush_at is None else desk.changes.flush_at,
        (clock // HOUR + 1) * HOUR if night is None else (clock // SLOT + 1) * SLOT,
    )


def _expire(desk: "Desk", at: Instant, _rules: Rules) -> None:
    desk.windows.expire(at)


def _leave(desk: "Desk", at: Instant, _rules: Rules) -> None:
    """Incidents whose night, or whose twelve hours, are over stand in the record and leave the live picture."""
    for incident in desk.incidents.leaving(at):
        desk.changes.gone(Kind.INCIDENTS, incident.id)
        desk.chain.add(incident_values(incident))
        desk.ledger_changes += 1


def _close_night(desk: "Desk", at: Instant, rules: Rules) -> None:
    night = desk.nights.close()
    tally = desk.nights.tally(night)
    tally.expected = desk.usual.by_group(night, night.closes_at)
    desk.chain.add(night_values(tally, desk.windows.of_night()))
    desk.usual.close(night, heard=tally.touched)
    desk.usual.follow(None)
    desk.feeds.close_night(night, rules)
    desk.windows.close_night(at)
    desk.changes.later(Kind.NIGHT, night.key)
    desk.ledger_changes += 1


def _open_night(desk: "Desk", at: Instant, rules: Rules) -> None:
    shown = desk.nights.shown
    night = desk.nights.open_next(rules)
    if shown is not None and shown != night.key:
        desk.changes.gone(Kind.NIGHT, shown)
    tally = desk.nights.tally(night)
    tally.as_of, tally.past_nights = at, desk.usual.past_nights(night)
    desk.usual.follow(night)
    desk.feeds.open_night()
    desk.windows.open_night(at, night.key)
    desk.changes.later(Kind.NIGHT, night.key)


def _silences(desk: "Desk", at: Instant, rules: Rules) -> None:
    for source in desk.feeds.judge(at, rules):
        desk.changes.later(Kind.FEEDS, source)


def _flush(desk: "Desk", _at: Instant, _rules: Rules) -> None:
    desk.changes.flush(desk.windows.cells)


def _mark(desk: "Desk", at: Instant, rules: Rules) -> None:
    """A quarter hour of a night, or an hour between nights, has passed."""
    night = desk.nights.open
    if night is not None:
        desk.nights.tally(night).as_of = at
        desk.changes.later(Kind.NIGHT, night.key)
    if at % FORGET_EVERY == 0:
        _forget(desk, at, rules)
    if at % HOUR == 0:
        desk.changes.repeat(desk.windows.cells)


def _forget(desk: "Desk", at: Instant, rules: Rules) -> None:
    before = at - rules.remembered - DAY
    desk.reports.forget(before, desk.incidents.forget(before))
    desk.nights.forget(before)
    desk.ledger_changes += 1


_FIRE: Final = (_expire, _leave, _close_night, _open_night, _silences, _flush, _mark)
