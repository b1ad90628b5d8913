"""The broker's configuration and its formatted storage: one node, loopback only, everything small."""

import base64
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from deploy.local.service import CannotServe

FORMAT_SECONDS: Final = 60
_NODE: Final = 1
_FIXED: Final = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",  # ours are made from the registry, and a wrong name is an error
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",  # tests take a worker over faster than 6 s
    "log.cleaner.dedupe.buffer.size": "8388608",
    "log.cleaner.backoff.ms": "1000",
    "num.network.threads": "2",
    "num.io.threads": "2",
    "broker.session.timeout.ms": "1000",  # else a broker that was killed stays fenced for 11 s
    "broker.heartbeat.interval.ms": "200",
}


def properties(data: Path, port: int, controller_port: int) -> str:
    """The text of server.properties."""
    own = {
        "node.id": str(_NODE),
        "controller.quorum.voters": f"{_NODE}@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "log.dirs": _escaped(str(data)),
    }
    return "".join(f"{name}={value}\n" for name, value in (own | _FIXED).items())


def prepare_storage(folder: Path, java: Sequence[str], port: int, controller_port: int) -> Path:
    """Write server.properties and format the storage under a random cluster id, once; returns the file.

    `java` is the start of a command line up to the class path. Raises CannotServe.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data, file = folder / "data", folder / "server.properties"
    if "," in str(data):
        raise CannotServe(f"{data}: the broker cannot keep data in a folder with a comma in its name.")
    file.write_text(properties(data, port, controller_port), encoding="utf-8")
    if not (data / "meta.properties").exists():
        _format([*java, "kafka.tools.StorageTool", "format", "-t", _cluster_id(), "-c", str(file)], data)
    return file


def _format(command: Sequence[str], data: Path) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the broker's own tool
            [*command, "--ignore-formatted"], capture_output=True, text=True, timeout=FORMAT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise CannotServe(f"The broker's storage in {data} was not formatted within {FORMAT_SECONDS} s.") from error
    if done.returncode != 0:
        last = (done.stdout + done.stderr).strip().splitlines()[-1:]
        raise CannotServe(f"The broker's storage in {data} could not be formatted: {' '.join(last)}")


def _cluster_id() -> str:
    """22 characters as Kafka makes them; one that begins with a hyphen would be read as an option."""
    made = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return _cluster_id() if made.startswith("-") else made


def _escaped(value: str) -> str:
    """As java.util.Properties reads it back."""
    return value.replace("\\", "\\\\")
