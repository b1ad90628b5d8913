"""What the fold must come to, worked out slowly and on its own: from all that was told, with no memory of its order.

Written from the rules (DOMAIN.md, ARCHITECTURE.md and the docstring of streams/core/fusion.py), not from the code: the
final revision of every report, sorted by (when it happened, id), fused greedily, counted by the definition of a window.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.categories import GROUP_OF, Category, CategoryGroup
from schemas.distance import metres_between
from schemas.journal import Entry, Origin, Reported, Triggered, Withdrawn
from schemas.journal import Seen as Looked
from schemas.night import NightCalendar
from schemas.policy import Policy
from schemas.times import MINUTE, Instant
from streams.core.sightings import heard_by_camera

Told = Reported | Triggered | Withdrawn
_PROTECTIVE = {Category.SUSPICIOUS_BEHAVIOUR, Category.HIDDEN_HARM}
_CLOSE_BY = {CategoryGroup.THEFT, CategoryGroup.DRUGS, CategoryGroup.NOISE, CategoryGroup.OTHER}


@dataclass(frozen=True, slots=True)
class Seen:
    """A report in its final revision."""

    id: str
    fact: Reported

    @property
    def order(self) -> tuple[Instant, str]:
        return self.fact.at, self.id

    @property
    def family(self) -> str:
        return self.fact.category.value if self.fact.category in _PROTECTIVE else GROUP_OF[self.fact.category].value

    def limits(self) -> tuple[int, Instant]:
        """Metres and milliseconds of fusion, as the rules were agreed."""
        if GROUP_OF[self.fact.category] is CategoryGroup.FIRE:
            return 100, 30 * MINUTE
        if self.fact.category in _PROTECTIVE or GROUP_OF[self.fact.category] in _CLOSE_BY:
            return 30, 10 * MINUTE
        return 75, 15 * MINUTE


def told_once(entries: Iterable[Entry]) -> list[Told]:
    """What the feeds said: transport repeats left out."""
    marks: dict[str, tuple[int, int]] = {}
    told: list[Told] = []
    for entry in entries:
        if isinstance(entry.fact, (Reported, Triggered, Withdrawn)) and _is_new(marks, entry.origin):
            told.append(entry.fact)
    return told


def looked_at(entries: Iterable[Entry]) -> dict[str, Instant]:
    """When each report was first seen, by what its feed calls it: only one whose original has come can be."""
    marks: dict[str, tuple[int, int]] = {}
    known: set[str] = set()
    looked: dict[str, Instant] = {}
    for entry in entries:
        fact = entry.fact
        if not _is_new(marks, entry.origin):
            continue
        if isinstance(fact, Triggered) or (isinstance(fact, Reported) and fact.revision == 0):
            known.add(f"{fact.source.value}:{fact.source_id}")
        elif isinstance(fact, Looked):
            looked = {key: fact.at for key in fact.reports if key in known} | looked
    return looked


def seen_in(told: Iterable[Told], policy: Policy) -> list[Seen]:
    """The reports that count, in the order in which they happened."""
    revisions: dict[str, dict[int, Told]] = {}
    for one in told:
        number = 0 if isinstance(one, Triggered) else one.revision
        revisions.setdefault(f"{one.source.value}:{one.source_id}", {}).setdefault(number, one)
    seen = []
    for key, known in revisions.items():
        if 0 not in known:
            continue
        final = known[max(known)]
        fact = _counts(final, policy)
        if fact is not None:
            seen.append(Seen(f"{key}:{max(known)}", fact))
    return sorted(seen, key=lambda one: one.order)


def fused(seen: list[Seen]) -> list[list[Seen]]:
    """Reports as incidents, first members first."""
    incidents: list[list[Seen]] = []
    for one in seen:
        homes = [(_rank(one, home[0]), home) for home in incidents if _may_join(one, home)]
        if homes:
            min(homes, key=lambda ranked: ranked[0])[1].append(one)
        else:
            incidents.append([one])
    return incidents


def windows(incidents: list[list[Seen]], policy: Policy, borough: str, clock: Instant) -> dict[str, int]:
    """Every window above zero, by key: incidents whose first report is no longer ago than the span."""
    calendar = NightCalendar(policy.nights)
    tonight = calendar.night_of(clock)
    counts: Counter[str] = Counter()
    for members in incidents:
        first = members[0].fact
        spans = [str(minutes) for minutes in (15, 60, 180) if clock < first.at + minutes * MINUTE]
        if tonight is not None and tonight.holds(first.at):
            spans.append("night")
        for place in (borough, first.ward, first.cell):
            counts.update(f"{place}/{group_of(members)}/{span}" for span in spans if place is not None)
    return dict(counts)


def nights(incidents: list[list[Seen]], policy: Policy) -> dict[str, dict[str, int]]:
    """By night: how many incidents of each group, and under `reports` how many reports happened in it."""
    calendar = NightCalendar(policy.nights)
    found: dict[str, Counter[str]] = {}
    for members in incidents:
        night = calendar.night_of(members[0].fact.at)
        if night is not None:
            found.setdefault(night.key, Counter())[group_of(members)] += 1
        for member in members:
            of_member = calendar.night_of(member.fact.at)
            if of_member is not None:
                found.setdefault(of_member.key, Counter())["reports"] += 1
    return {key: dict(counts) for key, counts in found.items()}


def group_of(members: list[Seen]) -> str:
    """All reports of an incident are of one group."""
    (group,) = {GROUP_OF[member.fact.category].value for member in members}
    return group


def _is_new(marks: dict[str, tuple[int, int]], origin: Origin | None) -> bool:
    if origin is None:
        return True
    at = (origin.position, origin.index)
    if at <= marks.get(origin.stream, (0, -1)):
        return False
    marks[origin.stream] = at
    return True


def _counts(final: Told, policy: Policy) -> Reported | None:
    if isinstance(final, Reported):
        return final
    if isinstance(final, Withdrawn) or final.level_db is None:
        return None
    thresholds = [one.threshold_db for one in policy.cameras if one.camera == final.camera]
    return heard_by_camera(final) if thresholds and final.level_db >= thresholds[0] else None


def _may_join(one: Seen, home: list[Seen]) -> bool:
    metres, milliseconds = home[0].limits()
    return (
        one.family == home[0].family
        and one.fact.reporter not in {member.fact.reporter for member in home}
        and one.fact.at - home[0].fact.at <= milliseconds
        and _metres(one, home[0]) <= metres
    )


def _rank(one: Seen, first: Seen) -> tuple[float, Instant, tuple[Instant, str]]:
    return round(_metres(one, first), 3), one.fact.at - first.fact.at, first.order


def _metres(one: Seen, other: Seen) -> float:
    return metres_between(other.fact.lat, other.fact.lon, one.fact.lat, one.fact.lon)


def spelled(incidents: Iterable[list[Seen]]) -> set[frozenset[str]]:
    """Member sets."""
    return {frozenset(member.id for member in members) for members in incidents}
