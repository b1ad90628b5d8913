"""How a process without pages says how it is."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest

from schemas.health_server import HealthServer, HealthTaken
from schemas.meters import Meters
from schemas.telemetry import Metric

pytestmark = pytest.mark.server
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Process:
    """A process that is ready, or says why not."""

    def __init__(self) -> None:
        self.why: str | None = None
        self.meters = Meters()
        self.server = HealthServer("127.0.0.1", 0, ready=lambda: self.why, meters=self.meters)

    def asks(self, path: str) -> tuple[int, str]:
        """What it answers."""
        try:
            with DIRECT.open(f"http://127.0.0.1:{self.server.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture
def process() -> Iterator[Process]:
    found = Process()
    with closing(found.server):
        yield found


def test_it_says_whether_it_is_ready_and_why_not(process: Process) -> None:
    assert process.asks("/healthz") == (200, "alive\n")
    assert process.asks("/readyz") == (200, "ready\n")
    process.why = "Partition 3 is being restored."
    assert process.asks("/readyz?verbose") == (503, "not ready: Partition 3 is being restored.\n")
    assert process.asks("/healthz") == (200, "alive\n")
    assert process.asks("/") == (404, "not found\n")


def test_it_shows_its_metrics(process: Process) -> None:
    process.meters.count(Metric.OUTSIDE, 3, "sbn")
    status, text = process.asks("/metrics")
    assert status == 200
    assert 'nightdesk_outside_total{source="sbn"} 3.0' in text


def test_whether_it_is_ready_is_a_metric(process: Process) -> None:
    assert "nightdesk_ready 1.0" in process.asks("/metrics")[1]
    process.why = "It restores."
    assert "nightdesk_ready 0.0" in process.asks("/metrics")[1]


def test_it_listens_where_only_the_newer_addresses_are() -> None:
    try:
        server = HealthServer("::1", 0, ready=lambda: None, meters=Meters())
    except HealthTaken as error:
        pytest.skip(f"no IPv6 on this machine: {error}")
    with closing(server), DIRECT.open(f"http://[::1]:{server.port}/readyz", timeout=10) as answer:
        assert answer.read() == b"ready\n"


def test_a_port_that_is_taken_is_named(process: Process) -> None:
    with pytest.raises(HealthTaken, match=rf"127\.0\.0\.1:{process.server.port}.*NIGHTDESK_HEALTH_PORT"):
        HealthServer("127.0.0.1", process.server.port, ready=lambda: None, meters=Meters())
