"""Feed records of several nights from a seed: late, retried, corrected and withdrawn ones among them."""

from random import Random

from msgspec.structs import replace

from schemas.categories import Category, HelpNeeded
from schemas.distance import METRES_PER_DEGREE
from schemas.feeds import (
    FeedHeartbeat,
    FeedRecord,
    LfbCall,
    NightStarsEncounter,
    NoiseTrigger,
    SbnReport,
    Source,
    Withdrawal,
)
from schemas.journal import Origin
from schemas.times import DAY, HOUR, MINUTE, SECOND, Instant, from_rfc3339

FIRST_OPENING = from_rfc3339("2026-05-01T17:00:00Z")
"""Friday, 1 May 2026, 18:00 in London."""

Sent = tuple[FeedRecord, Origin]

_VENUES = ("blue-door", "lantern-yard", "copper-finch", "velvet-stair", "nine-lemons")
_CATEGORIES = (
    Category.SERIOUS_VIOLENCE,
    Category.PUBLIC_ORDER,
    Category.THEFT,
    Category.DRUGS,
    Category.VULNERABLE_PERSON,
    Category.HARASSMENT,
)


def records(seed: int, *, nights: int = 4, reports: int = 120) -> list[Sent]:
    """So many nights of so many reports each, in the order of their receipt, with their origins."""
    random = Random(seed)  # noqa: S311 - drawn nights, not secrets
    drawn: list[FeedRecord] = []
    for night in range(nights):
        opens_at = FIRST_OPENING + (night // 2 * 7 + night % 2) * DAY
        drawn.extend(_beats(opens_at))
        for number in range(reports):
            drawn.extend(_told(random, opens_at, f"{night}-{number}"))
    drawn.sort(key=lambda record: record.received_at)
    positions: dict[str, int] = {}
    return [(record, _origin(record, positions)) for record in drawn]


def _told(random: Random, opens_at: Instant, name: str) -> list[FeedRecord]:
    occurred_at = opens_at + random.randrange(12 * 60 * 60) * SECOND
    received_at = occurred_at + random.choice((1, 60, 300, 1_800, 40_000)) * SECOND
    north = 51.5128 + random.choice((0, 15, 40, 70, 90, 200)) / METRES_PER_DEGREE
    what = random.random()
    if what < 0.1:
        return [_trigger(random, name, occurred_at)]
    if what < 0.25:
        return [_call(random, name, occurred_at, north)]
    told = _by_people(random, name, occurred_at, received_at, north, by_team=what < 0.5)
    return _with_faults(random, told)


def _trigger(random: Random, name: str, at: Instant) -> NoiseTrigger:
    level_db = random.choice((None, 74.5, 81.0, 93.25))
    return NoiseTrigger(source_id=name, camera="pall-mall", occurred_at=at, received_at=at, level_db=level_db)


def _call(random: Random, name: str, at: Instant, lat: float) -> LfbCall:
    category = random.choice((Category.FIRE, Category.AUTOMATIC_FIRE_ALARM, Category.SPECIAL_SERVICE))
    borough = random.choice(("E09000033", "E09000033", "E09000007"))
    return LfbCall(
        source_id=name, category=category, occurred_at=at, received_at=at, lat=lat, lon=-0.1324, borough_code=borough
    )


def _by_people(
    random: Random, name: str, at: Instant, received_at: Instant, lat: float, *, by_team: bool
) -> NightStarsEncounter | SbnReport:
    category, severity = random.choice(_CATEGORIES), random.randint(1, 4)
    if by_team:
        return NightStarsEncounter(
            source_id=name,
            team=random.choice(("soho", "mayfair")),
            category=category,
            severity=severity,
            helped=1,
            occurred_at=at,
            received_at=received_at,
            lat=lat,
            lon=-0.1324,
        )
    return SbnReport(
        source_id=name,
        venue=random.choice(_VENUES),
        category=category,
        severity=severity,
        help_needed=HelpNeeded.NONE,
        occurred_at=at,
        received_at=received_at,
        lat=lat,
        lon=-0.1324,
    )


def _with_faults(random: Random, told: NightStarsEncounter | SbnReport) -> list[FeedRecord]:
    out: list[FeedRecord] = [told]
    later = told.received_at + random.choice((-30, 30, 600, 90_000)) * SECOND
    fault = random.random()
    if fault < 0.1:
        out.append(replace(told, received_at=later))
    elif fault < 0.2:
        out.append(replace(told, revision=1, received_at=later, category=random.choice(_CATEGORIES)))
    elif fault < 0.3:
        out.append(replace(told, revision=1, received_at=later, occurred_at=told.occurred_at - 20 * MINUTE))
    elif fault < 0.4:
        source = Source.SBN if isinstance(told, SbnReport) else Source.NIGHTSTARS
        out.append(Withdrawal(source=source, source_id=told.source_id, revision=1, received_at=later))
    return out


def _beats(opens_at: Instant) -> list[FeedRecord]:
    times = range(opens_at - HOUR, opens_at + 11 * HOUR, 10 * MINUTE)
    return [FeedHeartbeat(source=Source.NOISE, sensor="pall-mall", at=at, received_at=at) for at in times]


def _origin(record: FeedRecord, positions: dict[str, int]) -> Origin:
    stream = type(record).__name__
    positions[stream] = positions.get(stream, 0) + 1
    return Origin(stream=stream, position=positions[stream])
