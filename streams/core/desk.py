"""The desk: the state of one area's night, and the fold that applies one journal entry to it."""

from collections.abc import Callable
from typing import Final, assert_never

from schemas.feeds import Source
from schemas.journal import Entry, FeedHeard, FoldVersion, ReferenceAdopted, Reported, Seen, Tick, Triggered, Withdrawn
from schemas.picture import Kind
from schemas.policy import decode_policy
from schemas.times import SECOND, Instant
from schemas.verdicts import Judgement
from streams.core.chain import Chain
from streams.core.changes import Changes, Unheard
from streams.core.corrections import Reports, Ruling
from streams.core.counts import Counts
from streams.core.feeds import Feeds
from streams.core.incidents import Incidents, Move
from streams.core.nights import Nights
from streams.core.origins import Origins
from streams.core.placements import Placement
from streams.core.rules import Rules
from streams.core.seeing import see
from streams.core.sightings import Told
from streams.core.timers import advance
from streams.core.usual import Usual
from streams.core.windows import Windows

FOLD_VERSION: Final = 1
"""Results of the fold change only where a journal entry FoldVersion(n) says so."""

BLIND_AFTER: Final = 60 * SECOND
"""A longer gap between two live ticks is one in which the desk saw nothing."""

_MOVING: Final = (Judgement.ACCEPTED, Judgement.CORRECTED, Judgement.WITHDRAWN)
_NAME: Final = {source: source.value for source in Source}


class UnknownFoldVersion(Exception):
    """The journal asks for a fold that this code does not know; its owner stops rather than guess."""


class PolicyMissing(Exception):
    """A fact came before any policy was adopted: the journal was not begun as it must be."""


class Desk:
    """Everything the fold knows of one area. Only the functions of this module change it."""

    def __init__(self, borough: str, read_blob: Callable[[str], bytes], *, is_heard: bool = True) -> None:
        self.borough = borough
        self.read_blob = read_blob
        self.version = FOLD_VERSION
        self.clock: Instant = 0
        self.policy_sha256 = ""
        self.adopted: Rules | None = None
        self.origins = Origins()
        self.counts = Counts()
        self.reports = Reports()
        self.nights = Nights()
        self.incidents = Incidents(self.nights)
        self.changes = Changes() if is_heard else Unheard()
        self.windows = Windows(borough, self.changes)
        self.usual = Usual(borough, nights_max=8, nights_least=4)
        self.feeds = Feeds()
        self.chain = Chain()
        self.ledger_changes = 0

    @property
    def rules(self) -> Rules:
        """The policy in force."""
        if self.adopted is None:
            raise PolicyMissing("a fact came before the first ReferenceAdopted entry; the desk cannot judge it")
        return self.adopted


def fold(desk: Desk, offset: int, entry: Entry) -> Judgement | None:
    """Apply one journal entry. Pure: the same desk and entry give the same desk, and the same changes.

    Gives what became of a report; None of what is none, and of a transport repeat.
    """
    fact, origin = entry.fact, entry.origin
    if origin is not None and not desk.origins.advance(origin):
        return None
    desk.changes.begin(offset)
    if isinstance(fact, Tick):
        _tick(desk, fact)
    elif isinstance(fact, (Reported, Triggered, Withdrawn)):
        return _told(desk, fact, "" if origin is None else origin.stream)
    elif isinstance(fact, FeedHeard):
        _heard(desk, fact.source, fact.sensor, fact.at, desk.rules, record=False)
        desk.counts.stream("" if origin is None else origin.stream).accepted += 1
    elif isinstance(fact, Seen):
        see(desk, fact)
    elif isinstance(fact, ReferenceAdopted):
        _adopted(desk, adopt(desk, fact.sha256))
    elif isinstance(fact, FoldVersion):
        _follow_version(desk, fact)
    else:
        assert_never(fact)
    return None


def adopt(desk: Desk, sha256: str) -> list[str]:
    """Take the policy of a blob as the one in force; gives the feeds that it no longer follows."""
    policy = decode_policy(desk.read_blob(sha256))
    desk.policy_sha256 = sha256
    desk.adopted = Rules(policy)
    desk.usual.limit(policy.past_nights, policy.past_nights_least)
    return desk.feeds.adopt(desk.adopted, desk.clock)


def _adopted(desk: Desk, feeds_dropped: list[str]) -> None:
    """Follow a new policy from here on: what is live counts where it now says, and all is told again."""
    for source in feeds_dropped:
        desk.changes.gone(Kind.FEEDS, source)
    if desk.clock:
        _read_clock(desk, desk.rules)
        desk.changes.repeat()


def _tick(desk: Desk, tick: Tick) -> None:
    """Only a tick moves the clock, and only forward."""
    since = desk.clock
    if tick.at <= since:
        return
    rules = desk.rules
    if since == 0:
        desk.clock = tick.at
        desk.changes.at(tick.at)
        desk.feeds.begin(tick.at, rules)
        _read_clock(desk, rules)
        return
    advance(desk, tick.at, rules)
    if tick.live and tick.at - since > BLIND_AFTER:
        for tally in desk.nights.blind_gap(since, tick.at):
            _tell_night(desk, tally.night.key)


def _read_clock(desk: Desk, rules: Rules) -> None:
    """The clock has its first reading, or the policy changed: find which night is open, and what lies in it."""
    nights, clock = desk.nights, desk.clock
    was_open, was_shown = nights.open, nights.shown
    nights.start(rules, clock)
    night = nights.open
    desk.usual.follow(night)
    changed: dict[str, None] = {}
    for move in desk.incidents.place_again(rules, clock):
        _apply(desk, move, changed)
    if night is not None:
        nights.tally(night).past_nights = desk.usual.past_nights(night)
        changed[night.key] = None
        if was_open is None:
            _open_at_once(desk, night.key, was_shown)
    for key in changed:
        _tell_night(desk, key)
    for source in desk.feeds.known:
        desk.changes.later(Kind.FEEDS, source)
    desk.ledger_changes += 1


