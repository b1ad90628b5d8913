"""The desk: the state of one area's night, and the fold that applies one journal entry to it."""

from collections.abc import Callable
from typing import Final, assert_never

from schemas.feeds import Source
from schemas.journal import Entry, FeedHeard, FoldVersion, ReferenceAdopted, Reported, Tick, Triggered, Withdrawn
from schemas.picture import Kind
from schemas.policy import decode_policy
from schemas.times import SECOND, Instant
from streams.core.chain import Chain
from streams.core.changes import Changes
from streams.core.corrections import Judgement, Reports, Ruling, Told
from streams.core.counts import Counts
from streams.core.feeds import Feeds
from streams.core.incidents import Incidents, Move
from streams.core.nights import Nights
from streams.core.origins import Origins
from streams.core.rules import Rules
from streams.core.sightings import Sighting, heard_by_camera
from streams.core.timers import advance
from streams.core.usual import Usual
from streams.core.windows import Windows

FOLD_VERSION: Final = 1
"""Results of the fold change only where a journal entry FoldVersion(n) says so."""

BLIND_AFTER: Final = 60 * SECOND
"""A longer gap between two live ticks is one in which the desk saw nothing."""


class UnknownFoldVersion(Exception):
    """The journal asks for a fold that this code does not know; its owner stops rather than guess."""


class PolicyMissing(Exception):
    """A fact came before any policy was adopted: the journal was not begun as it must be."""


class Desk:
    """Everything the fold knows of one area. Only the functions of this module change it."""

    def __init__(self, borough: str, read_blob: Callable[[str], bytes]) -> None:
        self.borough = borough
        self.read_blob = read_blob
        self.version = FOLD_VERSION
        self.clock: Instant = 0
        self.policy_sha256 = ""
        self.adopted: Rules | None = None
        self.origins = Origins()
        self.counts = Counts()
        self.reports = Reports()
        self.incidents = Incidents()
        self.changes = Changes()
        self.windows = Windows(borough, self.changes)
        self.usual = Usual(borough, nights_max=8, nights_least=4)
        self.feeds = Feeds()
        self.nights = Nights()
        self.chain = Chain()
        self.ledger_changes = 0

    @property
    def rules(self) -> Rules:
        """The policy in force."""
        if self.adopted is None:
            raise PolicyMissing("a fact came before the first ReferenceAdopted entry; the desk cannot judge it")
        return self.adopted


def fold(desk: Desk, offset: int, entry: Entry) -> None:
    """Apply one journal entry. Pure: the same desk and entry give the same desk, and the same changes."""
    fact, origin = entry.fact, entry.origin
    if origin is not None and not desk.origins.advance(origin):
        return
    desk.changes.begin(offset, desk.clock)
    if isinstance(fact, Tick):
        _tick(desk, fact)
    elif isinstance(fact, (Reported, Triggered, Withdrawn)):
        _told(desk, fact, "" if origin is None else origin.stream)
    elif isinstance(fact, FeedHeard):
        _heard(desk, fact.source, fact.sensor, fact.at, record=False)
        desk.counts.stream("" if origin is None else origin.stream).accepted += 1
    elif isinstance(fact, ReferenceAdopted):
        adopt(desk, fact.sha256)
    elif isinstance(fact, FoldVersion):
        _follow_version(desk, fact)
    else:
        assert_never(fact)


def adopt(desk: Desk, sha256: str) -> None:
    """Follow the policy of a blob from here on."""
    policy = decode_policy(desk.read_blob(sha256))
    desk.policy_sha256 = sha256
    desk.adopted = Rules(policy)
    desk.usual.limit(policy.past_nights, policy.past_nights_least)
    desk.feeds.adopt(desk.adopted, desk.clock)
    if desk.clock:
        _first_reading(desk, desk.adopted)


def _tick(desk: Desk, tick: Tick) -> None:
    """Only a tick moves the clock, and only forward."""
    if tick.at <= desk.clock:
        return
    rules = desk.rules
    since, desk_began = desk.clock, desk.clock == 0
    if desk_began:
        desk.clock = tick.at
        desk.changes.at(tick.at)
        desk.feeds.begin(tick.at, rules)
        _first_reading(desk, rules)
        return
    advance(desk, tick.at, rules)
    if tick.live and tick.at - since > BLIND_AFTER:
        for tally in desk.nights.blind_gap(since, tick.at):
            _tell_night(desk, tally.night.key)


def _first_reading(desk: Desk, rules: Rules) -> None:
    desk.nights.start(rules, desk.clock)
    night = desk.nights.open
    desk.usual.follow(night)
    if night is not None:
        desk.nights.tally(night).past_nights = desk.usual.past_nights(night)
    for source in desk.feeds.known:
        desk.changes.later(Kind.FEEDS, source)
    if desk.nights.shown is not None:
        _tell_night(desk, desk.nights.shown)


