"""Which revision of a report counts: repeats, corrections, withdrawals, and those that arrive before their original."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from schemas.journal import Reported, Triggered, Withdrawn
from schemas.times import Instant
from streams.core.rules import Rules
from streams.core.sightings import Sighting, Told, key_of, sighted

Revision = Reported | Withdrawn
"""What may put an earlier report right."""

HELD_A_REPORT_MAX: Final = 32
"""Revisions held for one report whose original has not come; the lowest revision gives way, it would be superseded."""


class Judgement(StrEnum):
    """What became of one thing a feed said. Every word is counted."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    REPEATED = "repeated"
    SUPERSEDED = "superseded"
    HELD = "held"
    TOO_OLD = "too_old"


class Ruling(NamedTuple):
    """A judgement, the sighting that no longer counts (or, superseded, that still does), and the one that does now."""

    judgement: Judgement
    before: Sighting | None = None
    after: Sighting | None = None
    below_threshold: bool = False


_REPEATED: Final = Ruling(Judgement.REPEATED)
_HELD: Final = Ruling(Judgement.HELD)
_ORIGINAL: Final[tuple[int, ...]] = (0,)


@dataclass(slots=True)
class Report:
    """What is remembered of one report: the revision in force, all seen, and its sighting (None when it has none)."""

    revision: int
    seen: tuple[int, ...]
    at: Instant
    sighting: Sighting | None


class Reports:
    """Every report remembered, by feed and id, and the revisions that wait for their original.

    `unseen` are those known that have no sighting: no incident remembers them, so they are forgotten by their own age.
    """

    def __init__(self) -> None:
        self.known: dict[str, Report] = {}
        self.unseen: dict[str, None] = {}
        self.held: dict[str, tuple[Revision, ...]] = {}

    def judge(self, told: Told, rules: Rules, *, late: bool) -> Ruling:
        """Apply what was said."""
        key = key_of(told.source, told.source_id)
        report = self.known.get(key)
        if report is None:
            if isinstance(told, Triggered) or told.revision == 0:
                return self._first(key, told, rules, late=late)
            return self._hold(key, told)
        revision = 0 if isinstance(told, Triggered) else told.revision
        if revision in report.seen:
            return _REPEATED
        report.seen += (revision,)
        if revision < report.revision:
            return Ruling(Judgement.SUPERSEDED, report.sighting)
        before, after = report.sighting, sighted(key, told, rules, late=late)
        report.revision, report.sighting, report.at = revision, after, max(report.at, _at(told))
        if after is None:
            self.unseen[key] = None
        else:
            self.unseen.pop(key, None)
        return Ruling(Judgement.WITHDRAWN if isinstance(told, Withdrawn) else Judgement.CORRECTED, before, after)

    def put_back(self, key: str, report: Report) -> None:
        """A report of a snapshot."""
        self.known[key] = report
        if report.sighting is None:
            self.unseen[key] = None

    def forget(self, before: Instant, keys: list[str]) -> int:
        """Forget these reports and, older than `before`, all without a sighting and all that wait for an original.

        Gives how many revisions were let go that no original ever came for.
        """
        for key in keys:
            self.known.pop(key, None)
        for key in [key for key in self.unseen if self.known[key].at < before]:
            del self.known[key], self.unseen[key]
        orphans = [key for key, told in self.held.items() if max(t.received_at for t in told) < before]
        return sum(len(self.held.pop(key)) for key in orphans)

    def _first(self, key: str, told: Told, rules: Rules, *, late: bool) -> Ruling:
        latest, revision, seen = told, 0, _ORIGINAL
        if key in self.held:
            waiting = self.held.pop(key)
            latest = max(waiting, key=_revision)
            revision, seen = latest.revision, (0, *(held.revision for held in waiting))
        sighting = sighted(key, latest, rules, late=late)
        self.known[key] = Report(revision, seen, _at(told), sighting)
        if sighting is not None:
            return Ruling(Judgement.ACCEPTED, None, sighting)
        self.unseen[key] = None
        return Ruling(Judgement.ACCEPTED, below_threshold=isinstance(latest, Triggered))

    def _hold(self, key: str, told: Revision) -> Ruling:
        waiting = self.held.get(key, ())
        if any(held.revision == told.revision for held in waiting):
            return _REPEATED
        self.held[key] = tuple(sorted((*waiting, told), key=_revision)[-HELD_A_REPORT_MAX:])
        return _HELD


def _revision(told: Revision) -> int:
    return told.revision


def _at(told: Told) -> Instant:
    return told.received_at if isinstance(told, Withdrawn) else told.at
