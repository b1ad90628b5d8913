"""The acoustic cameras' vendor shapes: a CSV of triggers and a CSV of levels; times are local, without offset."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from ingest.simulate.csv_text import csv_text, local_clock
from ingest.simulate.messages import Message
from schemas.area import Camera
from schemas.feeds import Source
from schemas.night import SLOT, OperatingNight
from schemas.policy import Policy
from schemas.times import SECOND, Instant

EVENT_HEADER: Final = (
    "description",
    "result_timestamp",
    "noise_event_laeq_primary_detected_certainty",
    "noise_event_laeq_primary_detected_class",
    "lamax",
    "laeq",
)
LEVEL_HEADER: Final = ("description", "result_timestamp", "lamax", "laeq", "lceq", "lcpeak")
_LEVEL_EVERY_S: Final = 600
_LAEQ_BELOW_LAMAX_DB: Final = 4.6
_LAEQ_BY_NIGHT_DB: Final = (62.0, 56.0)
"""The middle of a camera's ten-minute levels at the night's open and at its close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level row of one camera."""

    camera: str
    at: Instant
    laeq_db: float
    above_db: float


def levels(cameras: Sequence[Camera], policy: Policy, night: OperatingNight, rng: Random) -> list[Level]:
    """Each camera's levels over the night, as often as the policy says that it sends them."""
    declared = {rate.heartbeat_s for rate in policy.feeds if rate.source is Source.NOISE and rate.heartbeat_s}
    every = min(declared, default=_LEVEL_EVERY_S) * SECOND
    evening, morning = _LAEQ_BY_NIGHT_DB
    rows = []
    for at in range(night.opens_at, night.closes_at, every):
        middle = evening + (morning - evening) * (at - night.opens_at) / (len(night.panes) * SLOT)
        for camera in cameras:
            rows.append(Level(camera=camera.id, at=at, laeq_db=rng.gauss(middle, 2.0), above_db=rng.uniform(4.0, 14.0)))
    return rows


def write_events(messages: Sequence[Message], cameras: dict[str, Camera], zone: ZoneInfo) -> bytes:
    """The triggers' CSV."""
    return csv_text(EVENT_HEADER, [_event_row(message, cameras, zone) for message in messages])


def write_levels(rows: Sequence[Level], cameras: dict[str, Camera], zone: ZoneInfo) -> bytes:
    """The levels' CSV."""
    return csv_text(LEVEL_HEADER, [_level_row(row, cameras, zone) for row in rows])


def _event_row(message: Message, cameras: dict[str, Camera], zone: ZoneInfo) -> list[str]:
    happening = message.happening
    level = happening.level_db
    certainty = str(60 + happening.at % 40) if happening.detail else ""
    return [
        cameras[happening.reporter].vendor_name,
        f"{local_clock(happening.at, zone)}.{happening.at % SECOND:03d}",
        certainty,
        happening.detail,
        "" if level is None else f"{level:.1f}",
        "" if level is None else f"{level - _LAEQ_BELOW_LAMAX_DB:.1f}",
    ]


def _level_row(row: Level, cameras: dict[str, Camera], zone: ZoneInfo) -> list[str]:
    decibels = (row.laeq_db + row.above_db, row.laeq_db, row.laeq_db + 5.5, row.laeq_db + row.above_db + 12.0)
    return [cameras[row.camera].vendor_name, local_clock(row.at, zone), *(f"{level:.3f}" for level in decibels)]
