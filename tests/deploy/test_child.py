"""A child between two of its processes."""

import os
import signal
import time
from datetime import datetime
from pathlib import Path

import pytest

from deploy.local.child import Child
from deploy.local.log_lines import LogLines
from deploy.local.status import ChildState
from tests.builders_children import SLEEPS, Log, child, pid_of
from tests.builders_running import until

pytestmark = pytest.mark.server


def test_what_a_probe_saw_of_a_process_that_has_ended_meanwhile_is_out_of_date(tmp_path: Path) -> None:
    log = Log()
    lines = LogLines(log, ["api"], wall=datetime.now, clock=time.monotonic)

    def answers_and_dies() -> bool:
        os.kill(pid_of(tmp_path, "api"), signal.SIGKILL)
        until(lambda: api.status.last_exit is not None, "its end is known")
        return True

    service = child("api", SLEEPS, tmp_path, ready=answers_and_dies)
    api = Child(service, {}, lines, wall=lambda: 0, clock=time.monotonic, changed=lambda: None)
    api.start()
    until(lambda: api.status.state is ChildState.STARTING, "started")
    pid_of(tmp_path, "api")
    api.look()
    assert api.status.state is not ChildState.READY
    api.ask_to_end()
    api.end_within(5)
    lines.close()
    assert "ready" not in log.getvalue()
    assert api.status.state is ChildState.STOPPED
