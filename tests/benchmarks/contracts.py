"""What the contracts cost an entry: placing a position, redacting a record for somebody."""

import random
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Final

from schemas.audiences import Audience, Role, redact
from schemas.geo import Places
from schemas.picture import Kind
from schemas.reference import load_area
from tests.benchmarks.figure import Clock, Figure, Sense, Unit
from tests.builders_contracts import incident

PLACE_US_MAX: Final = 6.0
REDACT_US_MAX: Final = 10.0
_POSITIONS: Final = 100_000
_RECORDS: Final = 20_000
_PASSES: Final = 3


def measure(_work: Path) -> list[Figure]:
    """Both, an item."""
    return [
        _figure("place a position never seen", _place(), PLACE_US_MAX),
        _figure("redact an incident for operations", _redact(), REDACT_US_MAX),
    ]


def _place() -> float:
    """Positions that were never asked for before, in squares that were: `Places` remembers both."""
    places = Places(load_area())
    draw = random.Random(1)  # noqa: S311
    fresh = iter([_scattered(draw, _POSITIONS) for _ in range(_PASSES)])

    def run() -> None:
        for lat, lon in next(fresh):
            places.place(lat, lon)

    return microseconds(run, _POSITIONS)


def _scattered(draw: random.Random, count: int) -> list[tuple[float, float]]:
    return [(draw.uniform(51.484, 51.541), draw.uniform(-0.214, -0.111)) for _ in range(count)]


def _redact() -> float:
    record, audience = incident(), Audience(role=Role.OPERATIONS)

    def run() -> None:
        for _ in range(_RECORDS):
            redact(Kind.INCIDENTS, record, audience)

    return microseconds(run, _RECORDS)


def microseconds(run: Callable[[], None], items: int) -> float:
    """What an item of `run` takes, once warm: the best of three passes."""
    return min(_timed(run) for _ in range(_PASSES)) / items * 1e6


def _timed(run: Callable[[], None]) -> float:
    began = process_time()
    run()
    return process_time() - began


def _figure(name: str, value: float, bound: float) -> Figure:
    return Figure(
        name=name, value=value, unit=Unit.MICROSECONDS, sense=Sense.AT_MOST, bound=bound, clock=Clock.PROCESSOR
    )
