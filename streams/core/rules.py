"""The adopted policy, compiled: which dated rule is in force for a category or a camera at an instant."""

from collections.abc import Iterable
from datetime import date, datetime, time
from math import cos, log, radians
from typing import Final, NamedTuple, TypeVar

from schemas.categories import GROUP_OF, URGENCY_OF, Category, CategoryGroup, Urgency
from schemas.distance import METRES_PER_DEGREE
from schemas.night import NightCalendar
from schemas.policy import Policy
from schemas.times import DAY, MINUTE, Instant, instant, zone

T = TypeVar("T")

Family = str
"""Reports of one family may be the same incident: a category group or, for a protective category, itself alone."""

_NEVER_FUSES: Final = (0, -1)

FAMILY_OF: Final[dict[Category, Family]] = {
    category: category.value if URGENCY_OF[category] is Urgency.PROTECTIVE else GROUP_OF[category].value
    for category in Category
}


class Reach(NamedTuple):
    """How far apart, in degrees of latitude and in milliseconds, two reports of a family may be one incident at most.

    The degrees are a metre too many, so that rounding here never decides: the distance does.
    """

    degrees: float
    within: Instant

    def aside(self, lat: float) -> float:
        """The same in degrees of longitude, which are shortest farthest from the equator: so far that `lat` is, or
        another within reach of it.
        """
        return self.degrees / cos(radians(min(90.0, abs(lat) + self.degrees)))


class Rules:
    """What the policy says, by instant. Built anew when a policy is adopted; holds no state of its own."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.calendar = NightCalendar(policy.nights)
        self.late_after = policy.late_after_minutes * MINUTE
        self.remembered = policy.remembered_days * DAY
        self.silence_blind = -log(policy.blind_chance)
        self.silence_quiet = min(-log(policy.quiet_chance), self.silence_blind)
        self._fusion = {category: self._fusion_of(category) for category in Category}
        self._harm = {
            category: self._dated((w.since, w.weight) for w in policy.harm if w.category is category)
            for category in Category
        }
        self._cameras = {
            camera: self._dated(
                (t.since, (t.threshold_db, self._end(t.until))) for t in policy.cameras if t.camera == camera
            )
            for camera in sorted({t.camera for t in policy.cameras})
        }
        self.longest_fusion = max((rule.minutes for rule in policy.fusion), default=0) * MINUTE
        self.reach = {family: self._reach_of(family) for family in dict.fromkeys(FAMILY_OF.values())}

    def fusion_limits(self, category: Category, at: Instant) -> tuple[int, int]:
        """(metres, milliseconds) within which a report is the same incident as a first one of this category."""
        for since, limits in self._fusion[category]:
            if since <= at:
                return limits
        return _NEVER_FUSES

    def harm_weight(self, category: Category, at: Instant) -> int:
        """How much harm a category stands for; 0 where the policy does not say."""
        return _in_force(self._harm[category], at) or 0

    def threshold_db(self, camera: str, at: Instant) -> float | None:
        """The camera's threshold, or None where no order is in force: then nothing it hears is an incident."""
        found = _in_force(self._cameras.get(camera, ()), at)
        return None if found is None or at >= found[1] else found[0]

    def _fusion_of(self, category: Category) -> tuple[tuple[Instant, tuple[int, int]], ...]:
        fire, urgency = GROUP_OF[category] is CategoryGroup.FIRE, URGENCY_OF[category]
        return self._dated(
            (rule.since, (rule.metres, rule.minutes * MINUTE))
            for rule in self.policy.fusion
            if rule.fire_group == fire and (fire or rule.urgency is urgency)
        )

    def _reach_of(self, family: Family) -> Reach:
        """The widest and the longest of all limits that any category of the family ever has."""
        limits = [limits for c in Category if FAMILY_OF[c] == family for _, limits in self._fusion[c]] or [_NEVER_FUSES]
        return Reach((max(metres for metres, _ in limits) + 1) / METRES_PER_DEGREE, max(within for _, within in limits))

    def _dated(self, rules: Iterable[tuple[date, T]]) -> tuple[tuple[Instant, T], ...]:
        """Rules with the instants at which they begin, the newest first; of one day's, the last one named."""
        oldest_first = [(self._midnight(since), value) for since, value in sorted(rules, key=lambda rule: rule[0])]
        return tuple(reversed(oldest_first))

    def _midnight(self, day: date) -> Instant:
        return instant(datetime.combine(day, time(0), tzinfo=zone(self.policy.nights.time_zone)))

    def _end(self, last_day: date | None) -> Instant:
        return 2**62 if last_day is None else self._midnight(last_day) + DAY


def _in_force(rules: tuple[tuple[Instant, T], ...], at: Instant) -> T | None:
    """The last rule that began by `at`, of rules newest first; before the first there is none."""
    for since, value in rules:
        if since <= at:
            return value
    return None
