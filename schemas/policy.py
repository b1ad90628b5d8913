"""The dated policy and the usual rates that the fold reads: one frozen value, adopted by the hash of its JSON.

A rule with a `since` date is in force from 00:00 local of that date until the next of its kind begins.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

import msgspec
import orjson

from schemas.categories import Category, Urgency
from schemas.feeds import Source
from schemas.night import NightRules


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionRule:
    """Reports within `metres` and `minutes` of an incident's first are the same incident.

    `fire_group` marks the rule of the fire group, whatever the urgency.
    """

    since: date
    urgency: Urgency
    metres: int
    minutes: int
    fire_group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmWeight:
    """How much harm a category stands for; it ranks, and names an incident whose witnesses differ. Counts decide."""

    since: date
    category: Category
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraThreshold:
    """An acoustic camera's threshold in dB(A) while its order is in force; `until` is the order's last day."""

    since: date
    until: date | None = None
    camera: str
    threshold_db: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRate:
    """How often a feed usually speaks: records an hour for each local hour 0 to 23, until its own nights teach it.

    A feed of `nights_only` says nothing between operating nights, and its silence then means nothing.
    `heartbeat_s` is set for a feed that declares heartbeats: the seconds between two of them, for each of `sensors`.
    """

    source: Source
    first_rates: tuple[float, ...]
    heartbeat_s: int | None = None
    sensors: tuple[str, ...] = ()
    nights_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything dated or local that the fold reads."""

    area: str
    borough: str
    nights: NightRules
    fusion: tuple[FusionRule, ...]
    harm: tuple[HarmWeight, ...]
    cameras: tuple[CameraThreshold, ...]
    feeds: tuple[FeedRate, ...]
    late_after_minutes: int = 15
    remembered_days: int = 92
    past_nights: int = 8
    past_nights_least: int = 4
    quiet_chance: float = 0.1
    blind_chance: float = 0.001
    heartbeats_missed: int = 3


def encode_policy(policy: Policy) -> bytes:
    """Canonical JSON of a policy: the blob that lies beside the journal."""
    return orjson.dumps(policy, option=orjson.OPT_SORT_KEYS)


def decode_policy(blob: bytes) -> Policy:
    """The policy of a blob; msgspec.ValidationError names the field that is wrong."""
    return msgspec.json.decode(blob, type=Policy)


def sha256_of(blob: bytes) -> str:
    """The name of a blob."""
    return hashlib.sha256(blob).hexdigest()
