"""The Kafka engine for benchmarks: broker (compiled fully), Redis, PostgreSQL and our own processes, everything on."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from deploy.local.broker import Jvm, sustained
from deploy.local.postgres import PostgresRefused
from schemas.brokers import Brokers
from schemas.kafka_log import KafkaClients
from schemas.realms import Realm
from streams.kafka_topics import TopicAdministration
from tests.builders_postgres import Server
from tests.builders_services import ROOT, started_broker, started_redis
from tests.kill.harness import quiet_port

AREA: Final = "westminster"
EXERCISE: Final = Realm("exercise")
"""Lives as the live realm does, with real ticks."""
WITHIN_S: Final = 60.0
SUSTAINED: Final = sustained(heap_mb=512)
_TURN_S: Final = 0.02


@dataclass(slots=True)
class Started:
    """One process of ours, and the port where it says how it is."""

    name: str
    command: list[str]
    environ: dict[str, str]
    port: int
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Run it, until it is killed or stopped."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self.process is not None, f"{self.name} is not running"
        return self.process.pid

    @property
    def cpu_s(self) -> float:
        """Processor time that it has taken, all its threads together."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)

    def kill(self) -> None:
        """SIGKILL."""
        self.end(signal.SIGKILL)

    def end(self, number: int = signal.SIGTERM) -> None:
        """End it as told, and wait for it; by force after a while."""
        if self.process is None:
            return
        self.process.send_signal(number)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def until_ready(self) -> "Started":
        """Wait until it says that it is."""
        ends = time.monotonic() + WITHIN_S
        while time.monotonic() < ends and self.process is not None and self.process.poll() is None:
            if self._is_ready():
                return self
            time.sleep(_TURN_S)
        raise RuntimeError(f"{self.name} is not ready: {self.log.read_text(errors='replace')[-2_000:]}")

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.HTTPError, OSError):
            return False


class Engine:
    """Services that run, and the processes that are started on them."""

    def __init__(self, folder: Path, bootstrap: str, redis: str, record: str | None, stack: ExitStack) -> None:
        self.folder, self.bootstrap = folder, bootstrap
        self.roles: dict[str, Started] = {}
        """What was started, by name."""
        self.told_to = 0
        """Up to where the picture topic has been read."""
        self._stack = stack
        self.environ = {name: text for name, text in os.environ.items() if not name.startswith("NIGHTDESK_")} | {
            "NIGHTDESK_KAFKA": bootstrap,
            "NIGHTDESK_REDIS": redis,
            "NIGHTDESK_RECORD": record or "",
            "NIGHTDESK_DATA": str(folder / "data"),
            "NIGHTDESK_LOG_LEVEL": "warning",
            "PYTHONDONTWRITEBYTECODE": "",
        }
        self.clients: KafkaClients = stack.enter_context(closing(KafkaClients(Brokers(bootstrap=bootstrap), "bench")))

    def topics(self, realm: Realm) -> Realm:
        """A realm's topics, all of them."""
        with closing(TopicAdministration(Brokers(bootstrap=self.bootstrap), realm)) as administration:
            administration.create()
        return realm

    def starts(self, role: str, realm: Realm, *, name: str = "", **environ: str) -> Started:
        """One process of a role; it is ended when the engine is."""
        name, port = name or role, quiet_port()
        pages, push = (port + 1, port) if role == "push" else (port, port + 1)
        health = 0 if role in {"push", "api"} else port
        ports = {"NIGHTDESK_PORT": pages, "NIGHTDESK_PUSH_PORT": push, "NIGHTDESK_HEALTH_PORT": health}
        environ = {at: str(number) for at, number in ports.items()} | environ
        return self._started(name, ["nightdesk", role], port, environ | {"NIGHTDESK_REALM": realm.name})

    def runs(self, module: str, realm: Realm) -> Started:
        """One process of a benchmark's own."""
        return self._started(module, [f"tests.benchmarks.{module}"], 0, {"NIGHTDESK_REALM": realm.name})

    def _started(self, name: str, command: list[str], port: int, environ: dict[str, str]) -> Started:
        started = self.roles[name] = Started(
            name=name,
            command=[sys.executable, "-m", *command],
            environ=self.environ | environ,
            port=port,
            log=self.folder / f"{name}.log",
        )
        self._stack.callback(started.kill)
        started.start()
        return started

    def starts_all(self, realm: Realm) -> None:
        """One process of each role that a desk has, ready."""
        for role in ("worker", "project", "push", "api"):
            self.starts(role, realm)
        for started in self.roles.values():
            started.until_ready()


@contextmanager
def engine(work: Path, *, beside: bool = True, jvm: Jvm = SUSTAINED) -> Iterator[Engine]:
    """The services, begun anew in a folder of their own: the broker, and what is beside it.

    A broker that is compiled fully bears the most, but in its first minutes the compiler takes most of a core. Without
    PostgreSQL on the machine the record is files.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=work, prefix="kafka-")))
        broker = stack.enter_context(started_broker(folder, jvm=jvm))
        redis = stack.enter_context(started_redis(folder, memory_mb=256)).url if beside else ""
        yield Engine(folder, broker.bootstrap, redis, _postgres(stack) if beside else None, stack)


def _postgres(stack: ExitStack) -> str | None:
    """Its folder lies where PostgreSQL's own user may enter."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nightdesk-postgres-", dir="/var/tmp")))
    folder.chmod(0o711)
    try:
        server = Server(folder)
    except PostgresRefused:
        return None
    server.start()
    stack.callback(server.end, signal.SIGQUIT)
    return server.url
