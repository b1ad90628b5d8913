"""A Kafka broker on this machine: one node that is its own controller, reachable from this machine only."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.broker_storage import prepare_storage
from deploy.local.class_archive import SMALL, class_archive, class_path
from deploy.local.jars import fetch_jars
from deploy.local.java import Java, find_java
from deploy.local.kafka_probe import answers

_LOG_LEVELS: Final = {
    "defaultLogLevel": "warn",
    "log.kafka.server.KafkaRaftServer": "info",
    "log.org.apache.kafka.clients.NetworkClient": "error",  # its warnings come at every start and stop
    "log.org.apache.kafka.controller.QuorumController": "error",
    "showThreadName": "false",
    "showShortLogName": "true",
}
_ALWAYS: Final = (
    "-Xshare:auto",
    "-Xlog:cds=off",
    "-Xlog:cds+dynamic=off",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.net.preferIPv4Stack=true",
    "-Djava.awt.headless=true",
    *(f"-Dorg.slf4j.simpleLogger.{name}={value}" for name, value in _LOG_LEVELS.items()),
)


@dataclass(frozen=True, slots=True)
class Jvm:
    """How Java runs the broker."""

    flags: tuple[str, ...]


FAST_TO_START: Final = Jvm(flags=SMALL)
"""Up in a second, 150 MB: for tests and a small desk."""


def sustained(heap_mb: int = 1024) -> Jvm:
    """Compiled fully, with G1 and a heap of this size: for benchmarks and a busy desk."""
    return Jvm(flags=(f"-Xms{heap_mb}m", f"-Xmx{heap_mb}m", "-XX:+UseG1GC"))


class LocalBroker:
    """Kafka in `folder`, its jars kept in `jars`.

    What it acknowledges lies in the machine's page cache and is written to the disk by the machine in its own time:
    a broker that is killed loses nothing, a machine that loses power may lose the last seconds. Against that stand
    three machines (replication 3, min.insync.replicas 2), which this is not.
    """

    name = "kafka"
    stop_signal: int = signal.SIGTERM

    def __init__(
        self, folder: Path, jars: Path, port: int, controller_port: int, *, java: Java | None = None,
        jvm: Jvm = FAST_TO_START,
    ) -> None:  # fmt: skip
        self._folder, self._jars = folder.resolve(), jars.resolve()
        self._port, self._controller_port = port, controller_port
        self._given_java, self._jvm = java, jvm
        self._command: list[str] | None = None

    @property
    def bootstrap(self) -> str:
        """Where clients connect, as `host:port`."""
        return f"127.0.0.1:{self._port}"

    @property
    def command(self) -> list[str]:
        """Java and its arguments; there is one once it is prepared."""
        if self._command is None:
            raise RuntimeError("prepare() comes first")
        return self._command

    @property
    def env(self) -> dict[str, str]:
        """Nothing of its own."""
        return {}

    def prepare(self) -> None:
        """Fetch the jars, make the class archive and format the storage, each once. Raises CannotServe."""
        java = self._given_java or find_java(os.environ)
        fetch_jars(self._jars)
        archive = class_archive(self._jars, java)
        start = [str(java.program), *self._jvm.flags, *java.flags, *_ALWAYS]
        start += [] if archive is None else [f"-XX:SharedArchiveFile={archive}"]
        start += ["-cp", class_path(self._jars)]
        file = prepare_storage(self._folder, start, self._port, self._controller_port)
        self._command = [*start, "kafka.Kafka", str(file)]

    def is_ready(self) -> bool:
        """Whether its listener answers."""
        return answers("127.0.0.1", self._port)