def _open_at_once(desk: Desk, night: str, was_shown: str | None) -> None:
    """A night is open that no timer opened."""
    if was_shown is not None and was_shown != night:
        desk.changes.gone(Kind.NIGHT, was_shown)
    desk.feeds.open_night()
    desk.windows.open_night(desk.clock, night)


def _told(desk: Desk, told: Told, stream: str) -> Judgement:
    rules, clock, count = desk.rules, desk.clock, desk.counts.stream(stream)
    _heard(
        desk, told.source, told.camera if isinstance(told, Triggered) else None, told.received_at, rules, record=True
    )
    late = False
    if not isinstance(told, Withdrawn):
        if told.at < clock - rules.remembered:
            count.refused(Judgement.TOO_OLD)
            return Judgement.TOO_OLD
        late = clock - told.at > rules.late_after
    ruling = desk.reports.judge(told, rules, late=late)
    judgement = ruling.judgement
    count.count(judgement, late=late)
    if judgement in _MOVING:
        _settle(desk, told, ruling, rules, late=late)
    elif judgement is Judgement.SUPERSEDED:
        _repack(desk, ruling)
    return judgement


def _repack(desk: Desk, ruling: Ruling) -> None:
    """A report remembers one revision more, which changes nothing else."""
    desk.ledger_changes += 1
    if ruling.before is not None:
        desk.incidents.known[ruling.before.incident].packed = None


def _settle(desk: Desk, told: Told, ruling: Ruling, rules: Rules, *, late: bool) -> None:
    nights: dict[str, None] = {}
    for move in desk.incidents.settle(ruling.before, ruling.after, rules, desk.clock):
        _apply(desk, move, nights)
    _count_report(desk, told, ruling, nights, rules, late=late)
    for night in nights:
        _tell_night(desk, night)


def _apply(desk: Desk, move: Move, nights: dict[str, None]) -> None:
    """One incident appeared, moved, or is no more: count it where it now belongs, and tell of it."""
    id_, before, after = move
    desk.counts.opened(None if before is None else before.category, None if after is None else after.category)
    if before is None or after is None or not before.counts_like(after):
        _count(desk, before, after, nights)
    if after is not None and after.live:
        desk.changes.now(Kind.INCIDENTS, id_)
        if before is not None and not before.live:
            desk.ledger_changes += 1
        return
    desk.ledger_changes += 1
    desk.changes.gone(Kind.INCIDENTS, id_)
    desk.chain.past(id_, None if after is None else desk.incidents.known[id_])


def _count(desk: Desk, before: Placement | None, after: Placement | None, nights: dict[str, None]) -> None:
    """Windows, nights and what is usual, each without the incident where it stood and with it where it stands."""
    tonight = desk.nights.open
    desk.windows.move(before, after, desk.clock, None if tonight is None else tonight.key)
    revised = False
    if before is not None:
        revised = desk.usual.add(before, -1)
        desk.nights.count(before, -1, nights)
    if after is not None:
        revised = desk.usual.add(after, 1) or revised
        desk.nights.count(after, 1, nights)
    if revised and tonight is not None:
        desk.windows.retell(desk.clock)
        nights[tonight.key] = None


def _count_report(desk: Desk, told: Told, ruling: Ruling, nights: dict[str, None], rules: Rules, *, late: bool) -> None:
    """The nights' own counts: reports, late, corrected, withdrawn, triggers below the threshold."""
    before, after = ruling.before, ruling.after
    if before is not None:
        was_in = desk.nights.night_of(before.at, rules)
        if was_in is not None:
            tally = desk.nights.touch(was_in)
            tally.reports -= 1
            tally.late -= before.late
            nights[was_in.key] = None
    at = after.at if after else before.at if before else told.received_at if isinstance(told, Withdrawn) else told.at
    night = desk.nights.night_of(at, rules)
    if night is None:
        return
    tally = desk.nights.touch(night)
    if after is not None:
        tally.reports += 1
        tally.late += late
    tally.corrected += ruling.judgement is Judgement.CORRECTED
    tally.withdrawn += ruling.judgement is Judgement.WITHDRAWN
    tally.below += ruling.below_threshold
    nights[night.key] = None


def _tell_night(desk: Desk, key: str) -> None:
    """A night's summary changed; one that has closed is revised, one that is still to open is told when it does."""
    nights, clock = desk.nights, desk.clock
    tally, tonight = nights.known[key], nights.open
    if tonight is not None and tonight.key == key:
        tally.as_of = clock
        desk.changes.later(Kind.NIGHT, key)
        return
    desk.ledger_changes += 1
    if tally.night.opens_at > clock:
        return
    if tally.night.closes_at <= clock:
        tally.revision += 1
    if nights.shown == key:
        desk.changes.later(Kind.NIGHT, key)
    else:
        desk.changes.gone(Kind.NIGHT, key)


def _heard(desk: Desk, source: Source, sensor: str | None, at: Instant, rules: Rules, *, record: bool) -> None:
    name = _NAME[source]
    if desk.feeds.heard(name, sensor, at, rules, record=record):
        desk.changes.later(Kind.FEEDS, name)


def _follow_version(desk: Desk, fact: FoldVersion) -> None:
    if fact.version > FOLD_VERSION:
        raise UnknownFoldVersion(
            f"the journal asks for fold version {fact.version}; this code knows up to {FOLD_VERSION}: run newer code"
        )
    desk.version = fact.version
