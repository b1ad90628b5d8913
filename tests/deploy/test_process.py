"""One process of a child: its session, its end, its output."""

import os
import signal
import sys
from pathlib import Path

import pytest

from deploy.local.process import Process, environment, said_of
from tests.builders_children import SLEEPS, is_alive
from tests.builders_running import until

pytestmark = pytest.mark.server


def _python(code: str, heard: list[str] | None = None) -> Process:
    return Process([sys.executable, "-c", code], {}, (heard if heard is not None else []).append)


def test_it_has_a_session_of_its_own_so_that_ctrl_c_does_not_reach_it() -> None:
    process = _python(SLEEPS)
    assert os.getsid(process.pid) == process.pid != os.getsid(0)
    process.kill()
    assert process.wait() == -signal.SIGKILL


def test_what_it_left_running_ends_with_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    left = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]).pid)"
    heard: list[str] = []
    assert _python(left, heard).wait() == 0
    until(lambda: not is_alive(int(heard[0])), "the grandchild is gone")
    assert not file.exists()


def test_all_that_it_says_is_heard_whatever_bytes_it_writes() -> None:
    heard: list[str] = []
    _python("import sys; sys.stdout.buffer.write(b'out \\xff\\n'); sys.stderr.write('err')", heard).wait()
    assert sorted(heard) == ["err", "out \ufffd\n"]


def test_a_line_without_an_end_is_cut() -> None:
    heard: list[str] = []
    _python("print('x' * 100_000)", heard).wait()
    assert max(map(len, heard)) <= 16_384
    assert sum(map(len, heard)) == 100_001


def test_a_signal_after_its_end_reaches_nobody() -> None:
    process = _python("")
    assert process.wait() == 0
    process.send(signal.SIGTERM)
    process.kill()


def test_it_is_given_only_what_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTDESK_RECORD", "postgresql://secret")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    given = environment({"MINE": "1"})
    assert given["MINE"] == "1"
    assert given["PATH"] == os.environ["PATH"]
    assert not {"NIGHTDESK_RECORD", "PYTHONDONTWRITEBYTECODE"} & given.keys()


def test_a_program_that_is_not_there_is_an_error_of_the_system() -> None:
    with pytest.raises(FileNotFoundError):
        Process(["/nowhere/at/all"], {}, lambda _: None)


def test_how_it_ended_is_said_plainly() -> None:
    assert [said_of(code) for code in (0, 70, -9, -200)] == [
        "ended with code 0", "ended with code 70", "was ended by SIGKILL", "was ended by signal 200",
    ]  # fmt: skip
