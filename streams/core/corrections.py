"""Which revision of a report counts: repeats, corrections, withdrawals, and those that arrive before their original."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from schemas.journal import Reported, Triggered, Withdrawn
from schemas.times import Instant
from schemas.verdicts import Judgement, Standing
from streams.core.rules import Rules
from streams.core.sightings import Sighting, Told, key_of, sighted

Revision = Reported | Withdrawn
"""What may put an earlier report right."""

HELD_A_REPORT_MAX: Final = 32
"""Revisions held for one report whose original has not come; the lowest revision gives way, it would be superseded."""


class Ruling(NamedTuple):
    """A judgement, the sighting that no longer counts (or, superseded, that still does), and the one that does now."""

    judgement: Judgement
    before: Sighting | None = None
    after: Sighting | None = None
    below_threshold: bool = False


_REPEATED: Final = Ruling(Judgement.REPEATED)
_CONFLICT: Final = Ruling(Judgement.CONFLICT)
_HELD: Final = Ruling(Judgement.HELD)
_ORIGINAL: Final[tuple[int, ...]] = (0,)

Bodies = tuple[tuple[int, str], ...]
"""Hashes of what was said, by revision; a revision whose feed gives none is left out."""


@dataclass(slots=True)
class Report:
    """What is remembered of one report: the revision in force, all that came, and its sighting (None when it has none).

    `seen_at` is when somebody first opened an incident that it was in.
    """

    revision: int
    revisions: tuple[int, ...]
    at: Instant
    sighting: Sighting | None
    bodies: Bodies = ()
    seen_at: Instant | None = None


class Reports:
    """Every report remembered, by feed and id, and the revisions that wait for their original.

    `unsighted` are those known without a sighting: no incident remembers them, so they are forgotten by their own age.
    """

    def __init__(self) -> None:
        self.known: dict[str, Report] = {}
        self.unsighted: dict[str, None] = {}
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
        if revision in report.revisions:
            return _again(told, dict(report.bodies).get(revision, ""))
        report.revisions += (revision,)
        report.bodies += _bodies(told)
        if revision < report.revision:
            return Ruling(Judgement.SUPERSEDED, report.sighting)
        before, after = report.sighting, sighted(key, told, rules, late=late)
        report.revision, report.sighting, report.at = revision, after, max(report.at, _at(told))
        if after is None:
            self.unsighted[key] = None
        else:
            self.unsighted.pop(key, None)
        return Ruling(Judgement.WITHDRAWN if isinstance(told, Withdrawn) else Judgement.CORRECTED, before, after)

    def standing(self, key: str) -> Standing | None:
        """How a report stands; None for one that is not known, or not any more."""
        report = self.known.get(key)
        if report is None:
            return None
        sighting = report.sighting
        incident = None if sighting is None else sighting.incident
        return Standing(
            revision=report.revision, counts=sighting is not None, incident=incident, seen_at=report.seen_at
        )

    def put_back(self, key: str, report: Report) -> None:
        """A report of a snapshot."""
        self.known[key] = report
        if report.sighting is None:
            self.unsighted[key] = None

    def forget(self, before: Instant, keys: list[str]) -> int:
        """Forget these reports and, older than `before`, all without a sighting and all that wait for an original.

        Gives how many revisions were let go that no original ever came for.
        """
        for key in keys:
            self.known.pop(key, None)
        for key in [key for key in self.unsighted if self.known[key].at < before]:
            del self.known[key], self.unsighted[key]
        orphans = [key for key, told in self.held.items() if max(t.received_at for t in told) < before]
        return sum(len(self.held.pop(key)) for key in orphans)

    def _first(self, key: str, told: Told, rules: Rules, *, late: bool) -> Ruling:
        latest, revision, revisions, bodies = told, 0, _ORIGINAL, _bodies(told)
        if key in self.held:
            waiting = self.held.pop(key)
            latest = max(waiting, key=_revision)
            revision, revisions = latest.revision, (0, *(held.revision for held in waiting))
            bodies = (*bodies, *(body for held in waiting for body in _bodies(held)))
        sighting = sighted(key, latest, rules, late=late)
        self.known[key] = Report(revision, revisions, _at(told), sighting, bodies)
        if sighting is not None:
            return Ruling(Judgement.ACCEPTED, None, sighting)
        self.unsighted[key] = None
        return Ruling(Judgement.ACCEPTED, below_threshold=isinstance(latest, Triggered))

    def _hold(self, key: str, told: Revision) -> Ruling:
        waiting = self.held.get(key, ())
        for held in waiting:
            if held.revision == told.revision:
                return _again(told, _body(held))
        self.held[key] = tuple(sorted((*waiting, told), key=_revision)[-HELD_A_REPORT_MAX:])
        return _HELD


def _again(told: Told, known: str) -> Ruling:
    """The same revision once more: a repeat, unless both say what they said and it is not the same."""
    body = _body(told)
    return _CONFLICT if body and known and body != known else _REPEATED


def _body(told: Told) -> str:
    return told.body if isinstance(told, Reported) else ""


def _bodies(told: Told) -> Bodies:
    return ((told.revision, told.body),) if isinstance(told, Reported) and told.body else ()


def _revision(told: Revision) -> int:
    return told.revision


def _at(told: Told) -> Instant:
    return told.received_at if isinstance(told, Withdrawn) else told.at
