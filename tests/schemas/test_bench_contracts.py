"""What the contracts cost an entry: placing, redacting. Bounds are declared; figures are printed."""

import random
import sys
from collections.abc import Callable
from time import perf_counter

import pytest

from schemas.audiences import Audience, Role, redact
from schemas.geo import Places
from schemas.picture import Kind
from schemas.reference import load_area
from tests.builders_contracts import incident

pytestmark = pytest.mark.bench
PLACE_US_MAX = 6.0
REDACT_US_MAX = 10.0


def microseconds(run: Callable[[], int]) -> float:
    """The best of five runs, an item."""
    best = float("inf")
    for _ in range(5):
        start = perf_counter()
        items = run()
        best = min(best, (perf_counter() - start) / items * 1e6)
    return best


def test_placing_scattered_positions_within_the_borough() -> None:
    places = Places(load_area())
    draw = random.Random(1)  # noqa: S311
    positions = [(draw.uniform(51.484, 51.541), draw.uniform(-0.214, -0.111)) for _ in range(100_000)]

    def run() -> int:
        for lat, lon in positions:
            places.place(lat, lon)
        return len(positions)

    figure = microseconds(run)
    sys.stdout.write(f"\nplace: {figure:.2f} us (bound {PLACE_US_MAX})\n")
    assert figure <= PLACE_US_MAX


def test_redacting_an_incident_for_operations() -> None:
    record, audience = incident(), Audience(role=Role.OPERATIONS)

    def run() -> int:
        for _ in range(20_000):
            redact(Kind.INCIDENTS, record, audience)
        return 20_000

    figure = microseconds(run)
    sys.stdout.write(f"\nredact: {figure:.2f} us (bound {REDACT_US_MAX})\n")
    assert figure <= REDACT_US_MAX
