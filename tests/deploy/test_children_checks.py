"""`nightdesk doctor` on the processes of a Kafka engine: how each stands, and how to start one that does not run."""

import os
import signal
from pathlib import Path

import pytest

from deploy.local.children_checks import children_checks
from deploy.local.status import ChildState, read_status
from schemas.checks import Check
from schemas.command_line import SERVICES, VARIABLES_FILE
from schemas.settings import Settings
from tests.builders_children import SLEEPS, child, supervised
from tests.builders_running import until

pytestmark = pytest.mark.server


def found(data: Path) -> list[Check]:
    return list(children_checks(Settings.from_environ({"NIGHTDESK_DATA": str(data)})))


@pytest.fixture
def services(tmp_path: Path) -> Path:
    """The services' folder of an engine that ran once."""
    folder = tmp_path / SERVICES
    folder.mkdir()
    (folder / VARIABLES_FILE).write_text("{}")
    return folder


def test_where_the_engine_runs_elsewhere_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_one_that_does_not_run_is_told_how_to_start(services: Path) -> None:
    (check,) = found(services.parent)
    assert (check.ok, check.is_grave) == (False, True)
    assert check.do == f"Start it: nightdesk up --engine kafka --data {services.parent}"


def test_each_process_says_since_when_it_serves_and_how_it_last_ended(services: Path) -> None:
    with supervised(services, [child("api", SLEEPS, services)]) as (supervisor, _):
        until(lambda: read_status(services) == supervisor.status, "written")
        (check,) = found(services.parent)
        assert (check.what, check.ok) == ("Process api", True)
        assert check.found.startswith("ready since 20")
        (status,) = supervisor.status
        assert status.pid is not None
        os.kill(status.pid, signal.SIGKILL)
        until(lambda: (one := supervisor.status[0]).restarts == 1 and one.state is ChildState.READY, "started again")
        until(lambda: read_status(services) == supervisor.status, "written again")
        (check,) = found(services.parent)
        assert check.ok
        assert check.found.endswith(", started again once, last time it was ended by SIGKILL")


def test_one_that_does_not_come_up_is_grave(services: Path) -> None:
    with supervised(services, [child("api", "os._exit(70)", services, ready=lambda: False)], patience_s=1.0):
        seen = list[Check]()

        def is_grave() -> bool:
            seen[:] = [one for one in found(services.parent) if not one.ok and one.is_grave]
            return bool(seen)

        until(is_grave, "seen")
        (check,) = seen
        assert check.found.startswith("backing off since 20")
        assert check.found.endswith("last time it ended with code 70")
        assert check.do == "Look at what it said last in the log of nightdesk up"
