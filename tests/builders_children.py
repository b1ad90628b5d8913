"""Tiny children and a supervisor of them, in the test's own process or in one that a test may kill."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deploy.local.claim import claimed
from deploy.local.role import Role
from deploy.local.supervisor import Supervisor
from tests.builders_running import until

ROOT: Final = Path(__file__).resolve().parents[1]
SLEEPS: Final = "import time\nwhile True: time.sleep(60)"
DEAF: Final = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf')\n{SLEEPS}"
_RUN: Final = """
import sys
from pathlib import Path
from deploy.local.claim import claimed
from deploy.local.supervisor import Supervisor
from tests.builders_children import child
folder = Path(sys.argv[1])
with claimed(folder) as claim:
    stages = [[child(f"c{number}", code, folder)] for number, code in enumerate(sys.argv[2:])]
    Supervisor(claim, stages).run(lambda: print("started", flush=True))
print("over", flush=True)
"""


def child(name: str, code: str, folder: Path, ready: Callable[[], bool] | None = None) -> Role:
    """A Python program that writes its id into `<name>.pid` first; ready when it has, unless told otherwise."""
    file = folder / f"{name}.pid"
    first = f"import os, pathlib; pathlib.Path({str(file)!r}).write_text(str(os.getpid()))\n"
    return Role(name=name, command=[sys.executable, "-c", first + code], env={}, ready=ready or file.exists)


def escaping(file: Path) -> str:
    """Code that starts a process in a session of its own, out of reach of its parent's; its id comes into `file`."""
    program = f"import os, pathlib; pathlib.Path({str(file)!r}).write_text(str(os.getpid()))\n{SLEEPS}"
    return f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {program!r}], start_new_session=True)\n"


def pid_of(folder: Path, name: str) -> int:
    """The process that a child was last."""
    until(lambda: (folder / f"{name}.pid").exists() and (folder / f"{name}.pid").read_text() != "", f"{name} runs")
    return int((folder / f"{name}.pid").read_text())


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that waits to be reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


class Log(io.StringIO):
    """What a supervisor said, as `name | text` without the time."""

    @property
    def lines(self) -> list[str]:
        """Line by line."""
        return [line.partition(" ")[2].replace("  ", " ") for line in self.getvalue().splitlines()]


@contextmanager
def supervised(folder: Path, *stages: list[Role], patience_s: float = 30.0) -> Iterator[tuple[Supervisor, Log]]:
    """A supervisor in this process, started; stopped at the end."""
    log = Log()
    with claimed(folder) as claim:
        supervisor = Supervisor(claim, stages, out=log, patience_s=patience_s)
        try:
            supervisor.prepare()
            supervisor.start()
            yield supervisor, log
        finally:
            supervisor.stop()


@contextmanager
def supervisor_process(folder: Path, *codes: str) -> Iterator["subprocess.Popen[str]"]:
    """A supervisor of children c0, c1 ... one a stage, in a process of its own, all killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, folder, *codes], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
        for file in folder.glob("*.pid"):
            if is_alive(int(file.read_text() or 0)):
                os.kill(int(file.read_text()), signal.SIGKILL)
