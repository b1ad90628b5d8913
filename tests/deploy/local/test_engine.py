"""The processes of `up --engine kafka`: who listens where, and what each is told."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from deploy.local.engine import Demo, roles, stands_on
from deploy.local.role import Role
from schemas.settings import Settings

PORTS: Final = {"worker": 1, "project": 2, "push": 3, "api": 4, "ingest": 5}
SERVICES: Final = {"kafka": 6, "controller": 7, "redis": 8, "postgres": 9}


def started(folder: Path, host: str, demo: Demo | None = None) -> dict[str, Role]:
    """What would be started, by name."""
    environ = {"NIGHTDESK_DATA": str(folder), "NIGHTDESK_HOST": host, "NIGHTDESK_PORT": "8000"}
    found = roles(Settings.from_environ(environ), PORTS, environ, demo)
    return {one.name: one for stage in found for one in stage if isinstance(one, Role)}


def test_a_service_that_is_named_elsewhere_is_used_and_none_is_started(tmp_path: Path) -> None:
    elsewhere = {"NIGHTDESK_REDIS": "redis://elsewhere/0", "NIGHTDESK_RECORD": "postgresql://elsewhere/night"}
    services, found = stands_on(tmp_path, SERVICES, elsewhere)
    assert [one.name for one in services] == ["kafka"]
    assert found == {"NIGHTDESK_KAFKA": "127.0.0.1:6", **elsewhere}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server")
def test_one_that_is_not_named_is_this_machine_s(tmp_path: Path) -> None:
    given = {"NIGHTDESK_REDIS": " ", "NIGHTDESK_RECORD": "postgresql://elsewhere/night"}
    services, found = stands_on(tmp_path, SERVICES, given)
    assert [one.name for one in services] == ["kafka", "redis"]
    assert found["NIGHTDESK_REDIS"].endswith("@127.0.0.1:8/0")


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "192.168.1.9"])  # noqa: S104 - what somebody may ask for
def test_only_pages_and_sockets_listen_beyond_this_machine(host: str, tmp_path: Path) -> None:
    found = started(tmp_path, host)
    assert found.keys() == PORTS.keys()
    assert {name: one.env["NIGHTDESK_HEALTH_PORT"] for name, one in found.items()} == {
        name: str(port) for name, port in PORTS.items()
    }
    for name, one in found.items():
        listens = one.env["NIGHTDESK_HOST"], "--health-host 127.0.0.1" in " ".join(one.command)
        assert listens == ((host, True) if name in {"push", "api"} else ("127.0.0.1", False))


def test_a_demo_is_played_by_ingest_and_its_clock_is_the_pages_too(tmp_path: Path) -> None:
    found = started(tmp_path, "127.0.0.1", Demo(speed=60.0, seed=7))
    assert found["ingest"].command[-5:] == ["--demo", "--speed", "60.0", "--seed", "7"]
    assert found["api"].command[-2:] == ["--speed", "60.0"]
    assert found["worker"].command[-1] == "--create-topics"
