"""The supervisor with tiny children: order, restarts, floods, and an end in time, whatever they do."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

import pytest

from deploy.local.claim import claimed
from deploy.local.role import Role
from deploy.local.service import CannotServe
from deploy.local.status import ChildState, read_status
from deploy.local.supervisor import STOP_SECONDS, Supervisor
from tests.builders_children import DEAF, SLEEPS, Log, child, escaping, is_alive, pid_of, supervised, supervisor_process
from tests.builders_running import WITHIN_S, until

FETCHING_S: Final = 60

pytestmark = pytest.mark.server


def test_a_stage_starts_when_the_one_before_is_ready_and_ends_before_it(tmp_path: Path) -> None:
    says_when = "import atexit, signal, sys\nsignal.signal(15, lambda *_: sys.exit(print('ending')))\n"
    stages = [[child(name, says_when + SLEEPS, tmp_path)] for name in ("kafka", "worker", "push")]
    with supervised(tmp_path, *stages) as (supervisor, log):
        assert [one.state for one in supervisor.status] == [ChildState.READY] * 3
    ready = [line.split()[2] for line in log.lines if " ready after " in line]
    ended = [line.split()[2] for line in log.lines if "ended with code" in line]
    assert (ready, ended) == (["kafka", "worker", "push"], ["push", "worker", "kafka"])
    assert [one.state for one in supervisor.status] == [ChildState.STOPPED] * 3


def test_a_child_that_ends_is_started_again_and_its_code_is_said(tmp_path: Path) -> None:
    twice = (
        f"n = pathlib.Path({str(tmp_path / 'n')!r}); n.open('a').write('x')\nif len(n.read_text()) < 3: os._exit(70)\n"
    )
    with supervised(tmp_path, [child("worker", twice + SLEEPS, tmp_path)]) as (supervisor, log):
        until(
            lambda: supervisor.status[0].restarts == 2 and supervisor.status[0].state is ChildState.READY, "the third"
        )
        assert supervisor.status[0].last_exit == "ended with code 70"
    waits = [line.partition("| ")[2] for line in log.lines if "started again" in line]
    assert waits == [
        "worker ended with code 70; started again in 0.2 s",
        "worker ended with code 70; started again in 0.4 s",
    ]


def test_a_killed_child_comes_back_and_is_ready_again(tmp_path: Path) -> None:
    with supervised(tmp_path, [child("api", SLEEPS, tmp_path)]) as (supervisor, log):
        first = pid_of(tmp_path, "api")
        os.kill(first, signal.SIGKILL)
        until(lambda: supervisor.status[0].restarts == 1 and pid_of(tmp_path, "api") != first, "another process")
        assert is_alive(pid_of(tmp_path, "api"))
    assert any("api was ended by SIGKILL" in line for line in log.lines)


def test_a_stage_that_is_not_ready_in_time_is_named_and_the_rest_starts(tmp_path: Path) -> None:
    slow = child("kafka", SLEEPS, tmp_path, ready=lambda: False)
    with supervised(tmp_path, [slow], [child("api", SLEEPS, tmp_path)], patience_s=0.2) as (supervisor, log):
        assert [one.state for one in supervisor.status] == [ChildState.STARTING, ChildState.READY]
    assert any("kafka not ready after 0.2 s: the rest starts without" in line for line in log.lines)


def test_a_child_that_answers_no_more_is_said_so_and_left_to_itself(tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    answers.touch()
    with supervised(tmp_path, [child("api", SLEEPS, tmp_path, ready=answers.exists)]) as (supervisor, log):
        pid = pid_of(tmp_path, "api")
        answers.unlink()
        until(lambda: supervisor.status[0].state is ChildState.NOT_ANSWERING, "not answering")
        answers.touch()
        until(lambda: supervisor.status[0].state is ChildState.READY, "answering")
        assert pid_of(tmp_path, "api") == pid
    assert [line.partition("| api ")[2] for line in log.lines if "ready" in line][1:] == [
        "is not ready any more",
        "ready again",
    ]


def test_a_program_that_is_not_there_is_tried_again_and_named(tmp_path: Path) -> None:
    missing = Role(name="api", command=["/nowhere/at/all"], env={}, ready=lambda: False)
    with supervised(tmp_path, [missing], patience_s=0.5) as (supervisor, log):
        until(lambda: supervisor.status[0].restarts >= 1, "a second try")
    assert any("api cannot be started: No such file or directory" in line for line in log.lines)


def test_a_flood_is_limited_and_what_was_left_out_is_counted(tmp_path: Path) -> None:
    flood = "for n in range(3000): print('broker away', n)\n"
    with supervised(tmp_path, [child("worker", flood + SLEEPS, tmp_path)]) as (_, log):
        until(lambda: "lines left out" in log.getvalue(), "the count")
    shown = sum("broker away" in line for line in log.lines)
    left_out = sum(int(line.partition("(")[2].split()[0]) for line in log.lines if "left out" in line)
    assert 200 <= shown < 400
    assert 3000 - left_out - shown < 100, "the rest was counted"


def test_children_that_do_not_listen_are_killed_all_at_the_same_deadline(tmp_path: Path) -> None:
    deaf = [[child(f"c{number}", DEAF, tmp_path)] for number in range(5)]
    with supervised(tmp_path, *deaf) as (supervisor, log):
        until(lambda: sum("| deaf" in line for line in log.lines) == 5, "all are deaf")
        began = time.monotonic()
        supervisor.stop()
        assert time.monotonic() - began < 2 * STOP_SECONDS
    assert sum("did not end in time and is killed" in line for line in log.lines) == 5
    assert not any(is_alive(pid_of(tmp_path, f"c{number}")) for number in range(5))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_with_code_zero(tmp_path: Path, number: signal.Signals) -> None:
    with supervisor_process(tmp_path, SLEEPS, SLEEPS) as process:
        pids = [pid_of(tmp_path, name) for name in ("c0", "c1")]
        process.send_signal(number)
        out, _ = process.communicate(timeout=WITHIN_S)
        assert (process.returncode, out.endswith("over\n")) == (0, True)
        assert not any(map(is_alive, pids))


def test_a_second_signal_ends_them_at_once(tmp_path: Path) -> None:
    with supervisor_process(tmp_path, DEAF, DEAF, DEAF) as process:
        pids = [pid_of(tmp_path, f"c{number}") for number in range(3)]

        def is_over_when_told_again() -> bool:
            process.send_signal(signal.SIGINT)
            return process.poll() is not None

        began = time.monotonic()
        until(is_over_when_told_again, "over")
        assert time.monotonic() - began < STOP_SECONDS
        assert not any(map(is_alive, pids))


def test_stopping_while_it_starts_works(tmp_path: Path) -> None:
    never = child("kafka", SLEEPS, tmp_path, ready=lambda: False)
    with claimed(tmp_path) as claim:
        supervisor = Supervisor(claim, [[never], [child("api", SLEEPS, tmp_path)]], out=Log())
        supervisor.ask_to_stop()
        supervisor.prepare()
        assert not supervisor.start()
        supervisor.stop()
    assert not (tmp_path / "api.pid").exists()


def test_a_signal_breaks_off_what_is_being_prepared(tmp_path: Path) -> None:
    class Fetching(Role):
        def prepare(self) -> None:
            threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGTERM]).start()
            subprocess.run(["sleep", str(FETCHING_S)], check=True)

    fetching = Fetching(name="kafka", command=[sys.executable], env={}, ready=lambda: True)
    began = time.monotonic()
    with claimed(tmp_path) as claim:
        Supervisor(claim, [[fetching], [child("api", SLEEPS, tmp_path)]], out=Log()).run()
    assert time.monotonic() - began < FETCHING_S
    assert not (tmp_path / "api.pid").exists()


def test_what_takes_long_to_prepare_is_named_meanwhile(tmp_path: Path) -> None:
    log = Log()

    class Fetching(Role):
        def prepare(self) -> None:
            until(lambda: "kafka is being prepared" in log.getvalue(), "it is said")

    with claimed(tmp_path) as claim:
        supervisor = Supervisor(
            claim, [[Fetching(name="kafka", command=["true"], env={}, ready=lambda: True)]], out=log
        )
        supervisor.prepare()
        supervisor.stop()


def test_killed_it_takes_its_children_with_it(tmp_path: Path) -> None:
    with supervisor_process(tmp_path, SLEEPS, DEAF) as process:
        pids = [pid_of(tmp_path, name) for name in ("c0", "c1")]
        process.kill()
        until(lambda: not any(map(is_alive, pids)), "no child is left")


def test_started_again_it_ends_what_a_killed_one_left_behind(tmp_path: Path) -> None:
    with supervisor_process(tmp_path, escaping(tmp_path / "left.pid") + SLEEPS) as process:
        left = pid_of(tmp_path, "left")
        process.kill()
        process.wait()
        assert is_alive(left), "it has a session and a parent of its own"
        with supervised(tmp_path) as (_, log):
            assert not is_alive(left)
    assert any("ended 1 processes that an earlier run had left behind" in line for line in log.lines)


def test_a_second_supervisor_of_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    with (
        supervised(tmp_path),
        pytest.raises(CannotServe, match=f"process {os.getpid()} runs these services already"),
        claimed(tmp_path),
    ):
        pass


def test_how_the_children_stand_can_be_read_from_outside_while_it_runs(tmp_path: Path) -> None:
    with supervised(tmp_path, [child("api", SLEEPS, tmp_path)]) as (supervisor, _):
        until(lambda: read_status(tmp_path) == supervisor.status, "written")
        said = read_status(tmp_path)
        assert said is not None
        assert [(one.name, one.state, one.restarts, one.last_exit) for one in said] == [
            ("api", ChildState.READY, 0, None)
        ]
    assert read_status(tmp_path) is None, "nobody runs any more"


def test_what_cannot_be_prepared_is_refused_before_anything_starts(tmp_path: Path) -> None:
    class Missing(Role):
        def prepare(self) -> None:
            raise CannotServe("redis-server is not installed.")

    missing = Missing(name="redis", command=[sys.executable], env={}, ready=lambda: True)
    with claimed(tmp_path) as claim:
        supervisor = Supervisor(claim, [[child("kafka", SLEEPS, tmp_path)], [missing]], out=Log())
        with pytest.raises(CannotServe, match="not installed"):
            supervisor.run()
    assert not (tmp_path / "kafka.pid").exists()
