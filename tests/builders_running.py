"""A Nightdesk running in a process of its own, for tests of what its user sees; on a private disk where asked."""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from websockets.sync.client import connect

ROOT: Final = Path(__file__).resolve().parents[1]
WITHIN_S: Final = 90.0
VENUE: Final = "blue-door"
_TURN_S: Final = 0.05
# Below those that systems give to outgoing connections, which would take a desk's port between its choice and its
# start. Each process of one pytest has 2,000 of its own, begins where another pytest does not, and gives each in turn.
_FIRST_PORT: Final = 10_000 + 2_000 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 4)
_PORTS: Final = (_FIRST_PORT + 2 * ((os.getpid() + turn) % 1_000) for turn in itertools.count())
_DIRECT: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Running:
    """One process of `nightdesk up`. `root` is how this test sees the process's files, its private disk too."""

    def __init__(self, process: "subprocess.Popen[str]", port: int, data: Path) -> None:
        self.process = process
        self.port = port
        self.data = data

    @property
    def root(self) -> Path:
        """The process's own view of the file system."""
        return Path(f"/proc/{self.process.pid}/root")

    def readyz(self) -> tuple[int, str]:
        """Status and text; (0, ...) while nobody answers."""
        return self._got("/readyz")

    def metrics(self) -> dict[str, float]:
        """Every sample that /metrics shows, by name and labels."""
        _, text = self._got("/metrics")
        lines = [line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#")]
        return {name: float(value) for name, _, value in lines}

    def heartbeat(self, key: str) -> dict[str, Any]:
        """The first heartbeat that a new socket hears."""
        return self._heard(key, "heartbeat")

    def picture(self, key: str) -> dict[str, Any]:
        """The snapshot's state that a new socket hears."""
        state: dict[str, Any] = self._heard(key, "snapshot")["state"]
        return state

    def inside(self, *command: str) -> str:
        """What a command prints that sees the process's private disks."""
        entered = ["nsenter", "-t", str(self.process.pid), "-m", *command]
        done = subprocess.run(entered, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> tuple[int, str, str]:
        """SIGTERM; exit code, standard output, standard error."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self) -> tuple[int, str, str]:
        """Exit code, standard output and error, once it has ended by itself."""
        out, err = self.process.communicate(timeout=WITHIN_S)
        return self.process.returncode, out, err

    def until_ready(self) -> "Running":
        """Wait until it is ready."""
        until(lambda: self.process.poll() is not None or self.readyz()[0] == 200, "ready")
        assert self.process.poll() is None, self.ended()
        return self

    def _heard(self, key: str, kind: str) -> dict[str, Any]:
        """The first frame of a kind that a new socket hears."""
        ask = {"op": "subscribe", "topic": "westminster/operations"}
        headers = {"Authorization": f"Bearer {key}"}
        with connect(f"ws://127.0.0.1:{self.port + 1}/live", additional_headers=headers, proxy=None) as line:
            line.send(orjson.dumps(ask).decode())
            frame: dict[str, Any] = {"t": None}
            while frame["t"] != kind:
                frame = orjson.loads(line.recv(timeout=WITHIN_S))
        return frame

    def _got(self, path: str) -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        try:
            with _DIRECT.open(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)


@contextmanager
def running(
    data: Path,
    *options: str,
    port: int | None = None,
    disks: Sequence[tuple[Path, str]] = (),
    first: str = "true",
    environ: Mapping[str, str] | None = None,
) -> Iterator[Running]:
    """`nightdesk up` on a folder, killed at the end if it has not ended; `disks` are tmpfs that only it sees.

    `first` is a shell command that runs before it, on the same disks.
    """
    port = free_port() if port is None else port
    command = [*nightdesk("up"), "--data", str(data), "--port", str(port), *options]
    with subprocess.Popen(
        on_private_disks(command, disks, first),
        cwd=ROOT,
        env=environment(environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Running(process, port, data)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            process.communicate()


def run(*arguments: str, environ: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """One command to its end: exit code, standard output, standard error."""
    done = subprocess.run(
        nightdesk(*arguments),
        cwd=ROOT, env=environment(environ), capture_output=True, text=True, check=False, timeout=WITHIN_S,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def refused(data: Path, *options: str, **more: Any) -> str:
    """What `up` says on standard error when it will not start; it ends with 1 and writes no traceback."""
    with running(data, *options, **more) as desk:
        code, out, err = desk.ended()
    assert code == 1, (code, out, err)
    assert "Traceback" not in err
    return err


def key_of(data: Path) -> str:
    """A new key for operations."""
    code, out, err = run("keys", "add", "--role", "operations", "--data", str(data), "--json")
    assert code == 0, err
    return str(orjson.loads(out)["key"])


def until(is_true: Callable[[], bool], what: str) -> None:
    """Wait for a condition; AssertionError when it does not come."""
    ends, turn = time.monotonic() + WITHIN_S, threading.Event()
    while not is_true():
        assert time.monotonic() < ends, f"not within {WITHIN_S:.0f} s: {what}"
        turn.wait(_TURN_S)


def sbn_file(inbox: Path, name: str, *rows: dict[str, object]) -> Path:
    """Put a file of SBN reports into the watched folder, whole at once."""
    folder = inbox / "sbn"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{name}.part"
    part.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return part.rename(folder / f"{name}.ndjson")


def sbn_report(number: int, at: str, **changes: object) -> dict[str, object]:
    """One report from a venue that the built-in area has; `at` is RFC 3339."""
    return {
        "report_id": f"r{number}",
        "revision": 0,
        "status": "new",
        "reported_at": at,
        "occurred_at": at,
        "venue_id": VENUE,
        "category": "theft",
        "severity": 2,
    } | changes


def nightdesk(*arguments: str) -> list[str]:
    """The command line of this very tree."""
    return [sys.executable, str(ROOT / "nightdesk.py"), *arguments]


def on_private_disks(command: list[str], disks: Sequence[tuple[Path, str]], first: str = "true") -> list[str]:
    """The command with tmpfs mounted that only it sees; skips with the reason where that is not permitted."""
    if not disks:
        return command
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("a private mount needs root and unshare (util-linux)")
    probe = subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", str(disks[0][0])], capture_output=True, check=False
    )
    if probe.returncode != 0:
        pytest.skip(f"a private mount is not permitted here: {probe.stderr.decode().strip()}")
    mounts = " && ".join(f"mount -t tmpfs -o {options} tmpfs '{folder}'" for folder, options in disks)
    return ["unshare", "-m", "sh", "-c", f'{mounts} && {first} && exec "$@"', "sh", *command]


def fill(folder: Path, *, but: int = 0) -> Path:
    """Fill the disk of a folder but for some bytes; returns the file that makes room when it is deleted."""
    ballast = folder / "ballast"
    chunk = b"x" * 4_096
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(chunk) == len(chunk):
            continue
    if but:
        os.truncate(ballast, ballast.stat().st_size - but)
    return ballast


def free_port() -> int:
    """A port that is free together with the next, and that this process alone gives out."""
    for port in _PORTS:
        with socket.socket() as one, socket.socket() as two, suppress(OSError):
            one.bind(("127.0.0.1", port))
            two.bind(("127.0.0.1", port + 1))
            return port
    raise AssertionError("the ports have no end")


def environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """For processes of the project."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **(environ or {})}
