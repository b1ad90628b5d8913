"""Which revision of a report counts: repeats, corrections, withdrawals, and those that arrive before their original."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from schemas.journal import Reported, Triggered, Withdrawn
from schemas.times import Instant
from streams.core.sightings import Sighting, key_of

Told = Reported | Triggered | Withdrawn
"""What a feed can say of one report."""

HELD_A_REPORT_MAX = 32
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
    """A judgement, the sighting that no longer counts, and the one that does now."""

    judgement: Judgement
    before: Sighting | None = None
    after: Sighting | None = None
    below_threshold: bool = False


@dataclass(slots=True)
class Report:
    """What is remembered of one report: the revision in force, all seen, and its sighting (None when it has none)."""

    revision: int
    seen: tuple[int, ...]
    at: Instant
    sighting: Sighting | None


class Reports:
    """Every report remembered, by feed and id, and the revisions that wait for their original."""

    def __init__(self) -> None:
        self.known: dict[str, Report] = {}
        self.held: dict[str, tuple[Told, ...]] = {}

    def judge(self, told: Told, sight: Callable[[str, Told], Sighting | None]) -> Ruling:
        """Apply what was said; `sight` makes the sighting of a revision, or None where the policy says it is none."""
        key = key_of(told.source, told.source_id)
        report = self.known.get(key)
        revision = 0 if isinstance(told, Triggered) else told.revision
        if report is None:
            return self._first(key, told, sight) if revision == 0 else self._hold(key, told)
        if revision in report.seen:
            return Ruling(Judgement.REPEATED)
        report.seen += (revision,)
        if revision < report.revision:
            return Ruling(Judgement.SUPERSEDED)
        before, after = report.sighting, sight(key, told)
        report.revision, report.sighting, report.at = revision, after, max(report.at, _at(told))
        judgement = Judgement.WITHDRAWN if isinstance(told, Withdrawn) else Judgement.CORRECTED
        return Ruling(judgement, before, after)

    def forget(self, before: Instant, keys: list[str]) -> None:
        """Forget these reports, and all without a sighting that are older than `before`."""
        for key in keys:
            self.known.pop(key, None)
        stale = [key for key, report in self.known.items() if report.sighting is None and report.at < before]
        for key in stale:
            del self.known[key]
        for key in [key for key, told in self.held.items() if max(t.received_at for t in told) < before]:
            del self.held[key]

    def _first(self, key: str, told: Told, sight: Callable[[str, Told], Sighting | None]) -> Ruling:
        waiting = self.held.pop(key, ())
        latest = max((told, *waiting), key=_revision)
        sighting = sight(key, latest)
        seen = (0, *(_revision(w) for w in waiting))
        self.known[key] = Report(revision=_revision(latest), seen=seen, at=_at(told), sighting=sighting)
        below = sighting is None and isinstance(latest, Triggered)
        return Ruling(Judgement.ACCEPTED, None, sighting, below)

    def _hold(self, key: str, told: Told) -> Ruling:
        waiting = self.held.get(key, ())
        if any(_revision(w) == _revision(told) for w in waiting):
            return Ruling(Judgement.REPEATED)
        kept = sorted((*waiting, told), key=_revision)[-HELD_A_REPORT_MAX:]
        self.held[key] = tuple(kept)
        return Ruling(Judgement.HELD)


def _revision(told: Told) -> int:
    return 0 if isinstance(told, Triggered) else told.revision


def _at(told: Told) -> Instant:
    return told.received_at if isinstance(told, Withdrawn) else told.at
