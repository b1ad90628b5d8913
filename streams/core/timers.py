"""Time passing: every timer between two ticks fires at its own instant, in order, whatever the step of the ticks."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from schemas.picture import Kind
from schemas.times import DAY, HOUR, Instant
from streams.core.chain import incident_values, night_values
from streams.core.rules import Rules

if TYPE_CHECKING:
    from streams.core.desk import Desk

FORGET_EVERY: Final = 7 * DAY
"""How often what is older than the policy remembers is let go."""

_Fire = Callable[["Desk", Instant, Rules], None]


def advance(desk: "Desk", to: Instant, rules: Rules) -> None:
    """Move the clock to `to`, firing on the way.

    Windows have the most timers by far, and their counts concern no other timer but one that tells them: so they are
    let go in a run up to the next of the others.
    """
    windows, changes = desk.windows, desk.changes
    at, fire = _next(desk)
    while at <= to:
        windows.expire(at)
        at = desk.clock = max(at, desk.clock)
        changes.at(at)
        fire(desk, at, rules)
        at, fire = _next(desk)
    windows.expire(to)
    desk.clock = to
    changes.at(to)


def _next(desk: "Desk") -> tuple[Instant, _Fire]:
    """The next timer; at one instant incidents leave, the night turns, silences are judged and the mark is made."""
    nights = desk.nights
    fire: _Fire = _leave
    at, turn = desk.incidents.leave_at(), nights.turns_at()
    if turn < at:
        at, fire = turn, _open_night if nights.open is None else _close_night
    if desk.feeds.due < at:
        at, fire = desk.feeds.due, _silences
    if nights.mark_at < at:
        at, fire = nights.mark_at, _mark
    return at, fire


def _leave(desk: "Desk", at: Instant, _rules: Rules) -> None:
    """Incidents whose night, or whose twelve hours, are over stand in the record and leave the live picture."""
    left = desk.incidents.leaving(at)
    for incident in left:
        desk.changes.gone(Kind.INCIDENTS, incident.id)
    if left:
        desk.chain.add([incident_values(incident) for incident in left])
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
    _tell_of_turn(desk, night.key)


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
    _tell_of_turn(desk, night.key)


def _tell_of_turn(desk: "Desk", night: str) -> None:
    """A night opened or closed: what is usual and what was heard tonight changed with it."""
    desk.changes.later(Kind.NIGHT, night)
    for source in desk.feeds.known:
        desk.changes.later(Kind.FEEDS, source)
    desk.ledger_changes += 1


def _silences(desk: "Desk", at: Instant, rules: Rules) -> None:
    for source in desk.feeds.judge(at, rules):
        desk.changes.later(Kind.FEEDS, source)


def _mark(desk: "Desk", at: Instant, rules: Rules) -> None:
    """A quarter hour of a night, or an hour between nights, has passed."""
    night = desk.nights.open
    desk.nights.marked(at)
    if night is not None:
        desk.nights.tally(night).as_of = at
        desk.changes.later(Kind.NIGHT, night.key)
    if at % FORGET_EVERY == 0:
        _forget(desk, at, rules)
    if at % HOUR == 0:
        desk.changes.repeat()


def _forget(desk: "Desk", at: Instant, rules: Rules) -> None:
    before = at - rules.remembered - DAY
    desk.counts.dropped += desk.reports.forget(before, desk.incidents.forget(before))
    desk.nights.forget(before)
    desk.ledger_changes += 1
