"""The Westminster that the simulator's tests share, and files read back as rows without the product's own parsers."""

import csv
from collections.abc import Callable
from datetime import date
from io import StringIO

import orjson
import pytest

from ingest.simulate.city import City
from ingest.simulate.draws import seeded
from ingest.simulate.happenings import Happening, happenings
from ingest.simulate.night import SimulatedNight, Simulator
from schemas.area import Area
from schemas.night import NightCalendar, OperatingNight
from schemas.reference import load_area

SEED = 7
Rows = Callable[[SimulatedNight, str], list[dict[str, str]]]


@pytest.fixture(scope="session")
def area() -> Area:
    """The built-in area."""
    return load_area("westminster")


@pytest.fixture(scope="session")
def city(area: Area) -> City:
    """Its simulated premises."""
    return City(area, SEED)


@pytest.fixture(scope="session")
def saturday(area: Area) -> OperatingNight:
    """Saturday 16 May 2026."""
    night = NightCalendar(area.nights).night_on(date(2026, 5, 16))
    assert night is not None
    return night


@pytest.fixture(scope="session")
def sixty_nights(city: City, saturday: OperatingNight) -> list[list[Happening]]:
    """What happens in sixty Saturdays that differ only by their seed."""
    return [happenings(city, saturday, seeded("test", number)) for number in range(60)]


@pytest.fixture(scope="session")
def simulator(area: Area) -> Simulator:
    """The simulator with the built-in story."""
    return Simulator(area, SEED)


@pytest.fixture(scope="session")
def played(simulator: Simulator) -> SimulatedNight:
    """Saturday 16 May 2026, story and faults."""
    return simulator.night(date(2026, 5, 16))


@pytest.fixture(scope="session")
def rows() -> Rows:
    """Reads a simulated file's rows back as texts."""
    return _rows


def _rows(night: SimulatedNight, name: str) -> list[dict[str, str]]:
    content = night.files[name].decode()
    if name.endswith(".csv"):
        return list(csv.DictReader(StringIO(content, newline="")))
    return [{key: str(value) for key, value in orjson.loads(line).items()} for line in content.splitlines()]
