"""The broker's classes as Java wants them in memory (AppCDS): made once, they bring it up in two thirds of the time."""

import hashlib
import os
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from deploy.local.broker_storage import prepare_storage
from deploy.local.jars import KAFKA, jars_in, locked
from deploy.local.java import Java
from deploy.local.kafka_probe import answers
from deploy.local.service import CannotServe
from schemas.log import log_of

WITHIN_SECONDS: Final = 60.0
SMALL: Final = ("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_QUIET: Final = ("-Xlog:disable", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off")
_TURN_SECONDS: Final = 0.05


def class_path(jars: Path) -> str:
    """The jars in the order in which the archive was made; another order would void it."""
    return os.pathsep.join(str(jar) for jar in jars_in(jars))


def class_archive(jars: Path, java: Java) -> Path | None:
    """The archive, made where there is none yet, which takes some 5 s. None when it cannot be made: only slower."""
    content = "\n".join((java.said, KAFKA, class_path(jars)))
    archive = jars / f"classes-{hashlib.sha256(content.encode()).hexdigest()[:16]}.jsa"
    with locked(jars / "archive.lock"):
        if not archive.exists():
            try:
                _record(jars, java, archive)
            except (CannotServe, OSError, subprocess.SubprocessError) as error:
                log_of("broker").warning("Its class archive could not be made, so that it starts slower: %s", error)
                return None
    return archive


def _record(jars: Path, java: Java, archive: Path) -> None:
    """Start a broker of its own, wait until it serves, end it; Java writes the archive on its way out."""
    with tempfile.TemporaryDirectory(dir=jars, prefix="recording-") as name:
        work = Path(name)
        start = [str(java.program), *SMALL, *_QUIET, "-Djava.net.preferIPv4Stack=true"]
        path = ["-cp", class_path(jars)]
        port = _free_port()
        file = prepare_storage(work, [*start, *path], port, _free_port())
        made = work / "made.jsa"
        with subprocess.Popen(  # noqa: S603 - the Java that was found
            [*start, f"-XX:ArchiveClassesAtExit={made}", *path, "kafka.Kafka", str(file)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                _until_it_answers(process, port)
                process.send_signal(signal.SIGTERM)
                process.wait(WITHIN_SECONDS)
            finally:
                process.kill()
        if not made.exists():
            raise CannotServe("Java wrote none.")
        made.rename(archive)


def _until_it_answers(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(round(WITHIN_SECONDS / _TURN_SECONDS)):
        if answers("127.0.0.1", port):
            return
        try:
            process.wait(_TURN_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        break
    raise CannotServe("the broker that was to be recorded did not start.")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
