"""Workers of the Kafka engine as processes of their own, to be killed, paused and started again."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.realms import Realm
from tests.builders_kafka import AREA
from tests.builders_running import free_port

ROOT = Path(__file__).resolve().parents[1]


class StartedWorker:
    """One worker process; its log is in its folder."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder, self._environ = folder, environ
        self.process = self._start()

    def start_again(self) -> None:
        """Start it after it ended."""
        self.process = self._start()

    def kill(self) -> None:
        """SIGKILL, and wait for its end."""
        self.process.kill()
        self.process.wait()

    def stop(self, within_s: float = 15) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within_s)

    def readyz(self) -> tuple[int, str]:
        """What it says of itself; 0 while it says nothing."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError as error:
            return 0, str(error)

    @property
    def port(self) -> int:
        """Where it says how it is."""
        return int(self._environ["NIGHTDESK_HEALTH_PORT"])

    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "worker.log").read_text(errors="replace")

    def _start(self) -> "subprocess.Popen[bytes]":
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "nightdesk", "worker", "--data", str(self.folder)],
                cwd=ROOT, env=self._environ, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip


@contextmanager
def started_worker(folder: Path, bootstrap: str, realm: Realm, *areas: str, **more: str) -> Iterator[StartedWorker]:
    """A worker on a broker, killed at the end whatever it does."""
    kafka = {"NIGHTDESK_KAFKA": bootstrap, "NIGHTDESK_REALM": realm.name, "NIGHTDESK_AREAS": ",".join(areas or (AREA,))}
    more = {"NIGHTDESK_HEALTH_PORT": str(free_port())} | more
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NIGHTDESK_")}
    worker = StartedWorker(folder, environ | kafka | more)
    try:
        yield worker
    finally:
        if worker.process.poll() is None:
            worker.kill()
