"""Reads the dated policy files: fusion distances, harm weights, camera thresholds and the feeds' first rates."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, TypedDict

from schemas.area import Camera
from schemas.categories import Category, Urgency
from schemas.feeds import Source
from schemas.policy import CameraThreshold, FeedRate, FusionRule, HarmWeight
from schemas.toml_reader import TomlTable, read_toml

HOURS: Final = 24
_RATE_MAX: Final = 100_000.0


class _FusionOf(StrEnum):
    """Which reports a fusion rule is for: those of an urgency, or the fire group whatever its urgency."""

    LIFE_RISK = Urgency.LIFE_RISK.value
    SAFETY = Urgency.SAFETY.value
    PROTECTIVE = Urgency.PROTECTIVE.value
    OTHER = Urgency.OTHER.value
    FIRE = "fire"


class Numbers(TypedDict):
    """The plain numbers of a policy file, by their names in `Policy`."""

    late_after_minutes: int
    remembered_days: int
    past_nights: int
    past_nights_least: int
    quiet_chance: float
    blind_chance: float
    heartbeats_missed: int


class PolicyFile:
    """A policy file, read whole."""

    def __init__(self, file: Path) -> None:
        table = read_toml(file)
        table.allow_only("fusion", "harm", *Numbers.__annotations__)
        self.fusion = _fusion(table)
        self.harm = _harm(table)
        self.numbers = _numbers(table)


def read_thresholds(table: TomlTable, camera: str) -> tuple[CameraThreshold, ...]:
    """The dated thresholds of one camera's table."""
    seen: set[date] = set()
    thresholds = []
    for item in table.tables("thresholds"):
        item.allow_only("since", "until", "threshold_db")
        since = _since(item, seen)
        until = item.day("until") if "until" in item else None
        if until is not None and until < since:
            raise item.refusal("until", f"must not lie before since, {since}")
        level = item.number("threshold_db", 30, 160)
        thresholds.append(CameraThreshold(since=since, until=until, camera=camera, threshold_db=level))
    return tuple(sorted(thresholds, key=lambda threshold: threshold.since))


def read_feeds(file: Path, cameras: dict[str, Camera]) -> tuple[FeedRate, ...]:
    """The feeds' first usual rates, in the order of Source."""
    table = read_toml(file)
    table.allow_only("feeds")
    rates: dict[Source, FeedRate] = {}
    for item in table.tables("feeds"):
        rate = _rate(item, cameras)
        if rate.source in rates:
            raise item.refusal("source", "stands twice")
        rates[rate.source] = rate
    return tuple(rates[source] for source in Source if source in rates)


def _fusion(table: TomlTable) -> tuple[FusionRule, ...]:
    seen: dict[_FusionOf, set[date]] = {word: set() for word in _FusionOf}
    rules = []
    for item in table.tables("fusion"):
        item.allow_only("since", "of", "metres", "minutes")
        word = item.choice("of", _FusionOf)
        rules.append(
            FusionRule(
                since=_since(item, seen[word]),
                urgency=Urgency.LIFE_RISK if word is _FusionOf.FIRE else Urgency(word),
                metres=item.integer("metres", 0, 5_000),
                minutes=item.integer("minutes", 0, 720),
                fire_group=word is _FusionOf.FIRE,
            )
        )
    _refuse_missing(table, "fusion", "of", (word for word, dates in seen.items() if not dates))
    return tuple(sorted(rules, key=lambda rule: (rule.since, rule.fire_group, rule.urgency)))


def _harm(table: TomlTable) -> tuple[HarmWeight, ...]:
    seen: dict[Category, set[date]] = {category: set() for category in Category}
    weights = []
    for item in table.tables("harm"):
        item.allow_only("since", "category", "weight")
        category = item.choice("category", Category)
        since = _since(item, seen[category])
        weights.append(HarmWeight(since=since, category=category, weight=item.integer("weight", 0, 1_000)))
    _refuse_missing(table, "harm", "category", (category for category, dates in seen.items() if not dates))
    return tuple(sorted(weights, key=lambda weight: (weight.since, weight.category)))


def _numbers(table: TomlTable) -> Numbers:
    nights = table.integer("past_nights", 1, 52)
    quiet = table.number("quiet_chance", 1e-9, 0.5)
    return Numbers(
        late_after_minutes=table.integer("late_after_minutes", 1, 1_440),
        remembered_days=table.integer("remembered_days", 1, 400),
        past_nights=nights,
        past_nights_least=table.integer("past_nights_least", 1, nights),
        quiet_chance=quiet,
        blind_chance=table.number("blind_chance", 1e-9, quiet),
        heartbeats_missed=table.integer("heartbeats_missed", 1, 100),
    )


def _rate(item: TomlTable, cameras: dict[str, Camera]) -> FeedRate:
    item.allow_only("source", "first_rates", "heartbeat_s", "sensors", "nights_only")
    sensors = tuple(str(sensor) for sensor in item.sequence("sensors")) if "sensors" in item else ()
    for sensor in sensors:
        if sensor not in cameras:
            raise item.refusal("sensors", f"{sensor!r} is not the id of a camera")
    if len(set(sensors)) < len(sensors):
        raise item.refusal("sensors", "names a sensor twice")
    return FeedRate(
        source=item.choice("source", Source),
        first_rates=_first_rates(item),
        heartbeat_s=item.integer("heartbeat_s", 1, 86_400) if "heartbeat_s" in item else None,
        sensors=sensors,
        nights_only="nights_only" in item and item.flag("nights_only"),
    )


def _first_rates(item: TomlTable) -> tuple[float, ...]:
    rule = f"must be {HOURS} numbers from 0 to {_RATE_MAX:g}: records an hour for each local hour"
    rates = []
    for value in item.sequence("first_rates"):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _RATE_MAX:
            raise item.refusal("first_rates", rule)
        rates.append(float(value))
    if len(rates) != HOURS:
        raise item.refusal("first_rates", rule)
    return tuple(rates)


def _since(item: TomlTable, seen: set[date]) -> date:
    since = item.day("since")
    if since in seen:
        raise item.refusal("since", "two rules of one kind begin on this date")
    seen.add(since)
    return since


def _refuse_missing(table: TomlTable, key: str, name: str, missing: Iterable[str]) -> None:
    words = sorted(missing)
    if words:
        raise table.refusal(key, f"has no rule where {name} is {', '.join(words)}")
