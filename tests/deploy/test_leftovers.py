"""What an earlier run left behind is ended, and nobody else's process is touched."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.leftovers import MARK, end_leftovers, mark_of
from tests.builders_children import DEAF, SLEEPS, escaping, pid_of

pytestmark = pytest.mark.server


@contextmanager
def _process(code: str, mark: str | None) -> Iterator["subprocess.Popen[str]"]:
    env = {**os.environ, **({} if mark is None else {MARK: mark})}
    with subprocess.Popen(
        [sys.executable, "-uc", f"print('up')\n{code}"], env=env, stdout=subprocess.PIPE, text=True
    ) as one:
        assert one.stdout is not None
        assert one.stdout.readline() == "up\n"
        try:
            yield one
        finally:
            one.kill()


def test_the_mark_of_a_folder_stays_and_is_its_own(tmp_path: Path) -> None:
    assert mark_of(tmp_path / "a") == mark_of(tmp_path / "a") != mark_of(tmp_path / "b")


def test_only_processes_with_the_mark_are_ended(tmp_path: Path) -> None:
    mark, other = mark_of(tmp_path / "a"), mark_of(tmp_path / "b")
    with _process(SLEEPS, mark) as ours, _process(SLEEPS, other) as theirs, _process(SLEEPS, None) as anybody:
        assert end_leftovers(mark) == [ours.pid]
        assert ours.wait(10) == -15
        assert (theirs.poll(), anybody.poll()) == (None, None)


def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    mark = mark_of(tmp_path)
    with _process(DEAF, mark) as ours:
        assert ours.stdout is not None
        assert ours.stdout.readline() == "deaf\n"
        assert end_leftovers(mark, gently_s=0.1) == [ours.pid]
        assert ours.wait(10) == -9


def test_what_a_leftover_started_itself_is_ended_too(tmp_path: Path) -> None:
    mark = mark_of(tmp_path)
    with _process(escaping(tmp_path / "left.pid") + SLEEPS, mark) as ours:
        grandchild = pid_of(tmp_path, "left")
        assert end_leftovers(mark) == sorted([ours.pid, grandchild])


def test_with_nothing_left_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert end_leftovers(mark_of(tmp_path)) == []