def _told(desk: Desk, told: Told, stream: str) -> None:
    rules, tally = desk.rules, desk.counts.stream(stream)
    sensor = told.camera if isinstance(told, Triggered) else None
    _heard(desk, told.source, sensor, told.received_at, record=True)
    if not isinstance(told, Withdrawn) and told.at < desk.clock - rules.remembered:
        tally.refused(Judgement.TOO_OLD)
        return

    late = not isinstance(told, Withdrawn) and desk.clock - told.at > rules.late_after

    def sight(key: str, what: Told) -> Sighting | None:
        return _sighting(key, what, rules, late=late)

    ruling = desk.reports.judge(told, sight)
    tally.count(ruling.judgement, late=late)
    _settle(desk, told, ruling, late=late)


def _sighting(key: str, told: Told, rules: Rules, *, late: bool) -> Sighting | None:
    """The sighting of what was said, or None: taken back, or a trigger under the threshold in force."""
    if isinstance(told, Reported):
        return Sighting(key, told, late=late)
    if isinstance(told, Withdrawn):
        return None
    threshold = rules.threshold_db(told.camera, told.at)
    if threshold is None or told.level_db is None or told.level_db < threshold:
        return None
    return Sighting(key, heard_by_camera(told), late=late)


def _settle(desk: Desk, told: Told, ruling: Ruling, *, late: bool) -> None:
    rules, clock = desk.rules, desk.clock
    if ruling.judgement not in (Judgement.ACCEPTED, Judgement.CORRECTED, Judgement.WITHDRAWN):
        if ruling.judgement is not Judgement.REPEATED:
            desk.ledger_changes += 1
        return
    moves = desk.incidents.settle(ruling.before, ruling.after, rules, clock)
    nights: dict[str, None] = {}
    for move in moves:
        _apply(desk, move, nights)
    tonight = desk.nights.open
    desk.windows.apply(moves, clock, None if tonight is None else tonight.key)
    _count_report(desk, told, ruling, nights, late=late)
    for night in nights:
        _tell_night(desk, night)


def _apply(desk: Desk, move: Move, nights: dict[str, None]) -> None:
    """One incident appeared, moved, or is no more: count it where it now belongs, and tell of it."""
    before, after = move.before, move.after
    desk.counts.opened(None if before is None else before.category, None if after is None else after.category)
    revised = False
    if before is not None:
        revised = desk.usual.add(before, -1)
    if after is not None:
        revised = desk.usual.add(after, 1) or revised
    if revised:
        desk.windows.retell(desk.clock)
    desk.nights.move(before, after, nights)
    if after is not None and after.live:
        desk.changes.now(Kind.INCIDENTS, move.incident)
        return
    desk.ledger_changes += 1
    desk.changes.gone(Kind.INCIDENTS, move.incident)
    desk.chain.past(move.incident, None if after is None else desk.incidents.known[move.incident])


def _count_report(desk: Desk, told: Told, ruling: Ruling, nights: dict[str, None], *, late: bool) -> None:
    """The night's own counts: reports, late, corrected, withdrawn, triggers below the threshold."""
    fact = ruling.after.fact if ruling.after else ruling.before.fact if ruling.before else None
    at = fact.at if fact is not None else told.received_at if isinstance(told, Withdrawn) else told.at
    night = desk.rules.calendar.night_of(at)
    if night is None:
        return
    tally = desk.nights.touch(night)
    tally.reports += (ruling.after is not None) - (ruling.before is not None)
    tally.late += late and ruling.after is not None
    tally.corrected += ruling.judgement is Judgement.CORRECTED
    tally.withdrawn += ruling.judgement is Judgement.WITHDRAWN
    tally.below += ruling.below_threshold
    nights[night.key] = None


def _tell_night(desk: Desk, key: str) -> None:
    """A night's summary changed; one that has closed is revised."""
    tally = desk.nights.known[key]
    tonight = desk.nights.open
    if tonight is None or tonight.key != key:
        if tally.night.closes_at <= desk.clock:
            tally.revision += 1
            desk.ledger_changes += 1
    else:
        tally.as_of = desk.clock
    if desk.nights.shown == key:
        desk.changes.later(Kind.NIGHT, key)
    else:
        desk.changes.gone(Kind.NIGHT, key)


def _heard(desk: Desk, source: Source, sensor: str | None, at: Instant, *, record: bool) -> None:
    if desk.feeds.heard(source.value, sensor, at, desk.rules, record=record):
        desk.changes.later(Kind.FEEDS, source.value)


def _follow_version(desk: Desk, fact: FoldVersion) -> None:
    if fact.version > FOLD_VERSION:
        raise UnknownFoldVersion(
            f"the journal asks for fold version {fact.version}; this code knows up to {FOLD_VERSION}: run newer code"
        )
    desk.version = fact.version
